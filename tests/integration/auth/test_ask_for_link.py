"""Asking for a link: one answer for everybody, one row, a mail to the stored address alone."""

import json
import re
from datetime import datetime, timedelta

import pytest

from services.auth.actions.vendors import Registered
from services.auth.models import SignInRequest
from shared import clock
from tests.integration.auth.house import (
    NOON,
    PUBLIC_URL,
    House,
    a_customer,
    a_portal,
    token_of,
    visible,
)
from tests.support.statements import statements as counted_statements


def test_the_mail_names_the_portals_logo_where_there_is_one(house: House, mira: str, vendor: Registered) -> None:
    house.hear(a_portal(revision=2, appearance={"logo": "5f" * 32}), vendor=vendor.vendor.id)
    house.browser().ask("mira@tessaly.example")

    house.post_mails(now=NOON)

    (mail,) = house.mailroom.mails
    assert mail["brand"]["logo"] == {"portal": "acme", "host": None, "path": None, "sha256": "5f" * 32}


@pytest.mark.feature("A03")
def test_the_mail_holds_a_link_a_code_and_who_asked(house: House, mira: str, vendor: Registered) -> None:
    """ML-21: the mail says vendor, device and time."""
    answer = house.browser().ask("mira@tessaly.example")

    assert (answer.status_code, answer.location) == (303, "/p/acme/sign-in/code")
    assert house.post_mails(now=NOON) == 1
    (mail,) = house.mailroom.mails
    assert mail["to"] == mira
    assert mail["link"].startswith(f"{PUBLIC_URL}/p/acme/sign-in/link#t=")
    assert len(token_of(mail["link"])) >= 43
    assert len(mail["code"]) == 6
    said = {"name": "Acme", "color": "#0b7a5b", "sender_name": None, "reply_to": "owner@acme.example"}
    assert mail["brand"] == said | {"links": {"privacy": "https://acme.example/privacy", "terms": None}}
    assert mail["device"] == "Firefox on Windows"
    assert mail["requested_at"] == NOON.isoformat()
    assert mail["expires_at"] == (NOON + timedelta(minutes=10)).isoformat()
    assert (mail["vendor"], mail["mode"], mail["locale"]) == (vendor.vendor.id, "live", "en")


def test_the_mail_is_in_the_customers_own_language(house: House, vendor: Registered) -> None:
    house.hear(a_customer("jan@x.com", locale="de"), vendor=vendor.vendor.id)

    house.browser().ask("jan@x.com")
    house.post_mails(now=NOON)

    assert house.mailroom.mails[0]["locale"] == "de"
    assert house.mailroom.mails[0]["device"] == "Firefox unter Windows"


def test_what_is_kept_holds_no_secret_in_clear(house: House, mira: str) -> None:
    """ML-01: SHA-256 of the token, HMAC of the code; sealed until handed over, then wiped."""
    house.browser().ask(mira)
    before = house.rows(SignInRequest)[0]
    house.post_mails(now=NOON)
    after = house.rows(SignInRequest)[0]
    mail = house.mailroom.mails[0]

    for row in (before, after):
        kept = json.dumps({name: str(value) for name, value in vars(row).items()})
        assert token_of(mail["link"]) not in kept
        assert mail["code"] not in (row.code_mac, row.sealed, row.masked)
    assert len(before.token_hash) == len(before.code_mac) == 64
    assert before.sealed is not None
    assert after.sealed is None
    assert after.mail == "sent"


@pytest.mark.feature("A03")
@pytest.mark.parametrize(
    "typed",
    [
        "nobody@x.com",
        "a@v.com,mira@tessaly.example",
        "mira@tessaly.example;b@evil.com",
        '"mira@tessaly.example"@v.com',
        "mira@tessaly.example\r\nBcc: b@evil.com",
        "mira@tessaly.example>",
        "mira＠tessaly.example",
        "Name <mira@tessaly.example>",
        "m\u0131ra@tessaly.example",
        "x" * 5000,
        '["mira@tessaly.example"]',
        "mira",
    ],
)
def test_everybody_gets_the_same_answer_and_tricks_get_no_mail(house: House, mira: str, typed: str) -> None:
    """ML-07, ML-14, ML-15."""
    known = house.browser(address="203.0.113.1").ask(mira)
    other = house.browser(address="203.0.113.2").ask(typed)
    house.post_mails(now=NOON)

    assert visible(other) == visible(known)
    assert [mail["to"] for mail in house.mailroom.mails] == [mira]
    assert len(house.rows(SignInRequest)) == 2


