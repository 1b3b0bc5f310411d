"""The vendor's API over portal's resources: make, read, list, change, and the conventions of DESIGN.md section 9."""

import pytest

from shared.events import CustomerCreated, CustomerEmailChanged, CustomerUpdated, PaymentSucceeded, SubscriptionStarted
from tests.integration.portal.shop import Shop, ago


@pytest.mark.feature("J14")
def test_a_catalog_is_made_read_listed_and_changed(shop: Shop) -> None:
    campaign = shop.post("/v1/campaigns", {"name": "Spring"})
    product = shop.product(campaign=campaign["id"])
    plan = shop.plan(product=product)

    renamed = shop.patch(f"/v1/campaigns/{campaign['id']}", {"name": "Summer"})
    archived = shop.patch(f"/v1/plans/{plan['id']}", {"archived": True, "cancel": "deny", "cancel_message": "Call us."})

    assert shop.get(f"/v1/campaigns/{campaign['id']}") == renamed
    assert (renamed["name"], renamed["revision"]) == ("Summer", 2)
    assert archived["archived_at"] is not None
    assert [each["id"] for each in shop.get(f"/v1/products?campaign={campaign['id']}")["data"]] == [product["id"]]
    assert shop.get(f"/v1/plans?product={product['id']}")["data"] == [archived]
    assert shop.logged(plan["id"]) == ["plan.created", "plan.updated"]


@pytest.mark.feature("J14")
def test_changing_nothing_changes_no_revision_and_leaves_no_trace(shop: Shop) -> None:
    product = shop.product()

    same = shop.patch(f"/v1/products/{product['id']}", {"name": product["name"]})

    assert same == product
    assert shop.logged(product["id"]) == ["product.created"]


@pytest.mark.feature("J14")
def test_a_stale_if_match_changes_nothing(shop: Shop) -> None:
    customer = shop.customer()
    path = f"/v1/customers/{customer['id']}"
    etag = shop.ask("GET", path).headers["ETag"]
    shop.patch(path, {"company": "Engines"}, headers={"If-Match": etag})

    stale = shop.ask("PATCH", path, json={"company": "Looms"}, headers={"If-Match": etag})

    assert (stale.status_code, stale.json["code"]) == (412, "precondition_failed")
    assert shop.get(path)["company"] == "Engines"


@pytest.mark.feature("J14")
@pytest.mark.parametrize("field", ["vendor", "mode", "id", "created_at", "revision", "nonsense"])
def test_unknown_and_protected_fields_are_refused(shop: Shop, field: str) -> None:
    bodies = {
        "/v1/campaigns": {"name": "X"},
        "/v1/products": {"name": "X"},
        "/v1/customers": {"email": "a@example.com"},
        "/v1/subscriptions": {"customer": "cus_1", "plan": "plan_1"},
        "/v1/payments": {"customer": "cus_1", "currency": "EUR", "description": "X", "amount": 1},
    }

    for path, body in bodies.items():
        answer = shop.ask("POST", path, json={**body, field: "x"}, headers={"Idempotency-Key": "k"})
        assert (answer.status_code, answer.json["code"]) == (400, "malformed_request"), path
        assert answer.content_type == "application/problem+json"


@pytest.mark.parametrize("amount", [1.5, "100", True, None, -1, 2**63, 10**13], ids=str)
def test_what_is_no_amount_is_refused(shop: Shop, amount: object) -> None:
    body = {"customer": "cus_1", "currency": "EUR", "description": "X", "amount": amount}

    answer = shop.ask("POST", "/v1/payments", json=body, headers={"Idempotency-Key": "k"})

    assert answer.status_code == 400


@pytest.mark.parametrize(
    "raw", ['{"name": "a", "name": "b"}', '{"name": NaN}', "[" * 1000, '{"name": "\\u0000"}', '{"name": "\\ud800"}']
)
def test_hostile_json_is_refused_and_never_a_fault(shop: Shop, raw: str) -> None:
    answer = shop.ask("POST", "/v1/campaigns", data=raw, content_type="application/json")

    assert answer.status_code == 400


