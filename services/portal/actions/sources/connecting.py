"""Choosing who bills: the engine here, or another source with its keys. Keys are kept sealed and never shown again."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from services.portal.actions.operations import action_log
from services.portal.actions.sources import syncing
from services.portal.adapters.sources import Sources
from services.portal.models import SourceConnection
from services.portal.queries import sources as queries
from services.portal.rules.sources import support
from services.portal.rules.sources.support import Source
from shared import ids
from shared.database import scope
from shared.errors import Conflict, FieldError, Invalid


class SourceInUse(Conflict):
    """Subscriptions still run that the other source bills."""

    code = "source_in_use"


def choose(session: Session, *, given: Mapping[str, Any], sources: Sources, now: datetime) -> bool:
    """Who bills from now on, as `billing_source`, and the keys, as `stripe`. Whether anything changed.

    A source that is new is taken over in the background. Raises Invalid, SourceInUse, NoSource.
    """
    row = session.scalars(select(SourceConnection).with_for_update()).one_or_none()
    was = Source.NATIVE.value if row is None or not row.is_active else row.source
    wanted = (given["billing_source"] or Source.NATIVE.value) if "billing_source" in given else was
    keys = given.get("stripe")
    if wanted == Source.NATIVE.value:
        return _leave(session, row, was, keys, now=now)
    if keys is None:
        if was != wanted:
            raise Invalid(FieldError.of("stripe", "required"))
        return False
    support.check_keys(**keys, mode=scope.current().mode)
    sources.of(wanted).account(keys["secret_key"])
    if row is None:
        row = SourceConnection(id=ids.new("src"), reads=0, created_at=now, revision=0)
        session.add(row)
    row.source, row.is_active, row.sealed = wanted, True, sources.seal(keys)
    row.revision += 1
    _log(session, row, was, now)
    if was != wanted:
        session.flush()
        syncing.start(session, now=now)
    return True


def _leave(
    session: Session, row: SourceConnection | None, was: str, keys: Mapping[str, str] | None, *, now: datetime
) -> bool:
    """Back to the engine here; the keys are forgotten. Raises Invalid, SourceInUse."""
    if keys is not None:
        raise Invalid(FieldError.of("stripe", "source_keys_unused"))
    if row is None or was == Source.NATIVE.value:
        return False
    if queries.bills_something(session):
        raise SourceInUse
    row.is_active, row.sealed = False, ""
    row.revision += 1
    _log(session, row, was, now)
    return True


def _log(session: Session, row: SourceConnection, was: str, now: datetime) -> None:
    """Never the keys."""
    after = {"billing_source": row.source if row.is_active else Source.NATIVE.value, "revision": row.revision}
    action_log.write(
        session, action="billing_source.chosen", of=row.id, before={"billing_source": was}, after=after, now=now
    )
