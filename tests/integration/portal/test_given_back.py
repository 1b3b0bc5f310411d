"""Unused time that was credited or taken off another plan can't be had a second time: as a refund, or by canceling."""

import itertools
from typing import Any, Final

import pytest
from sqlalchemy import func, select

from services.portal.actions.payments.refund import Requested
from services.portal.actions.subscriptions.start import start
from services.portal.models import Credit, Payment
from services.portal.queries import books, time
from services.portal.queries.books import Imbalance
from services.portal.rules.reasons import AlreadyRefunded
from services.portal.rules.subscriptions.cancellation import Timing
from shared import clock, ids
from shared.database import scope, steady
from tests.integration.portal import cards, changing, clockwork, refunding
from tests.integration.portal.changing import ask, done, halfway, plans, swap_card
from tests.integration.portal.lifecycle import portal, post
from tests.integration.portal.shop import Shop
from tests.integration.portal.steps import cancel, prepare

_NUMBER: Final = itertools.count(1)
AT_ONCE: dict[str, Any] = {"mode": "immediately", "proration_behavior": "create_prorations"}


def credit(shop: Shop) -> int:
    return sum(by_rate(shop).values())


def by_rate(shop: Shop) -> dict[int, int]:
    """What is left of everybody's credit, by tax rate."""
    with shop.inside() as session:
        found = session.execute(
            select(Credit.tax_rate, func.sum(Credit.remaining)).where(Credit.remaining > 0).group_by(Credit.tax_rate)
        )
        return {rate: int(left) for rate, left in found}


def on_credit(
    shop: Shop, amount: int, *, rate: int = 1900, tax_behavior: str = "inclusive", **more: Any
) -> tuple[dict[str, Any], Payment]:
    """A subscription whose first period was paid with so much of credit, as far as it went, and that payment."""
    customer = shop.customer(f"c{next(_NUMBER)}@credit.example.com")
    with shop.inside() as session:
        row = Credit(
            id=ids.new("cr"),
            customer=customer["id"],
            subscription=None,
            description="Unused time",
            currency="EUR",
            tax_rate=rate,
            tax_behavior=tax_behavior,
            amount=amount,
            remaining=amount,
            created_at=clock.now(),
        )
        session.add(row)
    cards.card(shop, customer["id"])
    plan = more.pop("plan", None) or shop.plan(product=shop.product(tax_behavior=tax_behavior))
    with shop.inside() as session:
        given = {"customer": customer["id"], "plan": plan["id"], "quantity": 2, "collection": "automatic", **more}
        made = start(session, now=time.now(session), **given)
    if made.intent is not None:
        cards.carry_out(shop, made.intent)
    subscription = clockwork.read(shop, made.id)
    return subscription, clockwork.payments(shop, subscription)[0]


def books_of(shop: Shop) -> list[Imbalance]:
    """What `ledger verify` finds, beyond the invoices."""
    with shop.database.begin(read_only=True) as session, scope.platform():
        steady(session)
        return list(books.verify(session, vendor=shop.vendor))


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
    kept = credit(shop)
    halfway(shop, clockwork.read(shop, subscription["id"]))

    canceled = cancel(shop, subscription, prepare(shop, subscription).confirmation, timing=Timing.IMMEDIATELY)

    assert abs(kept - 20_000) <= 1
    assert canceled.refunds == ()
    assert abs(credit(shop) - kept - 1250) <= 1


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


@pytest.mark.feature("C04")
@pytest.mark.parametrize("how", ["refund", "credit"])
def test_what_was_paid_with_credit_comes_back_as_credit(shop: Shop, how: str) -> None:
    portal(shop, subscription_cancel={**AT_ONCE, "unused_time": how})
    subscription, first = on_credit(shop, 6000)
    assert (first.total, credit(shop)) == (0, 1000)
    halfway(shop, subscription)

    shown = post(shop, subscription, "preview", {"action": "cancel"}).json["given_back"]
    canceled = cancel(shop, subscription, prepare(shop, subscription).confirmation)

    assert (shown["amount"], shown["credit"], shown["how"]) == (2500, 2500, "credit")
    assert canceled.refunds == ()
    assert credit(shop) == 1000 + 2500
    assert books_of(shop) == []


@pytest.mark.feature("C04")
def test_money_comes_back_as_money_and_the_credit_beside_it_as_credit(shop: Shop) -> None:
    portal(shop, subscription_cancel={**AT_ONCE, "unused_time": "refund"}, refund_request={"enabled": True})
    subscription, first = on_credit(shop, 2000)
    halfway(shop, subscription)

    shown = prepare(shop, subscription)
    canceled = cancel(shop, subscription, shown.confirmation)
    for each in canceled.refunds:
        refunding.carry_out(shop, Requested(refund=None, intent=each))

    back = shown.choices[0].given_back
    assert back is not None
    assert (back.money.amount, back.credit.amount, back.how) == (1500, 1000, "refund")
    assert [each.amount.amount for each in canceled.refunds] == [1500]
    assert credit(shop) == 1000
    assert refunding.prepare(shop, subscription["customer"], first.id).amount.amount == 1500
    assert books_of(shop) == []


