"""An order number and the address of the purchase, typed in a frame: a look on in that frame alone, and one answer."""

from typing import Any

import pytest
from werkzeug.test import TestResponse

from services.auth.actions import vendors
from services.auth.models import PortalSession, Refusal
from tests.integration.auth.house import House, a_customer, a_portal_v3

NUMBER = "7K3M9QXT2D"
HERE = "https://shop.acme.example"


@pytest.fixture
def widget(house: House, vendor: vendors.Registered, mira: str) -> str:
    """A widget that takes order numbers and nothing else; its configuration's id."""
    change = {"kind": "widget", "embed": {"allowed_origins": [HERE]}}
    house.hear(a_portal_v3("acme-widget", methods=("order_number",), **change), vendor=vendor.vendor.id)
    house.hear(a_portal_v3("acme-closed", methods=("email",), **change), vendor=vendor.vendor.id)
    house.hear(a_customer("zoe@tessaly.example", customer="cus_2"), vendor=vendor.vendor.id)
    house.orders.customers[NUMBER] = "cus_1"
    return "pcfg_acme-widget"


def try_it(
    house: House, widget: str, number: Any, email: Any, *, client: str = "203.0.113.7", **more: Any
) -> TestResponse:
    body = {"order_number": number, "email": email, **more}
    headers = {"X-Real-IP": client, "Origin": "http://localhost:8080"}
    return house.app.test_client(use_cookies=False).post(f"/embed/{widget}/session", json=body, headers=headers)


@pytest.mark.feature("A05")
def test_right_and_right_looks_on_in_that_frame(house: House, widget: str, mira: str) -> None:
    answer = try_it(house, widget, "7k3m-9qxt-2d", mira.upper(), visit={"origin": HERE, "locale": "de"})

    assert answer.status_code == 200, answer.text
    assert "Set-Cookie" not in answer.headers
    assert set(answer.json or {}) == {"session", "expires_at", "portal"}
    (session,) = house.rows(PortalSession)
    assert (session.framed, session.way_in, session.assurance) == (True, "order_number", "viewer")
    assert (session.customers, session.details) == (["cus_1"], {"origin": HERE, "locale": "de"})


@pytest.mark.feature("A05")
def test_whatever_is_wrong_the_answer_is_the_same(house: House, widget: str, mira: str) -> None:
    pairs = [
        (NUMBER, "zoe@tessaly.example"),
        (NUMBER, "nobody@tessaly.example"),
        ("0000000000", mira),
        ("not a number", "no address"),
        ("", ""),
        (["7K3M9QXT2D"], {"a": 1}),
    ]
    seen = [
        try_it(house, widget, number, email, client=f"203.0.113.{n}") for n, (number, email) in enumerate(pairs, 10)
    ]
    seen.append(try_it(house, "pcfg_acme-closed", NUMBER, mira, client="203.0.113.99"))

    assert {(answer.status_code, answer.text) for answer in seen} == {(401, '{"code":"identity_refused"}\n')}
    assert len(house.orders.asked) == len(seen), "the same question is asked for each"
    assert house.rows(PortalSession) == []
    assert {row.cause for row in house.rows(Refusal)} == {"order_wrong"}


def test_limits_are_those_of_the_page_and_the_frame_together(
    house: House, vendor: vendors.Registered, widget: str, mira: str
) -> None:
    house.hear(a_portal_v3(methods=("email", "order_number")), vendor=vendor.vendor.id)
    for n in range(3):
        try_it(house, widget, NUMBER, f"x{n}@tessaly.example", client=f"203.0.113.{n}")
    for n in range(3, 5):
        house.browser(address=f"203.0.113.{n}").post(
            "/p/acme/sign-in/order", order_number=NUMBER, email=f"x{n}@tessaly.example"
        )

    assert try_it(house, widget, NUMBER, mira, client="203.0.113.99").status_code == 401

    answers = [
        try_it(house, widget, f"{n:010d}", f"y{n}@tessaly.example", client="198.51.100.1").status_code
        for n in range(21)
    ]
    assert answers == [401] * 20 + [429]
