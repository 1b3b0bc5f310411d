"""L07: while its vendor is suspended a portal says so, reads all and denies all; nothing is charged meanwhile."""

from datetime import timedelta

import pytest

from services.portal.jobs import renew_due
from services.portal.queries import agreements, portals
from services.portal.rules.policy import Action, Decision
from services.portal.rules.reasons import Reason
from shared import clock
from shared.bus.protocol import Later
from shared.events import SubscriptionRenewed, VendorClosed, VendorResumed, VendorSuspended
from tests.integration.portal import cards, clockwork
from tests.integration.portal.shop import Shop


def suspend(shop: Shop, *, revision: int = 5) -> None:
    shop.hear(VendorSuspended(vendor=shop.vendor, suspended_at="2026-11-22T10:00:00+00:00", revision=revision))


def resume(shop: Shop, *, revision: int = 6) -> None:
    shop.hear(VendorResumed(vendor=shop.vendor, resumed_at="2026-11-22T11:00:00+00:00", revision=revision))


def renewed(shop: Shop) -> int:
    """How many renewals there were once the clock had run, 40 days from now."""
    later = clock.now() + timedelta(days=40)
    while renew_due(shop.database.begin, now=later, adapters=cards.adapters(shop)):
        pass
    return len(shop.said(SubscriptionRenewed))


@pytest.mark.feature("L07", "C28")
def test_every_action_is_denied_and_reading_is_not(shop: Shop) -> None:
    suspend(shop)

    with shop.as_customer("cus_1") as session:
        portal = portals.portal(session, slug=shop.portal)
        answers = {
            action: agreements.answer(action, by=shop.who(), portal=portal, now=clock.now()) for action in Action
        }

    denied = {action for action, said in answers.items() if said.reason is Reason.VENDOR_SUSPENDED}
    assert denied == set(Action) - {Action.DOWNLOAD_INVOICE, Action.ACCESS_PRODUCT}
    assert {answers[action].decision for action in denied} == {Decision.DENIED}
    assert {answers[action].level.value for action in denied} == {"platform"}


@pytest.mark.feature("L07")
def test_nothing_is_charged_while_suspended_and_what_fell_due_afterwards(shop: Shop) -> None:
    clockwork.subscriber(shop)
    suspend(shop)

    meanwhile = renewed(shop)
    resume(shop)

    assert (meanwhile, renewed(shop)) == (0, 1)


@pytest.mark.feature("L07")
def test_a_closed_vendors_subscriptions_are_never_charged_again(shop: Shop) -> None:
    clockwork.subscriber(shop)
    shop.hear(VendorClosed(vendor=shop.vendor, closed_at="2026-11-22T10:00:00+00:00", revision=9))

    assert renewed(shop) == 0


def test_older_news_of_a_vendor_change_nothing(shop: Shop) -> None:
    resume(shop, revision=6)
    suspend(shop, revision=5)

    with shop.as_customer("cus_1") as session:
        assert portals.portal(session, slug=shop.portal).standing == "active"


def test_a_vendor_that_is_not_known_yet_is_waited_for(shop: Shop) -> None:
    with pytest.raises(Later):
        shop.hear(VendorSuspended(vendor="ven_never", suspended_at="2026-11-22T10:00:00+00:00", revision=2))
