"""A subscription's add-ons on its row: put there, settled as a period begins, and told of."""

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy.orm import Session

from services.portal.actions.operations import action_log
from services.portal.models import Subscription
from services.portal.rules.subscriptions import addons
from services.portal.rules.subscriptions.addons import Item
from shared.bus import outbox
from shared.events import SubscriptionAddonsChanged


def put(row: Subscription, items: Iterable[Item]) -> None:
    """Make these its add-ons. The caller says and logs it."""
    kept = tuple(items)
    row.addons, row.addons_amount = addons.stored(kept), addons.amount(kept)


def begin_period(session: Session, row: Subscription, *, plan_name: str, now: datetime) -> None:
    """Another period began: what was to be fewer, or gone, from here on is."""
    before = addons.of(row.addons)
    if all(each.next_quantity is None for each in before):
        return
    put(row, addons.following(before))
    row.revision += 1
    say_all(session, row, before, plan_name=plan_name, now=now)


def say_all(session: Session, row: Subscription, before: Iterable[Item], *, plan_name: str, now: datetime) -> None:
    """Tell of those whose quantity is another than before, or that are gone. `row` has its new ones."""
    known = addons.of(row.addons)
    for each in before:
        left = addons.find(known, each.addon)
        quantity = 0 if left is None else left.quantity
        if quantity != each.quantity:
            announce(
                session, row, each, previous=each.quantity, quantity=quantity, plan_name=plan_name, at=now, now=now
            )


def announce(
    session: Session,
    row: Subscription,
    item: Item,
    *,
    previous: int,
    quantity: int,
    plan_name: str,
    at: datetime,
    now: datetime,
    is_scheduled: bool = False,
) -> None:
    """Say and log that there are, or will be at `at`, so many of an add-on instead of `previous`."""
    action_log.write(
        session,
        action="subscription.addon_change_scheduled" if is_scheduled else "subscription.addon_changed",
        of=row.id,
        before={"addon": item.addon, "quantity": previous},
        after={"addon": item.addon, "quantity": quantity, "at": at.isoformat()},
        customer=row.customer,
        now=now,
    )
    outbox.record(
        session,
        SubscriptionAddonsChanged(
            subscription=row.id,
            customer=row.customer,
            plan=row.plan,
            plan_name=plan_name,
            addon=item.addon,
            addon_name=item.name,
            previous_quantity=previous,
            quantity=quantity,
            unit_amount=item.unit_amount,
            currency=row.currency,
            scheduled=is_scheduled,
            takes_effect_at=at.isoformat(),
            revision=row.revision,
        ),
        at=now,
    )
