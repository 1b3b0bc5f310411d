"""The console asks for fresh proof in place: what was typed waits, and what was begun goes on after the code."""

import html
import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from werkzeug.datastructures import MultiDict
from werkzeug.test import TestResponse

from services.auth.actions.vendors import Registered
from services.auth.models import ApiKey, IdentitySecret, StaffSession, VendorUser
from shared import clock
from tests.integration.auth.house import PUBLIC_URL, House
from tests.integration.auth.staffing import OWNER, Console, fresh, sign_in

LONG_AGO = timedelta(minutes=31)
KEYS, SECRETS, PEOPLE = (f"/console/access/{page}" for page in ("keys", "secrets", "people"))

pytestmark = pytest.mark.feature("A22")


@pytest.fixture
def owner(house: House, vendor: Registered) -> Iterator[Console]:
    """An owner whose sign-in is 31 minutes old, by the real clock, which passports are checked by."""
    console = sign_in(house)
    house.mailroom.mails.clear()
    with clock.fixed(datetime.now(UTC)):
        fresh(house, proven=LONG_AGO)
        yield console


def send(console: Console, path: str, **form: Any) -> TestResponse:
    """A form as the gateway passes it on, by whatever the session proves now."""
    token = console.browser.csrf("/console/sign-in")
    given: Any = MultiDict({"csrf_token": token, **form})
    headers = {**console.browser.headers, "X-Passport": console.passport() or ""}
    return console.browser.client.post(path, base_url=PUBLIC_URL, data=given, headers=headers)


def fields(page: TestResponse, action: str) -> dict[str, Any]:
    """The hidden fields of the form that leads to `action`, as a browser would send them."""
    form = page.text.partition(f'action="{action}"')[2].partition("</form>")[0]
    found: dict[str, Any] = {}
    for name, value in re.findall(r'name="([^"]*)" value="([^"]*)"', form):
        found.setdefault(html.unescape(name), []).append(html.unescape(value))
    return found


def prove(house: House, console: Console, page: TestResponse) -> TestResponse:
    """Type the code that was mailed."""
    house.post_mails(now=clock.now())
    (mail,) = house.mailroom.mails
    assert mail["to"] == OWNER
    kept = fields(page, "/console/sign-in/step-up")
    return send(console, "/console/sign-in/step-up", **{**kept, "code": mail["code"]})


def test_a_key_is_made_as_it_was_typed_after_the_code(house: House, owner: Console) -> None:
    before = owner.cookie
    form = {"do": "make", "name": 'Till "B" & co', "kind": "rk", "scopes": ["invoices:read", "customers:read"]}

    page = send(owner, KEYS, **form)

    assert page.status_code == 403
    assert "Confirm it is you" in page.text
    assert "o•••@acme.example" in page.text
    assert "Back to the console" in page.text
    assert "rk" not in {each.kind for each in house.rows(ApiKey)}, "nothing was made yet"

    on = prove(house, owner, page)
    assert (on.status_code, f'action="{KEYS}" data-go-on' in on.text) == (200, True)
    assert owner.cookie != before
    (session,) = house.rows(StaffSession)
    assert session.proven_at == clock.now()
    kept = fields(on, KEYS)
    assert {name: value for name, value in kept.items() if name != "csrf_token"} == {
        "do": ["make"],
        "name": ['Till "B" & co'],
        "kind": ["rk"],
        "scopes": ["invoices:read", "customers:read"],
    }

    made = send(owner, KEYS, **{name: value for name, value in kept.items() if name != "csrf_token"})

    assert made.status_code == 200
    (key,) = [each for each in house.rows(ApiKey) if each.kind == "rk"]
    assert (key.name, sorted(key.scopes)) == ('Till "B" & co', ["customers:read", "invoices:read"])


def test_an_identity_secret_and_an_invitation_go_on_too(house: House, owner: Console) -> None:
    fresh(house)
    send(owner, SECRETS, do="make", name="Shop", takes_v1="yes")
    (secret,) = house.rows(IdentitySecret)
    fresh(house, proven=LONG_AGO)

    on = prove(house, owner, send(owner, SECRETS, do="revoke", which=secret.id))
    kept = fields(on, SECRETS)
    assert send(owner, SECRETS, **{name: kept[name] for name in ("do", "which")}).status_code == 303
    assert house.rows(IdentitySecret)[0].revoked_at is not None

    send_invitation = {"do": "invite", "email": "noor@acme.example", "role": "support", "name": "Noor"}
    assert send(owner, PEOPLE, **send_invitation).status_code == 303
    assert "noor@acme.example" in [each.email for each in house.rows(VendorUser)]


def test_opening_a_page_mails_nothing_and_leads_back_to_it(house: House, owner: Console) -> None:
    headers = {**owner.browser.headers, "X-Passport": owner.passport() or ""}
    page = owner.browser.client.get(KEYS, base_url=PUBLIC_URL, headers=headers)

    assert (page.status_code, house.post_mails(now=clock.now())) == (403, 0)
    asked = send(owner, "/console/sign-in/step-up/code", **fields(page, "/console/sign-in/step-up/code"))
    on = prove(house, owner, asked)

    assert (on.status_code, on.headers["Location"]) == (303, KEYS)


def test_a_wrong_code_changes_nothing_and_keeps_what_was_typed(house: House, owner: Console) -> None:
    page = send(owner, KEYS, do="make", name="Till", kind="rk", scopes="invoices:read")
    house.post_mails(now=clock.now())
    right = house.mailroom.mails[-1]["code"]
    wrong = f"{(int(right) + 1) % 1_000_000:06}"

    again = send(owner, "/console/sign-in/step-up", **{**fields(page, "/console/sign-in/step-up"), "code": wrong})

    assert again.status_code == 422
    assert fields(again, "/console/sign-in/step-up")["kept.name"] == ["Till"]
    assert house.rows(StaffSession)[0].proven_at == clock.now() - LONG_AGO


def test_nothing_leads_out_of_the_console(house: House, owner: Console) -> None:
    for action in ("https://evil.example/", "//evil.example", "/p/acme", "/console/sign-out"):
        page = send(owner, KEYS, do="make", name="Till", kind="rk", scopes="invoices:read")
        house.mailroom.mails.clear()
        kept = {**fields(page, "/console/sign-in/step-up"), "action": action}
        answer = send(owner, "/console/sign-in/step-up", **{**kept, "code": "000000"})

        assert action not in answer.text or action == "/p/acme"
        assert f'action="{action}"' not in answer.text
