"""Taking a coupon off again; its use stays counted."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy.orm import Session

from services.portal.actions import changes, proof
from services.portal.actions.operations import action_log
from services.portal.actions.sources import asking
from services.portal.actions.subscriptions import apply_coupon
from services.portal.actions.subscriptions.foreseen import charge_after, copy_of
from services.portal.actions.subscriptions.loading import Loaded, load, permission, touch
from services.portal.actions.subscriptions.preview import Preview
from services.portal.queries.tickets import TicketView
from services.portal.rules.assurance import Requester
from services.portal.rules.policy import Action
from services.portal.rules.sources import support

NAME: Final = "remove_coupon"
"""Of the look ahead at it, and of the ticket in which a person decides."""


@dataclass(frozen=True, kw_only=True)
class Removed:
    """`changed` is false where there was no coupon, or where a person decides first (`ticket`)."""

    subscription: str
    changed: bool
    ticket: TicketView | None = None
    sources: tuple[str, ...] = ()


def remove_coupon(
    session: Session,
    *,
    subscription_id: str,
    by: Requester,
    check: changes.Check = changes.anything,
    now: datetime,
) -> Removed:
    """Take the discount off. Raises NotFound, InvalidState, StepUpRequired, and what the policy refuses with."""
    loaded = load(session, subscription_id=subscription_id, by=by, lock=True)
    row = loaded.row
    check(row.revision)
    is_manual = apply_coupon.is_manual(loaded, by=by, now=now)
    if row.discount is None:
        return Removed(subscription=row.id, changed=False)
    before = {"coupon": row.coupon, "code": row.discount["code"]}
    if is_manual:
        ticket = apply_coupon.asked(session, loaded, kind=NAME, request={}, by=by, now=now)
        return Removed(subscription=row.id, changed=False, ticket=ticket)
    if support.is_elsewhere(row.source):
        call = asking.ask(session, row, action=Action.APPLY_COUPON, params={"coupon": None}, now=now)
        proof.tell(session, Action.APPLY_COUPON, by=by, done_to=row.id, customer=row.customer, now=now)
        return Removed(subscription=row.id, changed=True, sources=(call,))
    row.coupon = row.discount = None
    touch(row, now=now)
    proof.tell(session, Action.APPLY_COUPON, by=by, done_to=row.id, customer=row.customer, now=now)
    action_log.write(session, action="coupon.removed", of=row.id, before=before, after=None, now=now)
    return Removed(subscription=row.id, changed=True)


def preview_removal(
    session: Session, loaded: Loaded, *, given: Mapping[str, Any], by: Requester, now: datetime
) -> Preview:
    """The next charge without it. Raises what the policy refuses with."""
    del given  # taking it off takes nothing
    answer = permission(Action.APPLY_COUPON, loaded, by=by, now=now)
    copy = copy_of(loaded.row)
    copy.coupon = copy.discount = None
    return Preview(
        action=NAME,
        subscription=loaded.row.id,
        decision=answer.decision,
        message=answer.message,
        effective_at=now,
        plan=loaded.row.plan,
        quantity=loaded.row.quantity,
        next_charge=charge_after(session, copy, description=loaded.plan.name, now=now),
    )
