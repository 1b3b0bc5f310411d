"""Portal sessions on the wire. The words are those of Stripe's billing portal wherever it has one."""

from typing import Any, Final

import marshmallow as ma

from services.auth.rules.flow import COMPLETIONS, FLOWS
from services.auth.rules.visit import THEMES
from shared.i18n import LANGUAGES
from shared.web.fields import Int, Schema, Str
from shared.web.paging import PageArgs

_ID: Final = ma.validate.Length(min=1, max=40)
_URL: Final = ma.validate.Length(min=1, max=1_000)
_EXPIRED: Final = ("customer_login",)


class Item(Schema):
    """What the subscription is to become."""

    plan = Str(required=True, validate=_ID)
    quantity = Int(load_default=None, allow_none=True, validate=ma.validate.Range(1, 1_000_000))


class CouponOffer(Schema):
    """The coupon that is offered to whoever wants to cancel."""

    coupon = Str(required=True, validate=_ID)


class FlowRetention(Schema):
    """What is offered to whoever wants to cancel."""

    type = Str(required=True, validate=ma.validate.OneOf(("coupon_offer",)))
    coupon_offer = ma.fields.Nested(CouponOffer, required=True)


class OfSubscription(Schema):
    """One subscription of the customer."""

    subscription = Str(required=True, validate=_ID)


class Cancel(OfSubscription):
    """The subscription to cancel, and the one offer that may keep it."""

    retention = ma.fields.Nested(FlowRetention)


class FlowDiscount(Schema):
    """A coupon that comes with the change."""

    coupon = Str(required=True, validate=_ID)


class Change(OfSubscription):
    """The subscription and what it becomes."""

    items = ma.fields.List(ma.fields.Nested(Item), required=True, validate=ma.validate.Length(equal=1))
    discounts = ma.fields.List(ma.fields.Nested(FlowDiscount), validate=ma.validate.Length(max=1))


class OfPayment(Schema):
    """A payment of the customer."""

    payment = Str(required=True, validate=_ID)


class OfInvoice(Schema):
    """An invoice of the customer."""

    invoice = Str(required=True, validate=_ID)


class Confirmation(Schema):
    """What the page says at the end."""

    custom_message = Str(validate=ma.validate.Length(min=1, max=500))


class Redirect(Schema):
    """Where it leads at the end."""

    return_url = Str(required=True, validate=_URL)


class Completion(Schema):
    """What follows the action."""

    type = Str(required=True, validate=ma.validate.OneOf(COMPLETIONS))
    hosted_confirmation = ma.fields.Nested(Confirmation)
    redirect = ma.fields.Nested(Redirect)

    @ma.validates_schema
    def is_whole(self, data: dict[str, Any], **_kwargs: Any) -> None:
        if data.get("type") == "redirect" and "redirect" not in data:
            raise ma.ValidationError("Missing data for required field.", "redirect")
        for name in ("hosted_confirmation", "redirect"):
            if name in data and data.get("type") != name:
                raise ma.ValidationError("Not of this type.", name)


class FlowData(Schema):
    """One action, opened at once with the rest hidden. What it is about stands in the field of the type's name."""

    type = Str(required=True, validate=ma.validate.OneOf(tuple(FLOWS)))
    subscription_cancel = ma.fields.Nested(Cancel)
    subscription_pause = ma.fields.Nested(OfSubscription)
    subscription_update = ma.fields.Nested(OfSubscription)
    subscription_update_confirm = ma.fields.Nested(Change)
    subscription_resubscribe = ma.fields.Nested(OfSubscription)
    refund_request = ma.fields.Nested(OfPayment)
    invoice_payment = ma.fields.Nested(OfInvoice)
    after_completion = ma.fields.Nested(Completion)

    @ma.validates_schema
    def is_whole(self, data: dict[str, Any], **_kwargs: Any) -> None:
        kind = data.get("type")
        if kind in FLOWS and FLOWS[kind].about is not None and kind not in data:
            raise ma.ValidationError("Missing data for required field.", kind)
        for name in data.keys() & FLOWS.keys() - {kind}:
            raise ma.ValidationError("Not of this type.", name)


class Expiration(Schema):
    """What the page of a used or expired address offers: always to sign in."""

    type = Str(required=True, validate=ma.validate.OneOf(_EXPIRED))


