"""A customer's own purchase order numbers by subscription, as far as the portal lets them change details."""

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from services.portal.actions import changes, recipients
from services.portal.actions.operations import action_log
from services.portal.models import Subscription
from services.portal.queries.portals import PortalView
from services.portal.rules.assurance import Requester
from services.portal.rules.customers.details import PO_NUMBER_LENGTH
from services.portal.rules.customers.texts import plain
from shared.errors import FieldError, Invalid, NotFound


def change(
    session: Session,
    *,
    customer_id: str,
    numbers: Mapping[str, str],
    by: Requester,
    portal: PortalView,
    now: datetime,
) -> None:
    """The invoices of these subscriptions print these numbers from now on; an empty one is none.

    Raises NotFound for what is not this customer's, Invalid naming each subscription whose number is wrong, and what
    changing details is refused with.
    """
    recipients.require(by, portal=portal, now=now)
    recipients.tell(session, by, customer_id=customer_id, now=now)
    problems: list[FieldError] = []
    kept = {each: plain(each, given, PO_NUMBER_LENGTH, problems) for each, given in numbers.items()}
    if problems:
        raise Invalid(*problems)
    rows = session.scalars(
        select(Subscription)
        .where(Subscription.id.in_(kept), Subscription.customer == customer_id)
        .order_by(Subscription.id)
        .with_for_update()
    ).all()
    if len(rows) != len(kept):
        raise NotFound
    for row in rows:
        if changes.apply(row, {"po_number": kept[row.id]}):
            # No value: the log outlives what a person wrote.
            fields = {"fields": ["po_number"]}
            action_log.write(session, action="subscription.updated", of=row.id, before=None, after=fields, now=now)
