"""Typing the code: only in the window that asked, five tries, then the request is burnt."""

from datetime import timedelta

import pytest
from sqlalchemy import update

from services.auth.actions.vendors import Registered
from services.auth.models import SignInRequest
from shared import clock
from shared.database import scope
from tests.integration.auth.house import NOON, Browser, House, visible


@pytest.fixture
def window(house: House, mira: str) -> Browser:
    browser = house.browser()
    browser.ask(mira)
    house.post_mails(now=NOON)
    return browser


def code(house: House) -> str:
    found: str = house.mailroom.mails[-1]["code"]
    return found


def other_than(code: str, number: int = 1) -> str:
    return f"{(int(code) + number) % 1_000_000:06}"


@pytest.mark.feature("A03")
def test_the_code_signs_in_the_window_that_asked(house: House, window: Browser) -> None:
    """ML-21; with the code, the link is used too."""
    page = window.get("/p/acme/sign-in/code")
    assert "If <strong><bdi>M•••@Tessaly.example</bdi></strong> has purchases here" in page.text

    answer = window.type_code(f" {code(house)[:3]} {code(house)[3:]} ")

    assert (answer.status_code, answer.location) == (303, "/p/acme")
    assert window.is_signed_in(house)
    assert window.click(house.mailroom.mails[0]["link"]).status_code == 410


def test_the_code_is_worth_nothing_in_another_window(house: House, window: Browser) -> None:
    """ML-21: taken only with the pre-login cookie of its own request."""
    stranger = house.browser(address="198.51.100.1")
    assert stranger.type_code(code(house)).status_code == 410
    stranger.ask("nobody@x.com")

    assert stranger.type_code(code(house)).status_code == 422
    assert not stranger.is_signed_in(house)
    assert window.type_code(code(house)).status_code == 303


def test_five_wrong_codes_burn_the_request_and_nothing_else(house: House, window: Browser, mira: str) -> None:
    """ML-21."""
    right = code(house)
    answers = [window.type_code(other_than(right, number)) for number in range(1, 6)]

    assert [answer.status_code for answer in answers] == [422] * 5
    assert "4 tries are left" in answers[0].text
    assert "One try is left" in answers[3].text
    assert "one try too many" in answers[4].text
    assert window.type_code(right).status_code == 410
    assert window.click(house.mailroom.mails[0]["link"]).status_code == 410

    with clock.fixed(NOON + timedelta(seconds=61)):
        window.ask(mira)
        house.post_mails(now=clock.now())
        assert window.type_code(code(house)).status_code == 303


def test_the_fifth_try_may_be_the_right_one(house: House, window: Browser) -> None:
    for number in range(1, 5):
        window.type_code(other_than(code(house), number))

    assert window.type_code(code(house)).status_code == 303


@pytest.mark.parametrize("typed", ["", "12345", "1234567", "abcdef", "１２３４５６", "12 34 5", "123456\0"])
def test_what_is_no_code_counts_no_try(house: House, window: Browser, typed: str) -> None:
    answer = window.type_code(typed)

    assert answer.status_code == 422
    assert "six digits" in answer.text
    assert house.rows(SignInRequest)[0].wrong_codes == 0


@pytest.mark.parametrize(("seconds", "status"), [(9 * 60 + 59, 303), (10 * 60 + 1, 410)])
def test_a_code_lives_for_ten_minutes(house: House, window: Browser, seconds: int, status: int) -> None:
    """ML-05."""
    with clock.fixed(NOON + timedelta(seconds=seconds)):
        assert window.type_code(code(house)).status_code == status


def test_twenty_wrong_codes_a_day_turn_codes_off_and_leave_links_on(house: House, mira: str) -> None:
    """ML-21."""
    for round_number in range(4):
        with clock.fixed(NOON + timedelta(hours=round_number)):
            attacker = house.browser(address=f"198.51.100.{round_number}")
            attacker.ask(mira)
            house.post_mails(now=clock.now())
            for number in range(1, 6):
                attacker.type_code(other_than(code(house), number))

    with clock.fixed(NOON + timedelta(hours=5)):
        owner = house.browser()
        owner.ask(mira)
        house.post_mails(now=clock.now())
        refused = owner.type_code(code(house))
        assert refused.status_code == 422
        assert "Use the link" in refused.text
        assert owner.click(house.mailroom.mails[-1]["link"]).status_code == 303
    with clock.fixed(NOON + timedelta(hours=28)):
        owner.ask(mira)
        house.post_mails(now=clock.now())
        assert owner.type_code(code(house)).status_code == 303


