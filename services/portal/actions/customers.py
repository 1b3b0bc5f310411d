"""Who bought: made and changed here; sign-in and mails follow by event."""

from collections.abc import Mapping
from dataclasses import asdict
from datetime import datetime
from typing import Any, Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from services.portal.actions import changes
from services.portal.actions.operations import action_log
from services.portal.models import Customer
from services.portal.queries import customers as queries
from services.portal.queries.customers import CustomerView
from services.portal.rules.customers import details, tax_id
from services.portal.rules.customers.details import Details
from services.portal.rules.customers.erasing import CustomerErased
from services.portal.rules.customers.tax_id import Standing
from shared import ids
from shared.bus import outbox
from shared.errors import Conflict, NotFound
from shared.events import CustomerCreated, CustomerEmailChanged, CustomerUpdated

_TAKEN: Final = (
    *("email", "display_name", "company", "reference", "address", "postal_address", "country"),
    *("tax_id", "po_number", "next_po_number", "phone", "shipping", "locale"),
)
"""What `details.decide` takes, from a row."""


class ReferenceTaken(Conflict):
    """Another customer has this reference."""

    code = "reference_taken"


def create(session: Session, *, given: Details, now: datetime) -> CustomerView:
    """Make a customer. Raises ReferenceTaken."""
    _free(session, given.reference, but=None)
    row = Customer(id=ids.new("cus"), created_at=now, revision=1, **columns(given), **unverified(given, now=now))
    session.add(row)
    # No values: the log outlives the data of the person.
    action_log.write(session, action="customer.created", of=row.id, before=None, after=None, now=now)
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
    """Change the details given. Raises NotFound, CustomerErased, PreconditionFailed, Invalid, ReferenceTaken."""
    row = queries.held(session, customer_id)
    if row is None:
        raise NotFound
    if row.erased_at is not None:
        raise CustomerErased
    check(row.revision)
    wanted = _wanted(row, values)
    if wanted.reference != row.reference:
        _free(session, wanted.reference, but=row.id)
    previous_email = row.email
    is_other_number = (wanted.tax_id, wanted.country) != (row.tax_id, row.country)
    about_number = unverified(wanted, now=now) if is_other_number else {}
    changed = changes.apply(row, columns(wanted) | about_number)
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


def _wanted(row: Customer, values: Mapping[str, Any]) -> Details:
    """The row's details with `values` in place of its own. Lines of an address and its fields replace each other; a
    tax id is judged when it, or the country, is given. Raises Invalid."""
    before = {name: getattr(row, name) for name in _TAKEN}
    if "postal_address" in values or row.postal_address is not None:
        before["address"] = ()
    if "address" in values:
        before["postal_address"] = None
    is_judged = any(values.get(name, before[name]) != before[name] for name in ("tax_id", "country"))
    return details.decide(**(before | dict(values)), is_tax_id_checked=is_judged)


def unverified(given: Details, *, now: datetime) -> dict[str, Any]:
    """The columns about a tax id that nobody has confirmed yet; the register is asked where there is one."""
    is_listed = tax_id.in_register(given.tax_id) is not None
    return {
        "tax_id_standing": None if given.tax_id is None else Standing.UNVERIFIED.value,
        "tax_id_verified_at": None,
        "tax_id_check_at": now if is_listed else None,
    }


def _free(session: Session, reference: str | None, *, but: str | None) -> None:
    if reference is None:
        return
    taken = session.scalar(select(Customer.id).where(Customer.reference == reference))
    if taken is not None and taken != but:
        raise ReferenceTaken
