"""Portals as a page of another site asks for them: nobody is signed in, and the address alone says whose it is."""

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from services.portal.models import Helpdesk, PortalConfiguration, Vendor
from services.portal.queries import portals
from services.portal.queries.portals import PortalView
from services.portal.rules.portals import features
from services.portal.rules.support import help_icon
from services.portal.rules.support.help_icon import Desk, Help
from shared.database import scope
from shared.errors import NotFound


def widget(session: Session, *, address: str) -> PortalView:
    """The active portal of this id or slug, of whichever vendor. Raises NotFound, also where that has closed."""
    with scope.platform():
        row = session.scalars(
            select(PortalConfiguration).where(
                or_(PortalConfiguration.id == address, PortalConfiguration.slug == address), PortalConfiguration.active
            )
        ).one_or_none()
        standing = None if row is None else session.scalar(select(Vendor.standing).where(Vendor.id == row.vendor))
        if row is None or standing == "closed":
            raise NotFound
        return portals.view(row, standing=standing)


def own_rules(session: Session, *, address: str, digest: str) -> str:
    """The style rules of this portal's own with this SHA-256. Raises NotFound, also for those of yesterday."""
    with scope.platform():
        found = session.scalars(
            select(PortalConfiguration.served_css).where(
                PortalConfiguration.slug == address,
                PortalConfiguration.active,
                PortalConfiguration.css_digest == digest,
            )
        ).one_or_none()
    if found is None:
        raise NotFound
    return found


def help_of(session: Session, *, helpdesk: str) -> Help | None:
    """Where the help icon of this helpdesk, or portal of kind helpdesk, leads; None where there is none to show.

    Says nothing of who asks.
    """
    with scope.platform():
        asked = _portal_of_help(session, helpdesk) or _desk(session, helpdesk)
    return None if asked is None else help_icon.decide(asked)


def _portal_of_help(session: Session, portal: str) -> Desk | None:
    row = session.scalars(
        select(PortalConfiguration).where(PortalConfiguration.id == portal, PortalConfiguration.kind == "helpdesk")
    ).one_or_none()
    if row is None:
        return None
    tickets = features.calculate(row.features).tickets_helpdesk
    desk = session.get(Helpdesk, tickets) if tickets else None
    return Desk(
        is_closed=not row.active or (desk is not None and desk.archived_at is not None),
        url=_help_url(row) or (desk.url if desk else None),
        portal=row.slug,
        is_own=True,
    )


def _desk(session: Session, helpdesk: str) -> Desk | None:
    desk = session.scalars(select(Helpdesk).where(Helpdesk.id == helpdesk)).one_or_none()
    if desk is None:
        return None
    rows = session.scalars(
        select(PortalConfiguration)
        .where(
            PortalConfiguration.vendor == desk.vendor,
            PortalConfiguration.mode == desk.mode,
            PortalConfiguration.active,
        )
        .order_by(PortalConfiguration.kind != "helpdesk", PortalConfiguration.id)
    ).all()
    portal = next((row for row in rows if features.calculate(row.features).tickets_helpdesk == desk.id), None)
    is_own = portal is not None and portal.kind == "helpdesk"
    return Desk(
        is_closed=desk.archived_at is not None,
        url=desk.url or (_help_url(portal) if portal is not None and is_own else None),
        portal=portal.slug if portal else None,
        is_own=is_own,
    )


def _help_url(row: PortalConfiguration) -> str | None:
    found: str | None = row.embed.get("help_url")
    return found
