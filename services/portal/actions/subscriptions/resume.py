"""Going on: a pause that lies ahead is withdrawn; from a pause a new period begins now, and is charged."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from services.portal.actions import proof
from services.portal.actions.operations import action_log
from services.portal.actions.payments import bills
from services.portal.actions.sources import asking
from services.portal.actions.subscriptions import agreeing, first_charge, resumed
from services.portal.actions.subscriptions.foreseen import charge_after, copy_of
from services.portal.actions.subscriptions.loading import Loaded, load, of_row, permission, touch
from services.portal.actions.subscriptions.preview import Due, Preview
from services.portal.actions.support import requests
from services.portal.models import Payment, Subscription
from services.portal.queries import renewals
from services.portal.queries import subscriptions as queries
from services.portal.queries.tickets import TicketView
from services.portal.rules.assurance import Requester
from services.portal.rules.payments.outcome import Result
from services.portal.rules.policy import Action, Decision
from services.portal.rules.sources import support
from services.portal.rules.subscriptions.lifecycle import InvalidState, Status
from services.portal.rules.subscriptions.pause import NoPaymentMethod
from shared.bus import outbox

_UNDER_WAY = ("pending", "action_required", "unknown")


@dataclass(frozen=True, kw_only=True)
class Resumed:
    """What became of it, and the charge to make. `withdrawn`: the pause had not begun, nothing is charged.

    `ticket`: a person decides first; the pause is as it was. `sources`: the call to carry out, where it is billed
    elsewhere.
    """

    subscription: str
    withdrawn: bool
    intent: bills.Intent | None = None
    outcome: Result | None = None
    payment: str | None = None
    ticket: TicketView | None = None
    sources: tuple[str, ...] = ()


def resume(
    session: Session,
    *,
    subscription_id: str,
    by: Requester,
    key: str = "",
    confirmation: str | None = None,
    now: datetime,
) -> Resumed:
    """Go on now. A customer brings the `confirmation` of the charge that was shown; withdrawing needs none.

    Raises NotFound, InvalidState, NoPaymentMethod, StepUpRequired, ConfirmationInvalid, PreviewOutdated, and what the
    policy refuses with.
    """
    loaded = load(session, subscription_id=subscription_id, by=by, lock=True)
    row = loaded.row
    is_manual = permission(Action.RESUME, loaded, by=by, now=now).decision is Decision.NEEDS_APPROVAL
    if row.status is Status.ACTIVE:
        proof.require(Action.PAUSE, by=by, portal=loaded.portal, now=now)
        if is_manual:
            return _asked(session, loaded, by=by, now=now)
        _withdraw(session, loaded, now=now)
        proof.tell(session, Action.RESUME, by=by, done_to=row.id, customer=row.customer, now=now)
        return Resumed(subscription=row.id, withdrawn=True)
    _require_rest(session, row)
    agreeing.agree(
        session,
        loaded,
        action=Action.RESUME,
        previewer=preview_resume,
        given={},
        by=by,
        key=key,
        confirmation=confirmation,
        now=now,
    )
    if is_manual:
        return _asked(session, loaded, by=by, now=now)
    return _begin(session, loaded, off_session=by.kind != "customer", now=now)


def _asked(session: Session, loaded: Loaded, *, by: Requester, now: datetime) -> Resumed:
    """Nothing changes; staff decide about the ticket."""
    ticket = requests.open_request(
        session,
        kind=Action.RESUME.value,
        loaded_or_payment=loaded,
        request={},
        by=by,
        portal_feature=None,
        now=now,
    )
    return Resumed(subscription=loaded.row.id, withdrawn=False, ticket=ticket)


def _begin(session: Session, loaded: Loaded, *, off_session: bool, now: datetime) -> Resumed:
    """The new period, charged where the engine charges; elsewhere its source goes on collecting."""
    row = loaded.row
    if support.is_elsewhere(row.source):
        call = asking.ask(session, row, action=Action.RESUME, params={}, now=now)
        return Resumed(subscription=row.id, withdrawn=False, sources=(call,))
    if row.collection == "external":
        period = first_charge.charge_now(session, row, description=loaded.plan.name, now=now).period
        resumed.begin_again(session, row, start=period.start, end=period.end, now=now)
        return Resumed(subscription=row.id, withdrawn=False)
    opened = first_charge.open_resume(
        session, row, loaded.plan, after={resumed.BY_HAND: True}, off_session=off_session, at=now, now=now
    )
    return Resumed(
        subscription=row.id,
        withdrawn=False,
        intent=opened.intent,
        outcome=opened.outcome,
        payment=opened.payment.id,
    )


def at_its_time(session: Session, row: Subscription, *, now: datetime) -> bills.Intent | None:
    """A pause is over by itself; `row` is locked. The charge to make; declined, it is past due."""
    loaded = of_row(session, row)
    if row.collection == "external":
        period = first_charge.charge_now(session, row, description=loaded.plan.name, now=row.resumes_at or now).period
        resumed.begin_again(session, row, start=period.start, end=period.end, now=now)
        return None
    at, row.due_at = row.resumes_at or now, None
    if _is_under_way(session, row):
        return None
    opened = first_charge.open_resume(session, row, loaded.plan, after={}, off_session=True, at=at, now=now)
    return opened.intent


def preview_resume(
    session: Session, loaded: Loaded, *, given: Mapping[str, Any], by: Requester, now: datetime
) -> Preview:
    """What `POST …/preview` answers. Raises what `resume` raises."""
    del given  # going on takes nothing
    answer = permission(Action.RESUME, loaded, by=by, now=now)
    row = loaded.row
    if row.status is Status.ACTIVE:
        return _preview_withdrawal(session, loaded, now=now)
    if row.collection == "automatic" and not renewals.has_method(session, row):
        raise NoPaymentMethod
    if support.is_elsewhere(row.source):
        return _preview_elsewhere(session, loaded, decision=answer.decision, now=now)
    charge = first_charge.charge_now(session, row, description=loaded.plan.name, now=now)
    totals = charge.totals
    due = Due(lines=tuple(charge.lines), net=totals.net, tax=totals.tax, total=totals.total, currency=totals.currency)
    return Preview(
        action="resume",
        subscription=row.id,
        decision=answer.decision,
        effective_at=now,
        due_now=due if row.collection == "automatic" else None,
        next_charge=first_charge.following(session, row, charge),
        plan=row.plan,
        quantity=charge.terms.quantity,
    )


def _preview_elsewhere(session: Session, loaded: Loaded, *, decision: Decision, now: datetime) -> Preview:
    """The period goes on as it is; it is collected again when the next one begins."""
    copy = copy_of(loaded.row)
    copy.status, copy.resumes_at, copy.paused_at = Status.ACTIVE, None, None
    return Preview(
        action="resume",
        subscription=loaded.row.id,
        decision=decision,
        effective_at=now,
        next_charge=charge_after(session, copy, description=loaded.plan.name, now=now),
        plan=copy.plan,
        quantity=copy.quantity,
    )


def _preview_withdrawal(session: Session, loaded: Loaded, *, now: datetime) -> Preview:
    row = loaded.row
    was = row.pauses_at, row.resumes_at
    with session.no_autoflush:
        row.pauses_at = row.resumes_at = None
        following = queries.view(row, description=loaded.plan.name, now=now).next_charge
        row.pauses_at, row.resumes_at = was
    return Preview(
        action="resume",
        subscription=row.id,
        effective_at=now,
        next_charge=following,
        plan=row.plan,
        quantity=row.quantity,
    )


def _withdraw(session: Session, loaded: Loaded, *, now: datetime) -> None:
    row = loaded.row
    before = {"pauses_at": row.pauses_at.isoformat() if row.pauses_at else None}
    row.pauses_at = row.resumes_at = row.resume_notice_at = None
    touch(row, now=now)
    action_log.write(
        session, action="subscription.pause_withdrawn", of=row.id, before=before, after={"pauses_at": None}, now=now
    )
    outbox.record(session, resumed.told(row, plan_name=loaded.plan.name, at=now, withdrawn=True), at=now)


def _require_rest(session: Session, row: Subscription) -> None:
    """No charge for going on is under way. Raises InvalidState."""
    if _is_under_way(session, row):
        raise InvalidState(status=row.status.value, action="resume")


def _is_under_way(session: Session, row: Subscription) -> bool:
    under_way = select(Payment.id).where(
        Payment.subscription == row.id, Payment.kind == "resume", Payment.status.in_(_UNDER_WAY)
    )
    return session.scalar(under_way.limit(1)) is not None
