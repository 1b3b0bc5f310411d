"""Canceling a subscription: by its customer in two steps, by its vendor in one."""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from services.portal.actions import confirmations, proof
from services.portal.actions.operations import action_log
from services.portal.actions.payments import bills, refund
from services.portal.actions.payments.bills import Intent
from services.portal.actions.payments.left import Calls
from services.portal.actions.payments.refund import RefundIntent
from services.portal.actions.sources import asking
from services.portal.actions.subscriptions import closing, giving_back
from services.portal.actions.subscriptions import timing as timings
from services.portal.actions.subscriptions.loading import Loaded, load, permission, touch
from services.portal.actions.subscriptions.prepare_cancellation import Outcome, choices_of, outcome, shown
from services.portal.actions.subscriptions.reasons import Said, said
from services.portal.actions.support import requests
from services.portal.models import Payment, Subscription
from services.portal.queries import agreements
from services.portal.queries.tickets import TicketView
from services.portal.rules.assurance import Requester
from services.portal.rules.policy import Action, Decision
from services.portal.rules.portals.features import UnusedTime
from services.portal.rules.sources import support
from services.portal.rules.subscriptions.cancellation import Timing
from services.portal.rules.subscriptions.lifecycle import Status
from shared.bus import outbox
from shared.events import SubscriptionCanceled, SubscriptionEnded

HELD = "held_retry_at"


@dataclass(frozen=True, kw_only=True)
class Canceled:
    """What became of it. `changed` is false when it was canceled before and nothing happened.

    `ticket`: a person decides first; the subscription is as it was, and `ends_at` is what was asked for. Carry the
    `calls` out afterwards, `refunds` of unused time and the `intent` of the last bill; left alone, the clock does.
    Where it is billed elsewhere, `sources` names the call that cancels it there; until then it is as it was.
    """

    subscription: str
    status: Status
    canceled_at: datetime
    ends_at: datetime
    changed: bool
    ticket: TicketView | None = None
    refunds: tuple[RefundIntent, ...] = ()
    intent: Intent | None = None
    sources: tuple[str, ...] = ()

    @property
    def calls(self) -> Calls:
        """What is to be called at a processor, or where it is billed."""
        payments = () if self.intent is None else (self.intent,)
        return Calls(refunds=self.refunds, payments=payments, sources=self.sources)


def cancel(
    session: Session,
    *,
    subscription_id: str,
    by: Requester,
    key: str = "",
    confirmation: str | None = None,
    timing: Timing | None = None,
    feedback: str | None = None,
    comment: str | None = None,
    now: datetime,
) -> Canceled:
    """Cancel it. A customer brings the `confirmation` of what was shown, and chooses `timing` where they may.

    Raises NotFound, InvalidState, Invalid, ModeRequired, TimingNotAllowed, StepUpRequired, ConfirmationInvalid,
    PreviewOutdated, and what the policy refuses with.
    """
    loaded = load(session, subscription_id=subscription_id, by=by, lock=True)
    words = _words(session, loaded, feedback, comment)
    shown_at = confirmations.shown_at(confirmation, key=key) if by.kind == "customer" else None
    ahead = outcome(session, loaded, wanted=timing, at=shown_at or now, now=now)
    if by.kind == "customer":
        is_manual = ahead.found.changed and _is_manual(loaded, by=by, now=now)
        proof.require(Action.CANCEL, by=by, portal=loaded.portal, now=now)
        choices = choices_of(session, loaded, at=shown_at or now, now=now)
        expected = shown(session, loaded, choices, by=by, now=now)
        confirmations.use(session, confirmation, expected=expected, key=key, now=now)
        if is_manual:
            return _asked(session, loaded, ahead, words, by=by, now=now)
    if not ahead.found.changed:
        return _canceled(loaded, ahead)
    if support.is_elsewhere(loaded.row.source):
        call = asking.ask(session, loaded.row, action=Action.CANCEL, params=_ordered(loaded.row, ahead, words), now=now)
        proof.tell(session, Action.CANCEL, by=by, done_to=loaded.row.id, customer=loaded.row.customer, now=now)
        return replace(_canceled(loaded, ahead), sources=(call,))
    _save(session, loaded, ahead, words, now)
    proof.tell(session, Action.CANCEL, by=by, done_to=loaded.row.id, customer=loaded.row.customer, now=now)
    refunds = _give_back(session, loaded, ahead, now=now)
    intent = _close(session, loaded, ahead, now=now) if ahead.found.status is Status.ENDED else None
    return _canceled(loaded, ahead, refunds=refunds, intent=intent)


def _ordered(row: Subscription, ahead: Outcome, words: Said) -> dict[str, Any]:
    """What its source is to do."""
    found = ahead.found
    at = "period_end" if found.ends_at == row.current_period_end else found.ends_at.isoformat()
    return {
        "at": "now" if found.status is Status.ENDED else at,
        "prorates": found.gives_back,
        "feedback": words.feedback,
        "comment": words.comment,
    }


def _is_manual(loaded: Loaded, *, by: Requester, now: datetime) -> bool:
    """The customer may; does a person decide? Raises what the policy refuses with."""
    return permission(Action.CANCEL, loaded, by=by, now=now).decision is Decision.NEEDS_APPROVAL


