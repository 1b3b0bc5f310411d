"""APPROVED: what approving a ticket carries out, by its kind: the same actions, done by the vendor.

Approval records; what is to be called at a processor afterwards comes back as intents. `foresee` looks ahead at it,
so that staff see what *approve* will do before they press it.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, TypeAlias

from sqlalchemy import select
from sqlalchemy.orm import Session

from services.portal.actions import subscriptions
from services.portal.actions.payments import refund
from services.portal.actions.payments.calls import Calls
from services.portal.actions.subscriptions import remove_coupon as removing
from services.portal.actions.subscriptions.apply_coupon import apply_coupon
from services.portal.actions.subscriptions.change import change
from services.portal.actions.subscriptions.prepare_change import wanted_of
from services.portal.actions.subscriptions.previews import preview
from services.portal.actions.support import requests
from services.portal.models import Ticket
from services.portal.queries import refunds
from services.portal.rules.assurance import Requester
from services.portal.rules.payments import refund as refund_rule
from services.portal.rules.subscriptions.cancellation import Timing
from services.portal.rules.support.ticket import NothingToApprove
from shared.errors import Refusal


@dataclass(frozen=True, kw_only=True)
class Foreseen:
    """What approval would do now: `amount` goes back (`refund`) or is charged. `obstacle` is why it would be refused.

    Amounts in minor units.
    """

    action: str
    given_back: int | None = None
    charged: int | None = None
    currency: str | None = None
    effective_at: datetime | None = None
    ends_at: datetime | None = None
    obstacle: str | None = None


Carry: TypeAlias = Callable[[Session, Ticket, Requester, datetime], Calls]


def carry_out(session: Session, row: Ticket, *, by: Requester, now: datetime) -> Calls:
    """Do what the ticket asks for. Raises what the action refuses with."""
    carry = APPROVED.get(row.kind)
    if carry is None:
        raise NothingToApprove(kind=row.kind)
    return carry(session, row, by, now)


def turn_down(session: Session, row: Ticket, *, now: datetime) -> None:
    """What a declined request leaves behind."""
    if row.kind == "refund":
        refund.deny(session, refund_id=_asked(row)["refund"], now=now)


def foresee(session: Session, *, ticket_id: str, by: Requester, now: datetime) -> Foreseen | None:
    """What approval would do; None where there is nothing to approve any more. Saves nothing."""
    row = session.scalars(select(Ticket).where(Ticket.id == ticket_id)).one()
    if row.request is None or row.status not in requests.WAITING:
        return None
    try:
        return _refund_ahead(session, row, now) if row.kind == "refund" else _action_ahead(session, row, by, now)
    except Refusal as refusal:
        return Foreseen(action=row.kind, obstacle=refusal.code)


def _refund(session: Session, row: Ticket, _by: Requester, now: datetime) -> Calls:
    intent = refund.approve(session, refund_id=_asked(row)["refund"], now=now)
    return Calls(refunds=() if intent is None else (intent,))


def _cancel(session: Session, row: Ticket, by: Requester, now: datetime) -> Calls:
    asked = _asked(row)
    done = subscriptions.cancel(
        session,
        subscription_id=row.subscription or "",
        by=by,
        timing=Timing(asked["timing"]),
        feedback=asked.get("feedback"),
        comment=asked.get("comment"),
        now=now,
    )
    return calls_of(done)


def _change(session: Session, row: Ticket, by: Requester, now: datetime) -> Calls:
    wanted = wanted_of(_asked(row))
    return calls_of(change(session, subscription_id=row.subscription or "", wanted=wanted, by=by, now=now))


def _pause(session: Session, row: Ticket, by: Requester, now: datetime) -> Calls:
    return calls_of(subscriptions.pause(session, subscription_id=row.subscription or "", by=by, **_asked(row), now=now))


def _resume(session: Session, row: Ticket, by: Requester, now: datetime) -> Calls:
    return calls_of(subscriptions.resume(session, subscription_id=row.subscription or "", by=by, now=now))


def _apply_coupon(session: Session, row: Ticket, by: Requester, now: datetime) -> Calls:
    code = _asked(row)["code"]
    return calls_of(apply_coupon(session, subscription_id=row.subscription or "", code=code, by=by, now=now))


def _remove_coupon(session: Session, row: Ticket, by: Requester, now: datetime) -> Calls:
    return calls_of(removing.remove_coupon(session, subscription_id=row.subscription or "", by=by, now=now))


def _resubscribe(session: Session, row: Ticket, by: Requester, now: datetime) -> Calls:
    done = subscriptions.resubscribe(session, subscription_id=row.subscription or "", by=by, **_asked(row), now=now)
    return calls_of(done)


def calls_of(done: object) -> Calls:
    """The calls that an action's result asks for: `intent` of a charge, `refunds` of money given back, `sources`."""
    intent = getattr(done, "intent", None)
    return Calls(
        refunds=tuple(getattr(done, "refunds", ())),
        payments=() if intent is None else (intent,),
        sources=tuple(getattr(done, "sources", ())),
    )


def _refund_ahead(session: Session, row: Ticket, now: datetime) -> Foreseen:
    asked = _asked(row)
    of = refunds.bought(session, payment_id=row.payment or "")
    amount = refund_rule.decide(refundable=refunds.refundable(of, portal=None, now=now), amount=asked["amount"])
    return Foreseen(action=row.kind, given_back=amount.amount, currency=amount.currency, effective_at=now)


def _action_ahead(session: Session, row: Ticket, by: Requester, now: datetime) -> Foreseen:
    ahead = preview(session, subscription_id=row.subscription or "", action=row.kind, given=_asked(row), by=by, now=now)
    due, back = ahead.due_now, ahead.given_back
    money = back.amount.currency if back is not None else None
    return Foreseen(
        action=row.kind,
        given_back=None if back is None else back.amount.amount,
        charged=None if due is None else due.total,
        currency=due.currency if due is not None else money,
        effective_at=now if ahead.is_immediate else ahead.effective_at,
        ends_at=ahead.ends_at,
        obstacle=ahead.reason,
    )


def _asked(row: Ticket) -> Mapping[str, Any]:
    return row.request or {}


APPROVED: Final[Mapping[str, Carry]] = {
    "apply_coupon": _apply_coupon,
    "cancel": _cancel,
    "change": _change,
    "pause": _pause,
    "refund": _refund,
    removing.NAME: _remove_coupon,
    "resubscribe": _resubscribe,
    "resume": _resume,
}