@pytest.mark.feature("C04")
def test_credit_at_another_rate_without_tax_keeps_its_rate(shop: Shop) -> None:
    portal(shop, subscription_cancel={**AT_ONCE, "unused_time": "credit"})
    subscription, first = on_credit(shop, 2000, rate=700, tax_behavior="exclusive")
    halfway(shop, subscription)

    shown = prepare(shop, subscription).choices[0].given_back
    cancel(shop, subscription, prepare(shop, subscription).confirmation)

    assert first.total == 5950 - 2140
    assert shown is not None
    assert shown.amount.amount == 1904 + 1070  # 16.00 and 10.00 before tax; no credit before tax comes to 19.05
    assert by_rate(shop) == {700: 1000, 1900: 1600}


@pytest.mark.feature("C08")
def test_a_cheaper_plan_halfway_through_a_period_on_credit_keeps_the_rest_of_it_once(shop: Shop) -> None:
    portal(shop, subscription_cancel={**AT_ONCE, "unused_time": "refund"})
    sold = plans(shop)
    subscription, first = on_credit(shop, 4000, plan=sold.pro, quantity=1)
    halfway(shop, subscription)

    done(ask(shop, subscription, {"plan": sold.solo["id"], "timing": "now"}))
    kept = credit(shop)
    shown = prepare(shop, subscription).choices[0].given_back
    canceled = cancel(shop, subscription, prepare(shop, subscription).confirmation)

    assert (first.total, kept) == (2000, 2550)
    assert shown is not None
    assert (shown.money.amount, shown.credit.amount) == (450, 0)
    assert [each.amount.amount for each in canceled.refunds] == [450]
    assert credit(shop) == kept
    assert books_of(shop) == []


@pytest.mark.feature("C08")
def test_a_dearer_plan_counts_the_credit_that_was_paid_with(shop: Shop) -> None:
    portal(shop, subscription_cancel={**AT_ONCE, "unused_time": "refund"})
    sold = plans(shop)
    subscription, _first = on_credit(shop, 2500, plan=sold.team, quantity=1)
    halfway(shop, subscription)

    done(ask(shop, subscription, {"plan": sold.pro["id"]}))
    second = clockwork.payments(shop, subscription)[-1]
    shown = prepare(shop, subscription).choices[0].given_back

    assert second.total == 1750
    assert shown is not None
    assert (shown.money.amount, shown.credit.amount) == (1750, 1250)


@pytest.mark.feature("C08")
def test_a_refund_of_the_money_leaves_the_credit_for_a_change(shop: Shop) -> None:
    sold = plans(shop)
    subscription, first = on_credit(shop, 1500, plan=sold.team, quantity=1)
    refunding.give_back(shop, first.id)
    halfway(shop, subscription)

    done(ask(shop, subscription, {"plan": sold.pro["id"]}))

    assert clockwork.payments(shop, subscription)[-1].total == 3000 - 750


@pytest.mark.feature("C08")
def test_a_longer_interval_begun_with_the_rest_of_the_month_gives_it_back_over_the_year(shop: Shop) -> None:
    portal(shop, subscription_cancel={**AT_ONCE, "unused_time": "refund"})
    sold = plans(shop)
    subscription = clockwork.subscriber(shop, plan=sold.team, quantity=1)
    halfway(shop, subscription)
    done(ask(shop, subscription, {"plan": sold.yearly["id"]}))
    halfway(shop, clockwork.read(shop, subscription["id"]))

    shown = prepare(shop, subscription).choices[0].given_back

    assert shown is not None
    assert (shown.money.amount, shown.credit.amount) == (23_750 // 2, 1250 // 2)


@pytest.mark.feature("C08", "D05")
def test_money_that_came_too_late_and_became_credit_counts_for_nothing_else(shop: Shop) -> None:
    portal(shop, subscription_cancel={**AT_ONCE, "unused_time": "credit"})
    changing.allow(shop)
    sold = plans(shop)
    subscription, _first = on_credit(shop, 3000, plan=sold.team, quantity=1)
    swap_card(shop, subscription, cards.CONFIRMS_ALWAYS)
    halfway(shop, subscription)
    shown = changing.prepare(shop, subscription, plan=sold.pro["id"])
    changing.confirm(shop, subscription, shown.confirmation, plan=sold.pro["id"])
    waiting = clockwork.payments(shop, subscription)[-1]
    assert (waiting.status, waiting.total, credit(shop)) == ("action_required", 1250, 0)

    post(shop, subscription, "undo_change")
    cards.answer(shop, waiting.action_url or "", confirms=True)
    cards.come_back(shop, waiting.id)
    kept = credit(shop)
    cancel(shop, subscription, prepare(shop, subscription).confirmation)

    assert kept == 500 + 1250
    assert credit(shop) == kept + 1250
    assert books_of(shop) == []
