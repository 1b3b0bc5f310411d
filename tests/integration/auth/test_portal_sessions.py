"""Portal sessions: a vendor's backend lets a customer in, once, within five minutes."""

import re
from datetime import UTC, datetime, timedelta
from typing import Any

import jwt
import pytest
from sqlalchemy import select
from werkzeug.test import TestResponse

from services.auth import jobs
from services.auth.actions.vendors import Registered
from services.auth.models import Entry, PortalSession
from shared import clock
from shared.database import tables
from tests.integration.auth.house import (
    NOON,
    PUBLIC_URL,
    House,
    a_customer,
    a_portal_v3,
    token_of,
)
from tests.integration.auth.opening import PATH, claims, create, describe, made, told, use
from tests.integration.auth.test_keys import call


@pytest.fixture
def key(vendor: Registered) -> str:
    return vendor.keys["live"].secret


@pytest.mark.feature("A09")
def test_a_backends_call_signs_its_user_in_with_one_click(house: House, key: str, mira: str) -> None:
    """SE-03: the address's page changes nothing; the click does."""
    opened = made(house, key, customer="cus_1")
    browser = house.browser()

    assert opened["url"].startswith(f"{PUBLIC_URL}/p/acme/sign-in/entry#t=")
    assert datetime.fromisoformat(opened["expires_at"]) - datetime.fromisoformat(opened["created_at"]) == timedelta(
        minutes=5
    )
    assert browser.get("/p/acme/sign-in/entry").headers["Referrer-Policy"] == "no-referrer"
    told = describe(browser, opened["url"])
    assert (told.status_code, "m•••@" in told.text.lower()) == (200, True)
    assert house.rows(PortalSession) == []

    answer = use(browser, opened["url"])

    assert answer.headers["HX-Redirect"] == "/p/acme"
    known = claims(house, browser)
    assert (known["customers"], known["way_in"], known["assurance"]) == (["cus_1"], "portal_session", "verified")
    assert known["session"] == opened["id"]


@pytest.mark.feature("A09")
@pytest.mark.parametrize("by", [{"email": "MIRA@tessaly.example"}, {"customer_reference": "u-7"}])
def test_the_customer_is_named_by_address_or_by_the_vendors_own_id(
    house: House, key: str, vendor: Registered, by: dict[str, str]
) -> None:
    """A08: by `customer` above."""
    event = a_customer("Mira@Tessaly.example")
    house.hear(type(event)(**{**vars(event), "reference": "u-7"}), vendor=vendor.vendor.id)

    assert made(house, key, **by)["customer"] == "cus_1"


@pytest.mark.feature("A09")
def test_a_customer_whom_auth_has_not_heard_of_yet_is_asked_of_portal(house: House, key: str) -> None:
    house.orders.unheard = [{"id": "cus_9", "locale": "de", "email_key": "new@x.com"}]

    opened = made(house, key, email="new@x.com")

    assert (opened["customer"], opened["locale"]) == ("cus_9", "de")


@pytest.mark.feature("A09")
def test_nobody_and_everybody_of_other_modes_and_vendors_is_not_found(
    house: House, vendor: Registered, mira: str
) -> None:
    """A19: a test key does not see live customers."""
    for secret, body in (
        (vendor.keys["live"].secret, {"customer": "cus_none"}),
        (vendor.keys["live"].secret, {"email": "not an address"}),
        (vendor.keys["test"].secret, {"customer": "cus_1"}),
        (vendor.keys["live"].secret, {"customer": "cus_1", "configuration": "pcfg_acme-test"}),
    ):
        assert create(house, secret, **body).status_code == 404


@pytest.mark.feature("A16")
def test_an_address_of_several_customers_is_refused_with_their_ids(
    house: House, key: str, mira: str, vendor: Registered
) -> None:
    house.hear(a_customer("mira@tessaly.example", customer="cus_2"), vendor=vendor.vendor.id)

    answer = create(house, key, email=mira)

    assert (answer.status_code, answer.json["code"]) == (409, "customer_ambiguous")
    assert "cus_1, cus_2" in answer.json["detail"]
    assert create(house, key, customer="cus_2").status_code == 201


