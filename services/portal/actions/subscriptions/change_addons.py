"""Adding an add-on, having more or fewer of it, taking it off, and taking that back. Charged first: without the money
nothing is added."""

from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from services.portal.actions import changes, confirmations, proof
from services.portal.actions.operations import action_log
from services.portal.actions.payments import bills, voiding
from services.portal.actions.payments.bills import Intent
from services.portal.actions.subscriptions import addon_rows, agreeing, planned_addon
from services.portal.actions.subscriptions.loading import Loaded, load, require_allowed, touch
from services.portal.actions.subscriptions.period_paid import ADDON
from services.portal.actions.subscriptions.planned_addon import PlannedAddon, Wanted
from services.portal.models import Payment, Subscription
from services.portal.rules.assurance import Requester
from services.portal.rules.payments.outcome import Result
from services.portal.rules.policy import Action
from services.portal.rules.subscriptions import addons
from services.portal.rules.subscriptions.addons import AddonNotAdded, When


@dataclass(frozen=True, kw_only=True)
class AddonChanged:
    """What became of it. `payment` is owed first where there is one: carry out the `intent`; without an intent its
    `outcome` is known. `when`: now, or at the end of the period."""

    subscription: str
    addon: str
    when: When
    payment: str | None = None
    intent: Intent | None = None
    outcome: Result | None = None


def change_addons(
    session: Session,
    *,
    subscription_id: str,
    wanted: Wanted,
    by: Requester,
    key: str = "",
    confirmation: str | None = None,
    check: changes.Check = changes.anything,
    now: datetime,
) -> AddonChanged:
    """Decide it, and do it or record what is to be paid for it. A customer brings the `confirmation` of what was shown;
    amounts are those of that moment.

    Raises NotFound, PreconditionFailed, StepUpRequired, ConfirmationInvalid, PreviewOutdated, what `planned_addon.plan`
    raises, and what the policy refuses with.
    """
    loaded = load(session, subscription_id=subscription_id, by=by, lock=True)
    row = loaded.row
    check(row.revision)
    agreeing.agree(
        session,
        loaded,
        action=Action.CHANGE_ADDONS,
        previewer=planned_addon.preview_addons,
        given={"addon": wanted.addon, "quantity": wanted.quantity, "verb": wanted.verb},
        by=by,
        key=key,
        confirmation=confirmation,
        now=now,
    )
    shown_at = confirmations.shown_at(confirmation, key=key) if by.kind == "customer" else None
    ahead = planned_addon.plan(session, loaded, wanted, at=shown_at or now, now=now)
    if not ahead.due:
        return _done(session, loaded, ahead, now=now)
    opened = bills.open_bill(session, planned_addon.bill_of(row, ahead), off_session=by.kind != "customer", now=now)
    return AddonChanged(
        subscription=row.id,
        addon=wanted.addon,
        when=When.NOW,
        payment=opened.payment.id,
        intent=opened.intent,
        outcome=opened.outcome,
    )


def remove_addon(
    session: Session,
    *,
    subscription_id: str,
    addon: str,
    by: Requester,
    check: changes.Check = changes.anything,
    now: datetime,
) -> str:
    """Take it off at the end of the period, in a trial at once; one whose payment waits for the customer's bank is
    withdrawn. Taken off already: nothing changes. The id of the subscription.

    Raises NotFound, PreconditionFailed, StepUpRequired, AddonNotAdded, PaymentUnderWay, RenewalUnderWay, and what the
    policy refuses with.
    """
    loaded = _loaded(session, subscription_id, by=by, check=check, now=now)
    row = loaded.row
    item = addons.find(addons.of(row.addons), addon)
    if _withdrawn(session, row, addon, now=now) or (item is not None and item.next_quantity == 0):
        return row.id
    ahead = planned_addon.plan(session, loaded, Wanted(addon=addon, quantity=0), at=now, now=now)
    _done(session, loaded, ahead, now=now)
    proof.tell(session, Action.CHANGE_ADDONS, by=by, done_to=row.id, customer=row.customer, now=now)
    return row.id


