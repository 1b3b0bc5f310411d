"""Add-ons by the customer: what was shown is what happens, and the bank may come in between."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from services.portal.actions.subscriptions import change_addons
from services.portal.models import Credit
from services.portal.queries import time
from services.portal.rules.confirmation import ConfirmationInvalid, PreviewOutdated
from services.portal.rules.policy import FeatureDisabled
from shared.database import Session
from shared.errors import StepUpRequired
from tests.integration.portal import adding_on, cards, changing, clockwork
from tests.integration.portal.adding_on import addon, confirm, prepare
from tests.integration.portal.changing import halfway, swap_card
from tests.integration.portal.shop import Shop


def as_customer(shop: Shop, subscription: dict[str, Any], act: Callable[..., str], of: dict[str, Any]) -> None:
    def inside(session: Session) -> str:
        now = time.now(session)
        by = time.seen_by(session, shop.who())
        return act(session, subscription_id=subscription["id"], addon=of["id"], by=by, now=now)

    with shop.as_customer(subscription["customer"]) as session:
        inside(session)


@pytest.mark.feature("C27", "C18")
def test_what_was_shown_is_charged_however_much_later_it_is_confirmed(shop: Shop) -> None:
    subscription = clockwork.subscriber(shop, quantity=1)
    backups = addon(shop, subscription["product"], unit_amount=100_000_00)
    adding_on.allow(shop)
    halfway(shop, subscription)
    shown = prepare(shop, subscription, backups)
    clockwork.advance(shop, to=clockwork.now(shop) + timedelta(minutes=5))

    done = confirm(shop, subscription, backups, confirmation=shown.confirmation)

    assert shown.preview.due_now is not None
    assert done.payment is not None
    assert done.payment.total == shown.preview.due_now.total
    (item,) = clockwork.read(shop, subscription["id"])["addons"]
    assert item["quantity"] == 1
    with pytest.raises((ConfirmationInvalid, PreviewOutdated)):
        confirm(shop, subscription, backups, 2, confirmation=shown.confirmation, verb="change")


@pytest.mark.feature("C27")
def test_it_takes_the_portal_and_a_fresh_sign_in(shop: Shop) -> None:
    subscription = clockwork.subscriber(shop, quantity=1)
    backups = addon(shop, subscription["product"])

    with pytest.raises(FeatureDisabled):
        prepare(shop, subscription, backups)
    adding_on.allow(shop)
    shown = prepare(shop, subscription, backups)
    with pytest.raises(StepUpRequired):
        confirm(shop, subscription, backups, confirmation=shown.confirmation, who=shop.who(assurance="viewer"))

    assert clockwork.read(shop, subscription["id"])["addons"] == []


@pytest.mark.feature("C27")
def test_the_bank_completes_it_later(shop: Shop) -> None:
    subscription = clockwork.subscriber(shop, quantity=1)
    backups = addon(shop, subscription["product"])
    adding_on.allow(shop)
    swap_card(shop, subscription, cards.CONFIRMS_ALWAYS)
    shown = prepare(shop, subscription, backups)

    asked = confirm(shop, subscription, backups, confirmation=shown.confirmation)
    assert asked.payment is not None
    assert asked.payment.action_url is not None
    waiting = clockwork.read(shop, subscription["id"])
    meanwhile = adding_on.ask(shop, subscription, "", {"addon": backups["id"]})
    cards.answer(shop, asked.payment.action_url, confirms=True)
    cards.come_back(shop, asked.payment.id)

    assert waiting["addons"] == []
    assert (meanwhile.status_code, meanwhile.json["code"]) == (409, "payment_under_way")
    assert clockwork.read(shop, subscription["id"])["addons"][0]["addon"] == backups["id"]


@pytest.mark.feature("C27")
def test_one_that_waits_for_the_bank_is_withdrawn_and_late_money_is_kept_as_credit(shop: Shop) -> None:
    subscription = clockwork.subscriber(shop, quantity=1)
    backups = addon(shop, subscription["product"])
    adding_on.allow(shop)
    swap_card(shop, subscription, cards.CONFIRMS_ALWAYS)
    shown = prepare(shop, subscription, backups)
    asked = confirm(shop, subscription, backups, confirmation=shown.confirmation)
    assert asked.payment is not None
    assert asked.payment.action_url is not None

    as_customer(shop, subscription, change_addons.remove_addon, backups)
    cards.answer(shop, asked.payment.action_url, confirms=True)
    cards.come_back(shop, asked.payment.id)

    assert clockwork.read(shop, subscription["id"])["addons"] == []
    with shop.inside() as session:
        (credit,) = session.query(Credit).all()
        assert credit.amount == asked.payment.total


@pytest.mark.feature("C27")
def test_money_that_comes_after_the_period_is_kept_as_credit(shop: Shop) -> None:
    sold = changing.plans(shop)
    subscription = clockwork.subscriber(shop, plan=sold.team, quantity=1)
    backups = addon(shop, sold.product)
    adding_on.allow(shop)
    swap_card(shop, subscription, cards.CONFIRMS_ALWAYS)
    shown = prepare(shop, subscription, backups)
    asked = confirm(shop, subscription, backups, confirmation=shown.confirmation)
    assert asked.payment is not None
    assert asked.payment.action_url is not None
    swap_card(shop, subscription, cards.PAYS)

    clockwork.advance(shop, "40d")
    cards.answer(shop, asked.payment.action_url, confirms=True)
    cards.come_back(shop, asked.payment.id)

    assert clockwork.read(shop, subscription["id"])["addons"] == []
    assert clockwork.read(shop, subscription["id"])["next_charge"]["total"] == 2500 - asked.payment.total