@pytest.mark.feature("A09")
def test_it_works_once_and_a_second_browser_is_shown_the_way_to_sign_in(house: House, key: str, mira: str) -> None:
    """SE-03."""
    opened, first, second = made(house, key, customer="cus_1"), house.browser(), house.browser()
    use(first, opened["url"])

    for answer in (use(second, opened["url"]), describe(second, opened["url"]), use(second, "#t=" + "x" * 43)):
        assert answer.status_code == 410
        assert 'action="/p/acme/sign-in"' in answer.text
    assert len(house.rows(PortalSession)) == 1


def test_it_stops_working_five_minutes_after_it_was_made(house: House, key: str, mira: str) -> None:
    """SE-03."""
    with clock.fixed(NOON):
        opened = made_at(house, key, NOON)
    with clock.fixed(NOON + timedelta(minutes=5)):
        assert describe(house.browser(), opened).status_code == 410
        assert use(house.browser(), opened).status_code == 410
    with clock.fixed(NOON + timedelta(minutes=4, seconds=59)):
        assert use(house.browser(), opened).status_code == 200


def made_at(house: House, key: str, moment: datetime) -> str:
    """The address of a portal session as if it had been made then; passports know the real clock only."""
    opened = made(house, key, customer="cus_1")
    from sqlalchemy import update

    from services.auth.rules.entry import LIFETIME
    from shared.database import scope

    with scope.platform(), house.database.begin() as session:
        session.execute(update(Entry).values(created_at=moment, expires_at=moment + LIFETIME))
    return str(opened["url"])


def test_a_way_in_that_the_portal_does_not_list_opens_nothing(
    house: House, key: str, mira: str, vendor: Registered
) -> None:
    """A23: neither a new one, nor one that was made before."""
    opened = made(house, key, customer="cus_1")
    house.hear(a_portal_v3(methods=["email"]), vendor=vendor.vendor.id)

    assert use(house.browser(), opened["url"]).status_code == 410
    assert create(house, key, customer="cus_1").json["code"] == "portal_sessions_off"
    refused = create(house, key, customer="cus_1", configuration="pcfg_acme")
    assert (refused.status_code, refused.json["code"]) == (409, "portal_sessions_off")


@pytest.mark.feature("J05")
def test_a_closed_portal_takes_nobody(house: House, key: str, mira: str, vendor: Registered) -> None:
    house.hear(a_portal_v3(active=False), vendor=vendor.vendor.id)

    assert create(house, key, customer="cus_1", configuration="pcfg_acme").json["code"] == "portal_inactive"


@pytest.mark.feature("A10")
def test_a_widgets_loader_is_given_a_token_that_skips_the_mail(
    house: House, key: str, mira: str, vendor: Registered
) -> None:
    house.hear(a_portal_v3("acme-shop", kind="widget", revision=1), vendor=vendor.vendor.id)
    opened = made(house, key, customer="cus_1", configuration="pcfg_acme-shop", locale="de")

    def enter() -> TestResponse:
        return house.app.test_client().post(
            "/embed/pcfg_acme-shop/session",
            json={"token": opened["client_secret"], "visit": {"theme": "dark"}},
            headers={"X-Real-IP": "203.0.113.7"},
        )

    answer = enter()

    assert answer.status_code == 200, answer.text
    known = framed(house, answer.json["session"])
    assert known is not None
    assert (known["customers"], known["assurance"], known["framed"]) == (["cus_1"], "verified", True)
    assert house.rows(PortalSession)[0].details == {"locale": "de", "theme": "dark"}
    assert (enter().status_code, enter().json) == (403, {"code": "identity_refused"})


@pytest.mark.feature("A10")
def test_a_token_is_for_widgets_and_never_in_an_address(house: House, key: str, mira: str, vendor: Registered) -> None:
    house.hear(a_portal_v3("acme-shop", kind="widget", is_default=False, revision=1), vendor=vendor.vendor.id)

    assert made(house, key, customer="cus_1", configuration="pcfg_acme")["client_secret"] is None
    opened = made(house, key, customer="cus_1", configuration="pcfg_acme-shop")
    assert opened["client_secret"] not in opened["url"]
    assert use(house.browser(), f"#t={opened['client_secret']}", slug="acme-shop").status_code == 410


def framed(house: House, token: str, slug: str = "acme-shop") -> dict[str, Any] | None:
    passport = house.identity(**{"Bursar-Session": token, "X-Portal": slug}).headers.get("X-Passport")
    return jwt.decode(passport, options={"verify_signature": False}) if passport else None


