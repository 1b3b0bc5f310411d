"""The hosts of vendors' own: proving one, and looking again whether the proof is still there.

Nothing waits for a name server with a transaction open: read, ask, write.
"""

from datetime import datetime
from typing import Any, Final, cast

from sqlalchemy import or_, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from services.portal.actions import changes, portal_publishing, portals
from services.portal.actions.operations import action_log
from services.portal.actions.portals import DomainTaken
from services.portal.adapters.dns import Dns
from services.portal.models import PortalConfiguration
from services.portal.queries import configurations as queries
from services.portal.queries.configurations import ConfigurationView
from services.portal.rules.portals import places, proof
from services.portal.rules.portals.proof import Standing
from shared.database import Begin, scope
from shared.database.alone import alone
from shared.errors import Conflict, TooMany, Unavailable
from shared.events import Mode

JOB: Final = "recheck_domains"


class DomainMissing(Conflict):
    """The portal has no host of its own that could be proven."""

    code = "domain_missing"


class DomainNotProven(Conflict):
    """The record is not there, or says something else."""

    code = "domain_not_proven"


def verify(begin: Begin, dns: Dns, *, configuration_id: str, now: datetime) -> ConfigurationView:
    """Look for the record now; found, the portal is at its host from the next moment on.

    Raises NotFound, DomainMissing, DomainNotProven, DomainTaken, TooMany, and Unavailable where nobody could tell.
    """
    host = _asked_for(begin, configuration_id=configuration_id, now=now)
    is_there = _is_there(dns, host=host, configuration_id=configuration_id)
    with begin() as session:
        row = portals.locked(session, configuration_id)
        if row.domain_host == host:
            _note(session, row, is_there=is_there, now=now)
        is_proven = row.domain_host == host and is_there
        shown = queries.view(row)
    if not is_proven:
        raise DomainNotProven(name=places.record_name(host), value=places.record_value(configuration_id))
    return shown


def _asked_for(begin: Begin, *, configuration_id: str, now: datetime) -> str:
    """The host, noted as looked for before anybody waits for an answer: whoever asks meanwhile is refused."""
    with begin() as session:
        row = portals.locked(session, configuration_id)
        if row.domain_host is None:
            raise DomainMissing
        if not proof.may_look(looked_at=row.domain_checked_at, now=now):
            raise TooMany(retry_after=int(proof.BETWEEN.total_seconds()))
        row.domain_checked_at = now
        return row.domain_host


def recheck(begin: Begin, dns: Dns, *, now: datetime, limit: int) -> int:
    """Look again for the records of proven hosts, each once a day. How many were looked for."""
    with begin() as session, scope.platform():
        due = session.execute(_due(now).limit(limit)).all()
    for row in due:
        with scope.system(vendor=row.vendor, mode=cast("Mode", row.mode), job=JOB):
            _look_again(begin, dns, configuration_id=row.id, host=row.domain_host, now=now)
    return len(due)


def _due(now: datetime) -> Any:
    of = PortalConfiguration
    return (
        select(of.id, of.vendor, of.mode, of.domain_host)
        .where(
            of.domain_host.is_not(None),
            of.domain_verified_at.is_not(None),
            or_(of.domain_checked_at.is_(None), of.domain_checked_at <= now - proof.EVERY),
        )
        .order_by(of.domain_checked_at)
    )


def _look_again(begin: Begin, dns: Dns, *, configuration_id: str, host: str, now: datetime) -> None:
    try:
        is_there = _is_there(dns, host=host, configuration_id=configuration_id)
    except Unavailable:
        is_there = None
    with begin() as session:
        row = portals.locked(session, configuration_id)
        if row.domain_host != host:
            return
        if is_there is None:
            row.domain_checked_at = now
        else:
            _note(session, row, is_there=is_there, now=now)


def _hold(session: Session, row: PortalConfiguration) -> None:
    """A host is one vendor's, whatever the paths: to browsers it is one origin, whose cookies and storage are shared.

    Raises DomainTaken. Of two vendors that prove it at the same moment, the second waits for the first.
    """
    alone(session, f"host {row.domain_host}")
    of = PortalConfiguration
    with scope.platform():
        foreign = session.scalar(
            select(of.id)
            .where(of.domain_host == row.domain_host, of.domain_verified_at.is_not(None), of.vendor != row.vendor)
            .limit(1)
        )
    if foreign is not None:
        raise DomainTaken


def _is_there(dns: Dns, *, host: str, configuration_id: str) -> bool:
    return places.is_proof(dns.texts(places.record_name(host)), configuration_id=configuration_id)


def _note(session: Session, row: PortalConfiguration, *, is_there: bool, now: datetime) -> None:
    """Keep what was found, and tell it where the host counts from now on, or counts no more."""
    before = Standing(verified_at=row.domain_verified_at, missing_since=row.domain_missing_since)
    after = proof.decide(before, is_there=is_there, now=now)
    row.domain_checked_at = now
    row.domain_missing_since = after.missing_since
    if after.verified_at is not None and before.verified_at is None:
        _hold(session, row)
    changed = changes.apply(row, {"domain_verified_at": after.verified_at})
    if not changed:
        return
    action = "portal_configuration.domain_proven" if after.verified_at else "portal_configuration.domain_lost"
    told = {"domain_host": row.domain_host, "domain_path": row.domain_path}
    action_log.write(session, action=action, of=row.id, before=changed.before, after={**told, **changed.after}, now=now)
    portal_publishing.publish(session, row)
    try:
        session.flush()
    except IntegrityError:  # another portal has proven the same host and path before
        raise DomainTaken from None
