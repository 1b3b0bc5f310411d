"""Changing a subscription: plan, quantity, coupon."""

from typing import Any, Final

import marshmallow as ma

from services.portal.rules.portals.features import Proration
from services.portal.rules.products.switching import When
from services.portal.schemas.base import choice, moment, reference, shown, shown_number
from services.portal.schemas.subscriptions import Subscription
from shared.web.fields import Schema, Str

TIMINGS: Final = tuple(each.value for each in When)


class ChangeOfSubscription(Schema):
    """What to change to. Prices, tax and dates are the rules' own."""

    plan = reference("The plan to move to")
    quantity = ma.fields.Raw(metadata={"type": "integer", "description": "How many units, a whole number"})
    timing = choice(TIMINGS, "When it takes effect; as the portal says if left out")
    proration_behavior = choice(
        tuple(each.value for each in Proration), "What becomes of paid time; as the portal says if left out"
    )

    @ma.validates_schema
    def says_something(self, given: dict[str, Any], **_kwargs: Any) -> None:
        if "plan" not in given and "quantity" not in given:
            raise ma.ValidationError("Give plan, quantity or both.", "plan")


class CouponCode(Schema):
    """A code, as the customer types it."""

    code = Str(required=True, validate=ma.validate.Length(1, 40), metadata={"description": "The code"})


class ChangeState(Schema):
    """What became of a change."""

    state = shown("`changed`, `scheduled`, `action_required` or `unknown`")
    plan = shown("The plan to come, or that is there")
    quantity = shown_number("How many units")
    takes_effect_at = moment("When")
    payment = shown("What is paid for it", allow_none=True)
    action_url = shown("Where the customer confirms the payment, if they must", allow_none=True)


class ChangedSubscription(Subscription):
    """The subscription, and what became of the change."""

    change = ma.fields.Nested(ChangeState)
