"""Campaigns, products and plans."""

from typing import Any, Final

import marshmallow as ma

from services.portal.rules.products.access import LABEL_LENGTH, URL_LENGTH
from services.portal.rules.products.benefits import FEATURE_LENGTH, MOST_FEATURES
from services.portal.rules.subscriptions.period import Interval
from services.portal.rules.subscriptions.quantity import MOST
from services.portal.schemas.base import (
    Bool,
    Versioned,
    basis_points,
    cancel_setting,
    choice,
    minor_units,
    moment,
    page_of,
    reference,
    shown,
    shown_number,
    text,
    timing_setting,
)
from services.portal.schemas.policy import Policies
from services.portal.schemas.usage import plan_meters
from shared.web.fields import Int, Schema, Str
from shared.web.paging import PageArgs

TAX_BEHAVIORS: Final = ("inclusive", "exclusive")
NAME: Final = 200
MESSAGE: Final = 1000
LONGEST_WINDOW: Final = 3650  # days
LONGEST_TRIAL: Final = 730  # days
MOST_INTERVALS: Final = 365  # of a period
_INCLUDED: Final = "What it includes, in your words; customers see what they gain and lose by moving to another plan"
_SEVERAL: Final = "What several of it are called: seats, copies; without it customers read `2 × seat`"
_LINKS: Final = "Pages and downloads for those who have it"


class NewCampaign(Schema):
    """A campaign to be made."""

    name = text(NAME, "What it is called", required=True)


class CampaignChange(Schema):
    """What may change about a campaign."""

    name = text(NAME, "What it is called")
    archived = Bool(metadata={"description": "True puts it away, false brings it back"})


class Campaign(Versioned):
    """A campaign: a group of products that a portal may be limited to."""

    id = shown("`camp_…`")
    name = shown("What it is called")
    archived_at = moment("When it was put away", allow_none=True)


class AccessLink(Schema):
    """Where a customer gets at a product."""

    label = text(LABEL_LENGTH, "What the link says", required=True)
    url = text(URL_LENGTH, "https; `{customer_reference}` is filled in", required=True)


class AdjustableQuantity(Schema):
    """May customers change how many they have, within which bounds."""

    enabled = Bool(required=True, metadata={"description": "True lets customers change it where the portal does"})
    minimum = Int(load_default=1, validate=ma.validate.Range(1, MOST), metadata={"description": "The fewest"})
    maximum = Int(
        load_default=None,
        allow_none=True,
        validate=ma.validate.Range(1, MOST),
        metadata={"description": "The most; none: a million"},
    )

    @ma.validates_schema
    def in_order(self, given: dict[str, Any], **_kwargs: Any) -> None:
        if given.get("maximum") is not None and given["maximum"] < given.get("minimum", 1):
            raise ma.ValidationError("The most can't be less than the fewest.", "maximum")


def _adjustable(**options: Any) -> ma.fields.Nested:
    return ma.fields.Nested(AdjustableQuantity, allow_none=True, **options)


def _window(**options: Any) -> Int:
    about = {"description": "Days in which a customer may ask for money back; 0: never; null: as the portal says"}
    return Int(validate=ma.validate.Range(0, LONGEST_WINDOW), allow_none=True, metadata=about, **options)


def _features(**options: Any) -> ma.fields.List[Any]:
    return ma.fields.List(
        text(FEATURE_LENGTH, "One line of it"),
        validate=ma.validate.Length(max=MOST_FEATURES),
        metadata={"description": _INCLUDED},
        **options,
    )


class NewProduct(Schema):
    """A product to be made."""

    name = text(NAME, "What it is called", required=True)
    campaign = reference("Its campaign", load_default=None, allow_none=True)
    description = text(MESSAGE, "What it is, for customers", lines=True, load_default=None, allow_none=True)
    tax_rate = basis_points(load_default=0)
    tax_behavior = choice(TAX_BEHAVIORS, "Is tax within its prices or on top", load_default="exclusive")
    unit_label = text(80, "What one of it is called: seat, copy", load_default=None, allow_none=True)
    unit_label_plural = text(80, _SEVERAL, load_default=None, allow_none=True)
    show_in_portal = Bool(load_default=True, metadata={"description": "False hides it from every portal"})
    adjustable_quantity = _adjustable(load_default=None)
    refund_window_days = _window(load_default=None)
    cancel = cancel_setting(load_default="inherit")
    cancel_message = text(MESSAGE, "Shown where canceling is denied", lines=True, load_default=None, allow_none=True)
    cancel_timing = timing_setting(load_default=None)
    policies = ma.fields.Nested(Policies, load_default=dict)
    access_links = ma.fields.List(ma.fields.Nested(AccessLink), load_default=list, metadata={"description": _LINKS})


class ProductChange(Schema):
    """What may change about a product."""

    name = text(NAME, "What it is called")
    campaign = reference("Its campaign", allow_none=True)
    description = text(MESSAGE, "What it is, for customers", lines=True, allow_none=True)
    tax_rate = basis_points()
    tax_behavior = choice(TAX_BEHAVIORS, "Is tax within its prices or on top")
    unit_label = text(80, "What one of it is called: seat, copy", allow_none=True)
    unit_label_plural = text(80, _SEVERAL, allow_none=True)
    show_in_portal = Bool(metadata={"description": "False hides it from every portal"})
    adjustable_quantity = _adjustable()
    refund_window_days = _window()
    cancel = cancel_setting()
    cancel_message = text(MESSAGE, "Shown where canceling is denied", lines=True, allow_none=True)
    cancel_timing = timing_setting()
    policies = ma.fields.Nested(Policies)
    access_links = ma.fields.List(ma.fields.Nested(AccessLink), metadata={"description": _LINKS})
    archived = Bool(metadata={"description": "True puts it away, false brings it back"})


