"""Sessions: begun, seen, proven anew, ended; and what the gateway is told of them."""

from datetime import datetime, timedelta

import jwt
import pytest

from services.auth.actions.vendors import Registered
from services.auth.models import PortalSession
from shared import clock
from tests.integration.auth.house import ADMIN_TOKEN, NOON, PUBLIC_URL, Browser, House
from tests.support.statements import statements as counted_statements


@pytest.fixture
def browser(house: House, mira: str) -> Browser:
    """Somebody who is signed in."""
    browser = house.browser()
    browser.ask(mira)
    house.post_mails(now=NOON)
    browser.click(house.mailroom.mails[0]["link"])
    return browser


def asked(house: House, browser: Browser, portal: str = "acme", **headers: str) -> dict[str, object] | None:
    """The claims that the gateway is given for this browser's cookie, if any."""
    cookie = f"bursar_8080_acme={browser.cookie()}"
    answer = house.identity(**{"Cookie": cookie, "X-Portal": portal, **headers})
    assert answer.status_code == 200
    passport = answer.headers.get("X-Passport")
    return jwt.decode(passport, options={"verify_signature": False}) if passport else None


def row(house: House) -> PortalSession:
    found: PortalSession = house.rows(PortalSession)[0]
    return found


def test_the_gateway_learns_who_it_is_how_surely_and_since_when(
    house: House, browser: Browser, vendor: Registered
) -> None:
    """SE-01, SE-02."""
    claims = asked(house, browser)

    assert claims is not None
    assert claims["kind"] == "customer"
    assert (claims["vendor"], claims["mode"], claims["portal"]) == (vendor.vendor.id, "live", "acme")
    assert (claims["sub"], claims["customers"]) == ("cus_1", ["cus_1"])
    assert (claims["assurance"], claims["proven_at"]) == ("verified", int(NOON.timestamp()))
    assert claims["session"] == row(house).id
    assert claims["exp"] == int(NOON.timestamp()) + 60  # type: ignore[operator]


def test_what_is_kept_of_a_session_is_a_hash(house: House, browser: Browser) -> None:
    """SE-01."""
    assert len(browser.cookie() or "") == 43
    assert browser.cookie() not in [str(value) for value in vars(row(house)).values()]
    assert len(row(house).token_hash) == 64


def test_the_cookie_is_for_this_host_and_no_script(house: House, mira: str) -> None:
    """SE-06: on localhost without Secure; `secure_cookie` below for everywhere else."""
    browser = house.browser()
    browser.ask(mira)
    house.post_mails(now=NOON)
    answer = browser.click(house.mailroom.mails[0]["link"])

    (cookie,) = [each for each in answer.headers.getlist("Set-Cookie") if each.startswith("bursar_8080_acme=")]
    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie
    assert "Path=/" in cookie
    assert "Domain" not in cookie


def test_another_portal_another_name_or_a_made_up_value_is_nobody(house: House, browser: Browser) -> None:
    assert asked(house, browser, portal="acme-test") is None
    assert asked(house, browser, Cookie="bursar_8080_acme=made-up") is None
    assert asked(house, browser, Cookie=f"other={browser.cookie()}") is None
    assert house.identity(**{"X-Portal": "acme"}).status_code == 200


def test_a_cookie_never_speaks_for_the_api(house: House, browser: Browser) -> None:
    """The API has no portal in its path, and looks at no cookie."""
    assert asked(house, browser, portal="") is None


def test_a_page_never_looks_at_a_bearer_token(house: House, browser: Browser) -> None:
    answer = house.identity(**{"X-Portal": "acme", "Authorization": f"Bearer {ADMIN_TOKEN}"})

    assert (answer.status_code, answer.headers.get("X-Passport")) == (200, None)


def test_a_session_is_over_after_twelve_hours_of_activity(house: House, browser: Browser) -> None:
    """SE-05."""
    for minutes in range(5, 12 * 60, 25):
        with clock.fixed(NOON + timedelta(minutes=minutes)):
            assert asked(house, browser) is not None
    with clock.fixed(NOON + timedelta(hours=12)):
        assert asked(house, browser) is None


def test_a_session_is_over_after_thirty_idle_minutes(house: House, browser: Browser) -> None:
    """SE-05."""
    with clock.fixed(NOON + timedelta(minutes=30)):
        assert asked(house, browser) is None


def test_being_seen_is_written_at_most_once_a_minute(house: House, browser: Browser) -> None:
    """SE-08: reading pages changes `last_seen` and nothing else."""
    for seconds in (1, 30, 59):
        with clock.fixed(NOON + timedelta(seconds=seconds)):
            asked(house, browser)
    assert row(house).last_seen_at == NOON

    with clock.fixed(NOON + timedelta(seconds=61)):
        asked(house, browser)
    assert row(house).last_seen_at == NOON + timedelta(seconds=61)


def test_the_gateway_is_answered_with_one_query(house: House, browser: Browser) -> None:
    with counted_statements(house.database) as statements:
        asked(house, browser)

    assert len([each for each in statements if each.startswith("SELECT")]) == 1
    assert not [each for each in statements if each.startswith(("UPDATE", "INSERT"))]


