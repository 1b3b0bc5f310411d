"""What was used, as the API and the pages show it."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import Select, func, or_, select
from sqlalchemy.orm import Session

from services.portal.models import Meter, Plan, Subscription, UsageRecord
from services.portal.queries import agreements, billing
from services.portal.rules.subscriptions import period as periods
from services.portal.rules.subscriptions.period import Interval, Period
from services.portal.rules.subscriptions.usage import Aggregation, Used
from shared.errors import NotFound

_JUST_BEFORE: Final = timedelta(microseconds=1)


@dataclass(frozen=True, kw_only=True)
class MeterView:
    """Something that is counted."""

    id: str
    name: str
    unit_label: str | None
    aggregation: str
    created_at: datetime
    archived_at: datetime | None
    revision: int


@dataclass(frozen=True, kw_only=True)
class RecordView:
    """So much was used."""

    id: str
    customer: str
    subscription: str
    meter: str
    quantity: int
    at: datetime
    identifier: str
    created_at: datetime


@dataclass(frozen=True, kw_only=True)
class PeriodUse:
    """What a period comes to; from `start` to just before `end`."""

    start: datetime
    end: datetime
    of: Used

    used = property(lambda self: self.of.used)
    included = property(lambda self: self.of.included)
    left = property(lambda self: self.of.left)
    beyond = property(lambda self: self.of.beyond)
    percent = property(lambda self: self.of.percent)


@dataclass(frozen=True, kw_only=True)
class MeterUse:
    """A meter of a subscription's plan: the running period first, then those before it."""

    meter: str
    name: str
    unit_label: str | None
    aggregation: str
    periods: tuple[PeriodUse, ...]


def meters(*, archived: bool | None = None) -> Select[Meter]:
    """All meters; those in use, or those put away."""
    statement = select(Meter)
    if archived is None:
        return statement
    return statement.where(Meter.archived_at.is_not(None) if archived else Meter.archived_at.is_(None))


def meter(session: Session, *, meter_id: str) -> MeterView:
    """One meter. Raises NotFound."""
    row = session.scalars(select(Meter).where(Meter.id == meter_id)).one_or_none()
    if row is None:
        raise NotFound
    return meter_view(row)


def named(session: Session, also: Sequence[str]) -> list[MeterView]:
    """Those that are not put away, and these."""
    found = session.scalars(select(Meter).where(or_(Meter.archived_at.is_(None), Meter.id.in_(also))))
    return [meter_view(each) for each in found]


def records(*, subscription: str | None, meter_id: str | None) -> Select[UsageRecord]:
    """What was reported; of a subscription, of a meter."""
    statement = select(UsageRecord)
    if subscription is not None:
        statement = statement.where(UsageRecord.subscription == subscription)
    return statement if meter_id is None else statement.where(UsageRecord.meter == meter_id)


def of_subscription(session: Session, *, subscription_id: str, now: datetime, count: int = 1) -> list[MeterUse]:
    """What was used of each meter that its plan shows, in the running period and those before it, `count` in all.

    Of one that ended, the last period is the running one. Raises NotFound.
    """
    found = session.execute(
        select(Subscription, Plan.usage)
        .join(Plan, Plan.id == Subscription.plan)
        .where(Subscription.id == subscription_id)
    ).one_or_none()
    if found is None:
        raise NotFound
    row, shown = found
    known = _meters(session, [each["meter"] for each in shown])
    runs = _periods(session, row, now=now, count=count) if shown else []
    return [
        _use(session, row, known[each["meter"]], runs, included=each["included"])
        for each in shown
        if each["meter"] in known
    ]


def _meters(session: Session, ids: Sequence[str]) -> dict[str, Meter]:
    return {row.id: row for row in session.scalars(select(Meter).where(Meter.id.in_(ids)))} if ids else {}


def _periods(session: Session, row: Subscription, *, now: datetime, count: int) -> list[Period]:
    """The newest first. A period before the last change of the anchor counts from where it truly began."""
    running = agreements.running_period(row, now=row.ended_at - _JUST_BEFORE if row.ended_at else now)
    return [each for each, _ in zip(_backwards(session, row, running), range(count), strict=False)]


def _backwards(session: Session, row: Subscription, running: Period) -> Iterator[Period]:
    zone, at = billing.settings(session).zone, running
    yield at
    while at.start > row.started_at:
        before = periods.calculate(
            anchor=row.anchor,
            interval=Interval(row.interval),
            interval_count=row.interval_count,
            at=at.start - _JUST_BEFORE,
            zone=zone,
        )
        if before.start >= at.start:  # the anchor is where this one begins
            yield Period(start=row.started_at, end=at.start)
            return
        at = Period(start=max(before.start, row.started_at), end=at.start)
        yield at


def _use(session: Session, row: Subscription, of: Meter, runs: Sequence[Period], *, included: int | None) -> MeterUse:
    return MeterUse(
        meter=of.id,
        name=of.name,
        unit_label=of.unit_label,
        aggregation=of.aggregation,
        periods=tuple(
            PeriodUse(start=run.start, end=run.end, of=Used(used=_total(session, row, of, run), included=included))
            for run in runs
        ),
    )


def _total(session: Session, row: Subscription, of: Meter, run: Period) -> int:
    """As `rules.subscriptions.usage.calculate` has it, added up where the records are."""
    within = (
        UsageRecord.subscription == row.id,
        UsageRecord.meter == of.id,
        UsageRecord.at >= run.start,
        UsageRecord.at < run.end,
    )
    statement: Select[Any]
    if of.aggregation == Aggregation.LAST.value:
        newest = (UsageRecord.at.desc(), UsageRecord.id.desc())
        statement = select(UsageRecord.quantity).where(*within).order_by(*newest).limit(1)
    else:
        worth = func.sum if of.aggregation == Aggregation.SUM.value else func.max
        statement = select(worth(UsageRecord.quantity)).where(*within)
    return int(session.scalar(statement) or 0)


def meter_view(row: Meter) -> MeterView:
    """A row as a view."""
    return MeterView(
        id=row.id,
        name=row.name,
        unit_label=row.unit_label,
        aggregation=row.aggregation,
        created_at=row.created_at,
        archived_at=row.archived_at,
        revision=row.revision,
    )


def record_view(row: UsageRecord) -> RecordView:
    """A row as a view."""
    return RecordView(
        id=row.id,
        customer=row.customer,
        subscription=row.subscription,
        meter=row.meter,
        quantity=row.quantity,
        at=row.at,
        identifier=row.identifier,
        created_at=row.created_at,
    )
