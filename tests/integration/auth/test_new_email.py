"""A customer's new address: proven by a code from its mailbox, changed by portal, and everything else ends."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from services.auth.actions.vendors import Registered
from services.auth.models import PortalSession, SignInRequest
from shared import clock
from tests.integration.auth.house import Browser, House, a_move, a_portal_v3
from tests.integration.auth.test_delegates import claims, enter, invite
from tests.integration.auth.test_session_pages import signed_in
from tests.integration.auth.test_step_up import code_of, send, weaken

EMAIL, NEW = "/p/acme/email", "mira@new.example"


@pytest.fixture
def owner(house: House, mira: str, vendor: Registered) -> Iterator[Browser]:
    """The customer, freshly proven, where addresses may be changed."""
    house.hear(a_portal_v3(sign_in={"email_change": True}), vendor=vendor.vendor.id)
    browser = signed_in(house, mira)
    house.mailroom.mails.clear()
    with clock.fixed(datetime.now(UTC)):
        weaken(house, assurance="verified")
        yield browser


def ask(house: House, browser: Browser, email: str = NEW) -> Any:
    return send(house, browser, EMAIL, email=email)


def type_code(house: House, browser: Browser, code: str) -> Any:
    return send(house, browser, f"{EMAIL}/code", code=code)


def moved(house: House, vendor: Registered, mira: str) -> None:
    house.hear(a_move(NEW, mira), vendor=vendor.vendor.id, at=clock.now())


@pytest.mark.feature("A21")
def test_the_code_goes_to_the_new_address_and_the_old_one_stays_until_it_is_typed(
    house: House, owner: Browser, mira: str, vendor: Registered
) -> None:
    phone = enter(house, mira)
    house.mailroom.mails.clear()
    assert ask(house, owner).headers["Location"] == EMAIL
    code = code_of(house)
    (mail,) = house.mailroom.mails
    assert (mail["kind"], mail["to"], "link" in mail) == ("new_email", NEW, False)
    assert house.orders.told == []
    before = claims(house, owner)

    done = type_code(house, owner, code)

    assert (done.status_code, "m•••@new.example" in done.text) == (200, True)
    (told,) = house.orders.told
    assert (told["customer"], told["email"], told["delegate"], told["role"]) == ("cus_1", NEW, None, None)
    moved(house, vendor, mira)
    after = claims(house, owner)
    assert before is not None
    assert after is not None
    assert after["session"] == before["session"]
    assert claims(house, phone) is None
    kept = next(each for each in house.rows(PortalSession) if each.revoked_at is None)
    assert (kept.email, kept.email_key) == (NEW, NEW)


@pytest.mark.feature("A21")
def test_open_links_and_codes_of_the_old_address_die(
    house: House, owner: Browser, mira: str, vendor: Registered
) -> None:
    """ML-22."""
    other = house.browser(address="198.51.100.7")
    other.ask(mira)
    house.post_mails(now=clock.now())
    link = house.mailroom.mails[-1]["link"]
    ask(house, owner)
    type_code(house, owner, code_of(house))
    moved(house, vendor, mira)

    assert other.click(link).status_code == 410


@pytest.mark.feature("A21")
def test_stopped_in_between_the_same_code_finishes_it(house: House, owner: Browser) -> None:
    ask(house, owner)
    code = code_of(house)

    house.orders.is_away = True
    answers = [type_code(house, owner, code) for _ in range(6)]  # more often than it may be wrong
    assert [each.status_code for each in answers] == [503] * 6
    assert "Nothing is lost" in answers[0].text
    house.orders.is_away = False
    assert type_code(house, owner, code).status_code == 200
    assert [each["email"] for each in house.orders.told] == [NEW] * 7
    assert "Mail a code" in type_code(house, owner, code).text  # used up
    assert len(house.orders.told) == 7


@pytest.mark.feature("A21")
def test_heard_of_before_it_was_finished_the_session_still_goes_on(
    house: House, owner: Browser, mira: str, vendor: Registered
) -> None:
    """Killed after portal changed it: the event is there first."""
    ask(house, owner)
    code = code_of(house)
    house.orders.is_away = True
    type_code(house, owner, code)
    moved(house, vendor, mira)

    assert claims(house, owner) is not None
    house.orders.is_away = False
    assert type_code(house, owner, code).status_code == 200


@pytest.mark.feature("A21", "A22")
@pytest.mark.parametrize("weak", [{"assurance": "viewer"}, {"proven_at": datetime(2026, 1, 1, tzinfo=UTC)}])
def test_it_always_needs_fresh_proof_and_keeps_what_was_typed(
    house: House, owner: Browser, vendor: Registered, weak: dict[str, Any]
) -> None:
    """SE-16: `direct_actions` or not."""
    direct = a_portal_v3(revision=6, sign_in={"email_change": True, "direct_actions": ["permanent_link"]})
    house.hear(direct, vendor=vendor.vendor.id)
    weaken(house, **{"assurance": "verified", "way_in": "permanent_link", **weak})

    answer = ask(house, owner)

    assert (answer.status_code, f'name="kept.email" value="{NEW}"' in answer.text) == (403, True)
    assert [each.purpose for each in house.rows(SignInRequest)].count("new_email") == 0


@pytest.mark.feature("A21")
def test_it_is_refused_where_the_portal_does_not_offer_it(house: House, owner: Browser, vendor: Registered) -> None:
    house.hear(a_portal_v3(revision=6), vendor=vendor.vendor.id)

    answer = ask(house, owner)
    assert answer.status_code == 403
    assert "be changed here" in answer.text
    assert house.post_mails(now=clock.now()) == 0


@pytest.mark.feature("A21", "M06")
def test_billing_managers_may_not_and_owners_may(house: House, owner: Browser, mira: str, vendor: Registered) -> None:
    invite(house, owner, role="billing_manager")
    noor = enter(house)
    assert ask(house, noor).status_code == 403

    row_id = str((claims(house, noor) or {})["delegate"])
    send(house, owner, f"/p/acme/people/{row_id}/role", role="owner")
    send(house, noor, "/p/acme/people/ownership")
    assert ask(house, noor).status_code == 303
    type_code(house, noor, code_of(house))
    assert (house.orders.told[0]["delegate"], house.orders.told[0]["role"]) == (row_id, "owner")
    moved(house, vendor, mira)
    assert claims(house, noor) is not None
    assert claims(house, owner) is None


@pytest.mark.feature("A21")
def test_five_wrong_tries_burn_the_code_and_ten_minutes_end_it(house: House, owner: Browser) -> None:
    """ML-21."""
    ask(house, owner)
    code = code_of(house)
    wrong = f"{(int(code) + 1) % 1_000_000:06}"

    answers = [type_code(house, owner, wrong) for _ in range(5)]
    assert "One try is left" in answers[3].text
    assert "no longer works" in type_code(house, owner, code).text
    assert house.orders.told == []


def test_mails_to_a_new_address_are_limited(house: House, owner: Browser) -> None:
    """ML-17: the same answer, and no second mail within a minute."""
    assert [ask(house, owner).status_code for _ in range(3)] == [303] * 3
    assert house.post_mails(now=clock.now()) == 1
    answers = [ask(house, owner, f"m{number}@new.example").status_code for number in range(18)]
    assert (answers[-1], 429 in answers) == (429, True)


@pytest.mark.parametrize(
    ("email", "said"),
    [("MIRA@tessaly.example", "That is your address already"), ("a@v.example;b@e.example", "not an e-mail address")],
)
def test_what_is_wrong_is_said(house: House, owner: Browser, email: str, said: str) -> None:
    answer = ask(house, owner, email)

    assert (answer.status_code, said in answer.text) == (422, True)


def test_what_portal_refuses_changes_nothing(house: House, owner: Browser) -> None:
    ask(house, owner)
    house.orders.refuses = True

    assert type_code(house, owner, code_of(house)).status_code == 409


def test_the_newest_address_counts(house: House, owner: Browser) -> None:
    ask(house, owner)
    first = code_of(house)
    with clock.fixed(clock.now() + timedelta(seconds=1)):
        ask(house, owner, "mira@third.example")
    assert type_code(house, owner, first).status_code == 422