def test_an_unknown_address_sees_the_same_and_no_guess_lets_it_in(house: House, window: Browser) -> None:
    """ML-07: pages and tries look alike; a request of nobody can never be used."""
    nobody = house.browser(address="198.51.100.1")
    nobody.ask("mira@tessaly.example".replace("mira", "m"))
    known, unknown = window.get("/p/acme/sign-in/code"), nobody.get("/p/acme/sign-in/code")
    assert unknown.text.replace("m•••@tessaly", "M•••@Tessaly") == known.text.replace(
        window.csrf("/p/acme/sign-in"), nobody.csrf("/p/acme/sign-in")
    )

    request = next(row for row in house.rows(SignInRequest) if row.email is None)
    mac = house.adapters.secrets.code_mac(request.id, "123456")
    with scope.platform(), house.database.begin() as session:
        session.execute(update(SignInRequest).where(SignInRequest.id == request.id).values(code_mac=mac))

    assert nobody.type_code("123456").status_code == 422
    assert not nobody.is_signed_in(house)


def test_wrong_codes_look_the_same_for_known_and_unknown_addresses(house: House, window: Browser) -> None:
    """ML-07."""
    nobody = house.browser(address="198.51.100.1")
    nobody.ask("M@Tessaly.example")

    def seen(browser: Browser) -> tuple[int, dict[str, str], str]:
        status, headers, body = visible(browser.type_code(other_than(code(house))))
        return status, headers, body.replace(browser.csrf("/p/acme/sign-in"), "…")

    assert seen(nobody) == seen(window)


def test_sending_again_needs_no_typing_and_keeps_the_first_code_good(house: House, window: Browser) -> None:
    """ML-18: a new link does not cancel the older."""
    first = code(house)
    with clock.fixed(NOON + timedelta(seconds=61)):
        assert window.post("/p/acme/sign-in/again").location == "/p/acme/sign-in/code"
        house.post_mails(now=clock.now())
        assert len(house.mailroom.mails) == 2
        assert window.type_code(first).status_code == 303
        assert window.type_code(code(house)).status_code == 410


def test_a_window_that_asked_for_nothing_is_led_to_the_form(house: House, vendor: Registered) -> None:
    browser = house.browser()

    assert browser.get("/p/acme/sign-in/code").location == "/p/acme/sign-in"
    assert browser.post("/p/acme/sign-in/again").location == "/p/acme/sign-in"
    assert browser.type_code("123456").status_code == 410


def test_the_window_is_new_with_each_request_and_forgotten_with_the_sign_in(house: House, window: Browser) -> None:
    """SE-01: what an attacker planted before never becomes signed in."""
    name = "bursar_8080_acme_pre"
    planted = house.browser(address="198.51.100.1")
    planted.client.set_cookie(name, "planted", domain="localhost")
    planted.ask("nobody@x.com")
    given = planted.client.get_cookie(name, domain="localhost")
    assert given is not None
    assert given.value != "planted"

    before = window.client.get_cookie(name, domain="localhost")
    window.type_code(code(house))

    assert before is not None
    assert window.cookie() not in (None, before.value)
    assert window.client.get_cookie(name, domain="localhost") is None


def test_the_six_digits_are_kept_under_a_key_that_the_database_does_not_hold(house: House, window: Browser) -> None:
    """ML-01."""
    from services.auth.adapters.secrets import Secrets

    with scope.platform():
        row = house.rows(SignInRequest)[0]
    other = Secrets(secret_key="o" * 40, sealing_key="", admin_token="a" * 40)

    assert house.adapters.secrets.code_mac(row.id, code(house)) == row.code_mac
    assert other.code_mac(row.id, code(house)) != row.code_mac
    assert house.adapters.secrets.code_mac("sir_other", code(house)) != row.code_mac
