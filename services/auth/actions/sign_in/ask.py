"""Asking for a link and a code."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from services.auth.actions import limits, mails
from services.auth.actions.sign_in.end import keep_newest
from services.auth.adapters.secrets import Secrets, digest, new_code, new_token
from services.auth.models import SignInRequest
from services.auth.queries import places
from services.auth.queries import sign_in as known
from services.auth.queries.portals import PortalView
from services.auth.queries.sessions import SessionView
from services.auth.rules import address, link, sign_in
from services.auth.rules.address import Recipient
from services.auth.rules.device import Device
from services.auth.rules.session import LookingOn
from shared import addresses, ids
from shared.database.session import Session
from shared.i18n import text
from shared.logs import log
from shared.places import inside

SIGN_IN: Final = "sign_in"
STEP_UP: Final = "step_up"
RETURNS: Final = "returns"
"""Among a request's details: its link leads back to the vendor's page, whose frame asked."""
ACTION: Final = "action"
"""Among a step-up's details: what it is for, and for nothing else is its code good."""


@dataclass(frozen=True, kw_only=True)
class Visitor:
    """Who is in front of the browser, as far as it tells. `client` is whom limits count."""

    client: str
    device: Device
    locale: str


@dataclass(frozen=True, kw_only=True)
class Wish:
    """What is asked for: a sign-in of an address, or fresh proof for a session (its address is on file).

    `details` are those of the session to come, as in `PortalSession`. `by_code`: it is asked from where no link can
    ever lead back to, a frame or the middle of something; where links work in the asking window alone, the mail then
    brings the code alone.
    """

    key: str | None
    masked: str
    purpose: str = SIGN_IN
    session: str | None = None
    return_path: str
    details: dict[str, Any] | None = None
    by_code: bool = False

    @classmethod
    def to_sign_in(
        cls, typed: str, *, return_path: str, details: dict[str, Any] | None = None, by_code: bool = False
    ) -> "Wish":
        """What somebody who typed an address wants."""
        key, masked = address.key_of(typed), addresses.mask(typed)[:100]
        return cls(key=key, masked=masked, return_path=return_path, details=details, by_code=by_code)

    @classmethod
    def to_step_up(cls, session: SessionView, *, return_path: str, action: str | None = None) -> "Wish":
        """What somebody who is signed in wants: the address is the one on file, never one from the request.

        Raises LookingOn.
        """
        if session.staff is not None:
            raise LookingOn
        return cls(
            key=session.email_key,
            masked=addresses.mask(session.email)[:100],
            purpose=STEP_UP,
            session=session.id,
            return_path=return_path,
            details=None if action is None else {ACTION: action},
            by_code=action is not None,
        )


def ask(
    session: Session,
    *,
    portal: PortalView,
    wish: Wish,
    window: str,
    visitor: Visitor,
    public_url: str,
    secrets: Secrets,
    now: datetime,
) -> None:
    """Record one request, whoever asks; whether a mail follows is seen by nobody. Raises TooManySignIns.

    `window` is the value of the browser's pre-login cookie. Known and unknown addresses cost the same statements.
    """
    if wish.purpose == SIGN_IN and not portal.takes_email:  # fresh proof is a code by mail wherever one came in by
        raise sign_in.EmailSignInOff
    limits.count_alone(session, f"client {visitor.client}", f"address {portal.vendor} {portal.mode} {wish.key}")
    recipient = address.decide(wish.key, places.on_file(session, portal, wish.key))
    counts = known.asked(
        session,
        vendor=portal.vendor,
        mode=portal.mode,
        key=wish.key,
        purpose=wish.purpose,
        client=visitor.client,
        now=now,
    )
    if counts.of_vendor_last_hour >= sign_in.ASKED_PER_VENDOR:
        log.warning("sign_in.vendor_limit", vendor=portal.vendor, mode=portal.mode)  # an alert hangs on this line
    answer = sign_in.decide(counts)
    _record(
        session,
        portal=portal,
        wish=wish,
        recipient=recipient,
        window=window,
        visitor=visitor,
        may_mail=answer.may_mail,
        public_url=public_url,
        secrets=secrets,
        now=now,
    )
    keep_newest(session, email_key=wish.key, purpose=wish.purpose, now=now)


