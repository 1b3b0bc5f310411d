"""The console's overview: numbers of the own vendor and mode, what waits, who left, a list that ticks itself."""

import re
from dataclasses import replace
from datetime import timedelta
from html import unescape

import pytest

from services.portal.models import Payment, PaymentMethod, Subscription, Ticket
from services.portal.queries import vendor_overview, vendor_setup
from services.portal.queries.vendor_overview import BusinessView, Reason
from services.portal.rules.subscriptions.lifecycle import Status
from shared import clock
from shared.events import AccessChanged
from shared.money import Money
from shared.web.console import ROLES
from tests.integration.portal.refunding import charged
from tests.integration.portal.shop import Shop
from tests.integration.portal_pages.console import Staff

PAGE = "/console/overview"


def business(shop: Shop) -> BusinessView:
    with shop.inside() as session:
        return vendor_overview.business(session, now=clock.now())


def done(shop: Shop) -> set[str]:
    with shop.inside() as session:
        return {each.name for each in vendor_setup.steps(session) if each.is_done}


def words(page: str) -> str:
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", page)).split())


def test_an_empty_shop_has_an_overview_too(staff: Staff) -> None:
    answer = staff.get(PAGE)
    told = words(answer.text)

    assert answer.status_code == 200
    assert "Nothing waits for you." in told
    assert "Nobody canceled." in told
    assert answer.text.count('class="sparkline') == 4
    assert "style=" not in answer.text


def test_revenue_is_what_runs_brings_in_a_month_without_tax(staff: Staff) -> None:
    shop = staff.shop
    shop.subscription(quantity=2)  # 2 × 25.00 a month, 19 % in it
    shop.subscription(plan=shop.plan(interval="year", unit_amount=11900), quantity=1)
    shop.subscription(plan=shop.plan(currency="USD", unit_amount=1190), quantity=1)
    paused = shop.subscription()
    with shop.inside() as session:
        row = session.get_one(Subscription, paused["id"])
        row.status, row.paused_at = Status.PAUSED, clock.now()

    found = business(shop)

    assert found.revenue == (Money(5035, "EUR"), Money(1000, "USD"))  # 42.0168… + 8.3333… = 50.35
    assert (found.active, found.states["active"], found.states["paused"]) == (3, 3, 1)
    told = words(staff.get(PAGE).text)
    assert "€50.35" in told
    assert "$10.00" in told


def test_weeks_before_say_what_ran_then(staff: Staff) -> None:
    shop, now = staff.shop, clock.now()
    old, gone, fresh = shop.subscription(), shop.subscription(), shop.subscription()
    with shop.inside() as session:
        session.get_one(Subscription, old["id"]).started_at = now - timedelta(weeks=30)
        left = session.get_one(Subscription, gone["id"])
        left.started_at, left.ended_at = now - timedelta(weeks=30), now - timedelta(days=17)
        left.status, left.canceled_at, left.ends_at = Status.ENDED, now - timedelta(days=17), left.ended_at
        session.get_one(Subscription, fresh["id"]).started_at = now - timedelta(days=1)

    found = business(shop)

    assert [week.active for week in found.weeks] == [2] * 9 + [1, 1, 2]
    assert [week.canceled for week in found.weeks] == [0] * 9 + [1, 0, 0]
    assert (found.canceled, found.undone) == (1, 0)


def test_reasons_are_counted_and_so_are_those_who_stayed(staff: Staff) -> None:
    shop = staff.shop
    for feedback in ("unused", "unused", "My own reason", None):
        one = shop.subscription()
        with shop.inside() as session:
            row = session.get_one(Subscription, one["id"])
            row.status, row.canceled_at, row.ends_at = Status.CANCELED, clock.now(), row.current_period_end
            row.cancellation_feedback = feedback
    back = shop.subscription(collection="external")
    shop.post(f"/v1/subscriptions/{back['id']}/cancel", {"timing": "at_period_end"})
    shop.post(f"/v1/subscriptions/{back['id']}/undo_cancel", {})

    found = business(shop)
    told = words(staff.get(PAGE).text)

    assert found.reasons[0] == Reason(feedback="unused", count=2)
    assert {each.feedback: each.count for each in found.reasons[1:]} == {None: 1, "My own reason": 1}
    assert (found.canceled, found.undone, found.stayed) == (4, 1, 1)
    for each in (
        "I don’t use it enough 50%",
        "My own reason 25%",
        "No reason given 25%",
        "1 stayed:",
        "1 more took it",
    ):
        assert each in told


