"""Vendors: registered by the operator, changed by themselves, told to the others."""

import json
from typing import Any

import pytest
from sqlalchemy import select

from services.auth.actions.vendors import Registered
from services.auth.models import Vendor, VendorUser
from shared.database.tables import outbox
from tests.integration.auth.house import ADMIN_TOKEN, PUBLIC_URL, House
from tests.integration.auth.test_keys import call, claims

BODY = {"display_name": "Larkfield", "email": "Owner@Larkfield.example"}


def told(house: House) -> list[dict[str, Any]]:
    """The events on their way, but those for the action log: the first keys' are in `test_access_log`."""
    here = select(outbox.c.body).where(outbox.c.key != "access.changed.v1")
    with house.database.begin(read_only=True) as session:
        return [json.loads(body) for body in session.scalars(here)]


def test_the_operator_makes_a_vendor_with_an_owner_and_two_keys(house: House) -> None:
    profile = {"legal_name": "Larkfield Ltd.", "address": ["1 Lane"], "country": "GB", "brand_color": "#0b7a5b"}

    made = call(house, ADMIN_TOKEN, "POST", "/v1/vendors", json={**BODY, "profile": profile})

    assert made.status_code == 201
    assert made.json["slug"] == "larkfield"
    assert made.json["portal"] == f"{PUBLIC_URL}/p/larkfield"
    assert made.json["test_portal"] == f"{PUBLIC_URL}/p/larkfield-test"
    assert claims(house, made.json["test_key"])["mode"] == "test"
    assert claims(house, made.json["live_key"])["vendor"] == made.json["id"]
    assert made.headers["ETag"] == '"1"'
    (user,) = house.rows(VendorUser)
    assert (user.email, user.role, user.vendor) == ("Owner@Larkfield.example", "owner", made.json["id"])
    (event,) = told(house)
    assert event["type"] == "vendor.registered.v1"
    assert event["data"]["slug"] == "larkfield"
    assert event["data"]["profile"]["legal_name"] == "Larkfield Ltd."
    assert event["data"]["profile"]["email"] == "Owner@Larkfield.example"
    assert event["data"]["profile"]["tax_id"] is None
    assert made.json["test_key"] not in json.dumps(event)


def test_nobody_else_makes_vendors(house: House, vendor: Registered) -> None:
    assert call(house, vendor.keys["live"].secret, "POST", "/v1/vendors", json=BODY).status_code == 403
    assert house.app.test_client().post("/v1/vendors", json=BODY).status_code == 401
    assert len(house.rows(Vendor)) == 1


def test_a_slug_that_is_taken_is_refused_and_a_made_one_is_counted_up(house: House, vendor: Registered) -> None:
    taken = call(house, ADMIN_TOKEN, "POST", "/v1/vendors", json={**BODY, "slug": "acme"})
    made = call(house, ADMIN_TOKEN, "POST", "/v1/vendors", json={**BODY, "display_name": "Acme"})

    assert (taken.status_code, taken.json["code"]) == (409, "slug_taken")
    assert made.json["slug"] == "acme-2"


def test_the_operator_sees_all_and_a_key_its_own(house: House, vendor: Registered) -> None:
    """TI-01."""
    other = call(house, ADMIN_TOKEN, "POST", "/v1/vendors", json=BODY).json
    key = vendor.keys["test"].secret

    everything = call(house, ADMIN_TOKEN, "GET", "/v1/vendors").json
    own = call(house, key, "GET", "/v1/vendors").json

    assert {each["slug"] for each in everything["data"]} == {"larkfield", "acme"}
    assert [each["slug"] for each in own["data"]] == ["acme"]
    assert call(house, key, "GET", f"/v1/vendors/{vendor.vendor.id}").json["slug"] == "acme"
    assert call(house, key, "GET", f"/v1/vendors/{other['id']}").status_code == 404
    assert call(house, key, "PATCH", f"/v1/vendors/{other['id']}", json={"display_name": "Mine"}).status_code == 404
    assert call(house, key, "GET", f"/v1/vendors?starting_after={other['id']}").json["code"] == "invalid_cursor"


def test_a_vendor_changes_what_it_names_and_the_others_hear_of_it(house: House, vendor: Registered) -> None:
    path, key = f"/v1/vendors/{vendor.vendor.id}", vendor.keys["live"].secret
    call(house, key, "PATCH", path, json={"profile": {"legal_name": "Acme Inc.", "country": "US"}})

    changed = call(house, key, "PATCH", path, json={"display_name": "ACME", "profile": {"country": None}})

    assert changed.json["display_name"] == "ACME"
    assert changed.json["profile"]["legal_name"] == "Acme Inc."
    assert changed.json["profile"]["country"] is None
    assert (changed.json["revision"], changed.headers["ETag"]) == (3, '"3"')
    last = max(told(house), key=lambda event: event["data"]["revision"])
    assert (last["type"], last["data"]["revision"]) == ("vendor.updated.v1", 3)
    assert last["data"]["display_name"] == "ACME"


def test_a_change_that_changes_nothing_is_told_to_nobody(house: House, vendor: Registered) -> None:
    before = len(told(house))

    answer = call(house, ADMIN_TOKEN, "PATCH", f"/v1/vendors/{vendor.vendor.id}", json={"display_name": "Acme"})

    assert answer.json["revision"] == 1
    assert len(told(house)) == before


def test_a_stale_change_is_refused(house: House, vendor: Registered) -> None:
    """ID-12."""
    path = f"/v1/vendors/{vendor.vendor.id}"
    call(house, ADMIN_TOKEN, "PATCH", path, json={"display_name": "New"}, headers={"If-Match": '"1"'})

    stale = call(house, ADMIN_TOKEN, "PATCH", path, json={"display_name": "Other"}, headers={"If-Match": '"1"'})

    assert stale.status_code == 412
    assert house.rows(Vendor)[0].display_name == "New"


@pytest.mark.parametrize(
    "change",
    [
        {"slug": "other"},
        {"revision": 9},
        {"id": "ven_x"},
        {"profile": {"logo": "x"}},
        {"display_name": None},
        {"display_name": "a\r\nBcc: x"},
        {"default_locale": "xx"},
        {"profile": {"email": "a@v.com,b@evil.com"}},
        {"profile": {"brand_color": "red"}},
        {"profile": "x"},
    ],
)
def test_what_cannot_be_kept_is_refused(house: House, vendor: Registered, change: Any) -> None:
    """TI-08; ML-14: sender names."""
    answer = call(house, ADMIN_TOKEN, "PATCH", f"/v1/vendors/{vendor.vendor.id}", json=change)

    assert answer.status_code in (400, 422)
    assert house.rows(Vendor)[0].revision == 1


def test_the_same_request_again_makes_no_second_vendor(house: House) -> None:
    """ID-02."""
    first, second = (
        call(house, ADMIN_TOKEN, "POST", "/v1/vendors", json=BODY, headers={"Idempotency-Key": "k"}) for _ in range(2)
    )

    assert second.json == first.json | {"test_key": None, "live_key": None}
    assert len(house.rows(Vendor)) == 1
