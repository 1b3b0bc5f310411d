"""My products: links and license keys, for who passes the gate, while they have the product."""

from datetime import timedelta
from typing import Any

import pytest

from services.portal.models import Payment, Subscription
from services.portal.rules.subscriptions.lifecycle import Status
from shared import clock
from tests.integration.portal.shop import Shop
from tests.integration.portal_pages.conftest import Visitor, invoiced

COURSE = {"label": "Open the course", "url": "https://learn.example/{customer_reference}/start"}


def gate(shop: Shop, kind: str, **more: Any) -> None:
    """The default portal's gate."""
    (portal,) = shop.get("/v1/portal_configurations?is_default=true")["data"]
    shop.patch(f"/v1/portal_configurations/{portal['id']}", {"scope": {"access_gate": kind, **more}})


def a_product(shop: Shop, **more: Any) -> dict[str, Any]:
    return shop.product(**{"name": "Course", "access_links": [COURSE], **more})


def keep_key(shop: Shop, customer: str, purchase: str, license_key: str | None) -> None:
    answer = shop.ask("PUT", f"/v1/customers/{customer}/license_keys/{purchase}", json={"license_key": license_key})
    assert answer.json == {"purchase": purchase, "license_key": license_key}, answer.text


def listed(shop: Shop, customer: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = shop.get(f"/v1/customers/{customer}/products")["data"]
    return found


@pytest.mark.feature("C23")
def test_links_and_keys_of_a_running_subscription(shop: Shop, visitor: Visitor) -> None:
    ada = {"id": visitor.customers[0]}
    shop.patch(f"/v1/customers/{ada['id']}", {"reference": "ada/1"})
    product = a_product(shop, description="Ten lessons")
    subscription = shop.subscription(customer=ada, plan=shop.plan(product=product))
    keep_key(shop, ada["id"], subscription["id"], "KEY-1234-ABCD")

    page = visitor.get("/products")

    assert page.status_code == 200
    assert "Ten lessons" in page.text
    assert 'href="https://learn.example/ada%2F1/start"' in page.text
    assert "KEY-1234-ABCD" in page.text
    (found,) = listed(shop, ada["id"])
    assert (found["product"], found["decision"], found["license_keys"]) == (product["id"], "allowed", ["KEY-1234-ABCD"])
    assert found["links"] == [{"label": "Open the course", "url": "https://learn.example/ada%2F1/start"}]
    assert "KEY-1234-ABCD" not in str(shop.get("/v1/action_log")["data"])


@pytest.mark.feature("C23")
def test_they_are_gone_when_the_subscription_is_over(shop: Shop, visitor: Visitor) -> None:
    ada = {"id": visitor.customers[0]}
    subscription = shop.subscription(customer=ada, plan=shop.plan(product=a_product(shop)))
    keep_key(shop, ada["id"], subscription["id"], "KEY-1")
    with shop.inside() as session:
        row = session.query(Subscription).one()
        row.status, row.ends_at = Status.CANCELED, clock.now() + timedelta(days=1)
    assert "KEY-1" in visitor.get("/products").text

    with shop.inside() as session:
        session.query(Subscription).one().ends_at = clock.now() - timedelta(seconds=1)

    assert "KEY-1" not in visitor.get("/products").text
    assert "learn.example" not in visitor.get("/products").text
    assert listed(shop, ada["id"]) == []


@pytest.mark.feature("C23")
def test_what_was_bought_once_stays_until_all_of_the_money_went_back(shop: Shop, visitor: Visitor) -> None:
    ada = {"id": visitor.customers[0]}
    payment = shop.payment(ada, product=a_product(shop)["id"], amount=5000)
    keep_key(shop, ada["id"], payment["id"], "KEY-2")

    for refunded, stays in ((0, True), (4999, True), (5000, False)):
        with shop.inside() as session:
            session.query(Payment).one().refunded = refunded

        assert ("KEY-2" in visitor.get("/products").text) is stays
        assert bool(listed(shop, ada["id"])) is stays


@pytest.mark.feature("C23")
def test_what_the_policy_denies_stands_in_its_place_with_the_reason(shop: Shop, visitor: Visitor) -> None:
    ada = {"id": visitor.customers[0]}
    product = a_product(shop, policies={"access_product": {"setting": "deny", "message": "Ask your manager."}})
    shop.subscription(customer=ada, plan=shop.plan(product=product))

    page = visitor.get("/products")

    assert "Ask your manager." in page.text
    assert "learn.example" not in page.text
    (found,) = listed(shop, ada["id"])
    assert (found["decision"], found["reason"], found["links"]) == ("denied", "product_restricted", [])


@pytest.mark.feature("C23")
def test_nobody_sees_what_is_anothers(shop: Shop, visitor: Visitor) -> None:
    eve = shop.customer("eve@example.com")
    subscription = shop.subscription(customer=eve, plan=shop.plan(product=a_product(shop)))
    keep_key(shop, eve["id"], subscription["id"], "EVE-1")

    assert "EVE-1" not in visitor.get("/products").text
    assert listed(shop, visitor.customers[0]) == []
    path = f"/v1/customers/{visitor.customers[0]}/license_keys/{subscription['id']}"
    assert shop.ask("PUT", path, json={"license_key": "x"}).status_code == 404


@pytest.mark.feature("A13")
def test_a_gate_of_paid_transactions_opens_with_the_payment_and_stays_open(shop: Shop, visitor: Visitor) -> None:
    gate(shop, "paid_transaction")
    ada = {"id": visitor.customers[0]}
    product = a_product(shop)
    subscription = shop.subscription(customer=ada, plan=shop.plan(product=product))
    shop.payment(ada, product=product["id"], amount=0)
    cancellation = f"/subscriptions/{subscription['id']}/cancellation"

    assert subscription["id"] not in visitor.get().text
    assert "A subscription was started." in visitor.get("/activity").text
    assert visitor.get(cancellation).status_code == 404
    assert "learn.example" not in visitor.get("/products").text
    assert listed(shop, ada["id"]) == []

    payment = shop.payment(ada, subscription=subscription["id"], amount=2500)

    for refunded in (0, 2500):
        with shop.inside() as session:
            session.query(Payment).filter(Payment.id == payment["id"]).one().refunded = refunded
        assert subscription["id"] in visitor.get().text
        assert visitor.get(cancellation).status_code == 200
        assert "learn.example" in visitor.get("/products").text
        assert len(listed(shop, ada["id"])) == 1


@pytest.mark.feature("A13")
def test_invoices_are_not_behind_the_gate(shop: Shop, visitor: Visitor) -> None:
    gate(shop, "active_subscription")
    ada = {"id": visitor.customers[0]}
    payment = shop.payment(ada, product=a_product(shop)["id"], amount=1290)
    invoice = invoiced(shop, ada["id"], number="INV-77", payment=payment["id"])

    assert "INV-77" in visitor.get().text
    assert "INV-77" in visitor.get("/invoices").text
    assert visitor.get(f"/invoices/{invoice}/pdf").status_code == 200
    assert "learn.example" not in visitor.get("/products").text


@pytest.mark.feature("A13")
def test_what_another_paid_opens_no_gate(shop: Shop, visitor: Visitor) -> None:
    gate(shop, "paid_transaction")
    product = a_product(shop)
    plan = shop.plan(product=product)
    mine = shop.subscription(customer={"id": visitor.customers[0]}, plan=plan)
    shop.payment(shop.customer("eve@example.com"), product=product["id"], amount=2500)

    assert mine["id"] not in visitor.get().text
    assert listed(shop, visitor.customers[0]) == []
    explained = shop.get(f"/v1/policy/explain?subscription={mine['id']}&action=cancel")
    assert (explained["decision"], explained["reason"]) == ("denied", "not_paid_yet")


@pytest.mark.feature("A14")
@pytest.mark.parametrize(
    ("status", "is_open"),
    [
        (Status.TRIALING, True),
        (Status.ACTIVE, True),
        (Status.PAST_DUE, True),
        (Status.PAUSED, True),
        (Status.CANCELED, True),
        (Status.ENDED, False),
    ],
)
def test_a_gate_of_active_subscriptions_is_open_while_one_runs(
    shop: Shop, visitor: Visitor, status: Status, is_open: bool
) -> None:
    gate(shop, "active_subscription")
    subscription = shop.subscription(customer={"id": visitor.customers[0]}, plan=shop.plan(product=a_product(shop)))
    with shop.inside() as session:
        row = session.query(Subscription).one()
        row.status, row.ends_at = status, clock.now() + timedelta(days=1)
        row.ended_at = clock.now() if status is Status.ENDED else None
        row.canceled_from = "active"

    assert (subscription["id"] in visitor.get().text) is is_open


@pytest.mark.feature("A14")
def test_any_order_is_enough_by_default(shop: Shop, visitor: Visitor) -> None:
    (portal,) = shop.get("/v1/portal_configurations?is_default=true")["data"]
    ada = {"id": visitor.customers[0]}
    assert portal["scope"]["access_gate"] == "any_order"
    assert "learn.example" not in visitor.get("/products").text

    shop.payment(ada, product=a_product(shop)["id"], amount=0)

    assert "learn.example" in visitor.get("/products").text


@pytest.mark.feature("C24")
def test_a_hidden_product_is_nowhere_even_where_it_was_paid_for(shop: Shop, visitor: Visitor) -> None:
    ada = {"id": visitor.customers[0]}
    product = a_product(shop)
    subscription = shop.subscription(customer=ada, plan=shop.plan(product=product))
    payment = shop.payment(ada, subscription=subscription["id"], amount=2500)
    invoiced(shop, ada["id"], number="INV-88", payment=payment["id"])
    for path in ("", "/products", "/invoices", "/activity"):
        assert visitor.get(path).status_code == 200

    gate(shop, "any_order", hidden_products=[product["id"]])

    assert subscription["id"] not in visitor.get().text
    assert "learn.example" not in visitor.get("/products").text
    assert "INV-88" not in visitor.get("/invoices").text
    assert "A subscription was started." not in visitor.get("/activity").text
    assert visitor.get(f"/subscriptions/{subscription['id']}/cancellation").status_code == 404
    assert listed(shop, ada["id"]) == []


def test_a_page_without_products_says_so_in_the_visitors_language(visitor: Visitor) -> None:
    assert "Keine Produkte zum Öffnen" in visitor.get("/products", **{"Accept-Language": "de"}).text


@pytest.mark.feature("C23")
@pytest.mark.parametrize("url", ["http://plain.example/", "javascript:alert(1)", "https://{customer_reference}/"])
def test_a_link_that_could_lead_astray_is_refused(shop: Shop, url: str) -> None:
    body = {"name": "Course", "access_links": [COURSE, {"label": "x", "url": url}]}

    answer = shop.ask("POST", "/v1/products", json=body)

    assert (answer.status_code, answer.json["errors"][0]["field"]) == (422, "access_links.1.url")
    product = a_product(shop)
    changed = shop.ask("PATCH", f"/v1/products/{product['id']}", json={"access_links": [{"label": "x", "url": url}]})
    assert (changed.status_code, changed.json["errors"][0]["code"]) == (422, "bad_url")
    assert shop.get(f"/v1/products/{product['id']}")["access_links"] == [COURSE]
