"""ML-14, ML-15: at every door that takes an address, tricks find nobody, and mail goes to what is on file alone."""

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import update
from werkzeug.test import TestResponse

from services.auth.actions import vendors
from services.auth.models import GlobalSession, PortalSession, SignInRequest, StaffSession
from shared.database import scope
from tests.integration.auth.house import NOON, PUBLIC_URL, House, a_customer, a_portal_v3
from tests.integration.auth.signing import call

STORED = ("mike@x.com", "kate@x.com", "sam@x.com", "mira@tessaly.example")
LOOK_ALIKES = ("m\u0131ke@x.com", "\u212aate@x.com", "\u017fam@x.com", "mi\uff4be@x.com", "kate@\uff58.com")
PARSED_TWICE = (
    "mira@tessaly.example,b@evil.com",
    "b@evil.com,mira@tessaly.example",
    "mira@tessaly.example;b@evil.com",
    '"b@evil.com"@tessaly.example',
    '"mira@tessaly.example"@x.com',
    "mira@tessaly.example\r\nBcc: b@evil.com",
    "mira@tessaly.example%0d%0aBcc:b@evil.com",
    "mira@tessaly.example>",
    "<mira@tessaly.example>",
    "Mira <mira@tessaly.example>",
    "mira@tessaly.example (b@evil.com)",
    "mira(b@evil.com)@tessaly.example",
    "mira@[127.0.0.1]",
    "mira@tessaly.example@evil.com",
    "mira\uff20tessaly.example",
    "mira@tessaly.example\u202e",
    "mira+x@tessaly.example",
    "m.ira@tessaly.example",
)
TRICKS = LOOK_ALIKES + PARSED_TWICE
NUMBER = "7K3M9QXT2D"

Door = Callable[[House, vendors.Registered, str], TestResponse]


@pytest.fixture
def people(house: House, vendor: vendors.Registered) -> vendors.Registered:
    """Four customers whose addresses look like those that are typed; every way in by an address is open."""
    methods = ("email", "portal_session", "order_number")
    for mode in ("live", "test"):
        slug = "acme" if mode == "live" else "acme-test"
        for number, stored in enumerate(STORED):
            house.hear(a_customer(stored, customer=f"cus_{mode}_{number}"), vendor=vendor.vendor.id, mode=mode)
        house.hear(a_portal_v3(slug, methods=methods), vendor=vendor.vendor.id, mode=mode)
    house.hear(a_portal_v3("acme-global", kind="global", is_default=False), vendor=vendor.vendor.id)
    for number in range(len(STORED)):
        house.orders.customers[f"{NUMBER[:-1]}{number}"] = f"cus_live_{number}"
    return vendor


def ask_in_frame(house: House, _vendor: vendors.Registered, typed: str) -> TestResponse:
    return house.app.test_client(use_cookies=False).post(
        "/embed/acme/code", json={"email": typed}, base_url=PUBLIC_URL, headers={"X-Real-IP": "203.0.113.9"}
    )


def ask_everywhere(house: House, _vendor: vendors.Registered, typed: str) -> TestResponse:
    return house.browser().post("/billing/sign-in", email=typed)


def ask_at_console(house: House, _vendor: vendors.Registered, typed: str) -> TestResponse:
    return house.browser().post("/console/sign-in", email=typed)


def ask_at_portal(house: House, _vendor: vendors.Registered, typed: str) -> TestResponse:
    return house.browser().ask(typed)


ASKING: dict[str, Door] = {
    "portal": ask_at_portal,
    "frame": ask_in_frame,
    "global portal": ask_everywhere,
    "console": ask_at_console,
}


def told(answer: TestResponse) -> tuple[int, str | None, set[str]]:
    """What the one who asked can tell apart: status, where to, and which fields came back."""
    fields = set(answer.json) if answer.is_json else set()
    return answer.status_code, answer.headers.get("Location"), fields


