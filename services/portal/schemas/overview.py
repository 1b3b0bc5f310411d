"""How a vendor's business stands, as the API tells it."""

import marshmallow as ma

from services.portal.schemas.base import moment, shown, shown_number
from shared.web.fields import Schema


class OverviewSum(Schema):
    """An amount in one currency."""

    amount = shown_number("Minor units")
    currency = shown("ISO 4217")


class OverviewWeek(Schema):
    """How things stood at its end, and what happened in it."""

    at = moment("Its end")
    revenue = ma.fields.List(ma.fields.Nested(OverviewSum), metadata={"description": "Recurring, a month, before tax"})
    active = shown_number("Subscriptions that were charged again and again")
    past_due = shown_number("How many became past due in it")
    canceled = shown_number("How many were canceled in it, and not taken back")


class OverviewReason(Schema):
    """Why some left."""

    feedback = shown("One of the eight reasons, or of your own; null: none was given", allow_none=True)
    count = shown_number("How many")


class OverviewAttention(Schema):
    """What waits for somebody."""

    tickets = shown_number("Open or answered, not over")
    late = shown_number("How many of them should have been answered before now")
    answer_by = moment("When the next answer is due", allow_none=True)
    payments = shown_number("Payments that failed and are owed")
    owed = ma.fields.List(ma.fields.Nested(OverviewSum), metadata={"description": "What they are about"})
    retry_at = moment("When the next of them is tried again", allow_none=True)
    cards = shown_number("Cards of running subscriptions that run out by the end of next month")


class Overview(Schema):
    """All of it, of the key's vendor and mode."""

    at = moment("When it was so")
    revenue = ma.fields.List(
        ma.fields.Nested(OverviewSum),
        metadata={"description": "Recurring revenue a month by currency, before tax and discounts"},
    )
    active = shown_number("Subscriptions that are active or past due")
    past_due = shown_number("Subscriptions that are past due")
    canceled = shown_number("Subscriptions canceled in the last 30 days, and not taken back")
    undone = shown_number("Cancels taken back in the last 30 days")
    states = ma.fields.Dict(
        keys=ma.fields.String(),
        values=ma.fields.Integer(),
        metadata={"description": "How many subscriptions are in each state, but for those that ended"},
    )
    weeks = ma.fields.List(ma.fields.Nested(OverviewWeek), metadata={"description": "The last twelve, up to now"})
    reasons = ma.fields.List(
        ma.fields.Nested(OverviewReason),
        metadata={"description": "Of those canceled in the last 90 days, the most frequent first"},
    )
    stayed = shown_number("Who took an offer or took a cancel back in the last 90 days")
    attention = ma.fields.Nested(OverviewAttention, metadata={"description": "What waits for somebody"})
