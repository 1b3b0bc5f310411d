"""What is deleted by the clock: old rows of the tables every service has, a few hundred at a time."""

from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import ColumnElement, Table, delete, func, select

from shared import lifetimes
from shared.database.session import Begin
from shared.database.tables import api_requests, idempotency_keys, inbox, is_parked, outbox
from shared.logs import log

KEPT_PUBLISHED: Final = timedelta(days=7)
KEPT_PARKED: Final = timedelta(days=7)
KEPT_INBOX: Final = timedelta(days=90)  # longer than any dead letter is worth a replay
KEPT_ANSWERS: Final = timedelta(hours=24)
_AT_ONCE: Final = 500  # rows a transaction: no long lock


def prune_outbox(begin: Begin, *, now: datetime, adapters: Any) -> int:  # noqa: ARG001 - every job takes adapters
    """Delete what was published long ago, and what nobody ever listened to."""
    published = _prune(begin, outbox, outbox.c.published_at < now - KEPT_PUBLISHED)
    unheard = is_parked & (outbox.c.parked_at < now - KEPT_PARKED)
    with begin() as session:
        counts = (
            session.connection().execute(select(outbox.c.key, func.count()).where(unheard).group_by(outbox.c.key)).all()
        )
    for key, count in counts:
        log.warning("outbox.unheard", key=key, events=count)
    return published + (_prune(begin, outbox, unheard) if counts else 0)


def prune_inbox(begin: Begin, *, now: datetime, adapters: Any) -> int:  # noqa: ARG001 - all jobs have one signature
    """Forget which events were handled long ago."""
    return _prune(begin, inbox, inbox.c.handled_at < now - KEPT_INBOX)


def prune_idempotency_keys(begin: Begin, *, now: datetime, adapters: Any) -> int:  # noqa: ARG001 - all jobs have one signature
    """Forget what was answered a day ago."""
    return _prune(begin, idempotency_keys, idempotency_keys.c.created_at < now - KEPT_ANSWERS)


def prune_api_requests(begin: Begin, *, now: datetime, adapters: Any) -> int:  # noqa: ARG001 - all jobs have one signature
    """Forget what keys asked for long ago."""
    return _prune(begin, api_requests, api_requests.c.created_at < now - lifetimes.API_REQUESTS)


def _prune(begin: Begin, table: Table, old: ColumnElement[bool]) -> int:
    (key,) = table.primary_key
    with begin() as session:
        some = select(key).where(old).limit(_AT_ONCE)
        return session.connection().execute(delete(table).where(key.in_(some))).rowcount
