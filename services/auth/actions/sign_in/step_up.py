"""Proving oneself anew in the middle of something: a code for this session and this action, mailed to the address on
file, never to one that was typed. It needs no cookie of the window's, for the session itself is the window: so it works
inside a frame as well.
"""

from datetime import datetime

from services.auth.actions.sign_in.ask import ACTION, STEP_UP, Visitor, Wish
from services.auth.actions.sign_in.ask import ask as ask_for_mail
from services.auth.actions.sign_in.use import (
    Arrival,
    CodesOff,
    SignedIn,
    Unusable,
    WrongCode,
    consume,
    count_try,
    count_use,
    enter,
)
from services.auth.adapters.secrets import Secrets, new_token, same
from services.auth.models import Attempt, SignInRequest
from services.auth.queries import sign_in as known
from services.auth.queries.portals import PortalView
from services.auth.queries.sessions import SessionView
from services.auth.rules import link, sign_in
from services.auth.rules.ways_in import WayIn
from shared.database.session import Session


def ask(
    session: Session,
    *,
    portal: PortalView,
    current: SessionView,
    action: str,
    page: str,
    visitor: Visitor,
    public_url: str,
    secrets: Secrets,
    now: datetime,
) -> None:
    """Have a code mailed for `action`; the link beside it leads to `page`. Raises TooManySignIns."""
    ask_for_mail(
        session,
        portal=portal,
        wish=Wish.to_step_up(current, return_path=page, action=action),
        window=new_token(),  # nobody's: only this session takes the code
        visitor=visitor,
        public_url=public_url,
        secrets=secrets,
        now=now,
    )


def use(
    session: Session,
    *,
    portal: PortalView,
    current: SessionView,
    action: str,
    code: str,
    client: str,
    secrets: Secrets,
    now: datetime,
) -> SignedIn | WrongCode | CodesOff | Unusable:
    """The session is verified now, and goes by a new token. A try is counted before it is compared.

    Raises TooManySignIns.
    """
    count_use(session, client=client, now=now)
    mine = (SignInRequest.session == current.id) & (SignInRequest.purpose == STEP_UP)
    tried = count_try(session, mine, portal=portal, now=now)
    if not tried:
        return Unusable()
    kind, subject = f"wrong {STEP_UP}", f"{portal.vendor} {portal.mode} {current.email_key}"
    if not sign_in.takes_codes(wrong_last_day=known.wrong_codes_last_day(session, kind=kind, subject=subject, now=now)):
        return CodesOff()
    right = [
        row.id
        for row in tried
        if same(secrets.code_mac(row.id, code), row.code_mac) and (row.details or {}).get(ACTION) == action
    ]
    if not right:
        session.add(Attempt(kind=kind, subject=subject, at=now))
        session.flush()
        return WrongCode(left=max(link.TRIES - row.wrong_codes for row in tried))
    used = consume(session, portal=portal, which=SignInRequest.id == right[0], now=now)
    if used is None:
        return Unusable()
    arrival = Arrival(current=current, way_in=WayIn.EMAIL_CODE, device=None, framed=current.framed)
    return enter(session, portal=portal, used=used, arrival=arrival, now=now)
