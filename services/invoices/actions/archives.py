"""Asking for the documents of a period, and making them in the background, a few at a time.

What is in an archive is fixed when it is asked for. Each turn makes some documents, each once, and notes how far it
came, so that whoever comes after a worker that died goes on from there. All that wait take turns.
"""

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from typing import Final, cast

from sqlalchemy import select
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from services.invoices.actions import archive_files, documents, statements
from services.invoices.adapters import Adapters
from services.invoices.models import Archive
from services.invoices.queries import archives as queries
from services.invoices.queries import filed
from services.invoices.queries.archives import ArchiveView, DueArchive, Item
from services.invoices.rules import period as periods
from shared import clock, ids
from shared.database import Begin, scope
from shared.database.alone import alone
from shared.errors import Conflict, FieldError, Invalid, NotFound
from shared.events import Mode
from shared.jobs import LeaseLost
from shared.logs import log

GOOD_FOR: Final = timedelta(hours=24)
AT_ONCE: Final = 20  # documents of one turn
MOST_DOCUMENTS: Final = {"zip": 20_000, "csv": 20_000, "json": 20_000, "pdf": 300}
MOST_WAITING: Final = 5  # of one customer, or of the vendor for all of them
MOST_ATTEMPTS: Final = 8  # the last one four minutes after the first
JOB: Final = "make_archives"
_PREFIXES: Final = {"archive": "arc", "statement": "stm"}
_BATCH: Final = 100


class PeriodEmpty(Conflict):
    """Nothing was issued in this period."""

    code = "period_empty"


class TooManyDocuments(Conflict):
    """More than one archive of this kind holds; a shorter period, or a ZIP, holds them."""

    code = "too_many_documents"


class TooManyWaiting(Conflict):
    """So many are being made already."""

    code = "too_many_archives"


def request(
    session: Session,
    *,
    kind: str,
    written: str,
    format: str,  # noqa: A002 - the field's name
    customer: str | None,
    locale: str,
    subscription: str | None = None,
    without_payments: Collection[str] = (),
    now: datetime,
) -> ArchiveView:
    """Have it made; the same that is being made already is that one. A customer may leave out who they are.

    Raises NoSuchPeriod, PeriodEmpty, TooManyDocuments, TooManyWaiting, NotFound for somebody else's, and Invalid where
    several customers could be meant.
    """
    whose = _whose(customer, must_be_one=kind == "statement")
    days = periods.decide(written, fiscal_year_start=queries.fiscal_year_start(session))
    waiting = _waiting(session, whose)
    for row in waiting:
        same = (row.kind, row.format, row.period, row.subscription, row.locale, row.is_chosen)
        if same == (kind, format, written, subscription, locale, False):
            return queries.view(row, now=now)
    _check_room(waiting)
    found = queries.chosen(
        session, period=days, customer=whose, subscription=subscription, without_payments=without_payments
    )
    row = _noted(kind, format, written, days, found, locale=locale, now=now)
    row.customer, row.subscription = whose, subscription
    owed = filed.opening(session, customer=whose, period=days) if kind == "statement" and whose else {}
    if not found and not owed:
        raise PeriodEmpty(first=days.first.isoformat(), last=days.last.isoformat())
    most = statements.MOST_MOVEMENTS if kind == "statement" else MOST_DOCUMENTS[format]
    if row.total > most:
        raise TooManyDocuments(most=most, found=row.total)
    return _added(session, row)


def request_chosen(session: Session, items: Sequence[Item], *, locale: str, now: datetime) -> ArchiveView:
    """Have these documents of the vendor's put into one ZIP; the same that are under way already are that one.

    There is one at least, and no more than a page of the console has. Raises TooManyWaiting.
    """
    alone(session, f"archives {scope.current().vendor}")  # a double click is one archive, on every replica
    papers, waiting = [[each.kind, each.id] for each in items], _waiting(session, None)
    for row in waiting:
        if row.is_chosen and (row.locale, row.documents) == (locale, papers):
            return queries.view(row, now=now)
    _check_room(waiting)
    days = sorted(each.day for each in filed.facts(session, items))
    of = periods.Period(first=days[0], last=days[-1])
    row = _noted("archive", "zip", periods.written(of), of, items, locale=locale, now=now)
    row.is_chosen = True
    return _added(session, row)


