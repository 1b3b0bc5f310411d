"""/v1/vendor_users: a key invites, changes and removes people, and hands on no more than it has."""

from typing import Any

import pytest
from werkzeug.test import TestResponse

from services.auth import jobs
from services.auth.actions import vendors
from services.auth.actions.vendors import Registered
from services.auth.models import Mail, VendorUser
from services.auth.rules.roles import SCOPES_OF, Role
from shared.events import Actor
from tests.integration.auth.house import NOON, House, a_portal_v3
from tests.integration.auth.staffing import OWNER, hire
from tests.integration.auth.test_keys import call

PATH = "/v1/vendor_users"


@pytest.fixture
def key(vendor: Registered) -> str:
    return vendor.keys["test"].secret


def restricted(house: House, key: str, *scopes: str) -> str:
    answer = call(house, key, "POST", "/v1/api_keys", json={"name": "R", "scopes": list(scopes)})
    assert answer.status_code == 201, answer.text
    found: str = answer.json["secret"]
    return found


def invite(house: House, key: str, **body: Any) -> TestResponse:
    return call(house, key, "POST", PATH, json={"email": "noor@x.example", "role": "support", **body})


@pytest.mark.feature("J12")
def test_somebody_is_invited_read_changed_and_removed(house: House, vendor: Registered, key: str) -> None:
    made = invite(house, key, name="Noor")
    assert made.status_code == 201
    user = made.json
    assert (user["email"], user["role"], user["name"]) == ("noor@x.example", "support", "Noor")
    assert (user["invited_by"], user["accepted_at"]) == (vendor.keys["test"].view.id, None)
    house.post_mails(now=NOON)
    (mail,) = house.mailroom.mails
    assert (mail["to"], mail["facts"]) == ("noor@x.example", {"inviter": "Acme", "role": "support"})

    listed = call(house, vendor.keys["live"].secret, "GET", PATH).json  # people work in both modes
    assert {each["email"] for each in listed["data"]} == {"noor@x.example", OWNER}
    one = f"{PATH}/{user['id']}"
    assert call(house, key, "PATCH", one, json={"role": "admin"}).json["role"] == "admin"
    assert call(house, key, "DELETE", one).status_code == 204
    assert call(house, key, "GET", one).status_code == 404
    assert call(house, key, "DELETE", one).status_code == 404


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        ({"email": "nobody"}, 422, "invalid_request"),
        ({"role": "king"}, 400, "malformed_request"),
        ({"email": OWNER}, 409, "vendor_user_exists"),
        ({"name": "a\nb"}, 422, "invalid_request"),
        ({"more": 1}, 400, "malformed_request"),
    ],
)
def test_what_cannot_be_invited(house: House, key: str, body: dict[str, Any], status: int, code: str) -> None:
    answer = invite(house, key, **body)

    assert (answer.status_code, answer.json["code"]) == (status, code)
    assert len(house.rows(VendorUser)) == 1


def test_the_last_owner_stays_for_a_key_too(house: House, vendor: Registered, key: str) -> None:
    answers = [
        call(house, key, "DELETE", f"{PATH}/{vendor.user}"),
        call(house, key, "PATCH", f"{PATH}/{vendor.user}", json={"role": "admin"}),
    ]

    assert [(each.status_code, each.json["code"]) for each in answers] == [(409, "last_owner")] * 2
    hire(house, vendor.vendor.id, "owner", "second@acme.example")
    assert call(house, key, "DELETE", f"{PATH}/{vendor.user}").status_code == 204


@pytest.mark.feature("J12")
def test_a_key_names_no_role_that_is_worth_more_than_itself(house: House, vendor: Registered, key: str) -> None:
    """SE-17, AK-06: not to give it, and not to take it away."""
    narrow = restricted(house, key, "vendor_users:write", "vendor_users:read")
    helping = restricted(house, key, *SCOPES_OF[Role.SUPPORT], "vendor_users:write")

    for role in Role:
        assert invite(house, narrow, role=role).json["code"] == "role_exceeds_own"
    assert invite(house, helping, role="admin").status_code == 403
    assert invite(house, helping, role="support").status_code == 201
    for method, options in (("DELETE", {}), ("PATCH", {"json": {"role": "support"}})):
        answer = call(house, helping, method, f"{PATH}/{vendor.user}", **options)
        assert (answer.status_code, answer.json["code"]) == (403, "role_exceeds_own")


def test_another_vendors_people_do_not_exist(house: House, vendor: Registered, key: str) -> None:
    """TI-01."""
    with house.database.begin() as session:
        other = vendors.register(
            session,
            display_name="Borealis",
            email="owner@borealis.example",
            slug="borealis",
            default_locale="en",
            profile={},
            actor=Actor(kind="system", id="test"),
            now=NOON,
        )
    hire(house, other.vendor.id, "owner", "two@borealis.example")

    theirs = f"{PATH}/{other.user}"
    answers = [
        call(house, key, "GET", theirs),
        call(house, key, "DELETE", theirs),
        call(house, key, "PATCH", theirs, json={"role": "support"}),
    ]
    assert [each.status_code for each in answers] == [404] * 3
    assert "borealis" not in call(house, key, "GET", PATH).text


def test_a_vendor_invites_thirty_people_an_hour(house: House, key: str) -> None:
    for number in range(30):
        assert invite(house, key, email=f"n{number}@x.example").status_code == 201

    answer = invite(house, key)

    assert (answer.status_code, answer.json["code"]) == (429, "too_many_staff_invitations")


@pytest.mark.feature("A23")
def test_the_owners_are_told_when_weak_ways_in_may_act(house: House, vendor: Registered) -> None:
    """SE-16: once for each time it is turned on, by whom."""
    hire(house, vendor.vendor.id, "owner", "second@acme.example")
    hire(house, vendor.vendor.id, "admin")
    methods = ("email", "permanent_link", "hmac_v1")

    def publish(revision: int, *direct: str) -> list[dict[str, Any]]:
        news = a_portal_v3(methods=methods, revision=revision, sign_in={"direct_actions": list(direct)})
        house.mailroom.mails.clear()
        house.hear(news, vendor=vendor.vendor.id)
        jobs.tell_owners(house.database.begin, now=NOON, adapters=house.adapters)
        jobs.invite_customers(house.database.begin, now=NOON, adapters=house.adapters)
        house.post_mails(now=NOON)
        return list(house.mailroom.mails)

    assert publish(2) == []
    told = publish(3, "permanent_link")
    assert {mail["to"] for mail in told} == {OWNER, "second@acme.example"}
    assert {mail["kind"] for mail in told} == {"direct_actions_on"}
    assert told[0]["facts"] == {"portal": "acme", "ways": "permanent_link", "by": "test"}
    assert told[0]["link"] == "http://localhost:8080/console/access/ways"
    assert publish(4, "permanent_link") == []
    assert publish(3, "hmac_v1", "permanent_link") == []  # old news
    assert [mail["facts"]["ways"] for mail in publish(5, "hmac_v1", "permanent_link")] == ["hmac_v1"] * 2
    assert publish(6) == []
    assert {row.state for row in house.rows(Mail)} == {"sent"}
