"""DECIDES to which further addresses a customer's documents go, and when their owners may be asked.

A customer may have up to ten, each for some kinds of documents (DOCUMENTS), none of them the customer's own address and
none twice. An address gets nothing before its owner has said yes to a mail, and nothing after they said no: then it
is not asked for this customer again for 30 days, whatever the customer does. So that nobody fills a stranger's mailbox,
an address is asked at most three times a day and not twice within ten minutes, and a customer has at most ten
addresses asked an hour. What is counted is what was asked, also of addresses that were removed since.

Worked example: `books@x.test` was asked at 9:00. At 9:05 it is not asked again (5 minutes to wait), at 9:10 it is. Its
owner says no at 9:20: the address can be removed, and not be added again before 30 days are over.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

from shared.errors import Conflict, FieldError, Invalid, TooMany

MOST: Final = 10
DAY: Final = timedelta(days=1)
HOUR: Final = timedelta(hours=1)
REST: Final = timedelta(minutes=10)
ASKS_A_DAY: Final = 3  # of one address
ASKS_AN_HOUR: Final = 10  # of one customer
KEPT: Final = timedelta(days=30)
"""How long it is known that an address was removed, or said no."""


class Document(StrEnum):
    """What may go to a further address."""

    INVOICE = "invoice"
    CREDIT_NOTE = "credit_note"
    RECEIPT = "receipt"
    STATEMENT = "statement"  # of each month, early in the next


DOCUMENTS: Final = tuple(Document)


class Status(StrEnum):
    """How an address stands. `removed` ones are kept for what was asked of them, and shown to nobody."""

    PENDING = "pending"
    CONFIRMED = "confirmed"
    UNSUBSCRIBED = "unsubscribed"
    REMOVED = "removed"


class TooManyRecipients(Conflict):
    """There are as many as there may be."""

    code = "too_many_recipients"


class RecipientExists(Conflict):
    """The address is there already."""

    code = "recipient_exists"


class RecipientSaidNo(Conflict):
    """The owner of the address does not want documents of this customer."""

    code = "recipient_said_no"


class RecipientConfirmed(Conflict):
    """There is nothing to ask any more."""

    code = "recipient_confirmed"


class AskedTooOften(TooMany):
    """Another mail may be asked for later."""

    code = "recipient_asked_too_often"


@dataclass(frozen=True, kw_only=True)
class Known:
    """An address of this customer, past ones too. `asked` are the moments of the last day at which it was asked."""

    key: str
    status: Status
    said_no_at: datetime | None
    asked: tuple[datetime, ...]


def documents(given: Collection[str]) -> tuple[str, ...]:
    """The kinds in their order, each once. Raises Invalid naming what is none, or that there is none at all."""
    unknown = sorted(set(given) - set(DOCUMENTS))
    if unknown:
        raise Invalid(FieldError.of("documents", "not_a_choice"))
    if not given:
        raise Invalid(FieldError.of("documents", "required"))
    return tuple(each.value for each in DOCUMENTS if each in given)


def require_new(key: str, *, own: str, known: Sequence[Known], now: datetime) -> None:
    """Return when the address of this key may be added, and asked now. `own` is the customer's.

    Raises Invalid, RecipientExists, RecipientSaidNo, TooManyRecipients, AskedTooOften.
    """
    if key == own:
        raise Invalid(FieldError.of("email", "own_address"))
    present = [each for each in known if each.status is not Status.REMOVED]
    if any(each.key == key for each in present):
        raise RecipientExists
    if any(each.key == key and each.said_no_at is not None and now - each.said_no_at < KEPT for each in known):
        raise RecipientSaidNo
    if len(present) >= MOST:
        raise TooManyRecipients(most=MOST)
    require_ask(key, known=known, now=now)


def require_again(one: Known, *, known: Sequence[Known], now: datetime) -> None:
    """Return when this address may be asked once more. Raises RecipientConfirmed, RecipientSaidNo, AskedTooOften."""
    if one.status is Status.CONFIRMED:
        raise RecipientConfirmed
    if one.status is not Status.PENDING:
        raise RecipientSaidNo
    require_ask(one.key, known=known, now=now)


def require_ask(key: str, *, known: Sequence[Known], now: datetime) -> None:
    """Return when the address may be asked now. Raises AskedTooOften."""
    of_address = [at for each in known if each.key == key for at in each.asked]
    of_customer = [at for each in known for at in each.asked]
    free_at = max(
        max((at + REST for at in of_address), default=now),
        _full_until(of_address, most=ASKS_A_DAY, within=DAY, now=now),
        _full_until(of_customer, most=ASKS_AN_HOUR, within=HOUR, now=now),
    )
    if free_at > now:
        raise AskedTooOften(retry_after=-(-(free_at - now) // timedelta(seconds=1)))


def recent(asked: Sequence[datetime], *, now: datetime) -> tuple[datetime, ...]:
    """Of the moments at which somebody was asked, those that still count."""
    return tuple(at for at in asked if now - at < DAY)


def _full_until(asked: Sequence[datetime], *, most: int, within: timedelta, now: datetime) -> datetime:
    """When there is room for one more: as soon as the oldest of the newest `most` is no longer within."""
    counted = sorted(at for at in asked if now - at < within)
    return now if len(counted) < most else counted[-most] + within
