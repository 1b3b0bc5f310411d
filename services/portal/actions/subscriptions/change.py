"""Changing plan or quantity: by its customer in two steps, by its vendor in one. Charged first: without the money the
old plan stays."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from services.portal.actions import changes, confirmations, proof
from services.portal.actions.payments import bills
from services.portal.actions.payments.bills import Intent
from services.portal.actions.sources import asking, previewing
from services.portal.actions.subscriptions import addon_rows, changed, planned
from services.portal.actions.subscriptions.loading import Loaded, load, touch
from services.portal.actions.subscriptions.planned import Planned, Wanted
from services.portal.actions.subscriptions.prepare_change import NAME, bill_of, decided, preview_of, shown
from services.portal.actions.support import requests
from services.portal.queries.tickets import TicketView
from services.portal.rules.assurance import Requester
from services.portal.rules.confirmation import ConfirmationInvalid
from services.portal.rules.payments.outcome import Result
from services.portal.rules.policy import Decision
from services.portal.rules.products.switching import When
from services.portal.rules.sources import support
from services.portal.rules.subscriptions import addons
from services.portal.rules.subscriptions.agreed import Target


@dataclass(frozen=True, kw_only=True)
class Changed:
    """What became of it. `payment` is owed first where there is one: carry out the `intent`; without an intent its
    `outcome` is known. `ticket`: a person decides first. `when`: now, or at the end of the period. `sources`: the call
    to carry out, where it is billed elsewhere."""

    subscription: str
    target: Target
    when: When
    payment: str | None = None
    intent: Intent | None = None
    outcome: Result | None = None
    ticket: TicketView | None = None
    sources: tuple[str, ...] = ()


def change(
    session: Session,
    *,
    subscription_id: str,
    wanted: Wanted,
    by: Requester,
    key: str = "",
    confirmation: str | None = None,
    check: changes.Check = changes.anything,
    now: datetime,
) -> Changed:
    """Step 1 of a change: decide it, and do it or record what is to be paid for it. A customer brings the
    `confirmation` of what was shown; amounts are those of that moment, and `wanted.when` and `.proration` are not
    theirs to say.

    Raises NotFound, PreconditionFailed, StepUpRequired, ConfirmationInvalid, PreviewOutdated, what `planned.plan`
    raises, and what the policy refuses with.
    """
    loaded = load(session, subscription_id=subscription_id, by=by, lock=True)
    check(loaded.row.revision)
    at = _moment(loaded, confirmation, by=by, key=key, now=now)
    ahead = planned.plan(session, loaded, wanted, at=at, now=now)
    decision = decided(loaded, ahead, by=by, now=now)
    if by.kind == "customer":
        for action in ahead.actions:
            proof.require(action, by=by, portal=loaded.portal, now=now)
        preview = preview_of(session, loaded, ahead, decision=decision, now=now)
        confirmations.use(session, confirmation, expected=shown(loaded, preview, by=by), key=key, now=now)
        for action in ahead.actions[:1]:  # one mail, however much changes at once
            proof.tell(session, action, by=by, done_to=loaded.row.id, customer=loaded.row.customer, now=now)
    if decision is Decision.NEEDS_APPROVAL:
        return _asked(session, loaded, ahead, by=by, now=now)
    if support.is_elsewhere(loaded.row.source):
        call = asking.ask(session, loaded.row, action=NAME, params=previewing.ordered(session, ahead), now=now)
        return Changed(subscription=loaded.row.id, target=ahead.target, when=When.NOW, sources=(call,))
    if ahead.change.when is When.AT_PERIOD_END:
        return _scheduled(session, loaded, ahead, now=now)
    if ahead.change.due_now:
        return _charged(session, loaded, ahead, by=by, now=now)
    return _done(session, loaded, ahead, now=now)


def _moment(loaded: Loaded, confirmation: str | None, *, by: Requester, key: str, now: datetime) -> datetime:
    """The moment whose amounts count: for a customer the one at which they were shown. Raises ConfirmationInvalid."""
    if by.kind != "customer":
        return now
    shown_at = confirmations.shown_at(confirmation, key=key)
    if shown_at is None or shown_at > now:
        raise ConfirmationInvalid
    return max(shown_at, loaded.row.current_period_start)


def _asked(session: Session, loaded: Loaded, ahead: Planned, *, by: Requester, now: datetime) -> Changed:
    """Nothing changes; staff decide about the ticket."""
    wish: dict[str, Any] = {"plan": ahead.target.plan, "quantity": ahead.target.quantity}
    if ahead.target.discount is not None:
        wish["coupon"] = ahead.target.discount["coupon"]
    feature = None if loaded.portal is None else loaded.portal.features.update
    ticket = requests.open_request(
        session, kind=NAME, loaded_or_payment=loaded, request=wish, by=by, portal_feature=feature, now=now
    )
    return Changed(subscription=loaded.row.id, target=ahead.target, when=ahead.change.when, ticket=ticket)


def _scheduled(session: Session, loaded: Loaded, ahead: Planned, *, now: datetime) -> Changed:
    row, at = loaded.row, ahead.change.effective_at
    row.scheduled_change = ahead.target.stored()
    touch(row, now=now)
    changed.announce(session, row, origin=ahead.origin, target=ahead.target, is_scheduled=True, at=at, now=now)
    return Changed(subscription=row.id, target=ahead.target, when=When.AT_PERIOD_END)


def _charged(session: Session, loaded: Loaded, ahead: Planned, *, by: Requester, now: datetime) -> Changed:
    """It holds once this is paid."""
    opened = bills.open_bill(session, bill_of(loaded, ahead), off_session=by.kind != "customer", now=now)
    return Changed(
        subscription=loaded.row.id,
        target=ahead.target,
        when=When.NOW,
        payment=opened.payment.id,
        intent=opened.intent,
        outcome=opened.outcome,
    )


def _done(session: Session, loaded: Loaded, ahead: Planned, *, now: datetime) -> Changed:
    """Nothing is due now, so it holds at once."""
    row, change = loaded.row, ahead.change
    given = change.pending[: change.given_back]
    changed.note_moved(session, row, given, ahead.target.tax_behavior, at=change.effective_at)
    had = addons.of(row.addons)
    changed.take(row, changed.waiting(ahead.target, change, ahead.origin))
    changed.note_brought(session, row, ahead.target, now=now)
    row.pending_lines = [*row.pending_lines, *changed.stored_lines(change.pending)]
    touch(row, now=now)
    addon_rows.say_all(session, row, had, plan_name=ahead.target.plan_name, now=now)
    changed.announce(session, row, origin=ahead.origin, target=ahead.target, is_scheduled=False, at=now, now=now)
    return Changed(subscription=row.id, target=ahead.target, when=When.NOW)
