"""In whose name mails come, and to which portal they lead."""

from dataclasses import dataclass
from urllib.parse import urlsplit

from sqlalchemy import select

from services.notifications.adapters.mjml import Brand
from services.notifications.models import Portal, Sender
from shared.database import Session, scope
from shared.portal_address import portal_address


@dataclass(frozen=True, kw_only=True)
class Look:
    """What mails of the scope look like now: the vendor, the portal's address and its host."""

    brand: Brand
    home: str
    host: str
    is_test: bool


def brand_of(sender: Sender) -> Brand:
    """A vendor as mails show it."""
    return Brand(
        name=sender.display_name,
        color=sender.brand_color,
        support_url=sender.support_url,
        imprint=", ".join([sender.legal_name or sender.display_name, *sender.address]),
    )


def portal_of_mails(session: Session) -> Portal | None:
    """The scope's portal that mails lead to, if one is open."""
    return session.scalar(select(Portal).where(Portal.active).order_by(Portal.is_default.desc(), Portal.id).limit(1))


def look(session: Session, *, public_url: str) -> Look:
    """As the next mail would have it; what has not been heard of yet is left out."""
    here = scope.current()
    sender, portal = session.get(Sender, here.vendor), portal_of_mails(session)
    home = public_url
    if portal is not None:
        home = portal_address(public_url, slug=portal.slug, host=portal.host, path=portal.path)
    brand = brand_of(sender) if sender else Brand(name="")
    return Look(brand=brand, home=home, host=urlsplit(home).netloc, is_test=here.mode == "test")


def default_locale(session: Session) -> str | None:
    """The vendor's own language, where the vendor has been heard of."""
    sender = session.get(Sender, scope.current().vendor)
    return sender.default_locale if sender else None
