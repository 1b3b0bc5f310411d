"""What adding an add-on, or changing how many there are, would do: the rules' answer. Saves nothing.

The action and its preview both call this, so they can't differ.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, cast

from sqlalchemy import select
from sqlalchemy.orm import Session

from services.portal.actions.payments import foreseen as bills_foreseen
from services.portal.actions.payments import po_numbers
from services.portal.actions.payments.bills import Bill
from services.portal.actions.subscriptions import addon_rows, under_way
from services.portal.actions.subscriptions.foreseen import charge_after, copy_of
from services.portal.actions.subscriptions.loading import Loaded, require_allowed
from services.portal.actions.subscriptions.period_paid import ADDON
from services.portal.actions.subscriptions.preview import Preview, due_of
from services.portal.models import Addon, Product, Subscription
from services.portal.queries import adding, renewals
from services.portal.rules.assurance import Requester
from services.portal.rules.policy import Action
from services.portal.rules.subscriptions import addons, agreed
from services.portal.rules.subscriptions.addons import AddonUnknown, Item, Step, When
from services.portal.rules.subscriptions.lifecycle import Status
from services.portal.rules.subscriptions.period import Period
from shared.totals import Line, TaxBehavior

NAME: Final = Action.CHANGE_ADDONS.value


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """So many of an add-on. `verb` is `add` where it is not there yet, else `change`; a change to 0 takes it off."""

    addon: str
    quantity: object
    verb: str = "change"


@dataclass(frozen=True, kw_only=True)
class PlannedAddon:
    """What would happen, and what is due for it. `previous`: as it is now; None: it is not there."""

    step: Step
    previous: Item | None
    known: Item
    due: tuple[Line, ...]
    effective_at: datetime


def plan(session: Session, loaded: Loaded, wanted: Wanted, *, at: datetime, now: datetime) -> PlannedAddon:
    """The change as of the moment `at`, which is `now` or that of a confirmation.

    Raises PoNumberRequired for a customer, AddonUnknown, the refusals of `rules.subscriptions.addons`, PaymentUnderWay,
    RenewalUnderWay.
    """
    row = loaded.row
    if loaded.portal is not None:
        po_numbers.require(session, row)
    under_way.require_quiet(session, row, now=now)
    items, since = addons.of(row.addons), max(at, row.current_period_start)
    previous = addons.find(items, wanted.addon)
    step = _step(session, row, items, wanted, at=since)
    known = step.item or previous
    assert known is not None, "what is taken off was there"
    return PlannedAddon(
        step=step,
        previous=previous,
        known=known,
        due=_due(session, row, step, at=since),
        effective_at=since if step.when is When.NOW else row.current_period_end,
    )


def bill_of(row: Subscription, ahead: PlannedAddon) -> Bill:
    """What is to be paid for it to hold."""
    item = ahead.step.item
    assert item is not None, "nothing is charged for taking one off"
    return Bill(
        customer=row.customer,
        subscription=row.id,
        product=row.product,
        kind=ADDON,
        period=Period(start=ahead.effective_at, end=row.current_period_end),
        lines=ahead.due,
        currency=row.currency,
        tax_behavior=cast("TaxBehavior", row.tax_behavior),
        payment_method=row.payment_method,
        after={
            "item": addons.stored([item])[0],
            "previous": 0 if ahead.previous is None else ahead.previous.quantity,
            "plan": row.plan,
            "period_end": row.current_period_end.isoformat(),
            "is_withdrawn": False,
        },
    )


def take(row: Subscription, ahead: PlannedAddon) -> None:
    """Make `row`, or a copy, what was planned."""
    addon_rows.put(row, addons.put(addons.of(row.addons), ahead.step.item, addon=ahead.known.addon))


def preview_addons(
    session: Session, loaded: Loaded, *, given: Mapping[str, Any], by: Requester, now: datetime
) -> Preview:
    """What the previews answer. `given` has `addon` and `quantity`; one that is not there yet is added."""
    require_allowed(Action.CHANGE_ADDONS, loaded, by=by, now=now)
    row = loaded.row
    ahead = plan(session, loaded, wanted_of(row, given), at=now, now=now)
    foreseen = bills_foreseen.of(session, bill_of(row, ahead)) if ahead.due else None
    copy = copy_of(row)
    take(copy, ahead)
    return Preview(
        action=NAME,
        subscription=row.id,
        is_immediate=ahead.step.when is When.NOW,
        effective_at=ahead.effective_at,
        due_now=None
        if foreseen is None
        else due_of(foreseen.lines, currency=row.currency, tax_behavior=cast("TaxBehavior", row.tax_behavior)),
        next_charge=charge_after(
            session,
            copy,
            description=loaded.plan.name,
            credit=None if foreseen is None else foreseen.credits,
            now=now,
        ),
        plan=row.plan,
        quantity=row.quantity,
        addon=ahead.known.addon,
        addon_quantity=_quantity(ahead),
        ends_addons=_ended_by_change(copy, ahead),
    )


def wanted_of(row: Subscription, given: Mapping[str, Any]) -> Wanted:
    """A body of the preview, as it is planned."""
    is_there = addons.find(addons.of(row.addons), given["addon"]) is not None
    verb = given.get("verb") or ("change" if is_there else "add")
    return Wanted(addon=given["addon"], quantity=given.get("quantity"), verb=verb)


def _step(session: Session, row: Subscription, items: tuple[Item, ...], wanted: Wanted, *, at: datetime) -> Step:
    found = session.execute(
        select(Addon, Product).join(Product, Product.id == Addon.product).where(Addon.id == wanted.addon)
    ).one_or_none()
    if found is None:
        raise AddonUnknown
    offer = adding.offer_of(found[0], found[1])
    if wanted.verb == "add":
        fit = renewals.fit_of(row)
        return addons.add(items, offer, quantity=wanted.quantity, plan=row.plan, fit=fit, at=at.isoformat())
    return addons.change(items, offer, quantity=wanted.quantity, in_trial=row.status is Status.TRIALING)


def _due(session: Session, row: Subscription, step: Step, *, at: datetime) -> tuple[Line, ...]:
    """What those that are more cost of the running period. In a trial, and where the vendor collects: nothing."""
    if step.item is None or not step.more or row.status is Status.TRIALING or row.collection != "automatic":
        return ()
    more = addons.so_many(step.item, step.more)
    charged = renewals.taxed_addons(session, [more], customer=row.customer, tax_behavior=row.tax_behavior)
    return addons.rest(charged, Period(start=row.current_period_start, end=row.current_period_end), at=at)


def _quantity(ahead: PlannedAddon) -> int:
    item = ahead.step.item
    if item is None:
        return 0
    return item.quantity if item.next_quantity is None else item.next_quantity


def _ended_by_change(row: Subscription, ahead: PlannedAddon) -> tuple[str, ...]:
    """It, where a change that is to come would end it."""
    target = agreed.of(row.scheduled_change)
    if target is None or ahead.step.item is None:
        return ()
    stays = addons.find(renewals.staying(row, target), ahead.known.addon) is not None
    return () if stays else (ahead.known.name,)