def test_secrets_are_kept_as_hashes_and_replayed_to_nobody(house: House, key: str, mira: str) -> None:
    """SE-01: database, answers kept for a replay, and events hold neither."""
    with clock.fixed(datetime.now(UTC)):
        first = call(house, key, "POST", PATH, json={"customer": "cus_1"}, headers={"Idempotency-Key": "one"})
        second = call(house, key, "POST", PATH, json={"customer": "cus_1"}, headers={"Idempotency-Key": "one"})
    token = token_of(first.json["url"])
    (row,) = house.rows(Entry)
    with house.database.begin(read_only=True) as session:
        kept = session.connection().execute(select(tables.idempotency_keys.c.body)).scalars().all()
        said = session.connection().execute(select(tables.outbox.c.body)).scalars().all()

    assert (second.json["id"], second.json["url"]) == (first.json["id"], None)
    assert token not in str([*vars(row).values(), *kept, *said])
    assert re.fullmatch(r"[A-Za-z0-9_-]{43}", token)


def test_somebody_who_is_signed_in_as_another_is_asked_first(
    house: House, key: str, mira: str, vendor: Registered
) -> None:
    """ML-10: a session is never replaced silently."""
    house.hear(a_customer("noor@x.example", customer="cus_2"), vendor=vendor.vendor.id)
    browser = house.browser()
    use(browser, made(house, key, customer="cus_1")["url"])
    opened = made(house, key, customer="cus_2")

    told = describe(browser, opened["url"])

    assert "m•••@" in told.text.lower()
    assert "n•••@" in told.text.lower()
    assert claims(house, browser)["customers"] == ["cus_1"]
    use(browser, opened["url"])
    assert claims(house, browser)["customers"] == ["cus_2"]
    assert {row.revoked_at is None for row in house.rows(PortalSession) if row.customers == ["cus_1"]} == {False}


def test_too_many_wrong_tokens_from_one_address_are_told_so(house: House, key: str, mira: str) -> None:
    opened = made(house, key, customer="cus_1")
    attacker = house.browser(address="198.51.100.66")
    answers = [use(attacker, f"#t={number:043}").status_code for number in range(21)]

    assert answers == [410] * 20 + [429]
    assert use(house.browser(), opened["url"]).status_code == 200


@pytest.mark.feature("A02")
def test_without_a_login_page_the_portal_points_to_the_vendors_site_and_portal_sessions_go_on(
    house: House, key: str, mira: str, vendor: Registered
) -> None:
    there = "https://app.acme.example/account"
    house.hear(a_portal_v3(sign_in={"login_page": False}, default_return_url=there), vendor=vendor.vendor.id)
    browser = house.browser()

    page = browser.get("/p/acme/sign-in")
    assert there in page.text
    assert 'name="email"' not in page.text
    data = {"csrf_token": browser.csrf("/p/acme-test/sign-in"), "email": mira}
    refused = browser.client.post("/p/acme/sign-in", base_url=PUBLIC_URL, data=data, headers=browser.headers)
    assert refused.status_code == 403
    opened = made(house, key, customer="cus_1")
    form = {"csrf_token": browser.csrf("/p/acme-test/sign-in"), "token": token_of(opened["url"])}
    assert (
        browser.client.post("/p/acme/sign-in/entry", base_url=PUBLIC_URL, data=form, headers=browser.headers).headers[
            "Location"
        ]
        == "/p/acme"
    )


def test_what_could_not_be_used_any_more_a_month_ago_is_forgotten(house: House, key: str, mira: str) -> None:
    moment = datetime.fromisoformat(made(house, key, customer="cus_1")["expires_at"])

    for days, left in ((29, 1), (31, 0)):
        jobs.prune_sign_ins(house.database.begin, now=moment + timedelta(days=days), adapters=house.adapters)
        assert len(house.rows(Entry)) == left


@pytest.mark.feature("B19")
def test_a_session_may_bring_a_theme_along(house: House, key: str, mira: str) -> None:
    opened, browser = made(house, key, customer="cus_1", theme="dark"), house.browser()

    use(browser, opened["url"])

    assert opened["theme"] == "dark"
    assert told(house, browser)["theme"] == "dark"
    refused = create(house, key, customer="cus_1", theme="pink")
    assert (refused.status_code, refused.json["errors"][0]["field"]) == (400, "theme")
