"""Subscriptions and what happens to them."""

import marshmallow as ma

from services.portal.rules.subscriptions.cancellation import Timing
from services.portal.rules.subscriptions.lifecycle import Status
from services.portal.rules.subscriptions.period import Interval
from services.portal.schemas.base import (
    Bool,
    Versioned,
    cancel_setting,
    choice,
    moment,
    page_of,
    reference,
    shown,
    shown_number,
    text,
    timing_setting,
)
from services.portal.schemas.coupons import switches as table_of_switches
from services.portal.schemas.policy import Policies
from shared.web.fields import Int, Schema
from shared.web.paging import PageArgs

_PO_NUMBER = "Purchase order number of its invoices, before the customer's own"
_TIMINGS = tuple(each.value for each in Timing)


class NewSubscription(Schema):
    """A subscription to be started, at the plan's price and tax of this moment."""

    customer = reference("Whose it is", required=True)
    plan = reference("What is subscribed to", required=True)
    quantity = Int(load_default=1, validate=ma.validate.Range(1, 1_000_000), metadata={"description": "How many units"})
    started_at = moment("Since when it runs, now if left out; periods count from here", load_default=None)
    collection = choice(
        ("automatic", "external"),
        "`automatic`: charged here, `external`: you collect. Left out: automatic where the customer has a card",
        load_default=None,
    )
    payment_method = reference("The card it is charged to; the customer's default one if left out", load_default=None)
    coupon = text(40, "The code of a coupon", load_default=None)
    po_number = text(100, _PO_NUMBER, load_default=None)
    allow_past_due = Bool(
        load_default=False,
        metadata={"description": "Keep it, past due, when its first charge is declined; else it ends at once"},
    )


class SubscriptionChange(Schema):
    """What may change about a subscription here."""

    cancel = cancel_setting()
    cancel_timing = timing_setting()
    cancel_message = text(1000, "Shown where canceling is denied", lines=True, allow_none=True)
    policies = ma.fields.Nested(Policies)
    po_number = text(100, _PO_NUMBER, allow_none=True)
    switches = table_of_switches(
        allow_none=True, metadata={"description": "Exceptions of its own, before its plan group's"}
    )


class NextCharge(Schema):
    """What will be charged next, to the cent."""

    at = moment("When")
    net = ma.fields.Integer(attribute="net.amount", metadata={"description": "Minor units"})
    tax = ma.fields.Integer(attribute="tax.amount", metadata={"description": "Minor units"})
    total = ma.fields.Integer(attribute="total.amount", metadata={"description": "Minor units"})
    currency = ma.fields.String(attribute="total.currency", metadata={"description": "ISO 4217"})


class OpenPayment(Schema):
    """What is owed for it."""

    id = shown("`pay_…`")
    status = shown("`pending`, `open`, `action_required` or `unknown`")
    total = shown_number("Minor units")
    currency = shown("ISO 4217")
    decline_code = shown("Why it was declined", allow_none=True)
    retry_at = moment("When it is tried again by itself", allow_none=True)
    action_url = shown("Where the customer confirms it to their bank", allow_none=True)


class ScheduledChange(Schema):
    """What it changes to at the end of the period."""

    plan = shown("The plan then")
    quantity = shown_number("How many units then")
    unit_amount = shown_number("Minor units for one, each period")
    currency = shown("ISO 4217")
    interval = shown("day, week, month or year")
    interval_count = shown_number("How many of them a period has")
    at = moment("When")


class Discount(Schema):
    """What a coupon takes off."""

    coupon = shown("`cpn_…`")
    code = shown("Its code")
    percent_off = shown_number("Basis points", allow_none=True)
    amount_off = shown_number("Minor units", allow_none=True)
    currency = shown("ISO 4217", allow_none=True)
    periods_left = shown_number("For so many charges more; null: for ever", allow_none=True)


class AddonOfSubscription(Schema):
    """An add-on that it has, as it was agreed to."""

    addon = shown("`add_…`")
    name = shown("What it is called")
    quantity = shown_number("How many")
    next_quantity = shown_number("How many from the next period on; 0: it goes, null: as many", allow_none=True)
    unit_amount = shown_number("Minor units for one, each period")
    tax_rate = shown_number("Basis points: 1900 is 19 %")
    added_at = shown("Since when, ISO 8601")


