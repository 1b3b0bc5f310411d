"""Places where people sign in that are no vendor's portal: the global portal, and the console of vendors' staff.

Each looks to the sign-in like a portal of its own, with a name no portal can have.
"""

from collections.abc import Callable
from datetime import datetime
from typing import Final

from sqlalchemy import select

from services.auth.models import Identity, Portal
from services.auth.queries import delegates, global_sessions, staff
from services.auth.queries import sign_in as known
from services.auth.queries.portals import PortalView, SignInSettings
from services.auth.queries.sessions import SessionView
from services.auth.rules.address import OnFile
from services.auth.rules.link import CrossDevice
from shared.database import scope
from shared.database.session import Session
from shared.places import CONSOLE, GLOBAL

PLATFORM: Final = "platform"
"""Whose rows they are: no vendor's."""


def _place(slug: str, name: str) -> PortalView:
    return PortalView(
        id=slug,
        slug=slug,
        vendor=PLATFORM,
        mode="live",
        kind="place",
        is_default=False,
        display_name=name,
        active=True,
        sign_in=SignInSettings(methods=("email",)),
        sign_in_methods=("email",),
        cross_device=CrossDevice.CONFIRM,
        embed={},
        host=None,
        path=None,
        return_url=None,
        appearance={},
        languages={},
        links={},
        revision=1,
        reply_to=None,
    )


PLACES: Final[dict[str, PortalView]] = {
    GLOBAL: _place(GLOBAL, "Bursar"),
    CONSOLE: _place(CONSOLE, "Bursar"),
}


def on_file(session: Session, portal: PortalView, key: str | None) -> list[OnFile]:
    """Who may sign in there with this address."""
    return _ON_FILE.get(portal.slug, _of_portal)(session, key)


def current(session: Session, portal: PortalView, *, token_hash: str, now: datetime) -> SessionView | None:
    """The session that a place's cookie names; None for a place without it. Raises SessionEnded."""
    find = _CURRENT.get(portal.slug)
    return find(session, token_hash, now) if find else None


def _of_portal(session: Session, key: str | None) -> list[OnFile]:
    """Customers, and whom customers let in: both are asked for, whoever it is."""
    return [*known.on_file(session, key), *delegates.on_file(session, key)]


def _of_everywhere(session: Session, key: str | None) -> list[OnFile]:
    """Customers of every vendor whose section of the global portal is open, in the mode where it is."""
    with scope.platform():
        rows = session.execute(
            select(Identity.id, Identity.email, Identity.email_key, Identity.display_name, Identity.locale)
            .join(Portal, (Portal.vendor == Identity.vendor) & (Portal.mode == Identity.mode))
            .where(Identity.email_key == (key or ""), Portal.kind == "global", Portal.active)
            .order_by(Identity.id)
            .distinct()
        ).all()
    return [
        OnFile(
            customer=row.id,
            email=row.email,
            email_key=row.email_key or "",
            display_name=row.display_name,
            locale=row.locale,
        )
        for row in rows
    ]


_ON_FILE: Final[dict[str, Callable[[Session, str | None], list[OnFile]]]] = {
    GLOBAL: _of_everywhere,
    CONSOLE: staff.on_file,
}
_CURRENT: Final[dict[str, Callable[[Session, str, datetime], SessionView]]] = {
    GLOBAL: global_sessions.by_token_hash,
    CONSOLE: staff.as_signing_in_sees,
}