class PortalSessionIn(Schema):
    """A new portal session, for one customer of the key's vendor and mode."""

    customer = Str(validate=_ID, metadata={"description": "The customer's id; or else"})
    email = Str(validate=ma.validate.Length(min=1, max=320), metadata={"description": "the address on file; or else"})
    customer_reference = Str(
        validate=ma.validate.Length(min=1, max=200), metadata={"description": "your own id of the customer"}
    )
    configuration = Str(validate=_ID, metadata={"description": "Left out: the default one"})
    locale = Str(
        validate=ma.validate.OneOf(("auto", *LANGUAGES)),
        metadata={"description": "Language of the visit; left out: the customer's, then the browser's"},
    )
    return_url = Str(
        validate=_URL, metadata={"description": "Where 'Back to …' leads: on an allowed origin of the configuration"}
    )
    theme = Str(
        validate=ma.validate.OneOf(THEMES),
        metadata={"description": "Light or dark for this visit; left out: the visitor's choice, then the portal's"},
    )
    flow_data = ma.fields.Nested(FlowData)
    after_expiration = ma.fields.Nested(Expiration)

    @ma.validates_schema
    def names_one(self, data: dict[str, Any], **_kwargs: Any) -> None:
        given = [name for name in ("customer", "email", "customer_reference") if name in data]
        if len(given) != 1:
            raise ma.ValidationError(
                "Name one of customer, email, customer_reference.", given[-1] if given else "customer"
            )


class PortalSessionMade(Schema):
    """A new portal session."""

    id = ma.fields.String()
    mode = ma.fields.String()
    customer = ma.fields.String()
    configuration = ma.fields.String()
    url = ma.fields.String(
        allow_none=True,
        metadata={
            "description": "Send the customer there at once: it works once, for five minutes. Null when replayed"
        },
    )
    client_secret = ma.fields.String(
        allow_none=True,
        metadata={"description": "Of a widget: the loader's `token`. Null otherwise, and when replayed"},
    )
    return_url = ma.fields.String(allow_none=True)
    locale = ma.fields.String(allow_none=True)
    theme = ma.fields.String(allow_none=True)
    flow = ma.fields.Dict(allow_none=True, metadata={"description": "The flow_data"})
    created_at = ma.fields.AwareDateTime()
    expires_at = ma.fields.AwareDateTime(metadata={"description": "When it stops working, unopened"})


class PortalSessionArgs(PageArgs):
    """Query parameters of the list."""

    customer = Str(load_default=None, validate=_ID, metadata={"description": "Only sessions that see this customer"})


class PortalSessionOut(Schema):
    """Somebody in a portal, by whichever way in; or, unopened, a portal session that waits for the customer."""

    id = ma.fields.String()
    state = ma.fields.String(metadata={"description": "unopened, expired, active or ended"})
    portal = ma.fields.String(metadata={"description": "The portal's slug"})
    customers = ma.fields.List(ma.fields.String())
    way_in = ma.fields.String()
    assurance = ma.fields.String(allow_none=True, metadata={"description": "verified, viewer, or null while unopened"})
    framed = ma.fields.Boolean(metadata={"description": "In an embed's frame"})
    delegate = ma.fields.String(allow_none=True, metadata={"description": "Who came in for the customer"})
    staff = ma.fields.String(allow_none=True, metadata={"description": "Who looks on as the customer"})
    browser = ma.fields.String(allow_none=True)
    system = ma.fields.String(allow_none=True)
    created_at = ma.fields.AwareDateTime()
    last_seen_at = ma.fields.AwareDateTime(allow_none=True, metadata={"description": "To the minute"})
    expires_at = ma.fields.AwareDateTime(metadata={"description": "At the latest"})
    ended_at = ma.fields.AwareDateTime(allow_none=True, metadata={"description": "Where it was ended before"})


class PortalSessionPage(Schema):
    """Sessions, newest first."""

    data = ma.fields.List(ma.fields.Nested(PortalSessionOut))
    has_more = ma.fields.Boolean()


class PortalSessionsEnd(Schema):
    """Whose sessions are to end."""

    customer = Str(required=True, validate=_ID)


class PortalSessionsEnded(Schema):
    """What came of it."""

    ended = ma.fields.Integer(metadata={"description": "How many sessions ended"})