class Subscription(Versioned):
    """A subscription. `canceled`: it goes on until `ends_at`; `ended`: it is over."""

    id = shown("`sub_…`")
    customer = shown("Whose it is")
    plan = shown("What is subscribed to")
    product = shown("The plan's product")
    order_number = shown("Ten characters that cannot be guessed")
    status = shown("`trialing`, `active`, `past_due`, `paused`, `canceled` or `ended`")
    quantity = shown_number("How many units")
    unit_amount = shown_number("Minor units for one, each period")
    currency = shown("ISO 4217")
    interval = shown("day, week, month or year")
    interval_count = shown_number("How many of them a period has")
    tax_rate = shown_number("Basis points: 1900 is 19 %")
    tax_behavior = shown("`inclusive` or `exclusive`")
    collection = shown("`automatic`: charged here, `external`: collected by the vendor")
    po_number = shown(_PO_NUMBER, allow_none=True)
    source = shown("Who bills it: `native`, the engine here, or `stripe`")
    source_id = shown("Its id where it is billed", allow_none=True)
    payment_method = shown("Its own card; null: the customer's default one", allow_none=True)
    started_at = moment("Since when it runs")
    trial_end = moment("When its trial is over and it is charged", allow_none=True)
    current_period_start = moment("When the running period began")
    current_period_end = moment("When it is over")
    next_charge = ma.fields.Nested(NextCharge, allow_none=True)
    open_payment = ma.fields.Nested(OpenPayment, allow_none=True)
    pauses_at = moment("When a pause that was asked for begins", allow_none=True)
    paused_at = moment("When its pause began", allow_none=True)
    resumes_at = moment("When its pause ends by itself", allow_none=True)
    scheduled_change = ma.fields.Nested(ScheduledChange, allow_none=True)
    discount = ma.fields.Nested(Discount, allow_none=True)
    addons = ma.fields.List(ma.fields.Nested(AddonOfSubscription), metadata={"description": "Charged with it"})
    resubscribed_from = shown("The one that ended before", allow_none=True)
    canceled_at = moment("When it was canceled", allow_none=True)
    ends_at = moment("Until when a canceled one goes on", allow_none=True)
    ended_at = moment("When it was over", allow_none=True)
    cancellation_feedback = shown("Why, one of eight reasons or of the vendor's own", allow_none=True)
    cancellation_comment = shown("Why, in the customer's words", allow_none=True)
    cancel = shown("May the customer cancel it")
    cancel_timing = shown("When canceling takes effect; null leaves it to the plan", allow_none=True)
    cancel_message = shown("Shown where canceling is denied", allow_none=True)
    policies = ma.fields.Nested(Policies)


class Cancellation(Schema):
    """How to cancel."""

    timing = choice(_TIMINGS, "When it takes effect; as the portal says if left out", load_default=None)
    feedback = text(40, "Why: one of the eight reasons, or of your own", load_default=None, allow_none=True)
    comment = text(1000, "Why, in words", lines=True, load_default=None, allow_none=True)


class Pause(Schema):
    """For how long. Without an interval: until it is resumed."""

    interval = choice(tuple(each.value for each in Interval), "The unit of the pause's length", load_default=None)
    interval_count = Int(
        load_default=None,
        validate=ma.validate.Range(1, 1096),
        metadata={"description": "How many of them; one if left out"},
    )


class Resubscription(Schema):
    """What to come back to."""

    plan = reference("Another plan; the same one if left out", load_default=None)
    coupon = text(40, "The code of a coupon", load_default=None)
    payment_method = reference("The card it is charged to; the default one if left out", load_default=None)


SubscriptionPage = page_of(Subscription)


class SubscriptionArgs(PageArgs):
    """Which subscriptions."""

    customer = reference("Those of this customer", load_default=None)
    status = choice(tuple(each.value for each in Status), "Those in this state", load_default=None)
