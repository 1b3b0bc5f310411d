"""Billing settings and the test clock."""

import marshmallow as ma

from services.portal.rules.operations.billing import LONGEST_NOTICE, LONGEST_RETRY, MOST_RETRIES
from services.portal.rules.payments.dunning import AfterLastRetry
from services.portal.rules.sources.support import Source
from services.portal.schemas.base import Bool, choice, moment, shown, shown_number, text
from shared.web.fields import Int, Schema, Str

_SOURCES = tuple(each.value for each in Source)
_AFTER = tuple(each.value for each in AfterLastRetry)


def _days(about: str, longest: int) -> ma.fields.List[int]:
    each = Int(validate=ma.validate.Range(1, longest))
    return ma.fields.List(
        each, validate=ma.validate.Length(0, MOST_RETRIES), allow_none=True, metadata={"description": about}
    )


def _notice(about: str) -> Int:
    return Int(validate=ma.validate.Range(0, LONGEST_NOTICE), allow_none=True, metadata={"description": about})


class StripeKeys(Schema):
    """What opens the vendor's account at Stripe. Kept sealed, and never shown again."""

    secret_key = Str(
        required=True,
        validate=ma.validate.Length(1, 255),
        metadata={"description": "`sk_…` or a restricted `rk_…`, of this mode"},
    )
    webhook_secret = Str(
        required=True,
        validate=ma.validate.Length(1, 255),
        metadata={"description": "`whsec_…` of the endpoint `/integrations/stripe/<vendor>`"},
    )


class BillingSettingsChange(Schema):
    """What to change; what is left out stays, a null goes back to the default."""

    time_zone = text(80, "Whose wall clock periods are counted on, such as `Europe/Berlin`", allow_none=True)
    retry_days = _days("Days after the first failure on which a payment is tried again", LONGEST_RETRY)
    after_last_retry = choice(_AFTER, "What becomes of the subscription then", allow_none=True)
    trial_notice_days = _notice("How many days before its end a trial is announced to end; 0: not at all")
    card_notice_days = _days("How many days before its last day a card is warned of", LONGEST_NOTICE)
    resume_notice_days = _notice("How many days before its end a pause is announced to end; 0: not at all")
    billing_source = choice(_SOURCES, "Who bills: the engine here, or Stripe", allow_none=True)
    stripe = ma.fields.Nested(StripeKeys, metadata={"description": "The keys, when Stripe bills"})
    po_number_required = Bool(
        allow_none=True,
        metadata={"description": "Customers must give a purchase order number before they change what they pay for"},
    )


class BillingSettings(Schema):
    """How the vendor bills in this mode."""

    time_zone = shown("Whose wall clock periods are counted on")
    retry_days = ma.fields.List(ma.fields.Integer(), metadata={"description": "Days after the first failure"})
    after_last_retry = shown("`end` or `past_due`")
    trial_notice_days = shown_number("Days before the end of a trial")
    card_notice_days = ma.fields.List(ma.fields.Integer(), metadata={"description": "Days before a card's last day"})
    resume_notice_days = shown_number("Days before the end of a pause")
    billing_source = shown("`native` or `stripe`")
    po_number_required = ma.fields.Boolean(
        metadata={"description": "Customers must give a purchase order number before they change what they pay for"}
    )
    revision = shown_number("Grows with every change; also the ETag")


class TestClockAdvance(Schema):
    """Where to move it: one of the two."""

    to = moment("The moment to move to", load_default=None)
    by = Str(
        load_default=None,
        validate=ma.validate.Length(2, 6),
        metadata={"description": "How far: a number and `h`, `d`, `w`, `mo` or `y`, such as `3mo`"},
    )


class TestClock(Schema):
    """A test-mode vendor's own time."""

    now = moment("What time it is for the vendor")
    offset_seconds = shown_number("How far it runs ahead of the system's clock")
    status = shown("`ready`, or `advancing` while it is on its way")
    advancing_to = moment("Where it is on its way to, or null")
