"""Payments that were taken elsewhere and are recorded here."""

from typing import Any

import marshmallow as ma

from services.portal.schemas.base import (
    basis_points,
    choice,
    minor_units,
    moment,
    page_of,
    reference,
    shown,
    shown_number,
    text,
)
from services.portal.schemas.products import TAX_BEHAVIORS
from shared.web.fields import Int, Schema, Str
from shared.web.paging import PageArgs

MOST_LINES = 100
_QUANTITY = ma.validate.Range(1, 1_000_000)


class NewPaymentLine(Schema):
    """What was paid for. `amount` counts; with a `unit_amount` it must be quantity times that."""

    description = text(500, "What it was", required=True)
    quantity = Int(load_default=1, validate=_QUANTITY, metadata={"description": "How many"})
    amount = minor_units("Minor units, for all of them", required=True)
    unit_amount = minor_units("Minor units, for one", load_default=None, allow_none=True)
    tax_rate = basis_points(load_default=0)


class NewPayment(Schema):
    """A payment to be recorded: either `lines`, or `description` and `amount`."""

    customer = reference("Who paid", required=True)
    currency = Str(required=True, validate=ma.validate.Length(3, 3), metadata={"description": "ISO 4217, capitals"})
    lines = ma.fields.List(ma.fields.Nested(NewPaymentLine), validate=ma.validate.Length(1, MOST_LINES))
    description = text(500, "What it was, without lines")
    amount = minor_units("Minor units, without lines")
    quantity = Int(validate=_QUANTITY, metadata={"description": "How many, without lines"})
    tax_rate = basis_points()
    tax_behavior = choice(TAX_BEHAVIORS, "Is tax within the amounts or on top", load_default="inclusive")
    paid_at = moment("When it was paid; now if left out", load_default=None)
    method = text(200, "How, in words for the document", load_default=None, allow_none=True)
    subscription = reference("What it was paid for", load_default=None, allow_none=True)
    product = reference("What it was paid for, without a subscription", load_default=None, allow_none=True)

    @ma.validates_schema
    def lines_or_amount(self, given: dict[str, Any], **_kwargs: Any) -> None:
        simple = {"description", "amount"}
        if "lines" in given and (simple | {"quantity", "tax_rate"}) & given.keys():
            raise ma.ValidationError("Give lines, or description and amount, not both.", "lines")
        if "lines" not in given and not simple <= given.keys():
            raise ma.ValidationError("Give lines, or description and amount.", "lines")


class PaymentLine(Schema):
    """A line."""

    description = shown("What it was")
    quantity = shown_number("How many")
    amount = shown_number("Minor units, for all of them")
    unit_amount = shown_number("Minor units, for one; null where it does not divide", allow_none=True)
    tax_rate = shown_number("Basis points")
    period_start = shown("From, for subscriptions", allow_none=True)
    period_end = shown("To, for subscriptions", allow_none=True)


class Payment(Schema):
    """A payment. `net` and `tax` come to `total`; all in minor units."""

    id = shown("`pay_…`")
    customer = shown("Who paid")
    subscription = shown("What it was paid for", allow_none=True)
    product = shown("What it was paid for", allow_none=True)
    description = shown("What it was")
    lines = ma.fields.List(ma.fields.Nested(PaymentLine))
    currency = shown("ISO 4217")
    tax_behavior = shown("`inclusive` or `exclusive`")
    net = shown_number("Without tax")
    tax = shown_number("Tax")
    total = shown_number("What was paid")
    kind = shown("`recorded`, `start`, `renewal`, `change`, `resume`, `final` or `top_up`")
    status = shown("`succeeded`; or `pending`, `open`, `action_required`, `unknown`, `voided`")
    refunded = shown_number("What went back of it, or is about to")
    payment_method = shown("The card it was tried with", allow_none=True)
    attempts = shown_number("How often the processor was asked for it")
    decline_code = shown("Why it was declined the last time, while it is owed", allow_none=True)
    failed_at = moment("When it was first declined", allow_none=True)
    retry_at = moment("When it is tried again by itself", allow_none=True)
    action_url = shown("Where the customer confirms it to their bank", allow_none=True)
    order_number = shown("Ten characters that cannot be guessed")
    method = shown("How it was paid", allow_none=True)
    historical = ma.fields.Boolean(metadata={"description": "Imported: an invoice, no mail"})
    paid_at = moment("When it was paid", allow_none=True)
    created_at = moment("When it was recorded")


PaymentPage = page_of(Payment)


class Paying(Schema):
    """Paying what is open."""

    payment_method = reference("The card; the one that it goes to anyway if left out", load_default=None)


class PaymentArgs(PageArgs):
    """Which payments."""

    customer = reference("Those of this customer", load_default=None)
    subscription = reference("Those for this subscription", load_default=None)
