"""ML-18: whoever asks in somebody's name, and however often, does not keep them out."""

from datetime import timedelta

import pytest

from shared import clock
from tests.integration.auth.house import NOON, Browser, House


def asked(house: House, browser: Browser, email: str, *, minutes: float) -> str:
    """The newest link after this browser asked, that many minutes after noon."""
    with clock.fixed(NOON + timedelta(minutes=minutes)):
        browser.ask(email)
        house.post_mails(now=clock.now())
    return str(house.mailroom.mails[-1]["link"])


@pytest.mark.feature("A03")
def test_three_links_of_an_address_work_at_a_time(house: House, mira: str) -> None:
    """A fourth makes the oldest void; a sign-in all of them."""
    links = [asked(house, house.browser(address=f"198.51.100.{at}"), mira, minutes=at * 1.1) for at in range(4)]
    owner = house.browser()

    with clock.fixed(NOON + timedelta(minutes=5)):
        described = [owner.describe(link).status_code for link in links]
        signed_in = owner.click(links[1]).status_code
        after = [owner.describe(link).status_code for link in links]

    assert len(set(links)) == 4
    assert described == [410, 200, 200, 200]
    assert signed_in == 303
    assert after == [410] * 4


@pytest.mark.feature("A03")
def test_the_owners_newest_works_after_five_that_somebody_else_asked_for(house: House, mira: str) -> None:
    attacker, owner = house.browser(address="198.51.100.66"), house.browser()
    for at in range(4):
        asked(house, attacker, mira, minutes=at * 1.1)
    own = asked(house, owner, mira, minutes=6)

    with clock.fixed(NOON + timedelta(minutes=7)):
        attacker.ask(mira)  # silently: past the limit of five mails an hour
        assert owner.click(own).status_code == 303


@pytest.mark.feature("A03")
def test_asking_faster_than_mails_go_out_takes_no_link_from_anybody(house: House, mira: str) -> None:
    """What was never mailed counts for nothing."""
    owner, attacker = house.browser(), house.browser(address="198.51.100.66")
    own = asked(house, owner, mira, minutes=0)
    for at in range(12):
        with clock.fixed(NOON + timedelta(seconds=at)):
            attacker.ask(mira)

    assert owner.click(own).status_code == 303


@pytest.mark.feature("A22")
def test_asking_to_sign_in_takes_no_code_from_who_proves_it_anew(house: House, mira: str) -> None:
    """Step-ups and sign-ins are counted apart."""
    owner = house.browser()
    owner.ask(mira)
    house.post_mails(now=NOON)
    owner.type_code(house.mailroom.mails[-1]["code"])
    with clock.fixed(NOON + timedelta(minutes=1)):
        owner.post("/p/acme/sign-in", reason="step_up")
        house.post_mails(now=clock.now())
    code = house.mailroom.mails[-1]["code"]
    for at in range(4):
        asked(house, house.browser(address=f"198.51.100.{at}"), mira, minutes=2 + at * 1.1)

    with clock.fixed(NOON + timedelta(minutes=8)):
        assert owner.type_code(code).status_code == 303
