"""ML-06, ML-07, ML-19, ML-20: an answer tells nobody who exists, nor why something does not open."""

from datetime import timedelta
from typing import Any

import pytest
from werkzeug.test import TestResponse

from services.auth.actions import vendors
from services.auth.actions.vendors import Registered
from shared import clock
from shared.events import Actor
from tests.integration.auth.house import (
    NOON,
    PUBLIC_URL,
    Browser,
    House,
    a_customer,
    a_portal_v3,
    token_of,
    visible,
)
from tests.integration.auth.opening import made, use
from tests.integration.auth.signing import call
from tests.support.statements import statements as counted_statements

NUMBER = "7K3M9QXT2D"
WAYS = ("email", "portal_session", "permanent_link", "order_number")
MIRA = "mira@tessaly.example"


@pytest.fixture
def other(house: House) -> Registered:
    """Another vendor, of whom Mira is a customer as well."""
    with house.database.begin() as session:
        found = vendors.register(
            session,
            display_name="Borealis",
            email="owner@borealis.example",
            slug="borealis",
            default_locale="en",
            profile={},
            actor=Actor(kind="system", id="test"),
            now=NOON,
        )
    house.hear(a_portal_v3("borealis", methods=WAYS), vendor=found.vendor.id)
    house.hear(a_customer(MIRA, customer="cus_b"), vendor=found.vendor.id)
    return found


@pytest.fixture
def acme(house: House, vendor: Registered, mira: str) -> Registered:
    """Acme with every way in that has an answer to hide something in, in both modes."""
    house.hear(a_portal_v3(methods=WAYS), vendor=vendor.vendor.id)
    house.hear(a_portal_v3("acme-test", methods=WAYS), vendor=vendor.vendor.id, mode="test")
    house.hear(a_customer(MIRA, customer="cus_t"), vendor=vendor.vendor.id, mode="test")
    house.hear(a_customer("zoe@tessaly.example", customer="cus_2"), vendor=vendor.vendor.id)
    return vendor


def permanent(house: House, vendor: Registered, customer: str, mode: str = "live") -> str:
    answer = call(house, vendor.keys[mode].secret, "POST", "/v1/subscriber_links", json={"customer": customer})
    return token_of(answer.json["url"])


def entry(house: House, vendor: Registered, customer: str, mode: str = "live") -> str:
    return token_of(made(house, vendor.keys[mode].secret, customer=customer)["url"])


def seen(answer: TestResponse) -> tuple[int, dict[str, str], str]:
    """What can be told apart, but the form's own token."""
    status, headers, text = visible(answer)
    return status, headers, "".join(text.split('name="csrf_token"')[::2])


def post(browser: Browser, what: str, token: str, *, describe: bool) -> TestResponse:
    path = f"/p/acme/sign-in/{what}" + ("/describe" if describe else "")
    return browser.post(path, headers={"HX-Request": "true"}, token=token)


@pytest.mark.feature("A11")
@pytest.mark.parametrize("describe", [True, False], ids=["describe", "use"])
def test_permanent_links_that_open_nothing_are_alike(
    house: House, acme: Registered, other: Registered, describe: bool
) -> None:
    revoked = permanent(house, acme, "cus_1")
    call(house, acme.keys["live"].secret, "POST", "/v1/subscriber_links/cus_1/revoke")
    replaced = permanent(house, acme, "cus_2")
    call(house, acme.keys["live"].secret, "POST", "/v1/subscriber_links/cus_2/regenerate")
    tokens = {
        "unknown": "x" * 43,
        "revoked": revoked,
        "replaced": replaced,
        "of another vendor": permanent(house, other, "cus_b"),
        "of the other mode": permanent(house, acme, "cus_t", "test"),
        "of another kind": entry(house, acme, "cus_1"),
        "malformed": "\u202e../../etc",
        "none": "",
    }

    answers = {
        name: seen(post(house.browser(), "permanent", token, describe=describe)) for name, token in tokens.items()
    }

    assert {answer[0] for answer in answers.values()} == {410}
    assert len({str(answer) for answer in answers.values()}) == 1


@pytest.mark.feature("A09")
@pytest.mark.parametrize("describe", [True, False], ids=["describe", "use"])
def test_portal_sessions_that_open_nothing_are_alike(
    house: House, acme: Registered, other: Registered, describe: bool
) -> None:
    used, late = entry(house, acme, "cus_1"), entry(house, acme, "cus_1")
    use(house.browser(), f"#t={used}")
    taken_back = made(house, acme.keys["live"].secret, customer="cus_1")
    call(house, acme.keys["live"].secret, "POST", f"/v1/portal_sessions/{taken_back['id']}/revoke")
    tokens = {
        "unknown": "x" * 43,
        "used": used,
        "taken back": token_of(taken_back["url"]),
        "of another vendor": entry(house, other, "cus_b"),
        "of the other mode": entry(house, acme, "cus_t", "test"),
        "of another kind": permanent(house, acme, "cus_1"),
        "malformed": "\u202e../../etc",
        "none": "",
    }

    answers = {name: seen(post(house.browser(), "entry", token, describe=describe)) for name, token in tokens.items()}
    with clock.fixed(NOON + timedelta(minutes=5)):
        answers["expired"] = seen(post(house.browser(), "entry", late, describe=describe))

    assert {answer[0] for answer in answers.values()} == {410}
    assert len({str(answer) for answer in answers.values()}) == 1


