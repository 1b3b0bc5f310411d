"""Looking ahead at what an action on a subscription would do."""

from typing import Any, Final

import marshmallow as ma

from services.portal.rules.subscriptions.cancellation import Timing
from services.portal.rules.subscriptions.period import Interval
from services.portal.schemas.base import choice, moment, reference, shown, shown_number, text
from services.portal.schemas.changes import TIMINGS
from services.portal.schemas.payments import PaymentLine
from services.portal.schemas.subscriptions import NextCharge
from shared.web.fields import Int, Schema

FIELDS: Final[dict[str, frozenset[str]]] = {
    "apply_coupon": frozenset({"code"}),
    "cancel": frozenset({"timing"}),
    "change": frozenset({"plan", "quantity", "timing", "proration_behavior"}),
    "change_addons": frozenset({"addon", "quantity"}),
    "pause": frozenset({"interval", "interval_count"}),
    "remove_coupon": frozenset(),
    "resume": frozenset(),
    "resubscribe": frozenset({"plan", "coupon", "payment_method"}),
}
"""What each action takes; the rest of a request is refused."""


class PreviewRequest(Schema):
    """What to look ahead at: an action, with the fields of its own request."""

    action = choice(tuple(FIELDS), "What would be done", required=True)
    timing = choice(tuple(sorted({*(each.value for each in Timing), *TIMINGS})), "When it would take effect")
    plan = reference("The plan to change or come back to")
    addon = reference("The add-on to have another quantity of")
    quantity = ma.fields.Raw(metadata={"type": "integer", "description": "How many units, a whole number"})
    proration_behavior = choice(("none", "create_prorations", "always_invoice"), "What becomes of paid time")
    code = text(40, "The code of a coupon to apply")
    coupon = text(40, "The code of a coupon on coming back")
    payment_method = reference("The card to charge")
    interval = choice(tuple(each.value for each in Interval), "The unit of a pause's length")
    interval_count = Int(validate=ma.validate.Range(1, 1096), metadata={"description": "How many of them"})

    @ma.validates_schema
    def belongs_to_the_action(self, given: dict[str, Any], **_kwargs: Any) -> None:
        """What another action takes is unknown to this one."""
        for name in given.keys() - {"action"} - FIELDS.get(given.get("action", ""), frozenset()):
            raise ma.ValidationError("Unknown field.", name)
        if given.get("action") == "change_addons":
            for name in {"addon", "quantity"} - given.keys():
                raise ma.ValidationError("Missing data for required field.", name)


class Due(Schema):
    """What would be charged at once; `net` and `tax` come to `total`, in minor units."""

    lines = ma.fields.List(ma.fields.Nested(PaymentLine))
    net = shown_number("Without tax")
    tax = shown_number("Tax")
    total = shown_number("What would be charged")
    currency = shown("ISO 4217")


class LastBill(Due):
    """What would be settled at the end: what earlier changes left to a renewal that would not come."""

    at = moment("When it would end")
    becomes_credit = shown_number("What becomes credit instead of being charged, with tax")


class GivenBack(Schema):
    """Unused time that would be given back."""

    amount = ma.fields.Integer(attribute="amount.amount", metadata={"description": "Minor units"})
    currency = ma.fields.String(attribute="amount.currency", metadata={"description": "ISO 4217"})
    how = shown("`refund` or `credit`; what was paid with credit comes back as credit in any case")
    credit = ma.fields.Integer(
        attribute="credit.amount", metadata={"description": "What of `amount` becomes credit, minor units"}
    )


class Preview(Schema):
    """What would happen. Nothing has happened."""

    action = shown("What was looked ahead at")
    subscription = shown("`sub_…`")
    decision = shown("`allowed`, `needs_approval` or `denied`")
    reason = shown("Why not", allow_none=True)
    message = shown("The vendor's own sentence for it", allow_none=True)
    is_immediate = ma.fields.Boolean(metadata={"description": "Would it take effect at once"})
    effective_at = moment("When it would take effect", allow_none=True)
    due_now = ma.fields.Nested(Due, allow_none=True)
    given_back = ma.fields.Nested(GivenBack, allow_none=True)
    next_charge = ma.fields.Nested(NextCharge, allow_none=True, metadata={"description": "The next one after it"})
    never_charged = ma.fields.Nested(NextCharge, allow_none=True, metadata={"description": "What would not be charged"})
    last_bill = ma.fields.Nested(LastBill, allow_none=True)
    plan = shown("The plan then", allow_none=True)
    quantity = shown_number("How many units then", allow_none=True)
    addon = shown("The add-on", allow_none=True)
    addon_quantity = shown_number("How many of it then", allow_none=True)
    ends_addons = ma.fields.List(shown("Its name"), metadata={"description": "Add-ons that would end with it"})
    ends_at = moment("Until when it would go on", allow_none=True)
    resumes_at = moment("When a pause would end by itself", allow_none=True)
