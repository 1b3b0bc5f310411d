"""Plan groups: plans that subscribers may move among, and the table of exceptions."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from services.portal.actions import changes
from services.portal.actions.operations import action_log
from services.portal.models import Plan, PlanGroup
from services.portal.queries import coupons as queries
from services.portal.queries.coupons import PlanGroupView
from shared import ids
from shared.errors import FieldError, Invalid, NotFound


def create(session: Session, *, name: str, switches: Sequence[Mapping[str, Any]] = (), now: datetime) -> PlanGroupView:
    """Make a plan group. Raises Invalid."""
    require_plans(session, switches)
    row = PlanGroup(
        id=ids.new("pgrp"),
        name=name,
        switches=[dict(each) for each in switches],
        created_at=now,
        archived_at=None,
        revision=1,
    )
    session.add(row)
    action_log.write(session, action="plan_group.created", of=row.id, before=None, after={"name": name}, now=now)
    return queries.plan_group_view(row)


def update(
    session: Session,
    *,
    group_id: str,
    values: Mapping[str, Any],
    check: changes.Check = changes.anything,
    now: datetime,
) -> PlanGroupView:
    """Change a plan group; switches agreed to stay. Raises NotFound, Invalid, PreconditionFailed."""
    wanted = dict(values)
    if "switches" in wanted:
        require_plans(session, wanted["switches"])
        wanted["switches"] = [dict(each) for each in wanted["switches"]]
    row = session.scalars(select(PlanGroup).where(PlanGroup.id == group_id).with_for_update()).one_or_none()
    if row is None:
        raise NotFound
    check(row.revision)
    if "archived" in wanted:
        wanted["archived_at"] = (row.archived_at or now) if wanted.pop("archived") else None
    changed = changes.apply(row, wanted)
    if changed:
        before, after = changed.before, changed.after
        action_log.write(session, action="plan_group.updated", of=row.id, before=before, after=after, now=now)
    return queries.plan_group_view(row)


def require_plans(session: Session, switches: Sequence[Mapping[str, Any]]) -> None:
    """Raises Invalid when a table names a plan that is not there."""
    named = {each[end] for each in switches for end in ("from", "to") if each.get(end) is not None}
    known = set(session.scalars(select(Plan.id).where(Plan.id.in_(named)))) if named else set()
    if named - known:
        raise Invalid(FieldError.of("switches", "unknown_reference"))