class Product(Versioned):
    """A product."""

    id = shown("`prod_…`")
    name = shown("What it is called")
    campaign = shown("Its campaign", allow_none=True)
    description = shown("What it is, for customers", allow_none=True)
    tax_rate = shown_number("Basis points: 1900 is 19 %")
    tax_behavior = shown("`inclusive` or `exclusive`")
    unit_label = shown("What one of it is called", allow_none=True)
    unit_label_plural = shown("What several of it are called", allow_none=True)
    show_in_portal = ma.fields.Boolean(metadata={"description": "False hides it from every portal"})
    adjustable_quantity = ma.fields.Nested(AdjustableQuantity, allow_none=True)
    refund_window_days = shown_number("Days in which money may be asked back", allow_none=True)
    cancel = shown("May the customer cancel it")
    cancel_message = shown("Shown where canceling is denied", allow_none=True)
    cancel_timing = shown("When canceling takes effect; null leaves it to the portal", allow_none=True)
    policies = ma.fields.Nested(Policies)
    access_links = ma.fields.List(ma.fields.Nested(AccessLink), metadata={"description": _LINKS})
    archived_at = moment("When it was put away", allow_none=True)


class NewPlan(Schema):
    """A plan to be made. Its price never changes: a new price is a new plan."""

    product = reference("The product it is a price of", required=True)
    name = text(NAME, "What it is called", required=True)
    currency = Str(required=True, validate=ma.validate.Length(3, 3), metadata={"description": "ISO 4217, capitals"})
    unit_amount = minor_units("Minor units for one, each period", required=True)
    interval = choice(tuple(each.value for each in Interval), "The unit of its periods", required=True)
    interval_count = Int(
        load_default=1,
        validate=ma.validate.Range(1, MOST_INTERVALS),
        metadata={"description": "How many of them a period has"},
    )
    plan_group = reference("Its plan group: subscribers move among its plans", load_default=None, allow_none=True)
    trial_days = Int(
        load_default=0,
        validate=ma.validate.Range(0, LONGEST_TRIAL),
        metadata={"description": "Days before the first charge of a new subscription"},
    )
    features = _features(load_default=list)
    usage = plan_meters(load_default=list)
    refund_window_days = _window(load_default=None)
    cancel = cancel_setting(load_default="inherit")
    cancel_message = text(MESSAGE, "Shown where canceling is denied", lines=True, load_default=None, allow_none=True)
    cancel_timing = timing_setting(load_default=None)
    policies = ma.fields.Nested(Policies, load_default=dict)


class NewPrice(Schema):
    """Another price for a plan, from now on: a new plan takes its place."""

    currency = Str(required=True, validate=ma.validate.Length(3, 3), metadata={"description": "ISO 4217, capitals"})
    unit_amount = minor_units("Minor units for one, each period", required=True)


class PlanChange(Schema):
    """What may change about a plan."""

    name = text(NAME, "What it is called")
    plan_group = reference("Its plan group: subscribers move among its plans", allow_none=True)
    trial_days = Int(
        validate=ma.validate.Range(0, LONGEST_TRIAL), metadata={"description": "Days before the first charge"}
    )
    features = _features()
    usage = plan_meters()
    refund_window_days = _window()
    cancel = cancel_setting()
    cancel_message = text(MESSAGE, "Shown where canceling is denied", lines=True, allow_none=True)
    cancel_timing = timing_setting()
    policies = ma.fields.Nested(Policies)
    archived = Bool(metadata={"description": "True puts it away, false brings it back"})


class Plan(Versioned):
    """A plan: a price of a product."""

    id = shown("`plan_…`")
    product = shown("The product it is a price of")
    name = shown("What it is called")
    currency = shown("ISO 4217")
    unit_amount = shown_number("Minor units for one, each period")
    interval = shown("day, week, month or year")
    interval_count = shown_number("How many of them a period has")
    plan_group = shown("Its plan group", allow_none=True)
    trial_days = shown_number("Days before the first charge of a new subscription")
    features = ma.fields.List(ma.fields.String(), metadata={"description": _INCLUDED})
    usage = plan_meters()
    refund_window_days = shown_number("Days in which money may be asked back", allow_none=True)
    cancel = shown("May the customer cancel it")
    cancel_message = shown("Shown where canceling is denied", allow_none=True)
    cancel_timing = shown("When canceling takes effect; null leaves it to the portal", allow_none=True)
    policies = ma.fields.Nested(Policies)
    archived_at = moment("When it was put away", allow_none=True)


CampaignPage = page_of(Campaign)
ProductPage = page_of(Product)
PlanPage = page_of(Plan)


class ProductArgs(PageArgs):
    """Which products."""

    campaign = reference("Those of this campaign", load_default=None)


class PlanArgs(PageArgs):
    """Which plans."""

    product = reference("Those of this product", load_default=None)
