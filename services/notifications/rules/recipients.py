"""DECIDES which further addresses of a customer a document goes to.

To each whose owner has agreed, that gets documents of this kind, once, and never to the customer's own mailbox, which
has a mail of its own about it. Documents of payments that were made before Bursar knew of them go to nobody.

A statement of account goes there once a month.

Worked example: of three addresses for invoices, one not confirmed and one equal to the customer's, one gets the mail.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final

from shared import addresses
from shared.events import CreditNoteIssued, Event, InvoiceIssued

KINDS: Final[Mapping[type[Event], tuple[str, ...]]] = {
    InvoiceIssued: ("invoice", "receipt"),
    CreditNoteIssued: ("credit_note",),
}
"""Which kinds of document an event tells of, as portal calls them. Nobody is told of a month's end: `statement` goes by
the clock."""
STATEMENT: Final = "statement"
_MADE_AT: Final = 6  # o'clock on the first of a month, UTC: by then what happened in the last minutes is on it
_DECEMBER: Final = 12


@dataclass(frozen=True, kw_only=True)
class Further:
    """A further address."""

    id: str
    email: str
    documents: Sequence[str]
    is_confirmed: bool


def decide(further: Sequence[Further], *, kind: str, own: str, is_historical: bool) -> tuple[Further, ...]:
    """Those that get it. `own` is the customer's address."""
    if is_historical:
        return ()
    taken, chosen = {_key(own)}, []
    for each in further:
        key = _key(each.email)
        if each.is_confirmed and kind in each.documents and key not in taken:
            taken.add(key)
            chosen.append(each)
    return tuple(chosen)


def statement_due(documents: Sequence[str], *, is_confirmed: bool, after: datetime) -> datetime | None:
    """When the next statement goes to this address: early on the first of the next month; None: it gets none."""
    if not is_confirmed or STATEMENT not in documents:
        return None
    first = after.replace(day=1, hour=_MADE_AT, minute=0, second=0, microsecond=0)
    if after < first:
        return first
    if first.month == _DECEMBER:
        return first.replace(year=first.year + 1, month=1)
    return first.replace(month=first.month + 1)


def month_before(due: datetime) -> tuple[date, date]:
    """The first and the last day of the month whose statement is due then."""
    last = due.date().replace(day=1) - timedelta(days=1)
    return last.replace(day=1), last


def _key(email: str) -> str:
    try:
        return addresses.parse(email).key
    except addresses.BadAddress:  # a customer from before addresses were checked
        return email
