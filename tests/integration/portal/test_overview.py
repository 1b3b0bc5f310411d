"""What a customer sees: subscriptions with the exact next charge, purchases, invoices, in a handful of statements."""

from datetime import timedelta
from typing import Any

import pytest

from services.portal.queries import invoices, overview, portals, subscriptions
from services.portal.queries.portals import PortalView
from services.portal.rules.policy import Decision, Reason
from services.portal.rules.reasons import FeatureDisabled
from services.portal.rules.subscriptions.lifecycle import Status
from shared import clock
from shared.errors import NotFound
from shared.money import Money
from tests.integration.portal.shop import Shop, ago
from tests.integration.portal.test_tenancy import issued
from tests.support.statements import statements


def portal_of(shop: Shop) -> PortalView:
    with shop.inside() as session:
        return portals.portal(session, slug=shop.portal)


def see(shop: Shop, customer: str) -> overview.OverviewView:
    with shop.as_customer(customer) as session:
        return overview.overview(session, portal=portal_of(shop), by=shop.who(), now=clock.now())


def change_portal(shop: Shop, values: dict[str, Any]) -> None:
    (portal,) = shop.get("/v1/portal_configurations?is_default=true")["data"]
    shop.patch(f"/v1/portal_configurations/{portal['id']}", values)


@pytest.mark.feature("C01")
def test_the_overview_shows_what_is_charged_next_and_when(shop: Shop) -> None:
    subscription = shop.subscription(quantity=2, started_at=ago(days=70))

    (card,) = see(shop, subscription["customer"]).subscriptions

    assert card.next_charge is not None
    assert (card.next_charge.total, card.next_charge.net, card.next_charge.tax) == (
        Money(5000, "EUR"),
        Money(4202, "EUR"),
        Money(798, "EUR"),
    )
    assert card.next_charge.at == card.current_period_end > clock.now()
    assert (card.product_name, card.quantity, card.unit_label, card.unit_price) == (
        "Studio",
        2,
        "seat",
        Money(2500, "EUR"),
    )
    assert card.cancel.is_allowed
    assert card.undo_cancel.reason is Reason.INVALID_STATE


@pytest.mark.feature("C01")
def test_a_canceled_one_shows_its_end_and_an_ended_one_no_action(shop: Shop) -> None:
    customer = shop.customer()
    canceled, ended, active = (shop.subscription(customer=customer) for _ in range(3))
    shop.post(f"/v1/subscriptions/{canceled['id']}/cancel", {})
    shop.post(f"/v1/subscriptions/{ended['id']}/cancel", {"timing": "immediately"})

    seen = see(shop, customer["id"]).subscriptions

    assert [each.id for each in seen] == [active["id"], canceled["id"], ended["id"]]
    assert [each.next_charge is None for each in seen] == [False, True, True]
    assert seen[1].ends_at == seen[1].current_period_end
    assert [(each.cancel.is_allowed, each.undo_cancel.is_allowed) for each in seen] == [
        (True, False),
        (False, True),
        (False, False),
    ]


def test_a_canceled_one_whose_day_has_come_shows_as_ended_before_the_job_ran(shop: Shop) -> None:
    subscription = shop.subscription()
    shop.post(f"/v1/subscriptions/{subscription['id']}/cancel", {})

    with shop.as_customer(subscription["customer"]) as session:
        later = subscriptions.card(
            session,
            subscription_id=subscription["id"],
            portal=portal_of(shop),
            by=shop.who(),
            now=clock.now() + timedelta(days=32),
        )

    assert (later.status, later.ended_at) == (Status.ENDED, later.ends_at)
    assert not later.undo_cancel.is_allowed


