"""Meters, what is reported of them, and what it comes to."""

from typing import Any, Final

import marshmallow as ma

from services.portal.rules.subscriptions.usage import MOST, MOST_PERIODS, Aggregation
from services.portal.schemas.base import Bool, Versioned, choice, moment, page_of, reference, shown, shown_number, text
from shared.web.fields import Int, Schema, Str
from shared.web.paging import PageArgs

NAME: Final = 80
UNIT: Final = 40
MOST_METERS: Final = 20
MOST_RECORDS: Final = 1000
AGGREGATIONS: Final = tuple(each.value for each in Aggregation)
_METERS: Final = "The meters that it shows, in this order"
_UNIT: Final = "Shown behind the number: GB, calls"
_WORTH: Final = "What a period's records come to: their sum, the largest, the last"


class PlanMeter(Schema):
    """A meter that a plan shows."""

    meter = reference("The meter", required=True)
    included = Int(
        load_default=None,
        allow_none=True,
        validate=ma.validate.Range(0, MOST),
        metadata={"description": "How much of it a period includes; null: without limit"},
    )


def plan_meters(**options: Any) -> ma.fields.List[Any]:
    """The meters of a plan."""
    return ma.fields.List(
        ma.fields.Nested(PlanMeter),
        validate=ma.validate.Length(max=MOST_METERS),
        metadata={"description": _METERS},
        **options,
    )


class NewMeter(Schema):
    """A meter to be made."""

    name = text(NAME, "What customers read", required=True)
    unit_label = text(UNIT, _UNIT, load_default=None, allow_none=True)
    aggregation = choice(AGGREGATIONS, _WORTH, load_default=Aggregation.SUM.value)


class MeterChange(Schema):
    """What may change about a meter: never what its records come to."""

    name = text(NAME, "What customers read")
    unit_label = text(UNIT, _UNIT, allow_none=True)
    archived = Bool(metadata={"description": "True puts it away, false brings it back"})


class Meter(Versioned):
    """Something that is counted."""

    id = shown("`mtr_…`")
    name = shown("What customers read")
    unit_label = shown(_UNIT, allow_none=True)
    aggregation = shown(_WORTH)
    archived_at = moment("When it was put away", allow_none=True)


class NewRecord(Schema):
    """So much was used."""

    subscription = reference("Of which subscription", required=True)
    meter = reference("Of which meter", required=True)
    quantity = Int(
        required=True,
        validate=ma.validate.Range(-MOST, MOST),
        metadata={"description": "How much; less than nothing takes back from a sum"},
    )
    at = moment("When it was used; without it, now", load_default=None, allow_none=True)
    identifier = Str(
        load_default=None,
        allow_none=True,
        validate=ma.validate.Length(1, 200),
        metadata={"description": "Your own name for it, of this meter alone: sent again, it counts once"},
    )


class NewRecords(Schema):
    """Several at once: all are kept, or none."""

    records = ma.fields.List(
        ma.fields.Nested(NewRecord),
        required=True,
        validate=ma.validate.Length(1, MOST_RECORDS),
        metadata={"description": "The records"},
    )


class UsageRecord(Schema):
    """What was reported."""

    id = shown("`usg_…`")
    customer = shown("Whose")
    subscription = shown("Of which subscription")
    meter = shown("Of which meter")
    quantity = shown_number("How much")
    at = moment("When it was used")
    identifier = shown("Your name for it; without one, its id")
    created_at = moment("When it was reported")


class UsageRecords(Schema):
    """What was reported, in the order of the request."""

    data = ma.fields.List(ma.fields.Nested(UsageRecord))


class PeriodUse(Schema):
    """What a period comes to."""

    start = moment("From")
    end = moment("Until just before")
    used = shown_number("What was used")
    included = shown_number("What the plan includes; null: without limit", allow_none=True)
    left = shown_number("What is still included; null: without limit", allow_none=True)
    beyond = shown_number("What was used in excess")
    percent = shown_number("Of what is included, rounded down, at most 100; null: without limit", allow_none=True)


class MeterUse(Schema):
    """A meter of the subscription's plan."""

    meter = shown("`mtr_…`")
    name = shown("What customers read")
    unit_label = shown(_UNIT, allow_none=True)
    aggregation = shown(_WORTH)
    periods = ma.fields.List(ma.fields.Nested(PeriodUse), metadata={"description": "The running one first"})


class Usage(Schema):
    """What was used of all that the plan shows."""

    data = ma.fields.List(ma.fields.Nested(MeterUse))


MeterPage = page_of(Meter)
UsageRecordPage = page_of(UsageRecord)


class UsageRecordArgs(PageArgs):
    """Which records to list."""

    subscription = reference("Only this subscription's", load_default=None)
    meter = reference("Only this meter's", load_default=None)


class UsageArgs(Schema):
    """How far to look back."""

    periods = ma.fields.Integer(  # a query has no numbers, only their digits
        load_default=1,
        validate=ma.validate.Range(1, MOST_PERIODS),
        metadata={"description": "How many periods, the running one among them"},
    )
