"""Saved replies: made, changed, deleted."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from services.portal.actions import changes
from services.portal.actions.changes import Check, anything
from services.portal.actions.operations import action_log
from services.portal.models import SavedReply
from services.portal.queries import saved_replies as queries
from services.portal.queries.saved_replies import SavedReplyView
from services.portal.rules.support import saved_reply as rule
from shared import ids
from shared.errors import FieldError, Invalid, NotFound


def create(session: Session, *, name: str, text: str, now: datetime) -> SavedReplyView:
    """Make one. Raises Invalid, also where another has its name."""
    rule.check(text)
    rule.check_number(queries.count(session))
    row = SavedReply(id=ids.new("rpl"), name=name.strip(), text=text, created_at=now, revision=1)
    with _named_once(session):
        session.add(row)
    action_log.write(
        session, action="saved_reply.created", of=row.id, before=None, after={"name": row.name, "text": text}, now=now
    )
    return queries.view(row)


def update(
    session: Session, *, reply_id: str, values: Mapping[str, Any], check: Check = anything, now: datetime
) -> SavedReplyView:
    """Change it. Raises NotFound, PreconditionFailed, Invalid."""
    row = _locked(session, reply_id)
    check(row.revision)
    wanted = dict(values)
    if "name" in wanted:
        wanted["name"] = wanted["name"].strip()
    rule.check(wanted.get("text", row.text))
    with _named_once(session):
        changed = changes.apply(row, wanted)
    if changed:
        action_log.write(
            session, action="saved_reply.updated", of=row.id, before=changed.before, after=changed.after, now=now
        )
    return queries.view(row)


def delete(session: Session, *, reply_id: str, check: Check = anything, now: datetime) -> None:
    """Delete it; what was sent with it stays sent. Raises NotFound, PreconditionFailed."""
    row = _locked(session, reply_id)
    check(row.revision)
    action_log.write(session, action="saved_reply.deleted", of=row.id, before={"name": row.name}, after=None, now=now)
    session.delete(row)
    session.flush()


@contextmanager
def _named_once(session: Session) -> Iterator[None]:
    """What is added or changed within is flushed; the database says whether another has the name."""
    try:
        with session.begin_nested():
            yield
            session.flush()
    except IntegrityError:
        raise Invalid(FieldError.of("name", "reply_name_taken")) from None


def _locked(session: Session, reply_id: str) -> SavedReply:
    row = session.scalars(select(SavedReply).where(SavedReply.id == reply_id).with_for_update()).one_or_none()
    if row is None:
        raise NotFound
    return row