@pytest.mark.feature("J14")
def test_the_same_idempotency_key_makes_one_thing(shop: Shop) -> None:
    body, headers = {"email": "twice@example.com"}, {"Idempotency-Key": "one"}

    first = shop.ask("POST", "/v1/customers", json=body, headers=headers)
    second = shop.ask("POST", "/v1/customers", json=body, headers=headers)
    other = shop.ask("POST", "/v1/customers", json={"email": "x@example.com"}, headers=headers)

    assert second.json == first.json
    assert second.headers["Idempotent-Replayed"] == "true"
    assert (other.status_code, other.json["code"]) == (422, "idempotency_key_reused")
    assert len(shop.said(CustomerCreated)) == 1


def test_a_payment_needs_an_idempotency_key(shop: Shop) -> None:
    body = {"customer": shop.customer()["id"], "currency": "EUR", "description": "X", "amount": 1}

    answer = shop.ask("POST", "/v1/payments", json=body)

    assert (answer.status_code, answer.json["code"]) == (400, "idempotency_key_missing")


@pytest.mark.feature("J14")
def test_lists_are_paged_by_cursor_newest_first(shop: Shop) -> None:
    made = [shop.post("/v1/campaigns", {"name": f"C{number}"})["id"] for number in range(5)]

    first = shop.get("/v1/campaigns?limit=2")
    second = shop.get(f"/v1/campaigns?limit=2&starting_after={first['data'][-1]['id']}")
    back = shop.get(f"/v1/campaigns?limit=2&ending_before={second['data'][0]['id']}")

    newest_first = sorted(made, reverse=True)
    assert [each["id"] for each in first["data"] + second["data"]] == newest_first[:4]
    assert (first["has_more"], back["data"]) == (True, first["data"])
    assert shop.ask("GET", f"/v1/campaigns?starting_after={shop.customer()['id']}").json["code"] == "invalid_cursor"


def test_a_payment_becomes_an_event_with_all_that_an_invoice_prints(shop: Shop) -> None:
    customer = shop.customer(display_name="山田 健二", address=["京都市", "Japan"], country="jp")
    subscription = shop.subscription(customer=customer)
    lines = [
        {"description": "Seats", "quantity": 2, "unit_amount": 1000, "amount": 2000, "tax_rate": 1900},
        {"description": "Setup", "amount": 999, "tax_rate": 1900},
    ]
    body = {"customer": customer["id"], "currency": "EUR", "lines": lines, "tax_behavior": "exclusive"}

    made = shop.post(
        "/v1/payments",
        {**body, "subscription": subscription["id"], "paid_at": ago(days=1), "method": "Cash"},
        headers={"Idempotency-Key": "one"},
    )

    (said,) = shop.said(PaymentSucceeded)
    assert (made["net"], made["tax"], made["total"]) == (2999, 570, 3569)
    assert made["product"] == subscription["product"]
    assert (said.payment, said.total, said.order_number) == (made["id"], 3569, made["order_number"])
    assert said.lines == made["lines"]
    assert said.buyer["display_name"] == "山田 健二"
    assert said.buyer["address"] == ["京都市", "Japan"]
    assert (said.buyer["country"], said.historical, said.method) == ("JP", False, "Cash")


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({"amount": 1}, 400),
        ({"description": "X", "amount": 1, "lines": [{"description": "Y", "amount": 1}]}, 400),
        ({"lines": []}, 400),
        ({"lines": [{"description": "Y", "quantity": 2, "unit_amount": 3, "amount": 7}]}, 422),
        ({"description": "X", "amount": 1, "currency": "EUX"}, 422),
        ({"description": "X", "amount": 1, "paid_at": "2999-01-01T00:00:00+00:00"}, 422),
        ({"description": "X", "amount": 1, "paid_at": "2026-01-01T00:00:00"}, 400),
    ],
    ids=["no description", "both", "no line", "line does not add up", "currency", "future", "no offset"],
)
def test_payments_that_make_no_sense_are_refused(shop: Shop, body: dict[str, object], status: int) -> None:
    whole = {"customer": shop.customer()["id"], "currency": "EUR", **body}

    answer = shop.ask("POST", "/v1/payments", json=whole, headers={"Idempotency-Key": "k"})

    assert answer.status_code == status, answer.text
    assert shop.said(PaymentSucceeded) == []


