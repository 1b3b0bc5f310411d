"""Add-ons: in the catalog, and on a subscription."""

from typing import Any

import marshmallow as ma

from services.portal.rules.subscriptions.period import Interval
from services.portal.rules.subscriptions.quantity import MOST
from services.portal.schemas.base import (
    Bool,
    Versioned,
    choice,
    minor_units,
    moment,
    page_of,
    reference,
    shown,
    shown_number,
    text,
)
from services.portal.schemas.coupons import MOST_PLANS
from services.portal.schemas.products import MESSAGE, MOST_INTERVALS, NAME
from services.portal.schemas.subscriptions import Subscription
from shared.money import EXPONENTS
from shared.web.fields import Int, Schema, Str
from shared.web.paging import PageArgs


def _plans(**options: Any) -> ma.fields.List[Any]:
    return ma.fields.List(
        reference("A plan"),
        validate=ma.validate.Length(max=MOST_PLANS),
        metadata={"description": "The plans it is for; empty: all of the product with its currency and interval"},
        **options,
    )


def _bound(about: str, **options: Any) -> Int:
    return Int(validate=ma.validate.Range(1, MOST), metadata={"description": about}, **options)


class NewAddon(Schema):
    """An add-on to be made. It is offered with plans of its product that have its currency and interval."""

    product = reference("The product it belongs to; its tax is that of the product", required=True)
    name = text(NAME, "What it is called", required=True)
    description = text(MESSAGE, "What it is, for customers", lines=True, load_default=None, allow_none=True)
    unit_label = text(80, "What one of it is called: seat, copy", load_default=None, allow_none=True)
    currency = Str(
        required=True,
        validate=ma.validate.OneOf(tuple(EXPONENTS), error="Not an ISO 4217 code."),
        metadata={"description": "ISO 4217, capitals"},
    )
    unit_amount = minor_units("Minor units for one, each period", required=True)
    interval = choice(tuple(each.value for each in Interval), "The unit of the plans' periods", required=True)
    interval_count = Int(
        load_default=1,
        validate=ma.validate.Range(1, MOST_INTERVALS),
        metadata={"description": "How many of them a period has"},
    )
    plans = _plans(load_default=list)
    minimum = _bound("The fewest at once", load_default=1)
    maximum = _bound("The most at once", load_default=1)


class AddonChange(Schema):
    """What may change about an add-on. Subscriptions that have it keep what they agreed to."""

    name = text(NAME, "What it is called")
    description = text(MESSAGE, "What it is, for customers", lines=True, allow_none=True)
    unit_label = text(80, "What one of it is called: seat, copy", allow_none=True)
    unit_amount = minor_units("Minor units for one, each period, for those who add it from now on")
    plans = _plans()
    minimum = _bound("The fewest at once")
    maximum = _bound("The most at once")
    archived = Bool(metadata={"description": "True puts it away, false brings it back"})


class Addon(Versioned):
    """An add-on of the catalog."""

    id = shown("`add_…`")
    product = shown("The product it belongs to")
    name = shown("What it is called")
    description = shown("What it is, for customers", allow_none=True)
    unit_label = shown("What one of it is called", allow_none=True)
    currency = shown("ISO 4217")
    unit_amount = shown_number("Minor units for one, each period")
    interval = shown("day, week, month or year")
    interval_count = shown_number("How many of them a period has")
    plans = ma.fields.List(shown("A plan"), metadata={"description": "The plans it is for; empty: all that fit"})
    minimum = shown_number("The fewest at once")
    maximum = shown_number("The most at once")
    archived_at = moment("When it was put away", allow_none=True)


class AddonArgs(PageArgs):
    """Which add-ons."""

    product = reference("Those of this product", load_default=None)


class AddonToAdd(Schema):
    """An add-on for a subscription. Price and tax are those of the catalog at this moment."""

    addon = reference("The add-on", required=True)
    quantity = Int(load_default=1, validate=ma.validate.Range(1, MOST), metadata={"description": "How many"})


class AddonQuantity(Schema):
    """How many there are to be: more from now on, fewer from the next period on."""

    quantity = Int(required=True, validate=ma.validate.Range(1, MOST), metadata={"description": "How many"})


class AddonState(Schema):
    """What became of it."""

    state = shown("`changed`, `scheduled`, `action_required` or `unknown`")
    addon = shown("`add_…`")
    payment = shown("What is paid for it", allow_none=True)
    action_url = shown("Where the customer confirms the payment, if they must", allow_none=True)


class SubscriptionWithAddon(Subscription):
    """The subscription, and what became of the add-on."""

    addon_change = ma.fields.Nested(AddonState)


AddonPage = page_of(Addon)
