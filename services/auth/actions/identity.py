"""A customer whom the vendor's server signed for: let in, or refused; and customers who take no v1 hashes any more."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import select
from sqlalchemy.dialects import postgresql, sqlite

from services.auth.actions import identity_secrets, sessions
from services.auth.actions.arrival import Admitted, Arrival, Refused
from services.auth.adapters.secrets import Secrets
from services.auth.models import Identity, IdentitySecret, PortalSession, UsedNonce
from services.auth.models.base import table_of
from services.auth.queries import identity_secrets as known
from services.auth.queries import subjects
from services.auth.queries.identity_secrets import OpenSecret
from services.auth.queries.portals import PortalView
from services.auth.queries.sessions import sees
from services.auth.queries.subjects import Named
from services.auth.rules import hmac_v1, hmac_v2, identity_secret, signed_identity
from services.auth.rules import session as session_rule
from services.auth.rules.session import Ending
from services.auth.rules.signed_identity import Cause, IdentityRefused, IdType, Subject
from services.auth.rules.ways_in import WayIn, is_open
from shared import ids
from shared.database import scope
from shared.database.session import Session
from shared.errors import NotFound

FIELDS: Final = {"email": IdType.EMAIL, "customerId": IdType.CUSTOMER_ID}
AFTER_PROOF: Final = (Cause.CUSTOMER_UNKNOWN, Cause.CUSTOMER_AMBIGUOUS, Cause.V1_OFF)
"""Causes that only somebody with a right hash meets: they go against no client."""


@dataclass(frozen=True)
class _Proven:
    """Whom the proof is about, and the secret that signed it; None where test mode asks for none."""

    subject: Subject
    secret: OpenSecret | None
    token: hmac_v2.Signed | None = None


def enter(session: Session, arrival: Arrival, *, secrets: Secrets, now: datetime) -> Admitted | Refused:
    """Let in the one customer whom a v1 hash or v2 token names, as far as the portal lists that way in."""
    way_in = WayIn.HMAC_V2 if hmac_v2.is_meant(arrival.given.get("hash")) else WayIn.HMAC_V1
    try:
        proven = _prove(session, arrival, way_in=way_in, secrets=secrets, now=now)
        customer = _customer(session, proven, way_in=way_in)
        _use_up(session, proven, now=now)
    except IdentityRefused as refusal:
        return _refused(refusal.cause, arrival, way_in)
    if proven.secret is not None:
        used = proven.secret
        identity_secrets.note_used(session, secret_id=used.id, last_used_at=used.last_used_at, now=now)
    token = sessions.start(
        session,
        portal=arrival.portal,
        customers=[customer.customer],
        email=customer.email,
        email_key=customer.email_key or "",
        way_in=way_in,
        framed=True,
        details=arrival.details,
        device=arrival.device,
        secret=proven.secret.id if proven.secret else None,
        now=now,
    )
    return Admitted(token, now + session_rule.longest(way_in, arrival.portal.sign_in.terms))


def set_takes_v1(session: Session, *, customer: str, takes_v1: bool, now: datetime) -> Named:
    """Whether hashes without expiry let this customer in. Off, every session that began with one is over."""
    row = session.scalars(select(Identity).where(Identity.id == customer).with_for_update()).one_or_none()
    if row is None:
        raise NotFound
    row.takes_v1 = takes_v1
    session.flush()
    if not takes_v1:
        of_v1 = sees(customer) & (PortalSession.way_in == WayIn.HMAC_V1)
        sessions.revoke_where(session, of_v1, now=now, reason=Ending.WAY_IN_OFF)
    return subjects.one(session, customer)


def _prove(session: Session, arrival: Arrival, *, way_in: WayIn, secrets: Secrets, now: datetime) -> _Proven:
    portal, given = arrival.portal, arrival.given
    if not is_open(way_in, portal.sign_in_methods):
        raise IdentityRefused(Cause.METHOD_OFF)
    named = [signed_identity.subject(kind, given[name]) for name, kind in FIELDS.items() if name in given]
    good = known.good(session, secrets=secrets, now=now) if given.get("hash") else []
    if way_in is WayIn.HMAC_V2:
        proven = _by_token(portal, given["hash"], named=named, good=good, now=now)
    elif "hash" not in given and portal.mode == "test" and not portal.sign_in.require_hash:
        proven = _Proven(named[0], None)
    else:
        proven = _by_hash(given.get("hash"), named=named, good=good)
    if proven.subject.id_type != portal.sign_in.identify_by:
        raise IdentityRefused(Cause.ID_TYPE_OFF)
    return proven


def _by_hash(given: Any, *, named: list[Subject], good: list[OpenSecret]) -> _Proven:
    if not named:
        raise IdentityRefused(Cause.SUBJECT_BAD)
    secret_id = hmac_v1.decide(given, subject=named[0].id, secrets={each.id: each.secret for each in good})
    signed_by = next(each for each in good if each.id == secret_id)
    if not signed_by.takes_v1:
        raise IdentityRefused(Cause.V1_OFF)
    return _Proven(named[0], signed_by)


def _by_token(
    portal: PortalView, given: Any, *, named: list[Subject], good: list[OpenSecret], now: datetime
) -> _Proven:
    by_id = {each.id: each for each in good}
    opened = {each.id: each.secret for each in good}
    token = hmac_v2.decide(given, vendor=portal.vendor, mode=portal.mode, secrets=opened, now=now)
    if named and named[0] != token.subject:
        raise IdentityRefused(Cause.SUBJECT_DIFFERS)
    return _Proven(token.subject, by_id[token.secret], token)


def _customer(session: Session, proven: _Proven, *, way_in: WayIn) -> Named:
    found = subjects.customers(session, proven.subject)
    if not found:
        raise IdentityRefused(Cause.CUSTOMER_UNKNOWN)
    if len(found) > 1:
        raise IdentityRefused(Cause.CUSTOMER_AMBIGUOUS)
    if way_in is WayIn.HMAC_V1 and not found[0].takes_v1:
        raise IdentityRefused(Cause.V1_OFF)
    return found[0]


def _use_up(session: Session, proven: _Proven, *, now: datetime) -> None:
    """The secret stays good until this is done, or was revoked just now; a token is used by one of many only."""
    if proven.secret is not None and not _hold(session, proven.secret.id, now=now):
        raise IdentityRefused(Cause.SECRET_UNKNOWN)
    if proven.token is None:
        return
    dialect = postgresql if session.connection().dialect.name == "postgresql" else sqlite
    nonce = {"id": ids.new("nonce"), "jti": proven.token.jti, "expires_at": proven.token.expires_at, **scope.values()}
    added = session.execute(
        dialect.insert(table_of(UsedNonce)).values(nonce).on_conflict_do_nothing().returning(table_of(UsedNonce).c.id)
    )
    if added.one_or_none() is None:
        raise IdentityRefused(Cause.USED_BEFORE)


def _hold(session: Session, secret_id: str, *, now: datetime) -> bool:
    """Whoever revokes it waits for us, and then ends our session too; others who sign in with it do not wait."""
    row = session.scalars(
        select(IdentitySecret)
        .where(IdentitySecret.id == secret_id)
        .with_for_update(read=True, key_share=True)
        .execution_options(populate_existing=True)
    ).one()
    return identity_secret.is_good(expires_at=row.expires_at, revoked_at=row.revoked_at, now=now)


def _refused(cause: Cause, arrival: Arrival, way_in: WayIn) -> Refused:
    named = next((arrival.given[name] for name in FIELDS if name in arrival.given), None)
    return Refused(
        cause=cause,
        way_in=way_in,
        subject=named if isinstance(named, str) else None,
        code=cause if cause is Cause.CUSTOMER_AMBIGUOUS else "identity_refused",
        is_forged=cause not in AFTER_PROOF,
    )
