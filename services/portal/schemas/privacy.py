"""Receipts of erased customers, and exports of what is held of one."""

import marshmallow as ma

from services.portal.schemas.base import page_of, shown
from shared.web.fields import Schema


class Kept(Schema):
    """What stays."""

    what = shown("`invoices`, `payments` or `record`, the log of what was done, which names nobody")
    ground = shown("`tax_law`, or `claims`: what was agreed and done must be provable")
    until = ma.fields.Date(metadata={"description": "The last day"})


class Erasure(Schema):
    """The receipt of an erase."""

    id = shown("`era_…`")
    customer = shown("Who was erased")
    erased_at = ma.fields.AwareDateTime(metadata={"description": "When"})
    cleared = ma.fields.List(
        ma.fields.String(),
        metadata={"description": "`profile`, `payment_methods`, `tickets`, `sign_in`, `people`, `mails`"},
    )
    kept = ma.fields.List(ma.fields.Nested(Kept), metadata={"description": "What stays, why, and until when"})


class Export(Schema):
    """Everything held of a customer, as a ZIP of JSON and CSV."""

    id = shown("`exp_…`")
    customer = shown("Whose it is")
    status = shown("`pending`, `ready`, `fetched`, `expired`, or `failed`: then ask for another")
    requested_at = ma.fields.AwareDateTime()
    ready_at = ma.fields.AwareDateTime(allow_none=True)
    expires_at = ma.fields.AwareDateTime(
        allow_none=True, metadata={"description": "Until when it can be fetched, 24 hours after it was ready"}
    )
    fetched_at = ma.fields.AwareDateTime(allow_none=True)
    size = ma.fields.Integer(allow_none=True, metadata={"description": "Bytes"})


ExportPage = page_of(Export)