def test_a_payment_of_zero_is_one(shop: Shop) -> None:
    assert shop.payment(shop.customer(), amount=0)["total"] == 0


def test_a_customer_who_changes_is_told_of_by_what_changed(shop: Shop) -> None:
    customer = shop.customer("ada@example.com", reference="c-1")
    path = f"/v1/customers/{customer['id']}"

    shop.patch(path, {"display_name": "Ada"})
    shop.patch(path, {"email": "Ada@Example.com"})

    (updated,), (moved,) = shop.said(CustomerUpdated), shop.said(CustomerEmailChanged)
    assert (updated.display_name, updated.revision) == ("Ada", 2)
    assert (moved.previous_email, moved.email, moved.revision) == ("ada@example.com", "Ada@Example.com", 3)
    assert [each["id"] for each in shop.get("/v1/customers?email=ADA@example.COM")["data"]] == [customer["id"]]
    assert [each["id"] for each in shop.get("/v1/customers?reference=c-1")["data"]] == [customer["id"]]
    assert shop.ask("POST", "/v1/customers", json={"email": "b@example.com", "reference": "c-1"}).status_code == 409


def test_a_bad_customer_is_told_every_wrong_field(shop: Shop) -> None:
    answer = shop.ask("POST", "/v1/customers", json={"email": "nobody", "country": "XX", "locale": "??"})

    assert answer.status_code == 422
    assert {(each["field"], each["code"]) for each in answer.json["errors"]} == {
        ("email", "bad_email"),
        ("country", "unknown_country"),
        ("locale", "bad_locale"),
    }


@pytest.mark.feature("C01")
def test_a_subscription_shows_its_next_charge_to_the_cent(shop: Shop) -> None:
    subscription = shop.subscription(quantity=2, started_at=ago(days=70))

    charge = shop.get(f"/v1/subscriptions/{subscription['id']}")["next_charge"]

    (said,) = shop.said(SubscriptionStarted)
    assert (charge["net"], charge["tax"], charge["total"], charge["currency"]) == (4202, 798, 5000, "EUR")
    assert charge["at"] == subscription["current_period_end"]
    assert (said.quantity, said.unit_amount, said.imported) == (2, 2500, False)


def test_a_price_never_comes_from_the_client(shop: Shop) -> None:
    body = {"customer": "cus_1", "plan": "plan_1", "unit_amount": 1}

    assert shop.ask("POST", "/v1/subscriptions", json=body).status_code == 400


def test_an_archived_plan_takes_nobody_new(shop: Shop) -> None:
    plan = shop.plan()
    shop.patch(f"/v1/plans/{plan['id']}", {"archived": True})

    answer = shop.ask("POST", "/v1/subscriptions", json={"customer": shop.customer()["id"], "plan": plan["id"]})

    assert (answer.status_code, answer.json["code"]) == (409, "plan_archived")


def test_a_key_without_the_scope_is_refused(shop: Shop) -> None:
    answer = shop.ask("GET", "/v1/customers", scopes=("plans:read",))

    assert (answer.status_code, answer.json["code"]) == (403, "scope_missing")


def test_nobody_without_a_passport_gets_in(shop: Shop) -> None:
    headers = {"X-Auth-Vendor": shop.vendor, "X-Customer-Id": "cus_1"}

    assert shop.app.test_client().get("/v1/customers", headers=headers).status_code == 401