def test_what_waits_is_told_with_where_to_go(staff: Staff) -> None:
    shop, now = staff.shop, clock.now()
    ada = shop.customer("ada@tessaly.example")
    ticket = shop.post("/v1/tickets", {"customer": ada["id"], "subject": "Where is it?", "message": "Hello"})
    one = shop.subscription(customer=ada)
    payment = charged(shop, ada["id"])
    with shop.inside() as session:
        session.get_one(Ticket, ticket["id"]).due_at = now - timedelta(hours=1)
        owed = session.get_one(Payment, payment)
        owed.status, owed.retry_at = "open", now + timedelta(days=1)
        total = owed.total
        row = session.get_one(Subscription, one["id"])
        row.status, row.collection = Status.PAST_DUE, "automatic"
        for card in session.query(PaymentMethod).where(PaymentMethod.customer == ada["id"]):
            card.is_default, card.exp_year, card.exp_month = True, now.year, now.month

    waits = business(shop).attention
    page = staff.get(PAGE).text
    told = words(page)

    assert (waits.tickets, waits.late, waits.payments, waits.cards) == (1, 1, 1, 1)
    assert waits.owed == (Money(total, "EUR"),)
    assert "1 ticket is not closed" in told
    assert "1 failed payment" in told
    assert "1 card runs out" in told
    assert 'href="/console/customers?status=past_due"' in page


def test_the_list_ticks_itself(staff: Staff) -> None:
    shop = staff.shop
    at_first = done(shop)
    shop.subscription()

    assert not {"catalog", "customer", "subscription", "seen", "portal"} & at_first
    assert done(shop) - at_first == {"catalog", "customer", "subscription"}
    assert 'href="/console/developers/embed"' in staff.get(PAGE).text.split('class="steps"')[1]


@pytest.mark.feature("J12")
def test_the_team_is_ticked_in_both_modes_while_the_first_owner_is_not_alone(staff: Staff, other: Shop) -> None:
    shop = staff.shop
    live = shop.live()
    other.live().hear(AccessChanged(action="vendor_user.invited", object="usr_eve", before=None, after=None))
    way = 'href="/console/access/people"'
    assert "team" not in done(shop) | done(live)
    assert way in staff.get(PAGE).text.split('class="steps"')[1]

    live.hear(AccessChanged(action="vendor_user.invited", object="usr_noor", before=None, after=None))
    assert "team" in done(shop) & done(live)
    assert way not in staff.get(PAGE).text.split('class="steps"')[1]

    live.hear(AccessChanged(action="vendor_user.removed", object="usr_noor", before=None, after=None))
    assert "team" not in done(shop) | done(live)


@pytest.mark.feature("J12")
@pytest.mark.parametrize("role", ROLES)
def test_who_may_not_invite_is_told_who_may(staff: Staff, role: str) -> None:
    page = replace(staff, role=role).get(PAGE).text

    assert ("Owners do this." in page) is (role != "owner")


@pytest.mark.parametrize("role", ROLES)
def test_each_role_sees_it_and_only_some_are_led_to_a_new_portal(staff: Staff, role: str) -> None:
    answer = replace(staff, role=role).get(PAGE)

    assert answer.status_code == 200
    assert ('href="/console/portals/new"' in answer.text) is (role in ("owner", "admin"))


def test_the_api_tells_the_same(staff: Staff) -> None:
    shop = staff.shop
    shop.subscription(quantity=2)
    told = shop.get("/v1/overview")

    assert told["revenue"] == [{"amount": 4202, "currency": "EUR"}]
    assert (told["active"], told["past_due"], len(told["weeks"])) == (1, 0, vendor_overview.WEEKS)
    assert told["attention"]["tickets"] == 0
    assert shop.ask("GET", "/v1/overview", scopes=("customers:read",)).status_code == 403


def test_another_vendor_and_the_other_mode_count_for_nothing(staff: Staff, other: Shop) -> None:
    ada = other.customer("ada@foreign.example")
    other.subscription(customer=ada)
    other.post("/v1/tickets", {"customer": ada["id"], "subject": "Foreign", "message": "Hello"})
    staff.shop.live().subscription()

    found = business(staff.shop)

    assert (found.active, found.revenue, found.attention.tickets) == (0, (), 0)
    assert sum(found.states.values()) == 0
    assert not {"catalog", "customer", "subscription"} & done(staff.shop)
    assert "foreign" not in staff.get(PAGE).text.lower()
