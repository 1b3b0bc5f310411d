"""Helpdesks: made, changed, archived, deleted."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from services.portal.actions import changes
from services.portal.actions.changes import Check, anything
from services.portal.actions.operations import action_log
from services.portal.models import Helpdesk
from services.portal.queries import entitlements
from services.portal.queries import helpdesks as queries
from services.portal.queries.helpdesks import HelpdeskView
from services.portal.rules.support import helpdesk as rule
from shared import ids
from shared.entitlements import Entitlement
from shared.errors import NotFound

_CHECKED: Final = ("email", "url", "departments", "answer_hours")


def create(
    session: Session,
    *,
    name: str,
    email: str | None = None,
    url: str | None = None,
    departments: Sequence[str] = (),
    answer_hours: int | None = None,
    now: datetime,
) -> HelpdeskView:
    """Make one. Raises Invalid, NotEntitled."""
    entitlements.check(session, frozenset({Entitlement.HELPDESKS}))
    rule.check(email=email, url=url, departments=departments, answer_hours=answer_hours)
    row = Helpdesk(
        id=ids.new("hd"),
        name=name,
        email=email,
        url=url,
        departments=list(departments),
        answer_hours=answer_hours,
        created_at=now,
        archived_at=None,
        revision=1,
    )
    session.add(row)
    action_log.write(session, action="helpdesk.created", of=row.id, before=None, after={"name": name}, now=now)
    return queries.view(row)


def update(
    session: Session, *, helpdesk_id: str, values: Mapping[str, Any], check: Check = anything, now: datetime
) -> HelpdeskView:
    """Change it; `archived` true or false puts it away or takes it back.

    Raises NotFound, PreconditionFailed, Invalid, HelpdeskInUse.
    """
    row = _locked(session, helpdesk_id)
    check(row.revision)
    wanted = dict(values)
    is_archived = wanted.pop("archived", row.archived_at is not None)
    if is_archived != (row.archived_at is not None):
        if is_archived:
            rule.decide(use=queries.use(session, helpdesk_id=row.id), is_deleting=False)
        wanted["archived_at"] = now if is_archived else None
    rule.check(**{name: wanted.get(name, getattr(row, name)) for name in _CHECKED})
    changed = changes.apply(row, wanted)
    if changed:
        action_log.write(
            session, action="helpdesk.updated", of=row.id, before=changed.before, after=changed.after, now=now
        )
    return queries.view(row)


def delete(session: Session, *, helpdesk_id: str, check: Check = anything, now: datetime) -> None:
    """Delete one that nothing hangs on. Raises NotFound, PreconditionFailed, HelpdeskInUse, HelpdeskHasTickets."""
    row = _locked(session, helpdesk_id)
    check(row.revision)
    rule.decide(use=queries.use(session, helpdesk_id=row.id), is_deleting=True)
    action_log.write(session, action="helpdesk.deleted", of=row.id, before={"name": row.name}, after=None, now=now)
    session.delete(row)
    session.flush()


def _locked(session: Session, helpdesk_id: str) -> Helpdesk:
    row = session.scalars(select(Helpdesk).where(Helpdesk.id == helpdesk_id).with_for_update()).one_or_none()
    if row is None:
        raise NotFound
    return row
