"""Signing in inside a frame with a mailed code: asked for there, and good in that frame alone.

The frame's memory holds the verifier that a browser's pre-login cookie is elsewhere. The mailed link leads to the
portal's own page, as any does: a click there signs in that browser, never the frame. Where the portal has a
`redirect_url`, the click leads on to that page of the vendor's instead, whose frame is then signed in. Where links work
in the asking window alone (`cross_device: code`), which a frame is not for any link, the mail brings only the code.
"""

from datetime import datetime
from typing import Any, Final

from services.auth.actions import sign_in
from services.auth.actions.arrival import Admitted, Arrival, Refused
from services.auth.actions.sign_in import RETURNS, CodesOff, SignedIn, Visitor, Wish, WrongCode
from services.auth.adapters.secrets import Secrets, new_token
from services.auth.queries.portals import PortalView
from services.auth.rules.session import longest
from services.auth.rules.ways_in import WayIn
from shared.database.session import Session

WRONG: Final = "code_wrong"
OFF: Final = "codes_off"
OVER: Final = "code_over"
LONGEST_TYPED: Final = 1000  # characters


def ask(
    session: Session,
    *,
    portal: PortalView,
    email: str,
    details: dict[str, Any],
    visitor: Visitor,
    public_url: str,
    secrets: Secrets,
    now: datetime,
) -> str:
    """Have a code mailed, whoever asks. The verifier that its use takes. Raises TooManySignIns, EmailSignInOff."""
    window = new_token()
    if portal.sign_in.redirect_url is not None:
        details = {**details, RETURNS: True}
    wish = Wish.to_sign_in(email[:LONGEST_TYPED], return_path=f"/p/{portal.slug}", details=details, by_code=True)
    sign_in.ask(
        session,
        portal=portal,
        wish=wish,
        window=window,
        visitor=visitor,
        public_url=public_url,
        secrets=secrets,
        now=now,
    )
    return window


def enter(session: Session, arrival: Arrival, *, secrets: Secrets, now: datetime) -> Admitted | Refused:
    """Let in the frame that asked, by the code. What it wishes for the visit it said when it asked."""
    window, code = arrival.given.get("window"), arrival.given.get("code")
    if not isinstance(window, str) or not isinstance(code, str) or len(window) + len(code) > LONGEST_TYPED:
        return _refused(OVER)
    came = sign_in.use_code(
        session,
        portal=arrival.portal,
        code=code,
        window=window,
        current=None,
        client=arrival.client,
        secrets=secrets,
        now=now,
        device=arrival.device,
        framed=True,
    )
    if isinstance(came, SignedIn):
        return Admitted(came.token, now + longest(WayIn.EMAIL_CODE, arrival.portal.sign_in.terms))
    if isinstance(came, CodesOff):
        return _refused(OFF)
    return _refused(WRONG if isinstance(came, WrongCode) and came.left else OVER)


def _refused(cause: str) -> Refused:
    return Refused(cause=cause, way_in=WayIn.EMAIL_CODE, code=cause, is_one_time=True)
