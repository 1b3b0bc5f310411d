"""Coupons and plan groups."""

import re
from datetime import datetime
from typing import Any, Final

import marshmallow as ma

from services.portal.rules.policy import Decision
from services.portal.rules.products.switching import When
from services.portal.rules.subscriptions.quantity import MOST
from services.portal.schemas.base import (
    Bool,
    Versioned,
    basis_points,
    choice,
    moment,
    page_of,
    reference,
    shown,
    shown_number,
    text,
)
from shared.money import EXPONENTS, LARGEST
from shared.web.fields import Int, Schema, Str
from shared.web.paging import PageArgs

DURATIONS: Final = ("once", "repeating", "forever")
DECISIONS: Final = tuple(each.value for each in Decision)
TIMINGS: Final = tuple(each.value for each in When)
MOST_PLANS: Final = 100
MOST_SWITCHES: Final = 500
MOST_PERIODS: Final = 1000
CODE: Final = re.compile(r"\A[A-Za-z0-9_-]{2,40}\Z")
_CODE: Final = ma.validate.Regexp(CODE, error="Use 2 to 40 letters, digits, hyphens, underscores.")


def _uses(**options: Any) -> Int:
    return Int(
        validate=ma.validate.Range(1, MOST),
        allow_none=True,
        metadata={"description": "How often it may be used at all; null: without limit"},
        **options,
    )


def _plans(**options: Any) -> ma.fields.List[Any]:
    return ma.fields.List(
        reference("A plan"),
        validate=ma.validate.Length(max=MOST_PLANS),
        metadata={"description": "The plans it is for; empty: all"},
        **options,
    )


class NewCoupon(Schema):
    """A coupon to be made: either `percent_off`, or `amount_off` with its `currency`."""

    code = Str(required=True, validate=_CODE, metadata={"description": "What customers type; capitals do not matter"})
    name = text(200, "What it is called among yourselves", required=True)
    percent_off = basis_points(load_default=None, allow_none=True)
    amount_off = Int(
        load_default=None,
        allow_none=True,
        validate=ma.validate.Range(1, LARGEST),
        metadata={"description": "Minor units off each charge"},
    )
    currency = Str(
        load_default=None,
        allow_none=True,
        validate=ma.validate.OneOf(tuple(EXPONENTS), error="Not an ISO 4217 code."),
        metadata={"description": "Of amount_off; ISO 4217, capitals"},
    )
    duration = choice(DURATIONS, "For one charge, for `periods` of them, or for all", load_default="once")
    periods = Int(
        load_default=None,
        allow_none=True,
        validate=ma.validate.Range(1, MOST_PERIODS),
        metadata={"description": "How many charges, where it is repeating"},
    )
    plans = _plans(load_default=list)
    starts_at = moment("From when it may be used", load_default=None, allow_none=True)
    expires_at = moment("Until when it may be used", load_default=None, allow_none=True)
    max_redemptions = _uses(load_default=None)

    @ma.validates_schema
    def fits(self, given: dict[str, Any], **_kwargs: Any) -> None:
        percent, amount = given.get("percent_off"), given.get("amount_off")
        if (percent is None) == (amount is None) or percent == 0:
            raise ma.ValidationError("Give percent_off from 1, or amount_off, not both.", "percent_off")
        if (amount is None) != (given.get("currency") is None):
            raise ma.ValidationError("An amount needs its currency, and only an amount.", "currency")
        if (given["duration"] == "repeating") != (given.get("periods") is not None):
            raise ma.ValidationError("Give periods for a repeating coupon, and only there.", "periods")
        _in_order(given)


class CouponChange(Schema):
    """What may change about a coupon."""

    name = text(200, "What it is called among yourselves")
    plans = _plans()
    starts_at = moment("From when it may be used", allow_none=True)
    expires_at = moment("Until when it may be used", allow_none=True)
    max_redemptions = _uses()
    archived = Bool(metadata={"description": "True puts it away, false brings it back"})

    @ma.validates_schema
    def fits(self, given: dict[str, Any], **_kwargs: Any) -> None:
        _in_order(given)


class Coupon(Versioned):
    """A coupon."""

    id = shown("`cpn_…`")
    code = shown("What customers type, in capitals")
    name = shown("What it is called among yourselves")
    percent_off = shown_number("Basis points: 2000 is 20 %", allow_none=True)
    amount_off = shown_number("Minor units off each charge", allow_none=True)
    currency = shown("Of amount_off", allow_none=True)
    duration = shown("`once`, `repeating` or `forever`")
    periods = shown_number("How many charges, where it is repeating", allow_none=True)
    plans = ma.fields.List(shown("A plan"), metadata={"description": "The plans it is for; empty: all"})
    starts_at = moment("From when it may be used", allow_none=True)
    expires_at = moment("Until when it may be used", allow_none=True)
    max_redemptions = shown_number("How often it may be used at all", allow_none=True)
    redeemed = shown_number("How often it was used")
    archived_at = moment("When it was put away", allow_none=True)


class CouponArgs(PageArgs):
    """Which coupons."""

    code = Str(load_default=None, validate=_CODE, metadata={"description": "The one with this code"})


class Switch(Schema):
    """An exception: what moving from a plan to a plan is. What is null stands for any plan, or as the portal says."""

    from_ = reference("From this plan", data_key="from", attribute="from", load_default=None, allow_none=True)
    to = reference("To this plan", load_default=None, allow_none=True)
    decision = choice(DECISIONS, "May a customer do it", load_default=None, allow_none=True)
    timing = choice(TIMINGS, "When it takes effect", load_default=None, allow_none=True)
    minimum = Int(
        load_default=None,
        allow_none=True,
        validate=ma.validate.Range(1, MOST),
        metadata={"description": "The fewest units"},
    )
    maximum = Int(
        load_default=None,
        allow_none=True,
        validate=ma.validate.Range(1, MOST),
        metadata={"description": "The most units"},
    )


def switches(**options: Any) -> ma.fields.List[Any]:
    """A table of exceptions."""
    return ma.fields.List(ma.fields.Nested(Switch), validate=ma.validate.Length(max=MOST_SWITCHES), **options)


class NewPlanGroup(Schema):
    """A plan group to be made. Plans join it by their own `plan_group`."""

    name = text(200, "What it is called", required=True)
    switches = switches(load_default=list)


class PlanGroupChange(Schema):
    """What may change about a plan group."""

    name = text(200, "What it is called")
    switches = switches()
    archived = Bool(metadata={"description": "True puts it away, false brings it back"})


class PlanGroup(Versioned):
    """Plans that subscribers may move among."""

    id = shown("`pgrp_…`")
    name = shown("What it is called")
    switches = ma.fields.List(ma.fields.Nested(Switch))
    archived_at = moment("When it was put away", allow_none=True)


CouponPage = page_of(Coupon)
PlanGroupPage = page_of(PlanGroup)


def _in_order(given: dict[str, Any]) -> None:
    start, end = given.get("starts_at"), given.get("expires_at")
    if isinstance(start, datetime) and isinstance(end, datetime) and end <= start:
        raise ma.ValidationError("It can't expire before it starts.", "expires_at")
