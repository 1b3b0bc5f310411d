"""The demo: two vendors whose customers have lived for two years, each led into a state of their own, once."""

from datetime import timedelta

import pytest
from sqlalchemy import func, select

from services.portal.actions.operations import demo, test_clock
from services.portal.actions.operations.demo import PEOPLE, live
from services.portal.actions.operations.demo.stories import STORIES
from services.portal.models import Customer, Payment, Subscription, Ticket
from services.portal.queries import time
from services.portal.rules.operations.test_clock import ClockGoesBack, LiveHasNoTestClock
from shared import clock
from shared.database import Database, scope
from shared.database.tables import outbox
from shared.web.app import App
from tests.integration.portal.shop import Shop, count, hear, registered

_KINDS = (Customer, Subscription, Payment, Ticket)


@pytest.fixture(scope="module", params=sorted(PEOPLE))
def shop(request: pytest.FixtureRequest, app: App, database: Database) -> Shop:
    """A vendor of the demo, told once."""
    slug = request.param
    hear(database, registered(f"ven_{slug}", slug), vendor=f"ven_{slug}", mode="live")
    found = Shop(app, database, f"ven_{slug}", slug)
    with scope.system(vendor=found.vendor, mode="test", job="test"):
        told = live(database.begin, app.extensions["bursar"].adapters, slug=slug)
    assert told.is_new
    return found


def ids(shop: Shop) -> dict[str, str]:
    """The customers' ids, by story."""
    return {each.story: shop.get(f"/v1/customers?email={each.email}")["data"][0]["id"] for each in PEOPLE[shop.slug]}


def test_everybody_is_in_the_state_that_their_story_tells(shop: Shop) -> None:
    of = ids(shop)
    found = {
        story: [each["status"] for each in shop.get(f"/v1/subscriptions?customer={customer}")["data"]]
        for story, customer in of.items()
    }

    assert sorted(of) == sorted(STORIES)
    assert found["trial"] == ["trialing"]
    assert found["past_due"] == found["bank"] == ["past_due"]
    assert found["paused"] == ["paused"]
    assert found["leaving"] == ["canceled"]
    assert found["ended"] == ["ended"]
    assert found["several"] == ["active"] * 3
    for story in ("loyal", "asking", "refunded", "refund_wanted", "coupon", "team", "downgrade", "recovered"):
        assert found[story] == ["active"], story


def test_there_are_payments_refunds_tickets_and_failures_to_look_at(shop: Shop) -> None:
    of = ids(shop)

    def payments(story: str) -> list[dict[str, object]]:
        return list(shop.get(f"/v1/payments?limit=100&customer={of[story]}")["data"])

    assert len(payments("loyal")) == 24
    assert {each["status"] for each in payments("loyal")} == {"succeeded"}
    assert payments("past_due")[0]["status"] == "open"
    assert payments("recovered")[0]["status"] == "succeeded"
    refunds = {story: shop.get(f"/v1/refunds?customer={of[story]}")["data"] for story in ("refunded", "refund_wanted")}
    by_hand = shop.slug == "nocturna"
    for story, (refund,) in refunds.items():
        assert refund["status"] == ("requested" if by_hand else "succeeded"), story
    waiting = shop.get("/v1/tickets?status=open")["data"]
    assert len(waiting) == (3 if by_hand else 1)
    assert len(shop.get("/v1/tickets?late=true&sort=due")["data"]) == (2 if by_hand else 0)
    assert len(shop.get("/v1/saved_replies")["data"]) == 2
    (asked,) = shop.get(f"/v1/tickets?customer={of['asking']}")["data"]
    assert len(shop.get(f"/v1/tickets/{asked['id']}")["messages"]) == 3
    (coupon,) = shop.get(f"/v1/subscriptions?customer={of['coupon']}")["data"]
    assert (coupon["discount"]["code"], coupon["discount"]["percent_off"]) == ("WELCOME25", 2500)
    (smaller,) = shop.get(f"/v1/subscriptions?customer={of['downgrade']}")["data"]
    assert smaller["scheduled_change"] is not None


def test_its_clock_has_arrived_in_the_present(shop: Shop) -> None:
    with shop.inside() as session:
        assert abs(time.now(session) - clock.now()).total_seconds() < 2
        assert session.scalar(select(func.max(Payment.created_at))) <= time.now(session)


def test_told_again_it_adds_nothing(shop: Shop) -> None:
    def everything() -> list[int]:
        with shop.inside() as session:
            counted = [session.scalar(select(func.count()).select_from(kind)) for kind in _KINDS]
        return [*counted, count(shop.database, outbox.name)]

    before = everything()
    with scope.system(vendor=shop.vendor, mode="test", job="test"):
        again = live(shop.database.begin, shop.app.extensions["bursar"].adapters, slug=shop.slug)

    assert not again.is_new
    assert everything() == before
    assert [email for _, email in again.states] == [each.email for each in PEOPLE[shop.slug]]


def test_forty_customers_in_three_shops_each_with_an_address_of_its_own() -> None:
    emails = [each.email for people in PEOPLE.values() for each in people]

    assert len({*emails}) == len(emails) == 32  # and Larkfield's eight
    assert set(demo.SHOPS) == set(PEOPLE)


def test_a_clock_is_set_to_the_past_only_where_nothing_has_happened(shop: Shop) -> None:
    with shop.inside() as session, pytest.raises(ClockGoesBack):
        test_clock.begin_at(session, at=clock.now() - timedelta(days=1))
    with (
        scope.system(vendor=shop.vendor, mode="live", job="test"),
        shop.database.begin() as session,
        pytest.raises(LiveHasNoTestClock),
    ):
        test_clock.begin_at(session, at=clock.now() - timedelta(days=1))
