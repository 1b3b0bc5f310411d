"""Subscriptions and what happens to them."""

import marshmallow as ma

from services.portal.rules.policy import Action
from services.portal.rules.portals.configuration import REASONS
from services.portal.rules.subscriptions.cancellation import Timing
from services.portal.rules.subscriptions.lifecycle import Status
from services.portal.schemas.base import (
    Versioned,
    cancel_setting,
    choice,
    moment,
    page_of,
    reference,
    shown,
    shown_number,
    text,
)
from shared.web.fields import Int, Schema
from shared.web.paging import PageArgs

_TIMINGS = tuple(each.value for each in Timing)


class NewSubscription(Schema):
    """A subscription to be started, at the plan's price and tax of this moment."""

    customer = reference("Whose it is", required=True)
    plan = reference("What is subscribed to", required=True)
    quantity = Int(load_default=1, validate=ma.validate.Range(1, 1_000_000), metadata={"description": "How many units"})
    started_at = moment("Since when it runs, now if left out; periods count from here", load_default=None)


class SubscriptionChange(Schema):
    """What may change about a subscription here."""

    cancel = cancel_setting()
    cancel_message = text(1000, "Shown where canceling is denied", lines=True, allow_none=True)


class NextCharge(Schema):
    """What will be charged next, to the cent."""

    at = moment("When")
    net = ma.fields.Integer(attribute="net.amount", metadata={"description": "Minor units"})
    tax = ma.fields.Integer(attribute="tax.amount", metadata={"description": "Minor units"})
    total = ma.fields.Integer(attribute="total.amount", metadata={"description": "Minor units"})
    currency = ma.fields.String(attribute="total.currency", metadata={"description": "ISO 4217"})


class Subscription(Versioned):
    """A subscription. `canceled`: it goes on until `ends_at`; `ended`: it is over."""

    id = shown("`sub_…`")
    customer = shown("Whose it is")
    plan = shown("What is subscribed to")
    product = shown("The plan's product")
    order_number = shown("Ten characters that cannot be guessed")
    status = shown("`active`, `canceled` or `ended`")
    quantity = shown_number("How many units")
    unit_amount = shown_number("Minor units for one, each period")
    currency = shown("ISO 4217")
    interval = shown("day, week, month or year")
    interval_count = shown_number("How many of them a period has")
    tax_rate = shown_number("Basis points: 1900 is 19 %")
    tax_behavior = shown("`inclusive` or `exclusive`")
    started_at = moment("Since when it runs")
    current_period_start = moment("When the running period began")
    current_period_end = moment("When it is over")
    next_charge = ma.fields.Nested(NextCharge, allow_none=True)
    canceled_at = moment("When it was canceled", allow_none=True)
    ends_at = moment("Until when a canceled one goes on", allow_none=True)
    ended_at = moment("When it was over", allow_none=True)
    cancellation_feedback = shown("Why, one of eight reasons", allow_none=True)
    cancellation_comment = shown("Why, in the customer's words", allow_none=True)
    cancel = shown("May the customer cancel it")
    cancel_message = shown("Shown where canceling is denied", allow_none=True)


class Cancellation(Schema):
    """How to cancel."""

    timing = choice(_TIMINGS, "When it takes effect", load_default=Timing.AT_PERIOD_END.value)
    feedback = choice(REASONS, "Why", load_default=None, allow_none=True)
    comment = text(1000, "Why, in words", lines=True, load_default=None, allow_none=True)


class PreviewRequest(Schema):
    """What to look ahead at."""

    action = choice((Action.CANCEL.value,), "What would be done", required=True)
    timing = choice(_TIMINGS, "When it would take effect", load_default=Timing.AT_PERIOD_END.value)


class CancellationPreview(Schema):
    """What would happen. Nothing has happened."""

    subscription = shown("`sub_…`")
    timing = shown("When it would take effect")
    ends_at = moment("Until when it would go on")
    next_charge_at = moment("The charge that would not happen", allow_none=True)
    never_charged = ma.fields.Integer(
        attribute="never_charged.amount", dump_default=None, metadata={"description": "Its amount in minor units"}
    )
    currency = ma.fields.String(
        attribute="never_charged.currency", dump_default=None, metadata={"description": "ISO 4217"}
    )


class PolicyAnswer(Schema):
    """What the policy says, and which level said it."""

    action = shown("What was asked about")
    decision = shown("`allowed`, `needs_approval` or `denied`")
    level = shown("Who decided: platform, configuration, product, plan or subscription")
    reason = shown("Why not", allow_none=True)
    message = shown("The vendor's own sentence for it", allow_none=True)


class ExplainArgs(Schema):
    """What to explain."""

    subscription = reference("Which subscription", required=True)
    action = choice((Action.CANCEL.value, Action.UNDO_CANCEL.value), "Which action", required=True)
    portal_configuration = reference("In which portal; the default one if left out", load_default=None)


SubscriptionPage = page_of(Subscription)


class SubscriptionArgs(PageArgs):
    """Which subscriptions."""

    customer = reference("Those of this customer", load_default=None)
    status = choice(tuple(each.value for each in Status), "Those in this state", load_default=None)


class EmptyObject(Schema):
    """An empty object."""