@pytest.mark.feature("A03", "A15")
@pytest.mark.parametrize("door", ASKING.values(), ids=ASKING.keys())
def test_a_trick_gets_the_usual_answer_and_no_mail(house: House, people: vendors.Registered, door: Door) -> None:
    usual = told(door(house, people, "nobody@tessaly.example"))
    house.mailroom.mails.clear()

    for number, typed in enumerate(TRICKS):
        if number % 15 == 14:  # a client may ask twenty times an hour, which is shown elsewhere
            _forget_askers(house)
        assert told(door(house, people, typed)) == usual, typed

    house.post_mails(now=NOON)
    assert house.mailroom.mails == []


@pytest.mark.feature("A03")
@pytest.mark.parametrize("door", ["portal", "frame", "global portal"])
def test_the_mail_goes_to_the_stored_address_byte_for_byte(house: House, vendor: vendors.Registered, door: str) -> None:
    house.hear(a_customer("Mira.O'Dell@Tessaly.example"), vendor=vendor.vendor.id)
    house.hear(a_portal_v3("acme-global", kind="global", is_default=False), vendor=vendor.vendor.id)

    ASKING[door](house, vendor, "  mira.o'dell@TESSALY.EXAMPLE ")
    house.post_mails(now=NOON)

    assert [mail["to"] for mail in house.mailroom.mails] == ["Mira.O'Dell@Tessaly.example"]


@pytest.mark.parametrize(
    "body", [["mira@tessaly.example"], {"a": "mira@tessaly.example"}, 7, True, None, "mira@tessaly.example\0@evil.com"]
)
def test_an_address_that_is_no_text_to_print_reaches_nobody(
    house: House, people: vendors.Registered, body: Any
) -> None:
    answer = house.app.test_client(use_cookies=False).post(
        "/embed/acme/code", json={"email": body}, base_url=PUBLIC_URL
    )
    house.post_mails(now=NOON)

    assert answer.status_code == 400
    assert house.mailroom.mails == []


@pytest.mark.feature("A05")
def test_no_trick_goes_with_an_order_number(house: House, people: vendors.Registered) -> None:
    """ML-20: the address must be the buyer's own, however it is written."""
    for at, typed in enumerate(TRICKS):
        for number in range(len(STORED)):
            browser = house.browser(address=f"198.51.{at}.{number}")
            answer = browser.post("/p/acme/sign-in/order", order_number=f"{NUMBER[:-1]}{number}", email=typed)
            assert answer.status_code == 422, typed

    assert house.rows(PortalSession) == []


@pytest.mark.feature("A09")
def test_no_trick_names_a_customer_to_the_api(house: House, people: vendors.Registered) -> None:
    key = people.keys["live"].secret

    for path in ("/v1/portal_sessions", "/v1/sign_in_links"):
        for typed in TRICKS:
            answer = call(house, key, "POST", path, json={"email": typed})
            assert answer.status_code in (400, 404, 422), (path, typed, answer.text)
            assert "url" not in (answer.json or {})


def test_no_trick_is_somebody_in_test_mode(house: House, people: vendors.Registered) -> None:
    """HI-05, HI-07: where no hash is asked for, an address still is one mailbox, or nobody's."""
    open_door = a_portal_v3("acme-test", revision=3, methods=("hmac_v1",), sign_in={"require_hash": False})
    house.hear(open_door, vendor=people.vendor.id, mode="test")

    for at, typed in enumerate(TRICKS):
        answer = house.app.test_client(use_cookies=False).post(
            "/embed/acme-test/session",
            json={"email": typed},
            base_url=PUBLIC_URL,
            headers={"X-Real-IP": f"198.51.100.{at}"},
        )
        assert answer.status_code == 401, typed

    assert house.rows(PortalSession) == house.rows(GlobalSession) == house.rows(StaffSession) == []


def _forget_askers(house: House) -> None:
    with scope.platform(), house.database.begin() as session:
        session.execute(update(SignInRequest).values(client="forgotten"))