def _waiting(session: Session, customer: str | None) -> Sequence[Archive]:
    found = select(Archive).where(Archive.status == "pending", Archive.customer.is_not_distinct_from(customer))
    return session.scalars(found).all()


def _check_room(waiting: Sequence[Archive]) -> None:
    if len(waiting) >= MOST_WAITING:
        raise TooManyWaiting(most=MOST_WAITING)


def _noted(
    kind: str, form: str, written: str, days: periods.Period, items: Sequence[Item], *, locale: str, now: datetime
) -> Archive:
    return Archive(
        id=ids.new(_PREFIXES[kind]),
        kind=kind,
        format=form,
        period=written,
        first_day=days.first,
        last_day=days.last,
        documents=[[each.kind, each.id] for each in items],
        locale=locale,
        status="pending",
        total=len(items),
        done=0,
        attempts=0,
        requested_at=now,
        due_at=now,
    )


def _added(session: Session, row: Archive) -> ArchiveView:
    session.add(row)
    session.flush()
    return queries.view(row, now=row.requested_at)


def _whose(customer: str | None, *, must_be_one: bool) -> str | None:
    """The customer that is meant. A key may mean all of them. Raises NotFound, Invalid."""
    here = scope.current().customers
    if customer is None and here is not None and len(here) == 1:
        return here[0]
    if customer is None and (must_be_one or here is not None):
        raise Invalid(FieldError.of("customer", "required"))
    if here is not None and customer not in here:
        raise NotFound(kind="customer")
    return customer


def go_on(begin: Begin, *, adapters: Adapters, now: datetime) -> int:
    """A turn of the archive that waits longest, in its vendor's scope. How many turns: one, or none."""
    with begin() as session, scope.platform():
        due = queries.due(session, now=now)
    if due is None:
        return 0
    with scope.system(vendor=due.vendor, mode=cast("Mode", due.mode), job=JOB):
        try:
            _take_turn(begin, due, adapters=adapters)
        except documents.DocumentDamaged:
            _give_up(begin, due)  # the alarm is raised
        except (SQLAlchemyError, LeaseLost):
            raise
        except Exception:  # noqa: BLE001 - one that cannot be made is logged, tried again, and does not stop the others
            log.exception("archive.not_made", archive=due.id)
            _try_later(begin, due)
    return 1


def _take_turn(begin: Begin, due: DueArchive, *, adapters: Adapters) -> None:
    with begin() as session:
        found = queries.record(session, archive_id=due.id, kind=due.kind, now=clock.now())
        items = queries.documents(session, archive_id=due.id)
    if found.format in ("zip", "pdf") and found.kind == "archive" and found.done < found.total:
        these = items[found.done : found.done + AT_ONCE]
        for each in these:
            archive_files.make(begin, each, archive=found, typesetter=adapters.typesetter)
        with begin() as session:
            row = _locked(session, due)
            row.done, row.attempts, row.due_at = found.done + len(these), 0, clock.now()
        return
    content = archive_files.content(begin, archive=found, items=items, typesetter=adapters.typesetter)
    with begin() as session:
        row, now = _locked(session, due), clock.now()
        row.status, row.done, row.ready_at = "ready", row.total, now
        row.content, row.size = content, None if content is None else len(content)
        row.expires_at = row.due_at = now + GOOD_FOR


def _locked(session: Session, due: DueArchive) -> Archive:
    return session.scalars(select(Archive).where(Archive.id == due.id).with_for_update()).one()


def _give_up(begin: Begin, due: DueArchive) -> None:
    with begin() as session:
        row = _locked(session, due)
        row.status, row.documents, row.due_at = "failed", None, None


def _try_later(begin: Begin, due: DueArchive) -> None:
    with begin() as session:
        row = _locked(session, due)
        row.attempts += 1
        row.due_at = clock.now() + timedelta(seconds=2**row.attempts)
        is_last = row.attempts >= MOST_ATTEMPTS
    if is_last:
        _give_up(begin, due)


def expire(begin: Begin, *, now: datetime) -> int:
    """Drop what was kept for a day. How many."""
    with begin() as session, scope.platform():
        over = session.scalars(
            select(Archive)
            .where(Archive.status == "ready", Archive.due_at <= now)
            .order_by(Archive.due_at)
            .limit(_BATCH)
            .with_for_update()
        ).all()
        for row in over:
            row.status, row.content, row.documents, row.due_at = "expired", None, None, None
        session.flush()  # while every vendor's rows may be written
        return len(over)
