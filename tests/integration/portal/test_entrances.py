"""What auth asks before it lets somebody in: whom a vendor means, and whether what a flow names is theirs."""

from typing import Any

import pytest
from werkzeug.test import TestResponse

from services.auth.rules.passport import Subject
from shared import clock, ids
from tests.integration.portal.shop import PASSPORTS, Shop
from tests.integration.portal.test_tenancy import issued


def ask(shop: Shop, path: str, *, kind: str = "service", **question: Any) -> TestResponse:
    subject = Subject(kind="service", id="auth") if kind == "service" else Subject(kind="admin", id="admin")
    headers = {"X-Passport": PASSPORTS.issue(subject, now=clock.now())}
    body = {"vendor": shop.vendor, "mode": shop.mode, **question}
    return shop.app.test_client().post(f"/internal/{path}", json=body, headers=headers)


def found(shop: Shop, **by: Any) -> list[str]:
    answer = ask(shop, "customers/find", **by)
    assert answer.status_code == 200, answer.text
    return [each["id"] for each in answer.json["customers"]]


def test_a_customer_is_found_by_id_address_or_reference(shop: Shop) -> None:
    made = shop.customer("Ada@Example.com", reference="u-1", locale="de")

    for by in ({"customer": made["id"]}, {"email_key": "ada@example.com"}, {"reference": "u-1"}):
        assert found(shop, **by) == [made["id"]]
    assert ask(shop, "customers/find", reference="u-1").json["customers"][0]["locale"] == "de"
    for by in ({"customer": "cus_none"}, {"email_key": ""}, {"reference": "u-2"}, {}):
        assert found(shop, **by) == []


def test_customers_of_another_vendor_or_mode_are_not_found(shop: Shop, other: Shop) -> None:
    """TI-01."""
    made = shop.customer("ada@example.com", reference="u-1")

    for elsewhere in (other, shop.live()):
        for by in ({"customer": made["id"]}, {"email_key": "ada@example.com"}, {"reference": "u-1"}):
            assert found(elsewhere, **by) == []


@pytest.mark.feature("B21")
def test_all_that_a_flow_names_must_be_the_customers_or_the_vendors(shop: Shop, other: Shop) -> None:
    """TI-02."""
    ada, bob = shop.customer("ada@example.com"), shop.customer("bob@example.com")
    hers, his = shop.subscription(customer=ada), shop.subscription(customer=bob)
    paid, paid_by_bob = shop.payment(ada), shop.payment(bob)
    plan, foreign_plan = shop.plan(), other.plan()
    invoice = issued(paid)
    shop.hear(invoice)

    def check(**named: str) -> TestResponse:
        return ask(shop, "flows/check", customer=ada["id"], **named)

    for named in (
        {"subscription": hers["id"]},
        {"subscription": hers["id"], "plan": plan["id"]},
        {"payment": paid["id"]},
    ):
        assert (check(**named).status_code, check(**named).json) == (200, {"payment": None})
    assert check(invoice=invoice.invoice).json == {"payment": paid["id"]}
    for named in (
        {"subscription": his["id"]},
        {"payment": paid_by_bob["id"]},
        {"subscription": hers["id"], "plan": foreign_plan["id"]},
        {"subscription": hers["id"], "coupon": "cou_none"},
        {"invoice": ids.new("inv")},
    ):
        assert check(**named).status_code == 404


def test_only_a_sibling_asks(shop: Shop) -> None:
    """SE-11."""
    made = shop.customer("ada@example.com")

    assert ask(shop, "customers/find", kind="admin", customer=made["id"]).status_code == 404
    answer = shop.app.test_client().post(
        "/internal/customers/find", json={"vendor": shop.vendor, "mode": shop.mode, "customer": made["id"]}
    )
    assert answer.status_code == 401


def test_a_question_that_is_none_is_refused(shop: Shop) -> None:
    assert ask(shop, "flows/check").status_code == 400
    assert ask(shop, "customers/find", mode="both").status_code == 400
