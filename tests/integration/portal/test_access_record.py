"""Who changed who has access stands in the vendor's sealed action log, and whom it threw out reads of it."""

from typing import Any

import pytest

from services.portal.actions.operations import sealing
from services.portal.queries import action_log as queries
from shared.database import scope, steady
from shared.events import AccessChanged, Actor, SessionRevoked
from tests.integration.portal.shop import Shop

ADA = Actor(kind="staff", id="usr_ada")


def entries(shop: Shop, object_id: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = shop.get(f"/v1/action_log?object={object_id}")["data"]
    return list(reversed(found))


@pytest.mark.feature("M08", "J12")
def test_a_change_of_access_is_a_sealed_line_with_who_did_it(shop: Shop) -> None:
    live = shop.live()
    changes = [
        ("vendor_user.invited", "usr_noor", None, {"role": "support"}),
        ("vendor_user.role_changed", "usr_noor", {"role": "support"}, {"role": "admin"}),
        ("api_key.revoked", "key_till", None, None),
    ]
    for action, of, before, after in changes:
        live.hear(AccessChanged(action=action, object=of, before=before, after=after), by=ADA)

    lines = [*entries(live, "usr_noor"), *entries(live, "key_till")]

    assert [(each["action"], each["object"], each["before"], each["after"]) for each in lines] == changes
    assert {(each["actor_kind"], each["actor_id"], each["customer"]) for each in lines} == {("staff", "usr_ada", None)}
    assert entries(shop, "usr_noor") == []
    sealing.seal_all(shop.database.begin, vendor=shop.vendor)
    assert all(each["hash"] for each in entries(live, "usr_noor"))
    with shop.database.begin(read_only=True) as session, scope.platform():
        steady(session)
        assert [each.break_count for each in queries.verify(session, vendor=shop.vendor) if each.mode == "live"] == [0]


@pytest.mark.feature("M08", "A17")
@pytest.mark.parametrize(("reason", "stands"), [("ended_by_vendor", True), ("signed_out", False), ("replaced", False)])
def test_a_session_that_the_vendor_ended_stands_in_the_customers_record(shop: Shop, reason: str, stands: bool) -> None:
    customer = shop.customer("ada@example.com")["id"]
    said = SessionRevoked(
        session=f"ps_{reason}_{customer}"[:40], portal="larkfield", customers=[customer], reason=reason
    )

    shop.hear(said, by=ADA)

    lines = [(each["action"], each["customer"], each["actor_id"]) for each in entries(shop, said.session)]
    assert lines == ([("session.ended", customer, "usr_ada")] if stands else [])
