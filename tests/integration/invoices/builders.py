"""Payments and sellers, valid by default."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict
from datetime import UTC, datetime
from typing import Any, Final

from services.invoices.actions import invoices, sellers
from shared import clock, ids
from shared.database import Database, Session, scope
from shared.events import Mode, PaymentSucceeded
from shared.totals import Line, TaxBehavior, calculate

NOW: Final = datetime(2026, 11, 22, 14, 30, tzinfo=UTC)
PROFILE: Final = {
    "legal_name": "Larkfield Music Ltd.",
    "address": ["14 Orchard Lane", "Bath BA1 1AA"],
    "country": "GB",
    "tax_id": "GB 123 4567 82",
    "email": "billing@larkfield.example",
    "website": "https://larkfield.example",
    "brand_color": "#0b7a5b",
    "logo": None,
}


def a_line(**changes: Any) -> Line:
    given = {"description": "Compact disc", "quantity": 2, "amount": 2354, "unit_amount": 1177, "tax_rate": 1900}
    return Line(**given | changes)


def a_payment(
    *lines: Line, currency: str = "USD", tax_behavior: TaxBehavior = "exclusive", **changes: Any
) -> PaymentSucceeded:
    """A payment of today that adds up, of one customer with all billing details."""
    sold: Sequence[Line] = lines or (a_line(),)
    totals = calculate(sold, currency, tax_behavior)
    given: dict[str, Any] = {
        "payment": ids.new("pay"),
        "customer": "cus_anna",
        "subscription": None,
        "order_number": ids.order_number(),
        "currency": currency,
        "tax_behavior": tax_behavior,
        "lines": [asdict(line) for line in sold],
        "net": totals.net,
        "tax": totals.tax,
        "total": totals.total,
        "paid_at": "2026-11-20T08:00:00+00:00",
        "historical": False,
        "locale": None,
        "buyer": a_buyer(),
        "method": "Visa ending 4242",
    }
    return PaymentSucceeded(**given | changes)


def a_buyer(**changes: Any) -> dict[str, Any]:
    given = {
        "display_name": "Anna Berg",
        "company": "Tessaly Foods GmbH",
        "email": "anna@tessaly.example",
        "address": ["Lindenhof 4", "10115 Berlin"],
        "country": "DE",
        "tax_id": "DE 318 204 556",
    }
    return given | changes


def a_seller(database: Database, *, slug: str | None = None, **changes: Any) -> str:
    """A vendor that invoices has heard of; its id."""
    vendor = ids.new("ven")
    given = {"display_name": "Larkfield", "profile": PROFILE, "default_locale": "en", "revision": 1}
    with database.begin() as session:
        sellers.project(session, vendor=vendor, slug=slug or vendor, now=NOW, **given | changes)
    return vendor


@contextmanager
def selling(database: Database, vendor: str, mode: Mode = "test") -> Iterator[Session]:
    """A transaction in the vendor's scope."""
    with scope.system(vendor=vendor, mode=mode, job="test"), database.begin() as session:
        yield session


def issued(database: Database, vendor: str, *payments: PaymentSucceeded, mode: Mode = "test") -> list[str]:
    """Invoices for these payments, a transaction each; their ids."""
    found = []
    for payment in payments:
        with selling(database, vendor, mode) as session:
            found.append(invoices.issue(session, payment=payment, now=clock.now()))
    return found
