"""Campaigns, products and plans."""

from typing import Final

import marshmallow as ma

from services.portal.rules.subscriptions.period import Interval
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
)
from shared.web.fields import Int, Schema, Str
from shared.web.paging import PageArgs

TAX_BEHAVIORS: Final = ("inclusive", "exclusive")
NAME: Final = 200
MESSAGE: Final = 1000


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


class NewProduct(Schema):
    """A product to be made."""

    name = text(NAME, "What it is called", required=True)
    campaign = reference("Its campaign", load_default=None, allow_none=True)
    description = text(MESSAGE, "What it is, for customers", lines=True, load_default=None, allow_none=True)
    tax_rate = basis_points(load_default=0)
    tax_behavior = choice(TAX_BEHAVIORS, "Is tax within its prices or on top", load_default="exclusive")
    unit_label = text(80, "What one of it is called: seat, copy", load_default=None, allow_none=True)
    show_in_portal = Bool(load_default=True, metadata={"description": "False hides it from every portal"})
    cancel = cancel_setting(load_default="inherit")
    cancel_message = text(MESSAGE, "Shown where canceling is denied", lines=True, load_default=None, allow_none=True)


class ProductChange(Schema):
    """What may change about a product."""

    name = text(NAME, "What it is called")
    campaign = reference("Its campaign", allow_none=True)
    description = text(MESSAGE, "What it is, for customers", lines=True, allow_none=True)
    tax_rate = basis_points()
    tax_behavior = choice(TAX_BEHAVIORS, "Is tax within its prices or on top")
    unit_label = text(80, "What one of it is called: seat, copy", allow_none=True)
    show_in_portal = Bool(metadata={"description": "False hides it from every portal"})
    cancel = cancel_setting()
    cancel_message = text(MESSAGE, "Shown where canceling is denied", lines=True, allow_none=True)
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
    show_in_portal = ma.fields.Boolean(metadata={"description": "False hides it from every portal"})
    cancel = shown("May the customer cancel it")
    cancel_message = shown("Shown where canceling is denied", allow_none=True)
    archived_at = moment("When it was put away", allow_none=True)


class NewPlan(Schema):
    """A plan to be made. Its price never changes: a new price is a new plan."""

    product = reference("The product it is a price of", required=True)
    name = text(NAME, "What it is called", required=True)
    currency = Str(required=True, validate=ma.validate.Length(3, 3), metadata={"description": "ISO 4217, capitals"})
    unit_amount = minor_units("Minor units for one, each period", required=True)
    interval = choice(tuple(each.value for each in Interval), "The unit of its periods", required=True)
    interval_count = Int(
        load_default=1, validate=ma.validate.Range(1, 365), metadata={"description": "How many of them a period has"}
    )
    cancel = cancel_setting(load_default="inherit")
    cancel_message = text(MESSAGE, "Shown where canceling is denied", lines=True, load_default=None, allow_none=True)


class PlanChange(Schema):
    """What may change about a plan."""

    name = text(NAME, "What it is called")
    cancel = cancel_setting()
    cancel_message = text(MESSAGE, "Shown where canceling is denied", lines=True, allow_none=True)
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
    cancel = shown("May the customer cancel it")
    cancel_message = shown("Shown where canceling is denied", allow_none=True)
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