def make_link(
    session: Session, *, portal: PortalView, email: str, public_url: str, secrets: Secrets, now: datetime
) -> str | None:
    """A link for the operator to hand on; None when nobody of this portal has the address. Sends no mail.

    Raises EmailSignInOff.
    """
    if not portal.takes_email:
        raise sign_in.EmailSignInOff
    wish = Wish.to_sign_in(email, return_path=inside(portal.slug))
    recipient = address.decide(wish.key, places.on_file(session, portal, wish.key))
    if recipient is None:
        return None
    operator = Visitor(client=sign_in.OPERATOR, device=Device(browser=None, system=None), locale="en")
    return _record(
        session,
        portal=portal,
        wish=wish,
        recipient=recipient,
        window=new_token(),
        visitor=operator,
        may_mail=False,
        public_url=public_url,
        secrets=secrets,
        now=now,
    )


def _record(
    session: Session,
    *,
    portal: PortalView,
    wish: Wish,
    recipient: Recipient | None,
    window: str,
    visitor: Visitor,
    may_mail: bool,
    public_url: str,
    secrets: Secrets,
    now: datetime,
) -> str:
    """One row, and the link that goes with it. The sealing is done for everybody and kept where a mail is due."""
    request_id, token, code = ids.new("sir"), new_token(), new_code()
    url = f"{portal.address(public_url)}/sign-in/link#t={token}"
    lives = portal.sign_in.link_lifetime if wish.purpose == SIGN_IN else link.LIFETIME
    is_code_only = wish.by_code and portal.cross_device is link.CrossDevice.CODE
    letter = _mail(portal, wish, recipient, visitor, code=code, url=url, now=now, expires_at=now + lives)
    if is_code_only:
        del letter["link"]
    sealed = secrets.seal(letter)
    wanted = may_mail and recipient is not None
    session.add(
        SignInRequest(
            id=request_id,
            vendor=portal.vendor,
            mode=portal.mode,
            portal=portal.slug,
            purpose=wish.purpose,
            session=wish.session,
            email=recipient.email if recipient else None,
            email_key=wish.key,
            masked=wish.masked,
            token_hash=digest(token),
            code_mac=secrets.code_mac(request_id, code),
            window_hash=digest(window),
            browser=visitor.device.browser,
            system=visitor.device.system,
            client=visitor.client,
            return_path=wish.return_path,
            details={**(wish.details or {}), mails.CODE_ONLY: True} if is_code_only else wish.details,
            counted=may_mail,
            requested_at=now,
            expires_at=now + lives,
            wrong_codes=0,
            mail="wanted" if wanted else "none",
            mail_due_at=now if wanted else None,
            mail_attempts=0,
            sealed=sealed if wanted else None,
        )
    )
    session.flush()
    return url


def _mail(
    portal: PortalView,
    wish: Wish,
    recipient: Recipient | None,
    visitor: Visitor,
    *,
    code: str,
    url: str,
    now: datetime,
    expires_at: datetime,
) -> dict[str, object]:
    """What notifications needs to write the mail, in the customer's own language where it is known."""
    locale = (recipient.locale if recipient else None) or visitor.locale
    return {
        **mails.brand(portal),
        "to": recipient.email if recipient else wish.masked,
        "customer": recipient.only if recipient and portal.vendor != places.PLATFORM else None,
        "locale": locale,
        "code": code,
        "link": url,
        "device": device_text(visitor.device, locale),
        "requested_at": now.isoformat(),
        "expires_at": expires_at.isoformat(),
    }


def device_text(device: Device, locale: str) -> str:
    """`Firefox on Windows`, as far as it is known."""
    if device.browser and device.system:
        return text("auth.device.both", locale, browser=device.browser, system=device.system)
    return device.browser or device.system or text("auth.device.unknown", locale)
