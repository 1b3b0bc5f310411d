"""Helpdesks: where tickets go, and what hangs on each."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from services.portal.models import Helpdesk, PortalConfiguration, Ticket
from services.portal.rules.portals import features
from services.portal.rules.support.helpdesk import Use
from services.portal.rules.support.ticket import TicketStatus
from shared.errors import NotFound

_WAITING: Final = (TicketStatus.OPEN.value, TicketStatus.ANSWERED.value)


@dataclass(frozen=True, kw_only=True)
class HelpdeskView:
    """A helpdesk."""

    id: str
    name: str
    email: str | None
    url: str | None
    departments: tuple[str, ...]
    answer_hours: int | None
    created_at: datetime
    archived_at: datetime | None
    revision: int


def helpdesk(session: Session, *, helpdesk_id: str) -> HelpdeskView:
    """One of them. Raises NotFound."""
    row = session.scalars(select(Helpdesk).where(Helpdesk.id == helpdesk_id)).one_or_none()
    if row is None:
        raise NotFound
    return view(row)


def listing() -> Select[Helpdesk]:
    """All of them, archived ones too."""
    return select(Helpdesk)


def use(session: Session, *, helpdesk_id: str) -> Use:
    """What hangs on it: portals that send tickets there, tickets."""
    portals = sum(
        helpdesk_id in _named(features.calculate(stored))
        for stored in session.scalars(select(PortalConfiguration.features))
    )
    counted = session.execute(
        select(Ticket.status, func.count()).where(Ticket.helpdesk == helpdesk_id).group_by(Ticket.status)
    )
    by_status: dict[str, int] = {row[0]: row[1] for row in counted}
    waiting = sum(by_status.get(status, 0) for status in _WAITING)
    return Use(portals=portals, waiting=waiting, tickets=sum(by_status.values()))


def view(row: Helpdesk) -> HelpdeskView:
    """A row as a view."""
    return HelpdeskView(
        id=row.id,
        name=row.name,
        email=row.email,
        url=row.url,
        departments=tuple(row.departments),
        answer_hours=row.answer_hours,
        created_at=row.created_at,
        archived_at=row.archived_at,
        revision=row.revision,
    )


def _named(offered: features.Features) -> set[str | None]:
    return {offered.cancel.helpdesk, offered.refund.helpdesk, offered.tickets_helpdesk}