def test_an_address_over_its_limit_gets_the_same_answer_too(house: House, mira: str) -> None:
    """ML-07, ML-17: 1 in 60 seconds, silently."""
    browser = house.browser()
    first, second = browser.ask(mira), browser.ask("MIRA@tessaly.example")
    house.post_mails(now=NOON)

    assert visible(first) == visible(second)
    assert len(house.mailroom.mails) == 1


def test_five_mails_an_hour_reach_an_address(house: House, mira: str) -> None:
    """ML-17."""
    for minutes in range(0, 20, 2):
        with clock.fixed(NOON + timedelta(minutes=minutes)):
            house.browser().ask(mira)
            house.post_mails(now=clock.now())

    assert len(house.mailroom.mails) == 5
    with clock.fixed(NOON + timedelta(minutes=61)):
        house.browser(address="203.0.113.9").ask(mira)
        house.post_mails(now=clock.now())
    assert len(house.mailroom.mails) == 6


def test_one_client_may_ask_twenty_times_an_hour(house: House, mira: str) -> None:
    """ML-17: then 429, for known and unknown addresses alike; another client still may."""
    browser = house.browser(address="2001:db8::1")
    for number in range(20):
        assert browser.ask(f"nobody{number}@x.com").status_code == 303

    same_network = house.browser(address="2001:db8::ffff")
    refused = same_network.ask("nobody@x.com")
    assert refused.status_code == 429
    assert refused.headers["Retry-After"] == "3600"
    assert same_network.ask(mira).status_code == 429
    assert house.browser(address="2001:db8:0:1::1").ask(mira).status_code == 303


def test_known_and_unknown_addresses_cost_the_same_statements(house: House, mira: str) -> None:
    """ML-08: equal work, and the mail is asked for after the answer."""
    browser = house.browser()
    browser.csrf("/p/acme/sign-in")
    with counted_statements(house.database) as for_known:
        browser.ask(mira)
    with counted_statements(house.database) as for_unknown:
        browser.ask("nobody@x.com")

    assert for_known == for_unknown
    assert house.mailroom.mails == []


def test_the_link_is_built_from_settings_alone(house: House, mira: str) -> None:
    """ML-12."""
    browser = house.browser()
    browser.headers |= {"X-Forwarded-Host": "evil.example", "Forwarded": "host=evil.example"}
    token = browser.csrf("/p/acme/sign-in")
    cookie = browser.client.get_cookie("bursar_8080_csrf", domain="localhost")
    assert cookie is not None
    browser.client.set_cookie(cookie.key, cookie.value, domain="evil.example")

    browser.client.post(
        "/p/acme/sign-in",
        base_url="http://evil.example",
        data={"csrf_token": token, "email": mira},
        headers=browser.headers,
    )
    house.post_mails(now=NOON)

    assert house.mailroom.mails[0]["link"].startswith(f"{PUBLIC_URL}/")


def test_a_form_from_elsewhere_is_refused(house: House, mira: str) -> None:
    """SE-07."""
    browser = house.browser()
    for headers in (
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
        {"Origin": "https://evil.example"},
    ):
        assert browser.post("/p/acme/sign-in", headers=headers, email=mira).status_code == 403
    assert browser.client.post("/p/acme/sign-in", base_url=PUBLIC_URL, data={"email": mira}).status_code == 403
    assert house.rows(SignInRequest) == []


def test_an_empty_field_is_named_and_nothing_is_asked(house: House, vendor: Registered) -> None:
    answer = house.browser().ask("  ")

    assert answer.status_code == 422
    assert "Type your e-mail address" in answer.text
    assert house.rows(SignInRequest) == []


def test_an_unknown_or_resting_portal_does_not_exist(house: House, vendor: Registered) -> None:
    house.hear(a_portal("acme", revision=2, active=False), vendor=vendor.vendor.id)

    assert house.browser().get("/p/acme/sign-in").status_code == 404
    assert house.browser().get("/p/nobody/sign-in").status_code == 404


