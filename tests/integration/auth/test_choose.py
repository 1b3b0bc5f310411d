"""Several customers at one address: the person chooses whose purchases to see, and nothing is seen before."""

from datetime import timedelta
from typing import Any

import jwt
import pytest

from services.auth.actions.vendors import Registered
from services.auth.models import PortalSession
from shared.database import tables
from tests.integration.auth.house import NOON, Browser, House, a_customer


@pytest.fixture
def browser(house: House, vendor: Registered) -> Browser:
    """Somebody who is signed in and has not chosen yet."""
    for customer, name in (("cus_1", "Tessaly GmbH"), ("cus_2", "Mira privately")):
        event = a_customer("mira@tessaly.example", customer=customer)
        house.hear(type(event)(**{**vars(event), "display_name": name}), vendor=vendor.vendor.id)
    house.orders.last = {"cus_1": NOON - timedelta(days=40)}
    browser = house.browser()
    browser.ask("mira@tessaly.example", next="/p/acme/invoices")
    house.post_mails(now=NOON)
    browser.click(house.mailroom.mails[0]["link"])
    return browser


def claims(house: House, browser: Browser) -> dict[str, Any] | None:
    answer = house.identity(**{"Cookie": f"bursar_8080_acme={browser.cookie()}", "X-Portal": "acme"})
    passport = answer.headers.get("X-Passport")
    return jwt.decode(passport, options={"verify_signature": False}) if passport else None


def choose(browser: Browser, customer: str, **form: str) -> Any:
    return browser.post("/p/acme/sign-in/choose", customer=customer, **form)


@pytest.mark.feature("A16")
def test_the_person_chooses_by_name_and_last_order(house: House, browser: Browser) -> None:
    page = browser.get("/p/acme/sign-in/choose?next=/p/acme/invoices")

    assert "Tessaly GmbH" in page.text
    assert "Mira privately" in page.text
    assert "20 Jan 2026" in page.text or "20 January 2026" in page.text
    assert "No order yet" in page.text


@pytest.mark.feature("A16")
def test_before_the_choice_the_session_sees_nobody_after_it_the_one(house: House, browser: Browser) -> None:
    before = claims(house, browser)
    assert before is not None
    assert before["customers"] == []

    answer = choose(browser, "cus_2", next="/p/acme/invoices")

    assert (answer.status_code, answer.headers["Location"]) == (303, "/p/acme/invoices")
    after = claims(house, browser)
    assert after is not None
    assert (after["customers"], after["sub"], after["session"]) == (["cus_2"], "cus_2", before["session"])


@pytest.mark.feature("A16")
def test_another_can_be_chosen_later_and_nobody_elses(house: House, browser: Browser) -> None:
    choose(browser, "cus_1")
    kept = browser.cookie()

    assert choose(browser, "cus_3").status_code == 422
    assert browser.cookie() == kept
    choose(browser, "cus_2")
    found = claims(house, browser)
    assert found is not None
    assert found["customers"] == ["cus_2"]


def test_the_choice_changes_the_token(house: House, browser: Browser) -> None:
    """What the gateway remembers for a second of the old one says that nobody was chosen."""
    before = browser.cookie()
    choose(browser, "cus_1")

    assert browser.cookie() != before
    assert (
        house.identity(**{"Cookie": f"bursar_8080_acme={before}", "X-Portal": "acme"}).headers.get("X-Passport") is None
    )


def test_names_are_enough_while_portal_is_away(house: House, browser: Browser) -> None:
    house.orders.is_away = True
    page = browser.get("/p/acme/sign-in/choose")

    assert (page.status_code, "Tessaly GmbH" in page.text, "No order yet" in page.text) == (200, True, False)


def test_who_is_in_is_told_once_that_is_chosen(house: House, browser: Browser) -> None:
    def said() -> list[str]:
        with house.database.begin(read_only=True) as session:
            rows = session.connection().execute(tables.outbox.select()).all()
        return [row.body for row in rows if row.key == "session.started.v1"]

    assert said() == []
    choose(browser, "cus_2")
    (event,) = said()
    assert '"customers":["cus_2"]' in event.replace(" ", "")


def test_who_has_nothing_to_choose_is_sent_on(house: House, mira: str) -> None:
    browser = house.browser()
    assert browser.get("/p/acme/sign-in/choose").headers["Location"] == "/p/acme/sign-in"
    browser.ask(mira)
    house.post_mails(now=NOON)
    browser.click(house.mailroom.mails[0]["link"])

    assert browser.get("/p/acme/sign-in/choose").headers["Location"] == "/p/acme"
    assert choose(browser, "cus_1").status_code == 422
    assert house.rows(PortalSession)[0].customers == ["cus_1"]
