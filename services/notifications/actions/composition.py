"""Compose a message's mail: its facts, or what was sealed, in the vendor's name and the reader's language."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from email.utils import format_datetime, formataddr
from typing import Any, Final
from urllib.parse import urlsplit

from services.notifications.adapters.mailing import Mailing
from services.notifications.adapters.mjml import Brand, Rendered, visible_line
from services.notifications.adapters.transport import Attachment, Mail
from services.notifications.rules.messages import MESSAGES, Kind
from services.notifications.rules.suppression import Reason
from shared import i18n, mail_links, sealing
from shared.errors import Unavailable
from shared.mail_links import Purpose
from shared.portal_address import portal_address

MASKED_CODE: Final = "••••••"
_FILE_NAMES: Final = {
    "invoice": "invoices.document.file_name",
    "credit_note": "invoices.document.credit.file_name",
    "receipt": "invoices.document.receipt.file_name",
    "statement": "invoices.statement.file_name",
}
_UNSAFE_IN_A_FILE_NAME: Final = re.compile(r"[^A-Za-z0-9._-]+")


@dataclass(frozen=True, kw_only=True)
class Taken:
    """A message that this worker holds until `lease_until`. `brand`, `reply_to` and `own`, the vendor's own texts
    by key, are the vendor's at that moment; `deliveries` what became of earlier attempts. `suppressed` is why its
    address is not written to, where it is not.
    """

    id: str
    kind: Kind
    vendor: str
    mode: str
    address: str
    locale: str
    urgent: bool
    attempts: int
    facts: Mapping[str, Any]
    sealed: str | None
    expires_at: datetime | None
    lease_until: datetime
    message_id: str
    brand: Brand | None
    reply_to: str | None
    deliveries: Sequence[Mapping[str, Any]] = ()
    suppressed: Reason | None = None
    own: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class Composed:
    """`mail` is what leaves; `kept` is what the row keeps of it."""

    mail: Mail
    kept: Rendered

    @property
    def headers(self) -> dict[str, str]:
        """What a mail program shows of its head, and nothing that lets somebody in or out."""
        mail = self.mail
        named = {
            "From": formataddr((mail.sender_name, mail.sender_address)),
            "To": mail.address,
            "Reply-To": formataddr((mail.reply_to_name, mail.reply_to)) if mail.reply_to else None,
            "Subject": self.kept.subject,
            "Date": format_datetime(mail.date),
            "Message-ID": mail.message_id,
            "Content-Language": mail.language,
        }
        return {name: value for name, value in named.items() if value}


def compose(taken: Taken, *, mailing: Mailing, now: datetime) -> Composed:
    """The mail of a message. Raises sealing.SealBroken when its sealed part can't be read, or no longer."""
    if taken.sealed is not None:
        return _opened(taken, taken.sealed, mailing=mailing, now=now)
    assert taken.brand is not None, "an unsealed mail is queued only where its vendor is known"
    home = portal_address(mailing.public_url, slug=taken.facts["portal"], **(taken.facts.get("at") or {}))
    facts = {**taken.facts, "host": urlsplit(home).netloc, "is_test": taken.mode == "test", "home": home}
    facts["console"] = f"{mailing.public_url}/console"
    brand = _with_links(taken.brand, taken.facts.get("links") or {})
    brand = replace(brand, logo_url=_logo(home, taken.facts.get("logo")))
    link = _link(taken, home, key=mailing.link_key)
    shown = mailing.layout.render(
        taken.kind, locale=taken.locale, brand=brand, facts={**facts, "link": link}, own=taken.own
    )
    kept = shown
    if link is not None and not mailing.keeps_secrets:
        kept = mailing.layout.render(
            taken.kind, locale=taken.locale, brand=brand, facts={**facts, "link": home}, own=taken.own
        )
    sender = taken.facts.get("sender") or {}
    mail = _mail(
        taken,
        shown,
        name=sender.get("name") or taken.brand.name,
        reply_to=sender.get("reply_to") or taken.reply_to,
        mailing=mailing,
        now=now,
    )
    if MESSAGES[taken.kind].audience == "helpdesk":
        customer = visible_line(taken.facts["customer_name"] or "")
        mail = replace(mail, reply_to=taken.facts["reply_to"], reply_to_name=customer)
    if MESSAGES[taken.kind].link is Purpose.UNSUBSCRIBE:
        mail = replace(mail, unsubscribe=link)
    if MESSAGES[taken.kind].brings_document:
        mail = replace(mail, attachment=_document(taken, mailing=mailing))
    return Composed(mail=mail, kept=kept)


def _rendered(taken: Taken, mailing: Mailing, brand: Brand, facts: Mapping[str, Any]) -> Rendered:
    return mailing.layout.render(taken.kind, locale=taken.locale, brand=brand, facts=facts, own=taken.own)


