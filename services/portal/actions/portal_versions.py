"""Every version of a portal that was published, kept as it was then."""

from datetime import datetime
from typing import Any, Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from services.portal.models import PortalConfiguration, PortalVersion
from services.portal.queries import configurations as queries
from shared import ids
from shared.database import scope
from shared.events import Actor

_KEPT: Final = (
    *("name", "display_name", "default_return_url", "features", "appearance", "texts", "links"),
    *("scope", "sign_in", "embed", "login_page"),
)
_SYSTEM: Final = Actor(kind="system", id="portal")


def document(row: PortalConfiguration) -> dict[str, Any]:
    """All of a portal that a change may change, in the shape of a change. Logos are the vendor's."""
    view = queries.view(row)
    whole = {name: getattr(view, name) for name in _KEPT}
    languages = {name: value for name, value in view.languages.items() if name != "texts"}
    look = {name: value for name, value in view.appearance.items() if name not in ("logo", "logo_dark")}
    return {
        **whole,
        "appearance": look,
        "languages": languages,
        "domain": {name: view.domain[name] or None for name in ("host", "path")},
    }


def keep(session: Session, row: PortalConfiguration, *, now: datetime) -> None:
    """Keep the portal as it is now, unless that is the version kept last. The row is locked, or new."""
    _keep(session, row, now=now, by=scope.current().actor)


def keep_first(session: Session, row: PortalConfiguration) -> None:
    """Before the first change of a portal that is older than versions are: what it was until now."""
    if _newest(session, row) is None:
        _keep(session, row, now=row.created_at, by=_SYSTEM)


def _keep(session: Session, row: PortalConfiguration, *, now: datetime, by: Actor) -> None:
    newest, whole = _newest(session, row), document(row)
    if newest is not None and newest.document == whole:
        return
    session.add(
        PortalVersion(
            id=ids.new("pver"),
            configuration=row.id,
            number=1 if newest is None else newest.number + 1,
            document=whole,
            published_at=now,
            published_by=by.id,
        )
    )
    session.flush()


def _newest(session: Session, row: PortalConfiguration) -> PortalVersion | None:
    statement = select(PortalVersion).where(PortalVersion.configuration == row.id)
    return session.scalars(statement.order_by(PortalVersion.number.desc()).limit(1)).one_or_none()
