"""Credit notes as the API shows them. All of it is output: a credit note is made by a refund, never by a request."""

from typing import Any

from marshmallow import Schema, fields

from services.invoices.schemas.invoices import InvoiceTaxSchema


def _said(about: str, **kwargs: Any) -> dict[str, Any]:
    return {"metadata": {"description": about}, **kwargs}


class CreditNoteSchema(Schema):
    """An issued credit note: what of an invoice was given back with one refund. Nothing of it ever changes."""

    id = fields.String(required=True)
    mode = fields.String(required=True, **_said("test or live"))
    number = fields.String(**_said("Printed; counted without gaps in a series of its own"))
    invoice = fields.String(**_said("The invoice that is credited"))
    invoice_number = fields.String(**_said("What that invoice prints"))
    order_number = fields.String()
    customer = fields.String()
    subscription = fields.String(allow_none=True)
    payment = fields.String()
    refund = fields.String()
    currency = fields.String(**_said("ISO 4217"))
    net = fields.Integer(**_said("Minor units, as a positive number"))
    tax = fields.Integer(**_said("Minor units"))
    total = fields.Integer(**_said("Minor units; all credit notes of an invoice never come to more than it"))
    taxes = fields.List(fields.Nested(InvoiceTaxSchema), **_said("Rate by rate"))
    issued_at = fields.DateTime(format="iso")
    refunded_at = fields.DateTime(format="iso", **_said("When the processor took the money back"))
    locale = fields.String()
    pdf = fields.String(**_said("Where the document is"))


class CreditNotePageSchema(Schema):
    """A page of credit notes, newest first."""

    data = fields.List(fields.Nested(CreditNoteSchema), required=True)
    has_more = fields.Boolean(required=True)
