"""Signing in with the number of an order and the address it was bought with."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Final

from sqlalchemy import select

from services.auth.actions import limits, sessions
from services.auth.actions.sign_in.use import SignedIn, Unusable
from services.auth.models import Attempt, Identity
from services.auth.queries import attempts
from services.auth.queries.portals import PortalView
from services.auth.queries.sessions import SessionView
from services.auth.rules import address, order_number
from services.auth.rules.device import Device
from services.auth.rules.order_number import Wrong
from services.auth.rules.session import Ending
from services.auth.rules.sign_in import HOUR
from services.auth.rules.ways_in import WayIn, is_open
from shared.database.session import Session
from shared.logs import log

_NUMBER: Final = "order number"
_ADDRESS: Final = "order address"
_CLIENT: Final = "order client"
_VENDOR: Final = "order vendor"


def use_order(
    session: Session,
    *,
    portal: PortalView,
    number: str | None,
    email: str,
    buyers: Sequence[str],
    current: SessionView | None,
    client: str,
    device: Device,
    now: datetime,
    framed: bool = False,
    details: Mapping[str, Any] | None = None,
) -> SignedIn | Unusable:
    """Sign in whoever knows both. `number` is as `rules.order_number` read it, `buyers` whose order portal says it is.

    A wrong number, a wrong address and a portal that lists no order numbers cost the same and are answered alike.
    `framed` and `details` as for `sessions.start`. Raises TooManySignIns.
    """
    key = address.key_of(email)
    here = f"{portal.vendor} {portal.mode}"
    subjects = {
        _CLIENT: client,
        _NUMBER: f"{here} {number}",
        _ADDRESS: f"{here} {key}",
        _VENDOR: portal.vendor,
    }
    limits.count_alone(session, f"client {client}", f"order {here} {number}", f"address {here} {key}")
    counts = {
        kind: attempts.counted(session, kind=kind, subject=subject, after=now - HOUR)
        for kind, subject in subjects.items()
    }
    trial = order_number.decide(
        Wrong(
            of_number=counts[_NUMBER],
            of_address=counts[_ADDRESS],
            by_client=counts[_CLIENT],
            at_vendor=counts[_VENDOR],
        )
    )
    if trial.alerts:
        log.warning("sign_in.order_number_limit", vendor=portal.vendor, mode=portal.mode)  # an alert hangs on this line
    found = session.scalars(
        select(Identity).where(Identity.id.in_(buyers), Identity.email_key == (key or "")).limit(1)
    ).one_or_none()
    is_right = found is not None and key is not None and number is not None
    if not (is_right and trial.counts and is_open(WayIn.ORDER_NUMBER, portal.sign_in_methods)) or found is None:
        for kind, subject in subjects.items():
            session.add(Attempt(kind=kind, subject=subject, at=now))
        session.flush()
        return Unusable()
    if current is not None:
        sessions.revoke(session, session_id=current.id, now=now, reason=Ending.REPLACED)
    token = sessions.start(
        session,
        portal=portal,
        customers=[found.id],
        email=found.email,
        email_key=found.email_key or "",
        way_in=WayIn.ORDER_NUMBER,
        device=device,
        framed=framed,
        details=details,
        now=now,
    )
    return SignedIn(token, f"/p/{portal.slug}")