def _link(taken: Taken, home: str, *, key: str) -> str | None:
    """A link that works without a sign-in. What confirms rides in the fragment, which no server or log sees; what ends
    mails stands in the address, since mail programs send it themselves.
    """
    purpose = MESSAGES[taken.kind].link
    if purpose is None:
        return None
    about = {"vendor": taken.vendor, "mode": taken.mode, "recipient": taken.facts["recipient"]}
    token = mail_links.make(key, purpose, **about)
    if purpose is Purpose.CONFIRM:
        return f"{home}/recipient/confirm#t={token}"
    return f"{home}/recipient/unsubscribe/{token}"


def _document(taken: Taken, *, mailing: Mailing) -> Attachment:
    """The PDF as the customer has it. Raises Unavailable, after which the mail is tried again."""
    kind, document = taken.facts["kind"], taken.facts["document"]
    of = {"vendor": taken.vendor, "mode": taken.mode}
    content: bytes | None
    if kind == "statement":
        told = {"customer": taken.facts["customer"], "locale": taken.locale}
        content = mailing.invoices.statement(document, **told, **of)
        if content is None:
            raise Unavailable(part="invoices")  # there was one when the mail was queued
    else:
        content = mailing.invoices.pdf(document, kind=kind, **of)
    called = {"period": document, "number": taken.facts["order_number" if kind == "receipt" else "number"]}
    name = i18n.text(_FILE_NAMES[kind], i18n.base(taken.locale), **called)
    safe = _UNSAFE_IN_A_FILE_NAME.sub("-", name).strip("-.") or "document"
    return Attachment(name=f"{safe}.pdf", content=content)


def _opened(taken: Taken, sealed: str, *, mailing: Mailing, now: datetime) -> Composed:
    """A mail out of what was sealed; what is kept of it has neither code nor link."""
    max_age = int(MESSAGES[taken.kind].sealed_for.total_seconds())
    opened = sealing.unseal(mailing.sealing_key, sealed, max_age=max_age)
    said = opened["brand"]
    brand = replace(taken.brand or Brand(name=""), name=said["name"], color=said["color"])
    brand = _with_links(brand, said.get("links") or {})
    logo = said.get("logo") or {}
    if logo:
        home = portal_address(mailing.public_url, slug=logo["portal"], host=logo["host"], path=logo["path"])
        brand = replace(brand, logo_url=_logo(home, logo["sha256"]))
    link = opened.get("link") or mailing.public_url
    facts = {
        **opened.get("facts", {}),
        "name": opened.get("name"),
        "code": opened.get("code"),
        "link": link,
        "device": opened.get("device"),
        "requested_at": opened["requested_at"],
        "minutes": _minutes(opened["requested_at"], opened["expires_at"]),
        "host": urlsplit(link).netloc,
        "is_test": False,  # nobody moves money by signing in
    }
    shown = _rendered(taken, mailing, brand, facts)
    kept = shown
    if not mailing.keeps_secrets:
        kept = mailing.layout.render(
            taken.kind, locale=taken.locale, brand=brand, facts={**facts, **_masked(link)}, own=taken.own
        )
    name = said.get("sender_name") or brand.name
    return Composed(mail=_mail(taken, shown, name=name, reply_to=said["reply_to"], mailing=mailing, now=now), kept=kept)


def _with_links(brand: Brand, links: Mapping[str, str | None]) -> Brand:
    """The portal's legal links stand at the foot of each mail about it."""
    return replace(brand, privacy_url=links.get("privacy"), terms_url=links.get("terms"))


def _logo(home: str, sha256: str | None) -> str | None:
    """Where mail programs find the picture, if they are let; another picture has another address."""
    return f"{home}/sign-in/logo.png?v={sha256[:12]}" if sha256 else None


def _masked(link: str) -> dict[str, str]:
    parts = urlsplit(link)
    return {"code": MASKED_CODE, "link": f"{parts.scheme}://{parts.netloc}/"}


def _mail(taken: Taken, shown: Rendered, *, name: str, reply_to: str | None, mailing: Mailing, now: datetime) -> Mail:
    return Mail(
        message_id=taken.message_id,
        sender_name=name,
        sender_address=mailing.mail_from,
        reply_to=reply_to,
        reply_to_name=name,
        address=taken.address,
        language=shown.language,
        subject=shown.subject,
        html=shown.html,
        text=shown.text,
        date=now,
    )


def _minutes(since: str, until: str) -> int:
    seconds = (datetime.fromisoformat(until) - datetime.fromisoformat(since)).total_seconds()
    return max(1, round(seconds / 60))