@pytest.mark.feature("E02")
def test_the_invoice_history_has_every_invoice_newest_first(shop: Shop) -> None:
    subscription = shop.subscription()
    customer = {"id": subscription["customer"]}
    for number in range(7):
        payment = shop.payment(customer, subscription=subscription["id"], paid_at=ago(days=number + 1))
        shop.hear(issued(payment, number=f"L-{number}"))
    portal = portal_of(shop)

    with shop.as_customer(customer["id"]) as session:
        first = invoices.history(session, portal=portal, limit=5)
        second = invoices.history(session, portal=portal, limit=5, cursor=first.next_cursor)
        newest = invoices.invoice(session, invoice_id=first.rows[0].id, portal=portal)
    seen = see(shop, customer["id"])

    assert [row.number for row in (*first.rows, *second.rows)] == [f"L-{number}" for number in range(7)]
    assert (first.total, second.total, second.next_cursor) == (7, 7, None)
    assert newest == first.rows[0]
    assert (seen.invoices, seen.invoice_count) == (first.rows[:5], 7)


@pytest.mark.feature("C24")
@pytest.mark.parametrize("how", ["show_in_portal", "hidden_products", "campaigns"])
def test_what_a_hidden_product_brought_shows_nowhere(shop: Shop, how: str) -> None:
    customer = shop.customer()
    hidden, shown = (
        shop.subscription(customer=customer, plan=shop.plan(product=shop.product(name=name))) for name in "AB"
    )
    for each in (hidden, shown):
        shop.hear(issued(shop.payment(customer, subscription=each["id"])))
        shop.hear(issued(shop.payment(customer, product=each["product"])))
    shop.hear(issued(shop.payment(customer)))
    campaign = shop.post("/v1/campaigns", {"name": "Shown"})
    shop.patch(f"/v1/products/{shown['product']}", {"campaign": campaign["id"]})
    if how == "show_in_portal":
        shop.patch(f"/v1/products/{hidden['product']}", {"show_in_portal": False})
    else:
        from services.portal.models import PortalConfiguration

        limits = {"campaigns": [campaign["id"]] if how == "campaigns" else None, "hidden_products": []}
        if how == "hidden_products":
            limits["hidden_products"] = [hidden["product"]]
        with shop.inside() as session:
            row = session.get_one(PortalConfiguration, portal_of(shop).id)
            row.scope = limits

    seen = see(shop, customer["id"])

    assert [each.id for each in seen.subscriptions] == [shown["id"]]
    assert (seen.purchase_count, seen.invoice_count) == (2, 3)
    with shop.as_customer(customer["id"]) as session, pytest.raises(NotFound):
        subscriptions.card(
            session, subscription_id=hidden["id"], portal=portal_of(shop), by=shop.who(), now=clock.now()
        )


def test_a_portal_without_history_shows_none(shop: Shop) -> None:
    customer = shop.customer()
    shop.hear(issued(shop.payment(customer), invoice="inv_hidden" + "0" * 20))
    change_portal(shop, {"features": {"invoice_history": {"enabled": False}}})

    assert see(shop, customer["id"]).invoice_count == 0
    with shop.as_customer(customer["id"]) as session, pytest.raises(FeatureDisabled):
        invoices.invoice(session, invoice_id="inv_hidden" + "0" * 20, portal=portal_of(shop))


@pytest.mark.feature("C28")
def test_the_card_and_the_action_and_the_explanation_say_the_same(shop: Shop) -> None:
    subscription = shop.subscription(plan=shop.plan(cancel="deny", cancel_message="Call us."))

    (card,) = see(shop, subscription["customer"]).subscriptions
    explained = shop.get(f"/v1/policy/explain?subscription={subscription['id']}&action=cancel")

    assert (card.cancel.decision, card.cancel.reason, card.cancel.message) == (
        Decision.DENIED,
        Reason.PLAN_RESTRICTED,
        "Call us.",
    )
    assert explained["decision"] == card.cancel.decision
    assert explained["reason"] == card.cancel.reason


def test_the_overview_takes_as_many_statements_for_little_as_for_much(shop: Shop) -> None:
    customer, plan = shop.customer(), shop.plan()
    shop.subscription(customer=customer, plan=plan)
    with statements(shop.database) as few:
        see(shop, customer["id"])
    for _ in range(3):
        subscription = shop.subscription(customer=customer, plan=plan)
        for _ in range(8):
            shop.hear(issued(shop.payment(customer, subscription=subscription["id"])))
        shop.payment(customer)

    with statements(shop.database) as many:
        see(shop, customer["id"])

    assert len(many) == len(few) <= 9
