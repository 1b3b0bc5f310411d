"""What a change of plan or quantity would do, shown before it is done. Saves nothing."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, cast

from sqlalchemy import select
from sqlalchemy.orm import Session

from services.portal.actions import confirmations, proof
from services.portal.actions.payments import foreseen as bills_foreseen
from services.portal.actions.payments.bills import Bill
from services.portal.actions.payments.foreseen import Foreseen
from services.portal.actions.sources import previewing
from services.portal.actions.subscriptions import changed, planned
from services.portal.actions.subscriptions.foreseen import charge_after, copy_of
from services.portal.actions.subscriptions.loading import Loaded, load, permission
from services.portal.actions.subscriptions.planned import Planned, Wanted
from services.portal.actions.subscriptions.preview import Preview, due_of
from services.portal.adapters.sources import Sources
from services.portal.models import Plan
from services.portal.queries import agreements, renewals
from services.portal.rules.assurance import Requester, sees_portal
from services.portal.rules.confirmation import GOOD_FOR, Shown
from services.portal.rules.policy import Answer, Decision
from services.portal.rules.portals.features import Proration
from services.portal.rules.products import benefits
from services.portal.rules.products.benefits import Difference
from services.portal.rules.products.switching import When
from services.portal.rules.sources import support
from services.portal.rules.subscriptions import addons, agreed
from services.portal.rules.subscriptions.agreed import Target
from services.portal.rules.subscriptions.lifecycle import Status
from shared.totals import Line, TaxBehavior

NAME = "change"


@dataclass(frozen=True, kw_only=True)
class ChangePreview:
    """What the confirm page shows, with the confirmation that `change` will want.

    `pending` are lines that wait for the next charge; `replaces` is a change that was to come and would not.
    `benefits` are the features that come and go. `brings_coupon` is the code of one that comes along; one that
    is there goes then, as with `drops_coupon`.
    """

    preview: Preview
    target: Target
    previous_plan_name: str
    pending: tuple[Line, ...]
    replaces: Target | None
    ends_trial: bool
    drops_coupon: bool
    brings_coupon: str | None
    benefits: Difference
    confirmation: str
    expires_at: datetime


def prepare_change(
    session: Session,
    *,
    subscription_id: str,
    wanted: Wanted,
    by: Requester,
    key: str,
    sources: Sources | None = None,
    now: datetime,
) -> ChangePreview:
    """The `sources` are asked for figures of what they bill.

    Raises Unavailable, NotFound, StepUpRequired, what `planned.plan` raises, and what the policy refuses with.
    """
    loaded = load(session, subscription_id=subscription_id, by=by, lock=False)
    ahead = planned.plan(session, loaded, wanted, at=now, now=now)
    decision = decided(loaded, ahead, by=by, now=now)
    for action in ahead.actions:
        proof.require(action, by=by, portal=loaded.portal, now=now)
    preview = preview_of(session, loaded, ahead, decision=decision, now=now)
    row = loaded.row
    return ChangePreview(
        preview=previewing.completed(session, loaded, ahead, preview, sources=sources),
        target=ahead.target,
        previous_plan_name=loaded.plan.name,
        pending=ahead.change.pending,
        replaces=agreed.of(row.scheduled_change),
        ends_trial=row.status is Status.TRIALING and ahead.change.status is not Status.TRIALING,
        drops_coupon=row.coupon is not None and not ahead.target.keeps_discount,
        brings_coupon=None if ahead.target.discount is None else str(ahead.target.discount["code"]),
        benefits=_benefits(session, loaded, ahead),
        confirmation=confirmations.issue(shown(loaded, preview, by=by), key=key, now=now),
        expires_at=now + GOOD_FOR,
    )


def _benefits(session: Session, loaded: Loaded, ahead: Planned) -> Difference:
    coming = session.scalar(select(Plan.features).where(Plan.id == ahead.target.plan))
    return benefits.calculate(loaded.plan.features, coming or ())


def preview_change(
    session: Session, loaded: Loaded, *, given: Mapping[str, Any], by: Requester, now: datetime
) -> Preview:
    """What the API's preview answers. `given` is the body of the change itself."""
    ahead = planned.plan(session, loaded, wanted_of(given), at=now, now=now)
    for action in ahead.actions:
        answer = _answer(loaded, action, by=by, now=now)
        if answer.decision is Decision.DENIED:
            return Preview(
                action=NAME,
                subscription=loaded.row.id,
                decision=answer.decision,
                reason=answer.reason and answer.reason.value,
                message=answer.message,
            )
    decision = decided(loaded, ahead, by=by, now=now)
    return preview_of(session, loaded, ahead, decision=decision, now=now)


