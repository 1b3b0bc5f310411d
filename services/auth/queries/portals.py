"""Which portal a path means, and how it looks."""

from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import select

from services.auth.models import Portal, Vendor
from services.auth.rules.link import CrossDevice
from shared.database import scope
from shared.database.session import Session
from shared.events import Mode

EMAIL: Final = "email"


@dataclass(frozen=True)
class PortalView:
    """A portal people sign in to. `reply_to` is the vendor's own address for mails, if known."""

    id: str
    slug: str
    vendor: str
    mode: Mode
    display_name: str
    active: bool
    sign_in_methods: tuple[str, ...]
    cross_device: CrossDevice
    appearance: dict[str, Any]
    languages: dict[str, Any]
    links: dict[str, Any]
    revision: int
    reply_to: str | None

    @property
    def takes_email(self) -> bool:
        """Whether people sign in by e-mail here."""
        return EMAIL in self.sign_in_methods


_COLUMNS = (
    Portal.id,
    Portal.slug,
    Portal.vendor,
    Portal.mode,
    Portal.display_name,
    Portal.active,
    Portal.sign_in_methods,
    Portal.cross_device,
    Portal.appearance,
    Portal.languages,
    Portal.links,
    Portal.revision,
    Vendor.profile,
)


def by_slug(session: Session, slug: str) -> PortalView | None:
    """The portal at `/p/<slug>`, of whichever vendor."""
    with scope.platform():
        row = session.execute(
            select(*_COLUMNS).join(Vendor, Vendor.id == Portal.vendor).where(Portal.slug == slug)
        ).one_or_none()
    return None if row is None else _view(row)


def of_vendor(session: Session, vendor: str, mode: Mode) -> PortalView | None:
    """The vendor's oldest active portal in this mode."""
    with scope.platform():
        row = session.execute(
            select(*_COLUMNS)
            .join(Vendor, Vendor.id == Portal.vendor)
            .where(Portal.vendor == vendor, Portal.mode == mode, Portal.active)
            .order_by(Portal.id)
            .limit(1)
        ).one_or_none()
    return None if row is None else _view(row)


def _view(row: Any) -> PortalView:
    return PortalView(
        id=row.id,
        slug=row.slug,
        vendor=row.vendor,
        mode=row.mode,
        display_name=row.display_name,
        active=row.active,
        sign_in_methods=tuple(row.sign_in_methods),
        cross_device=CrossDevice(row.cross_device),
        appearance=row.appearance,
        languages=row.languages,
        links=row.links,
        revision=row.revision,
        reply_to=row.profile.get("email"),
    )
