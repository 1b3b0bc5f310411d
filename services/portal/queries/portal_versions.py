"""Drafts and published versions of portals, as they are stored."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from services.portal.models import PortalDraft, PortalVersion
from shared.errors import NotFound


@dataclass(frozen=True, kw_only=True)
class StoredDraft:
    """What somebody wants of a portal and has not published: `wanted` is a change as the API takes it."""

    wanted: Mapping[str, Any]
    changed_at: datetime
    changed_by: str


@dataclass(frozen=True, kw_only=True)
class VersionView:
    """A portal as it was published once. `document` is in the shape of a change."""

    id: str
    configuration: str
    number: int
    document: dict[str, Any]
    published_at: datetime
    published_by: str


def draft(session: Session, *, configuration_id: str) -> StoredDraft | None:
    """The draft of a portal; None where nothing waits to be published."""
    statement = select(PortalDraft).where(PortalDraft.configuration == configuration_id)
    row = session.scalars(statement).one_or_none()
    if row is None:
        return None
    return StoredDraft(wanted=row.wanted, changed_at=row.changed_at, changed_by=row.changed_by)


def with_drafts(session: Session) -> frozenset[str]:
    """The portals of which a draft waits to be published."""
    return frozenset(session.scalars(select(PortalDraft.configuration)))


def counts(session: Session) -> dict[str, int]:
    """The number of the newest version of each portal, by the portal's id."""
    newest = select(PortalVersion.configuration, func.max(PortalVersion.number)).group_by(PortalVersion.configuration)
    return {row[0]: row[1] for row in session.execute(newest)}


def listing(*, configuration_id: str) -> Select[PortalVersion]:
    """All versions of a portal."""
    return select(PortalVersion).where(PortalVersion.configuration == configuration_id)


def newest_first(session: Session, *, configuration_id: str, limit: int) -> tuple[VersionView, ...]:
    """The newest versions of a portal."""
    statement = listing(configuration_id=configuration_id).order_by(PortalVersion.number.desc()).limit(limit)
    return tuple(view(row) for row in session.scalars(statement))


def version(session: Session, *, configuration_id: str, version_id: str) -> VersionView:
    """One version of this portal. Raises NotFound."""
    statement = listing(configuration_id=configuration_id).where(PortalVersion.id == version_id)
    row = session.scalars(statement).one_or_none()
    if row is None:
        raise NotFound
    return view(row)


def view(row: PortalVersion) -> VersionView:
    """A row as it is shown."""
    return VersionView(
        id=row.id,
        configuration=row.configuration,
        number=row.number,
        document=row.document,
        published_at=row.published_at,
        published_by=row.published_by,
    )
