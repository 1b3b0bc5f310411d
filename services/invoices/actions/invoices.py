"""Issuing invoices. Statements are prepared and few: an import issues thousands in one go."""

from dataclasses import fields
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Connection, Row, bindparam, insert, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from services.invoices.models import DueDocument, Invoice, InvoiceLine, Seller, Series
from services.invoices.rules import agreement, finalization, numbering
from services.invoices.rules.finalization import FinalInvoice
from shared import ids
from shared.bus import outbox
from shared.database import scope
from shared.errors import NotFound
from shared.events import InvoiceIssued, PaymentSucceeded

_WHOSE: Final = (Series.vendor == bindparam("vendor"), Series.mode == bindparam("mode"))
_BEGUN: Final = (
    select(
        Series.id,
        Series.prefix,
        Series.next_sequence,
        Series.last_issued_at,
        Seller.display_name,
        Seller.default_locale,
        Seller.profile,
        select(Invoice.id)
        .where(Invoice.vendor == Series.vendor, Invoice.mode == Series.mode, Invoice.payment == bindparam("payment"))
        .scalar_subquery()
        .label("issued"),
    )
    .join(Seller, Seller.vendor == Series.vendor)
    .where(*_WHOSE, Series.name == bindparam("series"))
    .with_for_update(of=Series)
)
"""All that is needed, in one question. The counter is ours until we commit; SQLite has one writer at a time anyway.

When two replicas issue for the same payment at once, the second may not see the first's invoice here; then the
unique payment refuses it, its message is tried again, and finds it.
"""
_COUNT: Final = (
    update(Series.__table__)  # type: ignore[arg-type]  # a declarative table is a Table
    .where(Series.__table__.c.id == bindparam("counted"))
    .values(next_sequence=bindparam("following"), last_issued_at=bindparam("issued_at"))
)
_INVOICE: Final = insert(Invoice.__table__)  # type: ignore[arg-type]  # the stub says FromClause; it is a Table
_LINE: Final = insert(InvoiceLine.__table__)  # type: ignore[arg-type]  # as above
_DUE: Final = insert(DueDocument.__table__)  # type: ignore[arg-type]  # as above


class SellerUnknown(NotFound):
    """Auth's word about this vendor has not arrived yet."""

    code = "seller_unknown"


def issue(session: Session, *, payment: PaymentSucceeded, now: datetime) -> str:
    """The id of the payment's invoice, issued now if it was not already; recorded as `invoice.issued`.

    Raises SellerUnknown, and what the rules raise for a payment that does not add up.
    """
    whose = scope.values()
    connection = session.connection()
    begun = _begin(connection, whose, payment)
    if begun.issued is not None:
        return str(begun.issued)
    agreed = agreement.decide(
        lines=payment.lines,
        currency=payment.currency,
        tax_behavior=payment.tax_behavior,
        net=payment.net,
        tax=payment.tax,
        total=payment.total,
    )
    numbered = numbering.calculate(next_sequence=begun.next_sequence, prefix=begun.prefix)
    final = finalization.decide(
        payment=payment,
        agreed=agreed,
        seller=finalization.Seller(
            display_name=begun.display_name, default_locale=begun.default_locale, profile=begun.profile
        ),
        numbered=numbered,
        previous_issued_at=begun.last_issued_at,
        now=now,
    )
    invoice_id = ids.new("inv")
    _save(connection, whose | {"id": invoice_id, "series": begun.id}, final)
    connection.execute(_COUNT, {"counted": begun.id, "following": numbered.following, "issued_at": final.issued_at})
    outbox.record(session, _issued(invoice_id, final), at=final.issued_at)
    return invoice_id


def _begin(connection: Connection, whose: dict[str, str], payment: PaymentSucceeded) -> Row[Any]:
    """Counter, seller and an invoice that is there already. Makes a vendor's series with its first invoice."""
    asked = {**whose, "series": numbering.INVOICES, "payment": payment.payment}
    begun = connection.execute(_BEGUN, asked).first()
    if begun is not None:
        return begun
    if connection.execute(select(Seller.vendor).where(Seller.vendor == whose["vendor"])).first() is None:
        raise SellerUnknown(vendor=whose["vendor"])
    dialect = sqlite if connection.dialect.name == "sqlite" else postgresql
    first = dialect.insert(Series).values(
        id=ids.new("ser"),
        **whose,
        name=numbering.INVOICES,
        prefix=numbering.PREFIXES[numbering.INVOICES],
        next_sequence=numbering.FIRST,
    )
    connection.execute(first.on_conflict_do_nothing())
    return connection.execute(_BEGUN, asked).one()


def _save(connection: Connection, key: dict[str, str], final: FinalInvoice) -> None:
    """Invoice, lines, and the wish for its document. `key`: vendor, mode, id, series."""
    connection.execute(_INVOICE, key | _row(final))
    here = {"vendor": key["vendor"], "mode": key["mode"], "invoice": key["id"]}
    connection.execute(
        _LINE, [here | vars(line) | {"position": position} for position, line in enumerate(final.lines, start=1)]
    )
    if not final.historical:  # those of an import are made when somebody asks for one
        connection.execute(_DUE, here | {"attempts": 0, "due_at": final.issued_at})


def _row(final: FinalInvoice) -> dict[str, Any]:
    row = {field.name: getattr(final, field.name) for field in fields(final)}
    lines, totals = row.pop("lines"), row.pop("totals")
    return row | {
        "line_count": len(lines),
        "currency": totals.currency,
        "net": totals.net,
        "tax": totals.tax,
        "total": totals.total,
        "taxes": [{"rate": each.rate, "net": each.net, "tax": each.tax} for each in totals.taxes],
    }


def _issued(invoice_id: str, final: FinalInvoice) -> InvoiceIssued:
    return InvoiceIssued(
        invoice=invoice_id,
        number=final.number,
        order_number=final.order_number,
        customer=final.customer,
        subscription=final.subscription,
        payment=final.payment,
        status=final.status,
        currency=final.totals.currency,
        net=final.totals.net,
        tax=final.totals.tax,
        total=final.totals.total,
        description=final.description,
        issued_at=final.issued_at.isoformat(),
        paid_at=final.paid_at.isoformat(),
        historical=final.historical,
        locale=final.locale,
    )
