"""Asking for a link and a code."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from services.auth.actions import limits
from services.auth.adapters.secrets import Secrets, digest, new_code, new_token
from services.auth.models import SignInRequest
from services.auth.queries import sign_in as known
from services.auth.queries.portals import PortalView
from services.auth.queries.sessions import SessionView
from services.auth.rules import address, link, sign_in
from services.auth.rules.address import Recipient
from services.auth.rules.device import Device
from shared import addresses, ids
from shared.database.session import Session
from shared.i18n import text
from shared.logs import log

SIGN_IN: Final = "sign_in"
STEP_UP: Final = "step_up"


@dataclass(frozen=True, kw_only=True)
class Visitor:
    """Who is in front of the browser, as far as it tells. `client` is whom limits count."""

    client: str
    device: Device
    locale: str


@dataclass(frozen=True, kw_only=True)
class Wish:
    """What is asked for: a sign-in of an address, or fresh proof for a session (its address is on file)."""

    key: str | None
    masked: str
    purpose: str = SIGN_IN
    session: str | None = None
    return_path: str

    @classmethod
    def to_sign_in(cls, typed: str, *, return_path: str) -> "Wish":
        """What somebody who typed an address wants."""
        return cls(key=address.key_of(typed), masked=addresses.mask(typed)[:100], return_path=return_path)

    @classmethod
    def to_step_up(cls, session: SessionView, *, return_path: str) -> "Wish":
        """What somebody who is signed in wants: the address is the one on file, never one from the request."""
        return cls(
            key=session.email_key,
            masked=addresses.mask(session.email)[:100],
            purpose=STEP_UP,
            session=session.id,
            return_path=return_path,
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
    if not portal.takes_email:
        raise sign_in.EmailSignInOff
    limits.count_alone(session, f"client {visitor.client}", f"address {portal.vendor} {portal.mode} {wish.key}")
    recipient = address.decide(wish.key, known.on_file(session, wish.key))
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


def make_link(
    session: Session, *, portal: PortalView, email: str, public_url: str, secrets: Secrets, now: datetime
) -> str | None:
    """A link for the operator to hand on; None when nobody of this portal has the address. Sends no mail."""
    wish = Wish.to_sign_in(email, return_path=f"/p/{portal.slug}")
    recipient = address.decide(wish.key, known.on_file(session, wish.key))
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
    url = f"{public_url}/p/{portal.slug}/sign-in/link#t={token}"
    sealed = secrets.seal(_mail(portal, wish, recipient, visitor, code=code, url=url, now=now))
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
            counted=may_mail,
            requested_at=now,
            expires_at=now + link.LIFETIME,
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
) -> dict[str, object]:
    """What notifications needs to write the mail, in the customer's own language where it is known."""
    locale = (recipient.locale if recipient else None) or visitor.locale
    return {
        "vendor": portal.vendor,
        "mode": portal.mode,
        "to": recipient.email if recipient else wish.masked,
        "locale": locale,
        "code": code,
        "link": url,
        "brand": {
            "name": portal.display_name,
            "color": portal.appearance.get("brand_color"),
            "reply_to": portal.reply_to,
        },
        "device": device_text(visitor.device, locale),
        "requested_at": now.isoformat(),
        "expires_at": (now + link.LIFETIME).isoformat(),
    }


def device_text(device: Device, locale: str) -> str:
    """`Firefox on Windows`, as far as it is known."""
    if device.browser and device.system:
        return text("auth.device.both", locale, browser=device.browser, system=device.system)
    return device.browser or device.system or text("auth.device.unknown", locale)
