"""What was done, by whom; and is the chain of it whole."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from services.portal.models import Entry, LogHead
from services.portal.rules.operations import chain
from services.portal.rules.operations.chain import BEGINNING, Fault, Line, Link

MOST_PROBLEMS: Final = 100
_AT_ONCE: Final = 1000


@dataclass(frozen=True, kw_only=True)
class EntryView:
    """One line of the action log. `sequence` and `hash` are None for the moment until it is sealed."""

    id: str
    actor_kind: str
    actor_id: str
    action: str
    object: str
    customer: str | None
    rule: str | None
    before: dict[str, Any] | None
    after: dict[str, Any] | None
    request_id: str
    client_address: str | None
    at: datetime
    sequence: int | None
    hash: str | None


@dataclass(frozen=True, kw_only=True)
class Break:
    """A place where a chain is not as it was sealed. `entry` is None where lines are gone from the end."""

    vendor: str
    mode: str
    sequence: int
    entry: str | None
    fault: Fault


@dataclass(frozen=True, kw_only=True)
class ChainView:
    """One vendor's log in one mode: how many sealed lines, the hash of the last, what is wrong with it."""

    vendor: str
    mode: str
    lines: int
    head: str
    breaks: Sequence[Break]
    break_count: int


def listing(*, object_id: str | None, customer: str | None) -> Select[Entry]:
    """What was done to a thing, or on a customer's account; None means any."""
    statement = select(Entry)
    if object_id is not None:
        statement = statement.where(Entry.object == object_id)
    return statement if customer is None else statement.where(Entry.customer == customer)


def view(row: Entry) -> EntryView:
    """A row as a view."""
    return EntryView(
        id=row.id,
        actor_kind=row.actor_kind,
        actor_id=row.actor_id,
        action=row.action,
        object=row.object,
        customer=row.customer,
        rule=row.rule,
        before=row.before,
        after=row.after,
        request_id=row.request_id,
        client_address=row.client_address,
        at=row.at,
        sequence=row.sequence,
        hash=row.hash,
    )


def line(row: Entry) -> Line:
    """What a row says, as the chain takes it."""
    return Line(
        id=row.id,
        vendor=row.vendor,
        mode=row.mode,
        actor_kind=row.actor_kind,
        actor_id=row.actor_id,
        action=row.action,
        object=row.object,
        customer=row.customer,
        rule=row.rule,
        before=row.before,
        after=row.after,
        request_id=row.request_id,
        at=row.at,
    )


def verify(session: Session, *, vendor: str | None = None) -> tuple[ChainView, ...]:
    """Every chain, or those of one vendor, checked line by line. Runs on the platform's side of the scope."""
    return tuple(_checked(session, of) for of in _heads(session, vendor))


def _heads(session: Session, vendor: str | None) -> list[tuple[str, str, Link]]:
    """The ends that were noted; a chain whose note is gone began nowhere, so all of it stands behind its end."""
    chains = select(Entry.vendor, Entry.mode).where(Entry.hash.is_not(None)).distinct()
    noted = select(LogHead)
    if vendor is not None:
        chains, noted = chains.where(Entry.vendor == vendor), noted.where(LogHead.vendor == vendor)
    ends = {(row.vendor, row.mode): BEGINNING for row in session.execute(chains)}
    for row in session.scalars(noted):
        ends[row.vendor, row.mode] = Link(sequence=row.sequence, previous_hash=chain.START, hash=row.hash)
    return [(of, mode, end) for (of, mode), end in sorted(ends.items())]


def _checked(session: Session, of: tuple[str, str, Link]) -> ChainView:
    vendor, mode, head = of
    breaks: list[Break] = []
    count = lines = 0
    last = BEGINNING
    last_id: str | None = None

    def note(faults: tuple[Fault, ...], sequence: int, entry: str | None) -> None:
        nonlocal count
        count += len(faults)
        found = [Break(vendor=vendor, mode=mode, sequence=sequence, entry=entry, fault=each) for each in faults]
        breaks.extend(found[: MOST_PROBLEMS - len(breaks)])

    for row, stands in _sealed(session, vendor, mode):
        note(chain.check(line(row), stands, after=last), stands.sequence, row.id)
        last, last_id, lines = stands, row.id, lines + 1
    ending = chain.check_end(last, head=head)
    is_cut = Fault.CUT in ending
    note(ending, head.sequence if is_cut else last.sequence, None if is_cut else last_id)
    return ChainView(vendor=vendor, mode=mode, lines=lines, head=head.hash, breaks=breaks, break_count=count)


def _sealed(session: Session, vendor: str, mode: str) -> Iterator[tuple[Entry, Link]]:
    """In the order of the chain. Read in pieces and forgotten, so that a log of any length fits the memory."""
    after = -1
    in_order = select(Entry).where(Entry.vendor == vendor, Entry.mode == mode).order_by(Entry.sequence).limit(_AT_ONCE)
    while rows := session.scalars(in_order.where(Entry.sequence > after)).all():
        for row in rows:
            yield row, Link(sequence=row.sequence or 0, previous_hash=row.previous_hash or "", hash=row.hash or "")
        after = rows[-1].sequence or 0
        session.expunge_all()
