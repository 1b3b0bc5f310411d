"""What auth tells the vendor's action log: who changed who has access, with the change or not at all."""

import json
from typing import Any

import pytest

from services.auth.actions.vendors import Registered
from services.auth.models import ApiKey, IdentitySecret, VendorUser
from shared.database.tables import outbox
from tests.integration.auth.house import House
from tests.integration.auth.staffing import Console, sign_in
from tests.integration.auth.test_keys import call

pytestmark = pytest.mark.feature("M08", "J12")


def told(house: House) -> list[dict[str, Any]]:
    """The lines but those of the keys that every vendor begins with. The clock stands, so they have no order."""
    with house.database.begin(read_only=True) as session:
        rows = session.connection().execute(outbox.select()).all()
    said = [json.loads(row.body) for row in rows if row.key == "access.changed.v1"]
    return [each for each in said if each["actorid"] != "register_vendor"]


def briefly(house: House) -> list[tuple[str, str, str, str, Any, Any]]:
    return sorted(
        (
            each["mode"],
            f"{each['actorkind']}:{each['actorid']}",
            each["data"]["action"],
            each["data"]["object"],
            each["data"]["before"],
            each["data"]["after"],
        )
        for each in told(house)
    )


def in_order(*lines: tuple[str, str, str, str, Any, Any]) -> list[tuple[str, str, str, str, Any, Any]]:
    return sorted(lines)


@pytest.fixture
def owner(house: House, vendor: Registered) -> Console:
    return sign_in(house)


def test_people_are_invited_changed_and_removed_by_name(house: House, vendor: Registered, owner: Console) -> None:
    people = "/console/access/people"
    owner.post(people, do="invite", email="noor@x.example", role="support", name="Noor")
    (noor,) = [each.id for each in house.rows(VendorUser) if each.email == "noor@x.example"]
    owner.post(people, do="role", user=noor, role="admin")
    owner.post(people, do="role", user=noor, role="admin")
    owner.post(people, do="remove", user=noor)

    me = f"staff:{vendor.user}"
    assert briefly(house) == in_order(
        ("live", me, "vendor_user.invited", noor, None, {"role": "support"}),
        ("live", me, "vendor_user.role_changed", noor, {"role": "support"}, {"role": "admin"}),
        ("live", me, "vendor_user.removed", noor, {"role": "admin"}, None),
    )
    assert "noor" not in str([each["data"] for each in told(house)]).replace(noor, "")


def test_keys_are_made_rolled_and_revoked_by_a_key(house: House, vendor: Registered) -> None:
    key = vendor.keys["test"]
    made = call(house, key.secret, "POST", "/v1/api_keys", json={"name": "Till", "scopes": ["invoices:read"]}).json
    rolled = call(house, key.secret, "POST", f"/v1/api_keys/{made['id']}/roll", json={"overlap": 0}).json
    call(house, key.secret, "POST", f"/v1/api_keys/{rolled['id']}/revoke", json={})
    call(house, key.secret, "POST", f"/v1/api_keys/{rolled['id']}/revoke", json={})

    by = f"key:{key.view.id}"
    of_key = {"name": "Till", "kind": "rk", "scopes": ["invoices:read"]}
    (ended,) = [each.expires_at for each in house.rows(ApiKey) if each.id == made["id"]]
    assert ended is not None
    assert briefly(house) == in_order(
        ("test", by, "api_key.made", made["id"], None, of_key),
        ("test", by, "api_key.made", rolled["id"], None, of_key),
        (
            "test",
            by,
            "api_key.rolled",
            made["id"],
            None,
            {"replaced_by": rolled["id"], "expires_at": ended.isoformat()},
        ),
        ("test", by, "api_key.revoked", rolled["id"], None, None),
    )
    for secret in (made["secret"], rolled["secret"]):
        assert secret[-49:] not in str(told(house))


def test_identity_secrets_are_made_changed_rolled_and_revoked(house: House, vendor: Registered, owner: Console) -> None:
    page = "/console/access/secrets"
    owner.post(page, do="make", name="Website", takes_v1="yes")
    (first,) = [each.id for each in house.rows(IdentitySecret)]
    owner.post(page, do="v1_off", which=first)
    owner.post(page, do="roll", which=first, overlap="3600")
    (second,) = [each.id for each in house.rows(IdentitySecret) if each.id != first]
    owner.post(page, do="revoke", which=first)

    on, off = {"name": "Website", "takes_v1": True}, {"name": "Website", "takes_v1": False}
    (rolled,) = [each["data"]["after"] for each in told(house) if each["data"]["action"] == "identity_secret.rolled"]
    me = f"staff:{vendor.user}"
    assert rolled["replaced_by"] == second
    assert briefly(house) == in_order(
        ("live", me, "identity_secret.made", first, None, on),
        ("live", me, "identity_secret.changed", first, on, off),
        ("live", me, "identity_secret.made", second, None, off),
        ("live", me, "identity_secret.rolled", first, None, rolled),
        ("live", me, "identity_secret.revoked", first, None, None),
    )


def test_what_is_refused_leaves_no_line(house: House, vendor: Registered, owner: Console) -> None:
    owner.post("/console/access/people", do="remove", user=vendor.user)
    owner.post("/console/access/keys", do="make", name="X", kind="rk")
    owner.post("/console/access/secrets", do="revoke", which="ids_none")

    assert told(house) == []