def _words(session: Session, loaded: Loaded, feedback: str | None, comment: str | None) -> Said:
    feature = timings.feature_of(session, loaded)
    return said(feedback, comment, own=feature.own_reasons if feature else ())


def _asked(session: Session, loaded: Loaded, ahead: Outcome, words: Said, *, by: Requester, now: datetime) -> Canceled:
    """Nothing changes; staff decide about the ticket."""
    feature = timings.feature_of(session, loaded)
    wish = {"timing": ahead.found.timing.value, "feedback": words.feedback, "comment": words.comment}
    ticket = requests.open_request(
        session,
        kind=Action.CANCEL.value,
        loaded_or_payment=loaded,
        request=wish,
        by=by,
        portal_feature=feature,
        now=now,
    )
    return _canceled(loaded, ahead, ticket=ticket)


def _canceled(
    loaded: Loaded,
    ahead: Outcome,
    *,
    ticket: TicketView | None = None,
    refunds: tuple[RefundIntent, ...] = (),
    intent: Intent | None = None,
) -> Canceled:
    found = ahead.found
    return Canceled(
        subscription=loaded.row.id,
        status=found.status if ticket is None else loaded.row.status,
        canceled_at=found.canceled_at,
        ends_at=found.ends_at,
        changed=found.changed and ticket is None,
        ticket=ticket,
        refunds=refunds,
        intent=intent,
    )


def _save(session: Session, loaded: Loaded, ahead: Outcome, words: Said, now: datetime) -> None:
    row, found = loaded.row, ahead.found
    before = {"status": row.status.value}
    _stop_retries(session, row)
    row.canceled_from = agreements.status_at(row, now=now).value
    row.status, row.canceled_at, row.ends_at = found.status, found.canceled_at, found.ends_at
    row.cancellation_feedback, row.cancellation_comment = words.feedback, words.comment
    if found.status is Status.ENDED:
        row.ended_at = found.ends_at
        drop_plans(row)
    touch(row, now=now)
    after: dict[str, Any] = {
        "status": row.status.value,
        "ends_at": found.ends_at.isoformat(),
        "timing": found.timing.value,
    }
    if ahead.given_back is not None:
        back = ahead.given_back
        after["given_back"] = {"amount": back.amount.amount, "how": back.how, "credit": back.credit.amount}
    action_log.write(session, action="subscription.canceled", of=row.id, before=before, after=after, now=now)
    outbox.record(session, _told(row, loaded.plan.name, ahead, words), at=now)
    if found.status is Status.ENDED:
        outbox.record(session, ended(row, plan_name=loaded.plan.name, ended_at=found.ends_at), at=now)


def _give_back(session: Session, loaded: Loaded, ahead: Outcome, *, now: datetime) -> tuple[RefundIntent, ...]:
    """Unused time, in money or as credit; the calls to make."""
    intents = []
    if ahead.how is UnusedTime.REFUND:
        for each in ahead.unused:
            if each.money.total == 0:
                continue
            payment = session.scalars(select(Payment).where(Payment.id == each.payment).with_for_update()).one()
            amount = each.money.total
            intents.append(refund.record(session, payment=payment, amount=amount, cause="unused_time", now=now))
    giving_back.credit(session, loaded.row, ahead.unused, how=ahead.how, description=loaded.plan.name, now=now)
    return tuple(each for each in intents if each is not None)


def _close(session: Session, loaded: Loaded, ahead: Outcome, *, now: datetime) -> Intent | None:
    """What earlier changes left to a renewal is settled now, after unused time was given back; the call to make.

    Off session: a bank that wants to ask its customer does so by mail, and never stands between them and the end.
    """
    bill = closing.take(loaded.row, used_until=ahead.used_until)
    return None if bill is None else bills.open_bill(session, bill, off_session=True, now=now).intent


def _stop_retries(session: Session, row: Subscription) -> None:
    """What is owed stays owed, and is not tried by itself any more; undoing finds the date again."""
    open_ones = select(Payment).where(Payment.subscription == row.id, Payment.retry_at.is_not(None)).with_for_update()
    for payment in session.scalars(open_ones):
        if payment.retry_at is not None:
            payment.after = {**(payment.after or {}), HELD: payment.retry_at.isoformat()}
            payment.retry_at = None


def drop_plans(row: Subscription) -> None:
    """What was planned for a subscription that is over; what is left to be settled stays (`closing`)."""
    row.scheduled_change = row.pauses_at = row.resumes_at = row.resume_notice_at = row.trial_notice_at = None


def ended(row: Subscription, *, plan_name: str, ended_at: datetime) -> SubscriptionEnded:
    """What others are told when it is over."""
    return SubscriptionEnded(
        subscription=row.id,
        customer=row.customer,
        plan=row.plan,
        plan_name=plan_name,
        ended_at=ended_at.isoformat(),
        revision=row.revision,
    )


def _told(row: Subscription, plan_name: str, ahead: Outcome, words: Said) -> SubscriptionCanceled:
    found = ahead.found
    return SubscriptionCanceled(
        subscription=row.id,
        customer=row.customer,
        plan=row.plan,
        plan_name=plan_name,
        timing=found.timing.value,
        canceled_at=found.canceled_at.isoformat(),
        ends_at=found.ends_at.isoformat(),
        cancellation_details=words.details(),
        revision=row.revision,
    )
