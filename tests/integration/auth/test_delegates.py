"""A customer's own people: let in by mail, signed in by their own address, as far as their role goes, out at once."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import jwt
import pytest

from services.auth.actions.vendors import Registered
from services.auth.models import Delegate, PortalSession
from shared import clock
from shared.database import tables
from shared.events import CustomerCreated
from tests.integration.auth.house import Browser, House, a_customer
from tests.integration.auth.test_keys import call
from tests.integration.auth.test_session_pages import signed_in
from tests.integration.auth.test_step_up import send, weaken

NOOR = "noor@books.example"
PEOPLE = "/p/acme/people"


@pytest.fixture
def owner(house: House, mira: str) -> Iterator[Browser]:
    """The customer, freshly proven, by the real clock."""
    browser = signed_in(house, mira)
    with clock.fixed(datetime.now(UTC)):
        weaken(house, assurance="verified")
        yield browser


def invite(house: House, browser: Browser, *, email: str = NOOR, role: str = "accountant") -> Any:
    return send(house, browser, PEOPLE, email=email, role=role, name="Noor")


def enter(house: House, email: str = NOOR) -> Browser:
    """They ask for a link and click it, now."""
    browser = house.browser()
    browser.ask(email)
    house.post_mails(now=clock.now())
    browser.click(house.mailroom.mails[-1]["link"])
    return browser


def claims(house: House, browser: Browser) -> dict[str, Any] | None:
    answer = house.identity(**{"Cookie": f"bursar_8080_acme={browser.cookie()}", "X-Portal": "acme"})
    passport = answer.headers.get("X-Passport")
    return jwt.decode(passport, options={"verify_signature": False}) if passport else None


def page(house: House, browser: Browser) -> str:
    cookie = {"Cookie": f"bursar_8080_acme={browser.cookie()}", "X-Portal": "acme"}
    passport = house.identity(**cookie).headers.get("X-Passport", "")
    return browser.get(PEOPLE, **{"X-Passport": passport}).text


def told(house: House, key: str) -> list[str]:
    with house.database.begin(read_only=True) as session:
        rows = session.connection().execute(tables.outbox.select()).all()
    return [row.body for row in rows if row.key.startswith(key)]


@pytest.mark.feature("A20", "M06")
def test_somebody_invited_signs_in_by_the_own_address_and_role(
    house: House, owner: Browser, vendor: Registered
) -> None:
    assert invite(house, owner).headers["Location"] == PEOPLE
    (row,) = house.rows(Delegate)
    assert (row.customer, row.role, row.accepted_at, row.invited_by) == ("cus_1", "accountant", None, "cus_1")
    (event,) = told(house, "delegate.invited")
    assert f'"email":"{NOOR}"' in event.replace(" ", "")

    noor = enter(house)

    found = claims(house, noor)
    assert found is not None
    assert (found["customers"], found["delegate"], found["role"]) == (["cus_1"], row.id, "accountant")
    assert (found["kind"], found["assurance"]) == ("customer", "verified")
    assert house.rows(Delegate)[0].accepted_at is not None
    started = [each for each in told(house, "session.started") if row.id in each]
    assert len(started) == 1
    assert '"actorkind":"delegate"' in started[0].replace(" ", "")
    assert "has access since" in page(house, owner)


@pytest.mark.feature("A20", "M06")
def test_revoked_they_are_out_at_once_and_do_not_get_in_again(house: House, owner: Browser) -> None:
    invite(house, owner)
    noor, (row,) = enter(house), house.rows(Delegate)

    send(house, owner, f"{PEOPLE}/{row.id}/revoke")

    assert claims(house, noor) is None
    assert claims(house, owner) is not None
    assert '"reason":"delegate_revoked"' in told(house, "session.revoked")[-1].replace(" ", "")
    assert '"actorkind":"customer"' in told(house, "delegate.revoked")[0].replace(" ", "")
    house.mailroom.mails.clear()
    house.browser().ask(NOOR)
    assert house.post_mails(now=clock.now()) == 0
    assert row.id not in page(house, owner)


@pytest.mark.feature("A20", "M06")
def test_customer_and_delegate_at_once_chooses(house: House, owner: Browser, vendor: Registered) -> None:
    event = a_customer(NOOR, customer="cus_2")
    house.hear(CustomerCreated(**{**vars(event), "display_name": "Noor privately"}), vendor=vendor.vendor.id)
    invite(house, owner)
    noor, (row,) = enter(house), house.rows(Delegate)

    chooser = noor.get("/p/acme/sign-in/choose").text
    assert "Noor privately" in chooser
    assert re.search(r"Mira</bdi>\s*<span class=\"pill\">Accountant", chooser)

    noor.post("/p/acme/sign-in/choose", customer=row.id)
    as_delegate = claims(house, noor)
    noor.post("/p/acme/sign-in/choose", customer="cus_2")
    as_customer = claims(house, noor)
    assert as_delegate is not None
    assert as_customer is not None
    assert (as_delegate["customers"], as_delegate["role"]) == (["cus_1"], "accountant")
    assert (as_customer["customers"], as_customer["role"], as_customer["delegate"]) == (["cus_2"], None, None)

    send(house, owner, f"{PEOPLE}/{row.id}/revoke")
    assert noor.post("/p/acme/sign-in/choose", customer=row.id).status_code == 422


@pytest.mark.feature("M06")
def test_ownership_passes_when_both_confirm(house: House, owner: Browser) -> None:
    invite(house, owner)
    noor, (row,) = enter(house), house.rows(Delegate)
    assert invite(house, noor, email="third@x.example").status_code == 403

    send(house, owner, f"{PEOPLE}/{row.id}/role", role="owner")
    found = claims(house, noor)
    assert found is not None
    assert found["role"] == "accountant"
    assert invite(house, noor, email="third@x.example").status_code == 403
    assert "Accept ownership" in page(house, noor)

    send(house, noor, f"{PEOPLE}/ownership")
    found = claims(house, noor)
    assert found is not None
    assert found["role"] == "owner"
    assert invite(house, noor, email="third@x.example").status_code == 303
    assert any('"actorkind":"delegate"' in each.replace(" ", "") for each in told(house, "delegate.changed"))
    assert [each.revoked_at for each in house.rows(PortalSession)] == [None, None]  # the customer stays in as well
    assert send(house, noor, f"{PEOPLE}/ownership").status_code == 409


@pytest.mark.feature("M06")
def test_an_owner_by_invitation_only_looks_on_until_they_accept(house: House, owner: Browser) -> None:
    invite(house, owner, role="owner")
    (row,) = house.rows(Delegate)

    assert (row.role, row.offered_role) == ("viewer", "owner")


@pytest.mark.feature("A20", "A22")
def test_people_need_fresh_proof_whatever_the_way_in_may_do(house: House, owner: Browser) -> None:
    """A23: `direct_actions` never covers delegates."""
    invite(house, owner)
    (row,) = house.rows(Delegate)
    for weak in ({"assurance": "viewer"}, {"proven_at": datetime(2026, 1, 1, tzinfo=UTC)}):
        weaken(house, **{"assurance": "verified", **weak})
        answers = [
            invite(house, owner, email="third@x.example"),
            send(house, owner, f"{PEOPLE}/{row.id}/role", role="viewer"),
            send(house, owner, f"{PEOPLE}/{row.id}/revoke"),
        ]
        assert [each.status_code for each in answers] == [403, 403, 403]
        assert all("data-step-up" in each.text for each in answers)
    (unchanged,) = house.rows(Delegate)
    assert (unchanged.role, unchanged.revoked_at) == ("accountant", None)


@pytest.mark.feature("M06")
def test_other_roles_see_themselves_and_may_only_leave(house: House, owner: Browser) -> None:
    invite(house, owner)
    invite(house, owner, email="third@x.example", role="viewer")
    noor, rows = enter(house), house.rows(Delegate)
    mine = next(each.id for each in rows if each.email == NOOR)
    other = next(each.id for each in rows if each.email != NOOR)

    shown = page(house, noor)
    assert mine in shown
    assert other not in shown
    for path in (f"{PEOPLE}/{other}/revoke", f"{PEOPLE}/{other}/role", f"{PEOPLE}/{mine}/role", PEOPLE):
        assert send(house, noor, path, role="owner", email="x@y.example").status_code == 403
    assert send(house, noor, f"{PEOPLE}/{mine}/revoke").headers["Location"] == "/p/acme/sign-in"
    assert claims(house, noor) is None


def test_nobody_else_s_people_are_found(house: House, owner: Browser, vendor: Registered) -> None:
    """TI-01."""
    house.hear(a_customer("zoe@x.example", customer="cus_9"), vendor=vendor.vendor.id)
    invite(house, owner)
    (row,) = house.rows(Delegate)
    zoe = enter(house, "zoe@x.example")

    assert row.id not in page(house, zoe)
    assert send(house, zoe, f"{PEOPLE}/{row.id}/revoke").status_code == 404
    assert send(house, zoe, f"{PEOPLE}/{row.id}/role", role="owner").status_code == 404


@pytest.mark.parametrize(
    ("email", "role", "said"),
    [
        (NOOR.upper(), "viewer", "has access already"),
        ("mira@tessaly.example", "viewer", "has access already"),
        ("not an address", "viewer", "not an e-mail address"),
        ("a@v.example,b@evil.example", "viewer", "not an e-mail address"),
        ("x@y.example", "king", "Choose one of the roles"),
    ],
)
def test_what_is_wrong_is_said_and_what_was_typed_is_kept(
    house: House, owner: Browser, email: str, role: str, said: str
) -> None:
    invite(house, owner)

    answer = invite(house, owner, email=email, role=role)

    assert (answer.status_code, said in answer.text, f'value="{email}"' in answer.text) == (422, True, True)
    assert len(house.rows(Delegate)) == 1


def test_invitations_are_limited(house: House, owner: Browser) -> None:
    answers = [invite(house, owner, email=f"n{number}@x.example").status_code for number in range(21)]

    assert answers == [303] * 20 + [422]


@pytest.mark.feature("A20")
def test_the_api_lists_makes_changes_and_revokes(house: House, owner: Browser, vendor: Registered) -> None:
    key, url = vendor.keys["live"].secret, "/v1/delegates"
    body = {"customer": "cus_1", "email": NOOR, "role": "billing_manager"}

    made = call(house, key, "POST", url, json=body)
    assert made.status_code == 201, made.text
    noor = enter(house)
    one = f"{url}/{made.json['id']}"
    assert call(house, key, "GET", one).json["state"] == "active"
    assert call(house, key, "PATCH", one, json={"role": "viewer"}).json["role"] == "viewer"
    found = claims(house, noor)
    assert found is not None
    assert found["role"] == "viewer"
    assert [each["id"] for each in call(house, key, "GET", f"{url}?customer=cus_1").json["data"]] == [made.json["id"]]
    assert call(house, key, "GET", f"{url}?customer=cus_2").json["data"] == []
    assert call(house, key, "POST", f"{one}/revoke").json["state"] == "revoked"
    assert call(house, key, "POST", f"{one}/revoke").json["state"] == "revoked"
    assert claims(house, noor) is None
    assert call(house, key, "PATCH", one, json={"role": "viewer"}).json["code"] == "delegate_revoked"
    assert call(house, key, "POST", url, json={**body, "customer": "cus_7"}).status_code == 404
    assert call(house, key, "POST", url, json={**body, "role": "king"}).status_code == 400
    assert '"actorkind":"key"' in told(house, "delegate.revoked")[0].replace(" ", "")