def completed(
    session: Session, loaded: Loaded, found: Preview, *, given: Mapping[str, Any], sources: Sources, now: datetime
) -> Preview:
    """The API's preview with the figures of the source that bills. Raises Unavailable."""
    if found.decision is Decision.DENIED or not support.is_elsewhere(loaded.row.source):
        return found
    ahead = planned.plan(session, loaded, wanted_of(given), at=now, now=now)
    return previewing.completed(session, loaded, ahead, found, sources=sources)


def wanted_of(given: Mapping[str, Any]) -> Wanted:
    """A body of the API, or a ticket's request, as it is planned."""
    when, proration = given.get("timing"), given.get("proration_behavior")
    return Wanted(
        plan=given.get("plan"),
        quantity=given.get("quantity"),
        when=None if when is None else When(when),
        proration=None if proration is None else Proration(proration),
        coupon=given.get("coupon"),
    )


def decided(loaded: Loaded, ahead: Planned, *, by: Requester, now: datetime) -> Decision:
    """Does it happen, or does a person decide? Raises what the policy refuses with."""
    answers = [permission(action, loaded, by=by, now=now) for action in ahead.actions]
    needs = any(each.decision is Decision.NEEDS_APPROVAL for each in answers)
    needs = needs or (ahead.needs_approval and sees_portal(by))
    return Decision.NEEDS_APPROVAL if needs else Decision.ALLOWED


def preview_of(session: Session, loaded: Loaded, ahead: Planned, *, decision: Decision, now: datetime) -> Preview:
    """The figures: what is due now, and the next charge of the subscription as it would be."""
    row, change = loaded.row, ahead.change
    foreseen = None if not change.due_now else bills_foreseen.of(session, bill_of(loaded, ahead))
    return Preview(
        action=NAME,
        subscription=row.id,
        decision=decision,
        is_immediate=change.when is When.NOW,
        effective_at=change.effective_at,
        due_now=None
        if foreseen is None
        else due_of(foreseen.lines, currency=row.currency, tax_behavior=cast("TaxBehavior", row.tax_behavior)),
        next_charge=_next_charge(session, loaded, ahead, foreseen, now=now),
        plan=ahead.target.plan,
        quantity=ahead.target.quantity,
        ends_addons=_ending(loaded, ahead),
    )


def bill_of(loaded: Loaded, ahead: Planned) -> Bill:
    """What is to be paid for the change to hold."""
    row, change = loaded.row, ahead.change
    start = change.effective_at
    return Bill(
        customer=row.customer,
        subscription=row.id,
        product=ahead.target.product,
        kind=NAME,
        period=type(change.period)(start=start, end=change.period.end),
        lines=change.due_now,
        currency=row.currency,
        tax_behavior=cast("TaxBehavior", ahead.target.tax_behavior),
        payment_method=row.payment_method,
        after=changed.waiting(ahead.target, change, ahead.origin),
    )


def _ending(loaded: Loaded, ahead: Planned) -> tuple[str, ...]:
    """The names of add-ons that do not fit the new plan."""
    stay = {each.addon for each in renewals.staying(loaded.row, ahead.target)}
    return tuple(each.name for each in addons.of(loaded.row.addons) if each.addon not in stay)


def shown(loaded: Loaded, preview: Preview, *, by: Requester) -> Shown:
    """What the confirm page says, in a fingerprint: where it starts, the amounts and the dates."""
    row = loaded.row
    lines = () if preview.due_now is None else preview.due_now.lines
    facts = (row.plan, row.quantity, *preview.facts(), *lines)
    return Shown(session=by.session or "", action=NAME, object=row.id, fingerprint=confirmations.fingerprint(*facts))


def _next_charge(session: Session, loaded: Loaded, ahead: Planned, foreseen: Foreseen | None, *, now: datetime) -> Any:
    copy = copy_of(loaded.row)
    name = ahead.target.plan_name
    if ahead.change.when is When.AT_PERIOD_END:
        copy.scheduled_change = ahead.target.stored()
        name = loaded.plan.name
    else:
        changed.take(copy, changed.waiting(ahead.target, ahead.change, ahead.origin))
        copy.pending_lines = [*copy.pending_lines, *changed.stored_lines(ahead.change.pending)]
    credit = None if foreseen is None else foreseen.credits
    return charge_after(session, copy, description=name, credit=credit, now=now)


def _answer(loaded: Loaded, action: Any, *, by: Requester, now: datetime) -> Answer:
    return agreements.answer(
        action, by=by, portal=loaded.portal, row=loaded.row, plan=loaded.plan, product=loaded.product, now=now
    )