def in_frame(house: House, path: str, address: str = "203.0.113.7", **body: Any) -> TestResponse:
    return house.app.test_client(use_cookies=False).post(
        path, json=body, base_url=PUBLIC_URL, headers={"X-Real-IP": address}
    )


@pytest.mark.feature("A10", "A04")
def test_one_time_proofs_that_open_nothing_are_alike_in_a_frame(house: House, acme: Registered) -> None:
    widget = a_portal_v3("acme-widget", methods=WAYS, kind="widget", is_default=False)
    house.hear(widget, vendor=acme.vendor.id)
    key, frame = acme.keys["live"].secret, "/embed/acme-widget/session"
    asked = made(house, key, customer="cus_1", configuration="pcfg_acme-widget")
    used = asked["client_secret"]
    assert in_frame(house, frame, token=used).status_code == 200

    bad: list[tuple[str, Any]] = [
        *(("token", value) for value in (used, "x" * 43, token_of(asked["url"]), "", 7)),
        *(("handle", value) for value in (used, "x" * 43, None, {"a": 1})),
    ]
    answers = [
        in_frame(house, frame, address=f"203.0.113.{at}", **{name: value}) for at, (name, value) in enumerate(bad)
    ]

    assert {answer.status_code for answer in answers} == {403}
    assert {answer.text for answer in answers} == {'{"code":"identity_refused"}\n'}


@pytest.mark.feature("A15")
def test_asking_for_a_code_in_a_frame_tells_nobody_who_exists(house: House, acme: Registered) -> None:
    """ML-07: known, unknown, over its limit, of another mode, of nobody."""
    emails = [MIRA, "nobody@tessaly.example", MIRA, "zoe@tessaly.example", "not an address", "", "x" * 4_000]
    answers = [in_frame(house, "/embed/acme/code", address=f"203.0.113.{at}", email=e) for at, e in enumerate(emails)]

    shapes = {(answer.status_code, tuple(answer.json), len(answer.text)) for answer in answers}
    names = {tuple(sorted(name for name, _ in answer.headers)) for answer in answers}
    assert len(shapes) == len(names) == 1
    assert answers[0].status_code == 202
    assert len({answer.json["window"] for answer in answers}) == len(emails)


@pytest.mark.feature("A15")
def test_asking_in_a_frame_costs_the_same_for_everybody(house: House, acme: Registered) -> None:
    """ML-08: equal work; the mail is asked for after the answer."""
    costs = []
    for email in (MIRA, "nobody@tessaly.example"):
        with counted_statements(house.database) as statements:
            in_frame(house, "/embed/acme/code", email=email)
        costs.append(statements)

    assert costs[0] == costs[1]
    assert house.mailroom.mails == []


@pytest.mark.feature("A05")
def test_a_wrong_pair_and_a_limit_that_is_passed_are_byte_identical_and_cost_the_same(
    house: House, acme: Registered, other: Registered
) -> None:
    """ML-20."""
    house.orders.customers |= {NUMBER: "cus_1", "1111111111": "cus_b", "2222222222": "cus_t"}
    pairs = {
        "wrong address": (NUMBER, "zoe@tessaly.example"),
        "wrong number": ("0000000000", MIRA),
        "both wrong": ("0000000000", "nobody@tessaly.example"),
        "of another vendor": ("1111111111", MIRA),
        "of the other mode": ("2222222222", MIRA),
        "no number": ("", MIRA),
        "no address": (NUMBER, ""),
    }
    answers, costs = {}, {}
    for at, (name, (number, email)) in enumerate(pairs.items()):
        browser = house.browser(address=f"198.51.100.{at}")
        answers[name], costs[name] = tried(house, browser, number, email)
    for at in range(5):
        tried(house, house.browser(address=f"198.51.101.{at}"), NUMBER, f"x{at}@tessaly.example")
    past = house.browser(address="198.51.102.1")
    answers["limit passed, and right"], costs["limit passed, and right"] = tried(house, past, NUMBER, MIRA)

    assert {answer[0] for answer in answers.values()} == {422}
    assert len({str(answer) for answer in answers.values()}) == 1
    questions = {name: tuple(each.split("WHERE")[0] for each in statements) for name, statements in costs.items()}
    assert len(set(questions.values())) == 1, "the same is asked of the same tables, in the same order"


def tried(house: House, browser: Browser, number: str, email: str) -> tuple[Any, list[str]]:
    token = browser.csrf("/p/acme/sign-in")
    with counted_statements(house.database) as statements:
        answer = browser.client.post(
            "/p/acme/sign-in/order",
            base_url=PUBLIC_URL,
            data={"csrf_token": token, "order_number": number, "email": email},
            headers=browser.headers,
        )
    return seen(answer), statements
