"""Unused time that was credited or taken off another plan can't be had a second time: as a refund, or by canceling."""

from typing import Any

import pytest
from sqlalchemy import func, select

from services.portal.models import Credit
from services.portal.rules.reasons import AlreadyRefunded
from services.portal.rules.subscriptions.cancellation import Timing
from tests.integration.portal import clockwork, refunding
from tests.integration.portal.changing import ask, done, halfway, plans
from tests.integration.portal.lifecycle import portal, post
from tests.integration.portal.shop import Shop
from tests.integration.portal.steps import cancel, prepare

AT_ONCE: dict[str, Any] = {"mode": "immediately", "proration_behavior": "create_prorations"}


def credit(shop: Shop) -> int:
    with shop.inside() as session:
        return int(session.scalar(select(func.sum(Credit.remaining))) or 0)


@pytest.mark.feature("C08")
@pytest.mark.parametrize("proration", ["always_invoice", "create_prorations"])
def test_what_an_upgrade_took_off_is_not_refundable_as_well(shop: Shop, proration: str) -> None:
    portal(shop, subscription_update={"proration_behavior": proration}, refund_request={"enabled": True})
    sold = plans(shop)
    subscription = clockwork.subscriber(shop, plan=sold.team, quantity=1)
    first = clockwork.payments(shop, subscription)[0]
    halfway(shop, subscription)
    done(ask(shop, subscription, {"plan": sold.pro["id"]}))

    shown = refunding.prepare(shop, subscription["customer"], first.id)
    more = refunding.give_back(shop, first.id, amount=shown.amount.amount + 1)
    rest = refunding.ask(shop, subscription["customer"], first.id, shown.confirmation)

    assert abs(shown.amount.amount - 1250) <= 1
    assert (more.status_code, more.json["code"]) == (409, "refund_exceeds_payment")
    assert rest.refund is not None
    assert rest.refund.amount == shown.amount.amount
    assert refunding.give_back(shop, first.id).json["code"] == "already_refunded"


@pytest.mark.feature("C08")
def test_what_a_downgrade_kept_as_credit_comes_back_once(shop: Shop) -> None:
    portal(shop, subscription_cancel={**AT_ONCE, "unused_time": "refund"}, refund_request={"enabled": True})
    sold = plans(shop)
    subscription = clockwork.subscriber(shop, plan=sold.pro, quantity=1)
    first = clockwork.payments(shop, subscription)[0]
    halfway(shop, subscription)
    done(ask(shop, subscription, {"plan": sold.solo["id"], "timing": "now"}))
    kept = credit(shop)

    left = refunding.prepare(shop, subscription["customer"], first.id).amount.amount
    canceled = cancel(shop, subscription, prepare(shop, subscription).confirmation, timing=Timing.IMMEDIATELY)

    assert abs(kept - 2550) <= 1
    assert abs(left - 3000) <= 1
    assert abs(sum(each.amount.amount for each in canceled.refunds) - 450) <= 1


@pytest.mark.feature("C08")
def test_a_shorter_interval_leaves_nothing_of_the_old_period_to_give_back(shop: Shop) -> None:
    portal(shop, subscription_cancel={**AT_ONCE, "unused_time": "refund"})
    sold = plans(shop)
    subscription = clockwork.subscriber(shop, plan=sold.yearly, quantity=1)
    done(ask(shop, subscription, {"plan": sold.team["id"], "timing": "now"}))
    clockwork.advance(shop, "40d")

    canceled = cancel(shop, subscription, prepare(shop, subscription).confirmation, timing=Timing.IMMEDIATELY)

    assert abs(credit(shop) - 20_000) <= 1
    assert canceled.refunds == ()


@pytest.mark.feature("C04")
def test_what_an_immediate_cancel_credited_is_not_refundable_as_well(shop: Shop) -> None:
    portal(shop, subscription_cancel={**AT_ONCE, "unused_time": "credit"}, refund_request={"enabled": True})
    subscription = clockwork.subscriber(shop)
    (first,) = clockwork.payments(shop, subscription)

    assert post(shop, subscription, "cancel", {"timing": "immediately"}).json["status"] == "ended"

    left = first.total - credit(shop)
    if left:
        assert refunding.prepare(shop, subscription["customer"], first.id).amount.amount == left
    else:
        with pytest.raises(AlreadyRefunded):
            refunding.prepare(shop, subscription["customer"], first.id)
