"""Compose a message's mail: its facts, or what was sealed, in the vendor's name and the reader's language."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Final
from urllib.parse import urlsplit

from services.notifications.adapters.mailing import Mailing
from services.notifications.adapters.mjml import Brand, Rendered, visible_line
from services.notifications.adapters.transport import Mail
from services.notifications.rules.messages import MESSAGES, Kind
from shared import sealing

MASKED_CODE: Final = "••••••"
_LONGEST: Final = 600
"""Seconds that a sealed mail may be opened for (ML-01)."""


@dataclass(frozen=True, kw_only=True)
class Taken:
    """A message that this worker holds until `lease_until`. `brand` and `reply_to` are the vendor's at that moment."""

    id: str
    kind: Kind
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


@dataclass(frozen=True, kw_only=True)
class Composed:
    """`mail` is what leaves; `kept` is what the row keeps of it."""

    mail: Mail
    kept: Rendered


def compose(taken: Taken, *, mailing: Mailing, now: datetime) -> Composed:
    """The mail of a message. Raises sealing.SealBroken when its sealed part can't be read, or no longer."""
    host = urlsplit(mailing.public_url).netloc
    around = {"host": host, "is_test": taken.mode == "test"}
    if taken.sealed is None:
        assert taken.brand is not None, "an unsealed mail is queued only where its vendor is known"
        facts = {**taken.facts, **around, "home": f"{mailing.public_url}/p/{taken.facts['portal']}"}
        shown = mailing.layout.render(taken.kind, locale=taken.locale, brand=taken.brand, facts=facts)
        mail = _mail(taken, shown, taken.brand, taken.reply_to, mailing, now)
        if MESSAGES[taken.kind].audience == "helpdesk":
            name = visible_line(taken.facts["customer_name"] or "")
            mail = replace(mail, reply_to=taken.facts["reply_to"], reply_to_name=name)
        return Composed(mail=mail, kept=shown)
    opened = sealing.unseal(mailing.sealing_key, taken.sealed, max_age=_LONGEST)
    brand = replace(taken.brand or Brand(name=""), name=opened["brand"]["name"], color=opened["brand"]["color"])
    facts = {
        **around,
        "code": opened["code"],
        "link": opened["link"],
        "device": opened["device"],
        "requested_at": opened["requested_at"],
        "minutes": _minutes(opened["requested_at"], opened["expires_at"]),
        "host": urlsplit(opened["link"]).netloc,
        "is_test": False,  # nobody moves money by signing in
    }
    shown = mailing.layout.render(taken.kind, locale=taken.locale, brand=brand, facts=facts)
    kept = shown
    if not mailing.keeps_secrets:
        kept = mailing.layout.render(taken.kind, locale=taken.locale, brand=brand, facts={**facts, **_masked(facts)})
    return Composed(mail=_mail(taken, shown, brand, opened["brand"]["reply_to"], mailing, now), kept=kept)


def _masked(facts: Mapping[str, Any]) -> dict[str, str]:
    link = urlsplit(facts["link"])
    return {"code": MASKED_CODE, "link": f"{link.scheme}://{link.netloc}/"}


def _mail(taken: Taken, shown: Rendered, brand: Brand, reply_to: str | None, mailing: Mailing, now: datetime) -> Mail:
    return Mail(
        message_id=taken.message_id,
        sender_name=brand.name,
        sender_address=mailing.mail_from,
        reply_to=reply_to,
        reply_to_name=brand.name,
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
