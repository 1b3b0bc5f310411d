"""Everything held of a customer, put together in the background and fetched once.

The other services' parts are collected by auth, which alone can ask in its own name, and brought here; ours is added.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import select
from sqlalchemy.orm import Session, undefer

from services.portal.actions.operations import action_log
from services.portal.adapters import archives
from services.portal.models import Customer, Export
from services.portal.queries import customers, exports, holdings
from services.portal.queries.exports import ExportView
from services.portal.rules.assurance import Requester
from services.portal.rules.customers import archive, privacy
from services.portal.rules.customers.privacy import Right
from shared import ids, lifetimes
from shared.bus import outbox
from shared.database import Begin, scope
from shared.errors import Conflict, NotFound
from shared.events import CustomerExportReady, CustomerExportRequested

GOOD_FOR: Final = lifetimes.EXPORTS
PATIENCE: Final = timedelta(hours=1)
JOB: Final = "expire_exports"
_BATCH: Final = 100


class ExportNotReady(Conflict):
    """It is still being put together."""

    code = "export_not_ready"


class ExportGone(Conflict):
    """It was fetched, or a day has passed. Another can be asked for."""

    code = "export_gone"


def request(session: Session, *, customer_id: str, by: Requester, now: datetime) -> ExportView:
    """Have it put together; one that is under way is that one.

    Raises NotFound, CustomerErased, ReadOnlySession, RoleNotAllowed, StepUpRequired.
    """
    privacy.require(Right.EXPORT, by=by, now=now)
    session.execute(select(Customer.id).where(Customer.id == customer_id).with_for_update())
    customers.require_living(session, customer_id)
    waiting = session.scalars(
        select(Export).where(Export.customer == customer_id, Export.status == "pending").limit(1)
    ).one_or_none()
    if waiting is not None:
        return exports.view(waiting, now=now)
    here = scope.current()
    row = Export(
        id=ids.new("exp"),
        customer=customer_id,
        status="pending",
        requested_by=here.actor.kind,
        requested_at=now,
        due_at=now + PATIENCE,
        attempts=0,
    )
    session.add(row)
    action_log.write(
        session, action="customer.export_requested", of=row.id, customer=customer_id, before=None, after=None, now=now
    )
    outbox.record(session, CustomerExportRequested(export=row.id, customer=customer_id), at=now)
    session.flush()
    return exports.view(row, now=now)


def make(session: Session, *, export_id: str, parts: Mapping[str, archive.Tables], now: datetime) -> bool:
    """Put it together from what the others brought and what is here. False: it is not wanted any more."""
    row = session.scalars(select(Export).where(Export.id == export_id).with_for_update()).one_or_none()
    if row is None or row.status != "pending":
        return False
    own = dict(holdings.of_customer(session, customer=row.customer))
    row.content = archives.pack(archive.calculate({**parts, "portal": own}), at=now)
    row.size = len(row.content)
    row.status, row.ready_at, row.expires_at, row.due_at = "ready", now, now + GOOD_FOR, now + GOOD_FOR
    locale = customers.locale(session, row.customer)
    ready = CustomerExportReady(
        export=row.id,
        customer=row.customer,
        expires_at=row.expires_at.isoformat(),
        by_customer=row.requested_by in ("customer", "delegate"),
        locale=locale,
    )
    outbox.record(session, ready, at=now)
    return True


def fetch(session: Session, *, export_id: str, customer_id: str | None = None, by: Requester, now: datetime) -> bytes:
    """The archive, this once.

    Raises NotFound, ExportNotReady, ExportGone, ReadOnlySession, RoleNotAllowed, StepUpRequired.
    """
    privacy.require(Right.EXPORT, by=by, now=now)
    wanted = select(Export).where(Export.id == export_id).options(undefer(Export.content)).with_for_update()
    row = session.scalars(wanted, execution_options={"populate_existing": True}).one_or_none()
    if row is None or customer_id not in (None, row.customer):
        raise NotFound
    if row.status == "pending":
        raise ExportNotReady
    if row.status != "ready" or row.content is None or row.expires_at is None or now >= row.expires_at:
        raise ExportGone
    content = row.content
    row.status, row.fetched_at, row.content, row.due_at = "fetched", now, None, None
    action_log.write(
        session, action="customer.export_fetched", of=row.id, customer=row.customer, before=None, after=None, now=now
    )
    return content


def expire(begin: Begin, *, now: datetime) -> int:
    """Drop what was not fetched in time, and give up on what could not be put together. How many."""
    with begin() as session, scope.platform():
        due = session.scalars(
            select(Export).where(Export.due_at <= now).order_by(Export.due_at).limit(_BATCH).with_for_update()
        ).all()
        for row in due:
            row.status = "expired" if row.status == "ready" else "failed"
            row.content = row.due_at = None
        session.flush()  # while every vendor's rows may be written
        return len(due)


def parts_of(given: Mapping[str, Any]) -> dict[str, archive.Tables]:
    """What a sibling brought, by service. Raises NotFound for what is no such thing."""
    parts = given.get("parts")
    if not isinstance(parts, dict) or not all(isinstance(tables, dict) for tables in parts.values()):
        raise NotFound
    return parts
