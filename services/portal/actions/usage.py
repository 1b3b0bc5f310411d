"""Meters are made and changed, use is reported. A report that comes twice counts once."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import select, tuple_
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from services.portal.actions import changes
from services.portal.actions.operations import action_log
from services.portal.models import Meter, Subscription, UsageRecord
from services.portal.queries import usage as queries
from services.portal.queries.usage import MeterView, RecordView
from services.portal.rules.subscriptions import usage
from services.portal.rules.subscriptions.usage import Aggregation, IdentifierTaken
from shared import ids
from shared.errors import FieldError, Invalid, NotFound

_ATTEMPTS: Final = 5


@dataclass(frozen=True, kw_only=True)
class Report:
    """What a vendor says was used. Without `at`: now; without `identifier` it is told from no other."""

    subscription: str
    meter: str
    quantity: int
    at: datetime | None = None
    identifier: str | None = None


def create_meter(
    session: Session, *, name: str, unit_label: str | None = None, aggregation: str = "sum", now: datetime
) -> MeterView:
    """Make a meter. What its records come to never changes: that would change the past."""
    row = Meter(
        id=ids.new("mtr"),
        name=name,
        unit_label=unit_label,
        aggregation=aggregation,
        created_at=now,
        archived_at=None,
        revision=1,
    )
    session.add(row)
    after = {"name": name, "unit_label": unit_label, "aggregation": aggregation}
    action_log.write(session, action="meter.created", of=row.id, before=None, after=after, now=now)
    return queries.meter_view(row)


def update_meter(
    session: Session,
    *,
    meter_id: str,
    values: Mapping[str, Any],
    check: changes.Check = changes.anything,
    now: datetime,
) -> MeterView:
    """Change what it is called, put it away or bring it back. Raises NotFound, PreconditionFailed."""
    row = session.scalars(select(Meter).where(Meter.id == meter_id).with_for_update()).one_or_none()
    if row is None:
        raise NotFound
    check(row.revision)
    wanted = dict(values)
    if "archived" in wanted:
        wanted["archived_at"] = (row.archived_at or now) if wanted.pop("archived") else None
    changed = changes.apply(row, wanted)
    if changed:
        action_log.write(
            session, action="meter.updated", of=row.id, before=changed.before, after=changed.after, now=now
        )
    return queries.meter_view(row)


def require_meters(session: Session, shown: Sequence[Mapping[str, Any]]) -> None:
    """Each meter that a plan shows is there, and shown once. Raises Invalid."""
    wanted = [each["meter"] for each in shown]
    known = set(session.scalars(select(Meter.id).where(Meter.id.in_(wanted)))) if wanted else set()
    for position, each in enumerate(wanted):
        if each not in known:
            raise Invalid(FieldError.of(f"usage.{position}.meter", "unknown_reference"))
        if each in wanted[:position]:
            raise Invalid(FieldError.of(f"usage.{position}.meter", "not_unique"))


def report(session: Session, reports: Sequence[Report], *, now: datetime, field: str = "") -> list[RecordView]:
    """Keep these records, all or none; one that is there already stays, and is answered as it is.

    `field` comes before the names of what is wrong; `{}` in it is the record's place. Raises Invalid, IdentifierTaken.
    """
    rows = _rows(session, reports, now=now, field=field)
    for _attempt in range(_ATTEMPTS):
        kept = _kept(session, rows)
        fresh = {_key(row): row for row in reversed(rows) if _key(row) not in kept}  # of two alike the first
        try:
            with session.begin_nested():
                session.add_all(fresh.values())
                session.flush()
            break
        except IntegrityError:  # somebody else reported one of them just now
            continue
    there = {**fresh, **kept}
    for row, asked in zip(rows, reports, strict=True):
        _require_same(there[_key(row)], row, has_moment=asked.at is not None)
    return [queries.record_view(there[_key(row)]) for row in rows]


def _rows(session: Session, reports: Sequence[Report], *, now: datetime, field: str) -> list[UsageRecord]:
    ran = select(Subscription).where(Subscription.id.in_({each.subscription for each in reports}))
    subscriptions = {row.id: row for row in session.scalars(ran)}
    counted = queries.meters(archived=False).where(Meter.id.in_({each.meter for each in reports}))
    meters = {row.id: row for row in session.scalars(counted)}
    made = []
    for position, each in enumerate(reports):
        where = field.format(position)
        of, meter = subscriptions.get(each.subscription), meters.get(each.meter)
        if of is None or meter is None:
            raise Invalid(FieldError.of(f"{where}{'meter' if of else 'subscription'}", "unknown_reference"))
        usage.decide(
            aggregation=Aggregation(meter.aggregation),
            quantity=each.quantity,
            at=each.at or now,
            now=now,
            began=of.started_at,
            ended=of.ended_at,
            field=where,
        )
        name = ids.new("usg")
        made.append(
            UsageRecord(
                id=name,
                customer=of.customer,
                subscription=of.id,
                meter=meter.id,
                quantity=each.quantity,
                at=each.at or now,
                identifier=each.identifier or name,
                created_at=now,
            )
        )
    return made


def _kept(session: Session, rows: Sequence[UsageRecord]) -> dict[tuple[str, str], UsageRecord]:
    """Those that are there already, by what tells them apart."""
    names = tuple_(UsageRecord.meter, UsageRecord.identifier)
    found = session.scalars(select(UsageRecord).where(names.in_({_key(row) for row in rows})))
    return {_key(row): row for row in found}


def _key(row: UsageRecord) -> tuple[str, str]:
    return row.meter, row.identifier


def _require_same(there: UsageRecord, said: UsageRecord, *, has_moment: bool) -> None:
    """Raises IdentifierTaken where something else was said under the name."""
    is_same = (there.subscription, there.quantity) == (said.subscription, said.quantity)
    if not is_same or (has_moment and there.at != said.at):
        raise IdentifierTaken(identifier=said.identifier)
