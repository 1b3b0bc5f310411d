"""Who bought: made and changed here; sign-in and mails follow by event."""

from collections.abc import Mapping
from dataclasses import asdict
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from services.portal.actions import changes
from services.portal.actions.operations import action_log
from services.portal.models import Customer
from services.portal.queries import customers as queries
from services.portal.queries.customers import CustomerView
from services.portal.rules.customers import details
from services.portal.rules.customers.details import Details
from shared import ids
from shared.bus import outbox
from shared.errors import Conflict, NotFound
from shared.events import CustomerCreated, CustomerEmailChanged, CustomerUpdated


class ReferenceTaken(Conflict):
    """Another customer has this reference."""

    code = "reference_taken"


def create(session: Session, *, given: Details, now: datetime) -> CustomerView:
    """Make a customer. Raises ReferenceTaken."""
    _free(session, given.reference, but=None)
    row = Customer(id=ids.new("cus"), created_at=now, revision=1, **columns(given))
    session.add(row)
    action_log.write(
        session, action="customer.created", of=row.id, before=None, after={"reference": given.reference}, now=now
    )
    outbox.record(session, created(row))
    return queries.view(row)


def update(
    session: Session,
    *,
    customer_id: str,
    values: Mapping[str, Any],
    check: changes.Check = changes.anything,
    now: datetime,
) -> CustomerView:
    """Change the details given. Raises NotFound, PreconditionFailed, Invalid, ReferenceTaken."""
    row = session.scalars(select(Customer).where(Customer.id == customer_id).with_for_update()).one_or_none()
    if row is None:
        raise NotFound
    check(row.revision)
    before = _given(row)
    wanted = details.decide(**(before | dict(values)))
    if wanted.reference != row.reference:
        _free(session, wanted.reference, but=row.id)
    previous_email = row.email
    changed = changes.apply(row, columns(wanted))
    if changed:
        # Names of fields only: the log outlives the data of the person.
        fields = {"fields": sorted(changed.after)}
        action_log.write(session, action="customer.updated", of=row.id, before=None, after=fields, now=now)
        outbox.record(session, _changed(row, previous_email))
    return queries.view(row)


def created(row: Customer) -> CustomerCreated:
    """What others are told of a new customer."""
    return CustomerCreated(
        customer=row.id,
        email=row.email,
        display_name=row.display_name,
        reference=row.reference,
        locale=row.locale,
        revision=row.revision,
    )


def _changed(row: Customer, previous_email: str) -> CustomerUpdated | CustomerEmailChanged:
    if row.email != previous_email:
        return CustomerEmailChanged(
            customer=row.id,
            email=row.email,
            previous_email=previous_email,
            display_name=row.display_name,
            reference=row.reference,
            locale=row.locale,
            revision=row.revision,
        )
    return CustomerUpdated(
        customer=row.id,
        email=row.email,
        display_name=row.display_name,
        reference=row.reference,
        locale=row.locale,
        revision=row.revision,
    )


def columns(given: Details) -> dict[str, Any]:
    """The columns that the details decide."""
    return asdict(given) | {"address": list(given.address)}


def _given(row: Customer) -> dict[str, Any]:
    """What `details.decide` takes, from a row."""
    shown = asdict(queries.view(row))
    return {name: shown[name] for name in shown if name not in ("id", "created_at", "revision")}


def _free(session: Session, reference: str | None, *, but: str | None) -> None:
    if reference is None:
        return
    taken = session.scalar(select(Customer.id).where(Customer.reference == reference))
    if taken is not None and taken != but:
        raise ReferenceTaken
