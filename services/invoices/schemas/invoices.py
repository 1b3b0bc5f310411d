"""Invoices as the API shows them. All of it is output: an invoice is made by a payment, never by a request."""

from typing import Any

from marshmallow import Schema, fields


def _said(about: str, **kwargs: Any) -> dict[str, Any]:
    return {"metadata": {"description": about}, **kwargs}


class InvoiceTaxSchema(Schema):
    """What one rate comes to."""

    rate = fields.Integer(**_said("Basis points: 1900 is 19 %"))
    net = fields.Integer(**_said("Minor units"))
    tax = fields.Integer(**_said("Minor units"))


class InvoiceLineSchema(Schema):
    """One line of an invoice."""

    description = fields.String()
    quantity = fields.Integer()
    unit_amount = fields.Integer(**_said("Minor units; null where the amount does not divide", allow_none=True))
    amount = fields.Integer(**_said("Minor units; with tax where `tax_behavior` is inclusive"))
    tax_rate = fields.Integer(**_said("Basis points: 1900 is 19 %"))
    period_start = fields.DateTime(format="iso", allow_none=True)
    period_end = fields.DateTime(format="iso", allow_none=True)


class InvoicePartySchema(Schema):
    """Seller or buyer, as they were called when the invoice was issued."""

    display_name = fields.String(allow_none=True)
    legal_name = fields.String(**_said("Sellers only", allow_none=True))
    company = fields.String(**_said("Buyers only", allow_none=True))
    email = fields.String(allow_none=True)
    website = fields.String(**_said("Sellers only", allow_none=True))
    address = fields.List(fields.String())
    country = fields.String(**_said("ISO 3166-1 alpha-2", allow_none=True))
    tax_id = fields.String(allow_none=True)
    po_number = fields.String(**_said("Buyers only: their purchase order number", allow_none=True))


class RetentionSchema(Schema):
    """Why the invoice of somebody who was erased is still here."""

    ground = fields.String(**_said("`tax_law`"))
    delete_after = fields.Date(**_said("The last day on which it must be kept"))


class InvoiceSchema(Schema):
    """An issued invoice. Nothing of it changes but `status`, from `open` once."""

    id = fields.String(required=True)
    mode = fields.String(required=True, **_said("test or live"))
    number = fields.String(**_said("Printed; counted without gaps in its series"))
    order_number = fields.String()
    status = fields.String(**_said("paid, open, void or uncollectible"))
    customer = fields.String()
    subscription = fields.String(allow_none=True)
    payment = fields.String()
    currency = fields.String(**_said("ISO 4217"))
    net = fields.Integer(**_said("Minor units"))
    tax = fields.Integer(**_said("Minor units"))
    total = fields.Integer(**_said("Minor units"))
    taxes = fields.List(fields.Nested(InvoiceTaxSchema), **_said("Rate by rate"))
    tax_behavior = fields.String(**_said("Whether line amounts are exclusive or inclusive of tax"))
    description = fields.String()
    lines = fields.List(fields.Nested(InvoiceLineSchema))
    issued_at = fields.DateTime(format="iso")
    paid_at = fields.DateTime(format="iso")
    historical = fields.Boolean(**_said("Paid before Bursar knew of it"))
    locale = fields.String()
    method = fields.String(**_said("How it was paid, in words", allow_none=True))
    seller = fields.Nested(InvoicePartySchema)
    buyer = fields.Nested(InvoicePartySchema)
    retention = fields.Nested(
        RetentionSchema,
        **_said("Why and how long it is kept though its customer was erased; else null", allow_none=True),
    )
    pdf = fields.String(**_said("Where the document is"))


class InvoicePageSchema(Schema):
    """A page of invoices, newest first."""

    data = fields.List(fields.Nested(InvoiceSchema), required=True)
    has_more = fields.Boolean(required=True)