def test_signing_out_ends_the_session_at_once(house: House, browser: Browser) -> None:
    """SE-04."""
    cookie = browser.cookie()

    answer = browser.post("/p/acme/sign-out")

    assert (answer.status_code, answer.location) == (303, "/p/acme/sign-in")
    assert browser.cookie() is None
    assert "X-Passport" not in house.identity(Cookie=f"bursar_8080_acme={cookie}", **{"X-Portal": "acme"}).headers
    assert browser.post("/p/acme/sign-out").status_code == 303
    assert browser.get("/p/acme/sign-out").status_code == 405


def test_signing_in_again_makes_a_new_token_and_ends_the_old_session(house: House, browser: Browser, mira: str) -> None:
    """SE-01."""
    before = browser.cookie()
    with clock.fixed(NOON + timedelta(minutes=2)):
        browser.ask(mira)
        house.post_mails(now=clock.now())
        browser.click(house.mailroom.mails[-1]["link"])

        assert browser.cookie() != before
        assert len([each for each in house.rows(PortalSession) if each.revoked_at is None]) == 1


def test_proving_it_again_goes_to_the_address_on_file_and_renews_the_token(
    house: House, browser: Browser, mira: str
) -> None:
    """SE-09: never to an address in the request; the session is verified now, under a new token, its end unmoved."""
    before, created = browser.cookie(), row(house).created_at
    later = NOON + timedelta(minutes=25)
    with clock.fixed(later):
        page = browser.get("/p/acme/sign-in?reason=step_up&next=/p/acme/subscriptions")
        assert "M•••@Tessaly.example" in page.text
        assert 'type="email"' not in page.text

        browser.ask("attacker@evil.com", reason="step_up", next="/p/acme/subscriptions")
        house.post_mails(now=later)
        assert house.mailroom.mails[-1]["to"] == mira
        assert "We just sent" in browser.get("/p/acme/sign-in/code").text
        answer = browser.type_code(house.mailroom.mails[-1]["code"])

        assert answer.location == "/p/acme/subscriptions"
        assert browser.cookie() not in (None, before)
        assert len(house.rows(PortalSession)) == 1
        assert (row(house).proven_at, row(house).created_at) == (later, created)
        assert asked(house, browser) is not None
        assert asked(house, browser, Cookie=f"bursar_8080_acme={before}") is None


def test_the_link_of_a_step_up_signs_in_another_browser_anew(house: House, browser: Browser) -> None:
    """A fresh e-mail link is itself verified; the session that asked stays as it was."""
    before = browser.cookie()
    later = NOON + timedelta(minutes=2)
    with clock.fixed(later):
        browser.ask("", reason="step_up")
        house.post_mails(now=later)
        phone = house.browser(address="198.51.100.1")
        phone.click(house.mailroom.mails[-1]["link"])

        assert phone.is_signed_in(house)
        assert browser.cookie() == before
        assert browser.is_signed_in(house)
        assert len(house.rows(PortalSession)) == 2


def test_step_ups_and_sign_ins_are_counted_apart(house: House, browser: Browser, mira: str) -> None:
    """ML-21, SE-09: a sign-in a moment ago does not keep a step-up mail back."""
    browser.ask("", reason="step_up")

    assert house.post_mails(now=NOON) == 1


def test_without_a_session_a_step_up_is_a_sign_in(house: House, mira: str) -> None:
    browser = house.browser()
    assert 'type="email"' in browser.get("/p/acme/sign-in?reason=step_up").text
    browser.ask(mira, reason="step_up")
    house.post_mails(now=NOON)

    assert house.mailroom.mails[0]["to"] == mira


def test_who_is_signed_in_sees_so_on_the_sign_in_page(house: House, browser: Browser) -> None:
    assert "You are signed in as <strong><bdi>M•••@Tessaly.example" in browser.get("/p/acme/sign-in").text


def test_plain_http_on_another_host_does_not_start() -> None:
    """SE-06."""
    from shared.settings import BadSettings
    from shared.web import cookies

    assert cookies.is_local(PUBLIC_URL)
    assert not cookies.is_local("https://billing.example")
    assert cookies.name("https://billing.example", "acme") == "__Host-bursar_acme"
    with pytest.raises(BadSettings):
        cookies.is_local("http://billing.example")


def test_old_requests_tries_and_sessions_are_forgotten(house: House, browser: Browser, now: datetime) -> None:
    from services.auth import jobs
    from services.auth.models import Attempt, SignInRequest

    browser.ask("", reason="step_up")

    def prune(at: datetime) -> int:
        return jobs.prune_sign_ins(house.database.begin, now=at, adapters=house.adapters)

    assert prune(NOON + timedelta(minutes=9)) == 0
    assert prune(NOON + timedelta(minutes=11)) == 1  # the mail that nobody handed over
    assert all(request.sealed is None for request in house.rows(SignInRequest))
    assert prune(NOON + timedelta(days=1)) == 3
    assert (house.rows(SignInRequest), house.rows(Attempt)) == ([], [])
    assert prune(NOON + timedelta(days=31)) == 1
    assert house.rows(PortalSession) == []
