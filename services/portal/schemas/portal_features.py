"""What a portal allows, feature by feature, in Stripe's words where it has one."""

import marshmallow as ma

from services.portal.rules.portals.changing import INVOICES, TRIALS, UPDATES
from services.portal.rules.portals.features import (
    DETAILS,
    REASONS,
    CancelMode,
    Condition,
    Execution,
    Proration,
    UnusedTime,
)
from services.portal.rules.portals.leaving import DURATIONS, OFFERS, PRORATIONS
from services.portal.rules.subscriptions.period import Interval
from services.portal.schemas.base import Bool, choice, reference
from shared.web.fields import Int, Schema, Str

_HELPDESK = "The helpdesk that takes the requests; needed where execution is manual"


def _execution() -> Str:
    return choice(tuple(each.value for each in Execution), "At the click, or by a person who approves")


class CancellationReason(Schema):
    """Is the customer asked why, and what can be answered."""

    enabled = Bool()
    options = ma.fields.List(Str(validate=ma.validate.OneOf(REASONS)))
    feedback_options = ma.fields.List(Str(), metadata={"description": "The vendor's own reasons"})


class RetentionOffer(Schema):
    """What is offered to whoever leaves for one of these reasons; without reasons: to anybody."""

    reasons = ma.fields.List(Str(), load_default=list)
    kind = choice(OFFERS, "A coupon, a pause, another plan, or a talk", required=True)
    coupon = reference("Of kind coupon: which", allow_none=True, load_default=None)
    plan = reference("Of kind plan: which", allow_none=True, load_default=None)


class SubscriptionCancel(Schema):
    """May customers cancel here, when does it take effect, and who carries it out."""

    enabled = Bool()
    mode = choice(tuple(each.value for each in CancelMode), "When it takes effect")
    execution = _execution()
    helpdesk = reference(_HELPDESK, allow_none=True)
    proration_behavior = choice(PRORATIONS, "Is unused time given back after an immediate cancel")
    unused_time = choice(tuple(each.value for each in UnusedTime), "How it is given back")
    confirmation_message = Str(allow_none=True, metadata={"description": "Shown before the last step"})
    cancellation_reason = ma.fields.Nested(CancellationReason)
    offers = ma.fields.List(ma.fields.Nested(RetentionOffer), metadata={"description": "At most one for each reason"})


class IntervalOption(Schema):
    """A length of a pause."""

    interval = choice(tuple(each.value for each in Interval), "The unit", required=True)
    interval_count = Int(required=True, metadata={"description": "How many; three years at most"})


class PauseDuration(Schema):
    """For how long."""

    type = choice(DURATIONS, "Until the customer says so, or for one of the options")
    interval_options = ma.fields.List(ma.fields.Nested(IntervalOption))


class SubscriptionPause(Schema):
    """May customers pause here."""

    enabled = Bool()
    duration = ma.fields.Nested(PauseDuration)


class PeriodEndCondition(Schema):
    """A change of this kind waits for the end of the period."""

    type = choice(tuple(each.value for each in Condition), "Which kind", required=True)


class ScheduleAtPeriodEnd(Schema):
    """Which changes wait for the end of the period."""

    conditions = ma.fields.List(ma.fields.Nested(PeriodEndCondition))


class SubscriptionUpdate(Schema):
    """What customers may change about a subscription."""

    enabled = Bool()
    default_allowed_updates = ma.fields.List(Str(validate=ma.validate.OneOf(UPDATES)))
    proration_behavior = choice(tuple(each.value for each in Proration), "What becomes of time that was paid already")
    trial_update_behavior = choice(TRIALS, "Does a change end the trial")
    allow_downgrade = Bool()
    show_plan_picker = Bool()
    schedule_at_period_end = ma.fields.Nested(ScheduleAtPeriodEnd)


class SubscriptionResubscribe(Schema):
    """May customers come back after the end."""

    enabled = Bool()
    allow_plan_change = Bool(metadata={"description": "Needs price among the allowed updates"})
    allow_coupon = Bool()


class RefundRequest(Schema):
    """May customers ask for their money back."""

    enabled = Bool()
    execution = _execution()
    helpdesk = reference(_HELPDESK, allow_none=True)
    refund_window_days = Int(allow_none=True, metadata={"description": "Null: no limit; 0: never"})
    reasons = ma.fields.List(Str(), metadata={"description": "The vendor's own reasons"})


class InvoiceHistory(Schema):
    """Do customers see their invoices here."""

    enabled = Bool()
    scope = choice(INVOICES, "All of them, or those of the subscription being viewed")


class TicketsFeature(Schema):
    """May customers write to the vendor here."""

    enabled = Bool()
    helpdesk = reference("The helpdesk that takes them", allow_none=True)


class CustomerUpdate(Schema):
    """What customers may change of their own details."""

    enabled = Bool()
    allowed_updates = ma.fields.List(
        Str(validate=ma.validate.OneOf(DETAILS)),
        metadata={"description": "A new e-mail address is proven by a code before it counts"},
    )


class Wallet(Schema):
    """May customers top up their credit here: by one of the amounts, or by any from the minimum to the maximum."""

    enabled = Bool()
    currency = Str(allow_none=True, metadata={"description": "ISO 4217, capitals; needed where it is enabled"})
    amounts = ma.fields.List(Int(), metadata={"description": "To choose from, in minor units"})
    minimum = Int(allow_none=True, metadata={"description": "Minor units; null: none but the amounts"})
    maximum = Int(allow_none=True, metadata={"description": "Minor units; null: none but the amounts"})


class FeatureSwitch(Schema):
    """On or off."""

    enabled = Bool()


class Features(Schema):
    """What customers can do here. What is left out has its default."""

    subscription_cancel = ma.fields.Nested(SubscriptionCancel)
    subscription_pause = ma.fields.Nested(SubscriptionPause)
    subscription_update = ma.fields.Nested(SubscriptionUpdate)
    subscription_resubscribe = ma.fields.Nested(SubscriptionResubscribe)
    refund_request = ma.fields.Nested(RefundRequest)
    invoice_history = ma.fields.Nested(InvoiceHistory)
    payment_method_update = ma.fields.Nested(FeatureSwitch)
    tickets = ma.fields.Nested(TicketsFeature)
    product_access = ma.fields.Nested(FeatureSwitch)
    subscription_addons = ma.fields.Nested(FeatureSwitch, metadata={"description": "May customers have add-ons"})
    wallet = ma.fields.Nested(Wallet)
    customer_update = ma.fields.Nested(CustomerUpdate)
