"""What was done, by whom; and is the chain of it whole."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Select, or_, select
from sqlalchemy.orm import Session

from services.portal.models import Entry, LogHead
from services.portal.queries.batches import pieces
from services.portal.rules.operations import chain
from services.portal.rules.operations.chain import BEGINNING, Fault, Line, Link
from shared.database import Begin, scope

MOST_PROBLEMS: Final = 100
ROW: Final = Entry
"""What a listing yields."""
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


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """Which lines; None means any. `about` is an id: what was done to it, on its account, or by it. `since` and `until`
    are moments of the vendor's own time, the second one no longer included."""

    object: str | None = None
    customer: str | None = None
    about: str | None = None
    actor_kind: str | None = None
    action: str | None = None
    since: datetime | None = None
    until: datetime | None = None


def listing(wanted: Wanted) -> Select[Entry]:
    """The lines that are wanted, in no order yet."""
    statement = select(Entry)
    for column in (Entry.object, Entry.customer, Entry.actor_kind, Entry.action):
        value = getattr(wanted, column.key)
        statement = statement if value is None else statement.where(column == value)
    if wanted.about is not None:
        of = wanted.about
        statement = statement.where(or_(Entry.object == of, Entry.customer == of, Entry.actor_id == of))
    if wanted.since is not None:
        statement = statement.where(Entry.at >= wanted.since)
    return statement if wanted.until is None else statement.where(Entry.at < wanted.until)


def batches(begin: Begin, statement: Select[Entry]) -> Iterator[list[EntryView]]:
    """All of them, newest first, in pieces: a log of any length fits the memory."""
    return pieces(begin, statement, ROW, view)


def newest(session: Session, *, action: str) -> EntryView | None:
    """The last time that this was done."""
    found = select(Entry).where(Entry.action == action).order_by(Entry.id.desc()).limit(1)
    row = session.scalars(found).first()
    return None if row is None else view(row)


def latest(session: Session, *, limit: int) -> Sequence[EntryView]:
    """What was done last, the newest first."""
    return [view(row) for row in session.scalars(select(Entry).order_by(Entry.id.desc()).limit(limit))]


def since(session: Session, entry_id: str, *, limit: int) -> Sequence[EntryView]:
    """What was done after this line, in the order of its own time: on a test clock that is not when it was written."""
    later = select(Entry).where(Entry.id > entry_id).order_by(Entry.id).limit(limit)
    return sorted(map(view, session.scalars(later)), key=lambda each: (each.at, each.id))


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


def verify_own(session: Session) -> ChainView:
    """The chain of the scope's vendor and mode, checked line by line."""
    here = scope.current()
    with scope.platform():
        own = [each for each in _heads(session, here.vendor) if each[1] == here.mode]
        return _checked(session, own[0] if own else (here.vendor, here.mode, BEGINNING))


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