def test_a_portal_without_sign_in_by_mail_says_so(house: House, vendor: Registered, mira: str) -> None:
    house.hear(a_portal("acme", revision=2, sign_in_methods=["portal_session"]), vendor=vendor.vendor.id)
    browser = house.browser()

    assert "does not sign people in by e-mail" in browser.get("/p/acme/sign-in").text
    assert browser.client.post("/p/acme/sign-in", base_url=PUBLIC_URL, data={}).status_code == 403
    assert house.rows(SignInRequest) == []


def test_test_and_live_know_different_people(house: House, vendor: Registered, mira: str) -> None:
    """A19: one address in both modes is two people."""
    house.browser().ask(mira, slug="acme-test")
    house.post_mails(now=NOON)

    assert house.mailroom.mails == []


def test_the_page_speaks_the_visitors_language(house: House, vendor: Registered) -> None:
    german = house.browser().get("/p/acme/sign-in", **{"Accept-Language": "de-AT,en;q=0.5"})
    english = house.browser().get("/p/acme/sign-in", **{"Accept-Language": "eo"})

    assert 'lang="de"' in german.text
    assert "Link und Code senden" in german.text
    assert "Send link and code" in english.text
    assert re.search(r"brand\.css\?v=[0-9a-f]+", english.text)
    assert "https://acme.example/privacy" in english.text


def test_the_stylesheet_holds_the_brand_color(house: House, vendor: Registered) -> None:
    answer = house.browser().get("/p/acme/sign-in/brand.css?v=1")

    assert answer.content_type == "text/css; charset=utf-8"
    assert "#0b7a5b" in answer.text


def test_a_mail_that_cannot_be_handed_over_is_tried_again(house: House, mira: str) -> None:
    """ML-01: kept sealed until handed over, as long as the link lives."""
    house.browser().ask(mira)
    house.mailroom.is_away = True
    assert house.post_mails(now=NOON) == 0
    assert house.post_mails(now=NOON + timedelta(seconds=1)) == 0
    house.mailroom.is_away = False

    assert house.post_mails(now=NOON + timedelta(seconds=1)) == 0
    assert house.post_mails(now=NOON + timedelta(seconds=3)) == 1
    assert house.post_mails(now=NOON + timedelta(seconds=60)) == 0


def test_a_mail_that_is_refused_is_given_up(house: House, mira: str) -> None:
    house.browser().ask(mira)
    house.mailroom.refuses = True

    assert house.post_mails(now=NOON) == 0

    row = house.rows(SignInRequest)[0]
    assert (row.mail, row.sealed) == ("none", None)


def test_a_mail_claimed_by_a_worker_that_died_goes_out_later(house: House, mira: str) -> None:
    from services.auth.actions import mails
    from shared.database import scope

    house.browser().ask(mira)
    with scope.platform(), house.database.begin() as session:
        assert len(mails.claim_sign_ins(session, now=NOON)) == 1

    assert house.post_mails(now=NOON + timedelta(seconds=29)) == 0
    assert house.post_mails(now=NOON + timedelta(seconds=31)) == 1


def test_links_are_random_and_distinct(house: House, now: datetime) -> None:
    """ML-01: 256 bits, no time and no address in them."""
    from services.auth.adapters.secrets import new_code, new_token

    tokens = {new_token() for _ in range(10_000)}

    assert len(tokens) == 10_000
    assert all(len(token) == 43 for token in tokens)
    assert len({token[:6] for token in tokens}) > 9_000
    assert all(len(new_code()) == 6 and new_code().isdigit() for _ in range(100))


@pytest.mark.feature("J03")
def test_the_mail_says_whose_it_is_where_that_is_one(house: House, vendor: Registered, mira: str) -> None:
    (browser := house.browser()).post("/p/acme/sign-in", email=mira)
    for each in ("cus_2", "cus_3"):
        house.hear(a_customer("same@x.example", customer=each), vendor=vendor.vendor.id)
    browser.post("/p/acme/sign-in", email="same@x.example")
    house.post_mails(now=NOON)

    assert {mail["to"]: mail["customer"] for mail in house.mailroom.mails} == {mira: "cus_1", "same@x.example": None}