def withdraw_addon(
    session: Session,
    *,
    subscription_id: str,
    addon: str,
    by: Requester,
    check: changes.Check = changes.anything,
    now: datetime,
) -> str:
    """Wait no longer for the customer's bank. Nothing waited: nothing changes. The id of the subscription.

    Raises what `remove_addon` does.
    """
    loaded = _loaded(session, subscription_id, by=by, check=check, now=now)
    _withdrawn(session, loaded.row, addon, now=now)
    return loaded.row.id


def undo_remove_addon(
    session: Session,
    *,
    subscription_id: str,
    addon: str,
    by: Requester,
    check: changes.Check = changes.anything,
    now: datetime,
) -> str:
    """Keep it, and as many as there are. Nothing was to come: nothing changes. The id of the subscription.

    Raises what `remove_addon` does.
    """
    loaded = _loaded(session, subscription_id, by=by, check=check, now=now)
    row = loaded.row
    item = addons.find(addons.of(row.addons), addon)
    if item is None:
        raise AddonNotAdded
    if item.next_quantity is None:
        return row.id
    ahead = planned_addon.plan(session, loaded, Wanted(addon=addon, quantity=item.quantity), at=now, now=now)
    _done(session, loaded, ahead, now=now)
    proof.tell(session, Action.CHANGE_ADDONS, by=by, done_to=row.id, customer=row.customer, now=now)
    return row.id


def _loaded(session: Session, subscription_id: str, *, by: Requester, check: changes.Check, now: datetime) -> Loaded:
    """Locked, known and allowed. It takes nothing away at once, so a verified sign-in of any age will do."""
    loaded = load(session, subscription_id=subscription_id, by=by, lock=True)
    check(loaded.row.revision)
    require_allowed(Action.CHANGE_ADDONS, loaded, by=by, now=now)
    proof.require(Action.UNDO_CANCEL, by=by, portal=loaded.portal, now=now)
    return loaded


def _done(session: Session, loaded: Loaded, ahead: PlannedAddon, *, now: datetime) -> AddonChanged:
    """Nothing is due now, so it holds at once, or from the next period on."""
    row, item = loaded.row, ahead.step.item
    planned_addon.take(row, ahead)
    touch(row, now=now)
    is_scheduled = ahead.step.when is When.AT_PERIOD_END
    was_to_be = None if ahead.previous is None else ahead.previous.next_quantity
    held = 0 if ahead.previous is None else ahead.previous.quantity
    left = 0 if item is None else item.quantity
    is_undone = item is not None and not ahead.step.more and was_to_be is not None and item.next_quantity is None
    addon_rows.announce(
        session,
        row,
        replace(ahead.known, next_quantity=None),
        previous=was_to_be if is_undone and was_to_be is not None else held,
        quantity=(item.next_quantity or 0) if is_scheduled and item is not None else left,
        plan_name=loaded.plan.name,
        at=row.current_period_end if is_undone else ahead.effective_at,
        is_scheduled=is_scheduled or is_undone,
        now=now,
    )
    return AddonChanged(subscription=row.id, addon=ahead.known.addon, when=ahead.step.when)


def _withdrawn(session: Session, row: Subscription, addon: str, *, now: datetime) -> bool:
    """Whether its payment waited for the customer's bank; then nobody waits any more."""
    payments = session.scalars(
        select(Payment)
        .where(Payment.subscription == row.id, Payment.kind == ADDON, Payment.status == "action_required")
        .with_for_update()
    )
    for payment in payments:
        after = payment.after or {}
        if after["item"]["addon"] == addon:
            payment.after = {**after, "is_withdrawn": True}
            voiding.void(session, payment)
            touch(row, now=now)
            before = {"addon": addon, "quantity": after["item"]["quantity"], "payment": payment.id}
            action_log.write(
                session, action="subscription.addon_withdrawn", of=row.id, before=before, after=None, now=now
            )
            return True
    return False
