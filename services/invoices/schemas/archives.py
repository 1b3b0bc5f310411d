"""Archives and statements on the wire."""

from typing import Any

import marshmallow as ma
from marshmallow import fields

from services.invoices.rules import period
from shared import i18n
from shared.web.fields import Schema, Str
from shared.web.paging import PageArgs

MOST_PAYMENTS = 10_000


def _said(about: str, **options: Any) -> dict[str, Any]:
    return {"metadata": {"description": about}, **options}


def _customer() -> Str:
    return Str(
        load_default=None,
        allow_none=True,
        **_said("Whose; a customer may leave it out, a key then means all customers"),
    )


def _period() -> Str:
    about = (
        "A month `2026-05`, a quarter `2026-Q2`, a year `2026`, the vendor's financial year `FY2025`, "
        "one's own `FY2025-04`, or days `2026-01-15/2026-03-31`, both included"
    )
    return Str(required=True, validate=ma.validate.Length(max=period.LONGEST), **_said(about))


def _without_payments() -> fields.List[str]:
    length = ma.validate.Length(max=MOST_PAYMENTS)
    return fields.List(Str(), load_default=list, validate=length, **_said("Leave out the documents of these payments"))


def _locale() -> Str:
    return Str(
        load_default=i18n.DEFAULT,
        validate=ma.validate.OneOf(i18n.LANGUAGES),
        **_said("Language of what is written for it"),
    )


class ArchiveIn(Schema):
    """What to put together."""

    customer = _customer()
    period = _period()
    format = Str(
        load_default="zip",
        validate=ma.validate.OneOf(("zip", "pdf", "csv", "json")),
        **_said("`zip`: every document and a manifest; `pdf`: all as one; `csv`, `json`: what they say"),
    )
    subscription = Str(load_default=None, allow_none=True, **_said("Only documents of this subscription"))
    locale = _locale()
    without_payments = _without_payments()


class StatementIn(Schema):
    """Whose statement, of when."""

    customer = Str(load_default=None, allow_none=True, **_said("Whose; only a customer may leave it out"))
    period = _period()
    locale = _locale()
    without_payments = _without_payments()


class ArchiveArgs(PageArgs):
    """Query parameters of the list."""

    customer = Str(load_default=None, **_said("Those of this customer"))


class ArchiveSchema(ma.Schema):
    """How far it is."""

    id = fields.String(required=True)
    mode = fields.String(required=True, **_said("test or live"))
    customer = fields.String(**_said("Null: of all customers", allow_none=True))
    period = fields.String(**_said("As it was asked for"))
    first_day = fields.Date()
    last_day = fields.Date()
    format = fields.String()
    subscription = fields.String(allow_none=True)
    is_chosen = fields.Boolean(**_said("Whether its documents were chosen one by one, and are not all of the period"))
    status = fields.String(**_said("pending, ready, failed or expired"))
    total = fields.Integer(**_said("How many documents, or lines of a statement"))
    done = fields.Integer(**_said("How many of them are made"))
    size = fields.Integer(**_said("Bytes; null of a ZIP, which is put together while it is sent", allow_none=True))
    requested_at = fields.DateTime(format="iso")
    ready_at = fields.DateTime(format="iso", allow_none=True)
    expires_at = fields.DateTime(**_said("Until when it can be fetched", format="iso", allow_none=True))
    file_name = fields.String()
    file = fields.String(**_said("Where it is, once it is ready"))


class ArchivePageSchema(ma.Schema):
    """A page of them, newest first."""

    data = fields.List(fields.Nested(ArchiveSchema), required=True)
    has_more = fields.Boolean(required=True)
