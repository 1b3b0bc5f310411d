"""What is found out about a series of documents: how many there are, and every fault."""

import hashlib
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import Row, select
from sqlalchemy.orm import Session

from services.invoices.models import CreditNoteDocument, Document, Series
from services.invoices.rules import numbering
from shared.money import EXPONENTS


@dataclass(frozen=True)
class Fault:
    """What is wrong with which document of the series; `number` is empty where it is about the series."""

    number: str
    about: str


@dataclass
class Found:
    """What was seen of a series so far."""

    count: int = 0
    last: int = numbering.FIRST - 1
    last_issued_at: datetime | None = None
    sums: dict[str, int] = field(default_factory=dict)
    documents: int = 0
    faults: list[Fault] = field(default_factory=list)


@dataclass(frozen=True, kw_only=True)
class SeriesReport:
    """One series: how many of them, the last number, the sum of each currency in minor units, and every fault."""

    vendor: str
    mode: str
    name: str
    count: int
    last: int
    sums: dict[str, int]
    documents: int
    faults: tuple[Fault, ...]

    @property
    def amounts(self) -> tuple[str, ...]:
        """The sums as people read them, `244,091.94 USD`. One may be larger than an amount can be: no Money."""
        return tuple(_amount(amount, currency) for currency, amount in self.sums.items())


def check_order(row: Row[Any], series: Series, found: Found) -> None:
    """Numbered without a gap, and dated in order."""
    expected = numbering.calculate(next_sequence=found.last + 1, prefix=series.prefix)
    if row.sequence != expected.sequence:
        found.faults.append(Fault(row.number, f"follows {found.last}: {row.sequence - found.last - 1} missing"))
    elif row.number != expected.number:
        found.faults.append(Fault(row.number, f"should be numbered {expected.number}"))
    if found.last_issued_at is not None and row.issued_at < found.last_issued_at:
        found.faults.append(Fault(row.number, "is dated before the one that it follows"))
    found.last, found.last_issued_at = row.sequence, row.issued_at
    found.count += 1


def check_document(
    session: Session, stored: type[Document] | type[CreditNoteDocument], *, document: str, number: str, found: Found
) -> None:
    """One at a time: a document can be large."""
    row = session.execute(select(stored.content, stored.sha256, stored.size).where(stored.id == document)).one()
    if hashlib.sha256(row.content).hexdigest() != row.sha256 or len(row.content) != row.size:
        found.faults.append(Fault(number, "its document is not the one that was issued"))
    found.documents += 1


def report(found: Found, *, series: Series, slug: str) -> SeriesReport:
    """All of it, once the series was looked at."""
    if series.next_sequence != found.last + 1:
        found.faults.append(Fault("", f"the counter says {series.next_sequence} comes next, not {found.last + 1}"))
    return SeriesReport(
        vendor=slug,
        mode=series.mode,
        name=series.name,
        count=found.count,
        last=found.last,
        sums=dict(sorted(found.sums.items())),
        documents=found.documents,
        faults=tuple(found.faults),
    )


def _amount(amount: int, currency: str) -> str:
    digits = EXPONENTS[currency]
    whole, rest = divmod(abs(amount), 10**digits)
    return f"{'-' if amount < 0 else ''}{whole:,}{f'.{rest:0{digits}}' if digits else ''} {currency}"
