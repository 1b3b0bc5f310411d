"""A portal at its vendor's own host (B08): proven by a TXT record, looked for again each day."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from threading import Barrier
from typing import Any

import pytest

from services.portal.adapters import Adapters
from services.portal.jobs import recheck_domains
from services.portal.models import PortalConfiguration
from shared import clock
from shared.database import Database
from shared.events import PortalConfigurationPublishedV3
from shared.web.app import App
from tests.integration.portal.shop import Shop, application, open_shop
from tests.support.name_server import NameServer, a_name_server

pytestmark = pytest.mark.feature("B08")


@pytest.fixture(scope="module")
def names() -> Iterator[NameServer]:
    with a_name_server() as server:
        yield server


@pytest.fixture(scope="module")
def app(database: Database, names: NameServer) -> App:
    return application(database, dns_servers=names.address)


def at(shop: Shop, host: str, path: str = "/billing") -> dict[str, Any]:
    """A further portal of the shop's that is to be at this address."""
    made: dict[str, Any] = shop.post(
        "/v1/portal_configurations", {"name": "Own", "domain": {"host": host, "path": path}}
    )
    return made


def rest(shop: Shop, portal: dict[str, Any]) -> None:
    """Some time passes, and it may be looked for again."""
    with shop.inside() as session:
        session.get_one(PortalConfiguration, portal["id"]).domain_checked_at = None


def prove(shop: Shop, names: NameServer, portal: dict[str, Any]) -> dict[str, Any]:
    rest(shop, portal)
    record = portal["domain"]["record"]
    names.records.setdefault(record["name"], []).append(record["value"])
    proven: dict[str, Any] = shop.post(f"/v1/portal_configurations/{portal['id']}/verify_domain", {})
    return proven


def told(shop: Shop, portal: dict[str, Any]) -> list[dict[str, Any] | None]:
    """What others have been told of the portal's domain, oldest first."""
    said = shop.said(PortalConfigurationPublishedV3)
    return [each.domain for each in said if each.configuration == portal["id"]]


def refused(shop: Shop, portal: dict[str, Any]) -> tuple[int, str]:
    answer = shop.ask("POST", f"/v1/portal_configurations/{portal['id']}/verify_domain")
    return answer.status_code, answer.json["code"]  # type: ignore[index]


def days_later(shop: Shop, names: NameServer, days: float) -> int:
    """The daily look, by whichever worker; how many records it looked for."""
    wiring = shop.app.extensions["bursar"]
    assert isinstance(wiring.adapters, Adapters)
    moment: datetime = clock.now() + timedelta(days=days)
    return recheck_domains(shop.database.begin, now=moment, adapters=wiring.adapters)


def test_a_host_counts_from_when_its_record_is_found(shop: Shop, names: NameServer) -> None:
    portal = at(shop, "billing.acme.example")
    before = portal["domain"]

    proven = prove(shop, names, portal)

    assert before == {
        "host": "billing.acme.example",
        "path": "/billing",
        "verified": False,
        "record": {"name": "_bursar.billing.acme.example", "value": f"bursar-verification={portal['id']}"},
    }
    assert proven["domain"] == {**before, "verified": True}
    assert proven["revision"] == portal["revision"] + 1
    assert told(shop, portal) == [None, {"host": "billing.acme.example", "path": "/billing"}]
    assert shop.logged(portal["id"])[-1] == "portal_configuration.domain_proven"


def test_asking_again_changes_nothing(shop: Shop, names: NameServer) -> None:
    portal = at(shop, "again.example")
    once = prove(shop, names, portal)
    rest(shop, portal)

    again = shop.post(f"/v1/portal_configurations/{portal['id']}/verify_domain", {})

    assert again == once
    assert len(told(shop, portal)) == 2


@pytest.mark.parametrize(
    "records",
    [
        None,
        [],
        ["v=spf1 -all"],
        ["bursar-verification="],
        ["bursar-verification=pcfg_of_another"],
        ["{value} and more"],
    ],
)
def test_without_its_own_record_a_host_does_not_count(shop: Shop, names: NameServer, records: list[str] | None) -> None:
    portal = at(shop, "not-yet.example")
    if records is not None:
        value = portal["domain"]["record"]["value"]
        names.records["_bursar.not-yet.example"] = [each.replace("{value}", value) for each in records]

    answer = shop.ask("POST", f"/v1/portal_configurations/{portal['id']}/verify_domain")

    assert (answer.status_code, answer.json["code"]) == (409, "domain_not_proven")  # type: ignore[index]
    assert portal["domain"]["record"]["value"] in answer.json["detail"]  # type: ignore[index]
    assert told(shop, portal) == [None]
    names.records.pop("_bursar.not-yet.example", None)


def test_the_record_of_another_portal_proves_nothing(shop: Shop, other: Shop, names: NameServer) -> None:
    """The record names the portal, so one vendor's proof is never another's."""
    mine = at(shop, "shared.example")
    theirs = at(other, "shared.example")
    prove(shop, names, mine)

    assert refused(other, theirs) == (409, "domain_not_proven")


def test_nobody_proves_anothers_portal(shop: Shop, other: Shop, names: NameServer) -> None:
    portal = at(shop, "foreign.example")

    for stranger in (other, shop.live()):
        assert refused(stranger, portal) == (404, "not_found")
    assert "_bursar.foreign.example" not in names.asked


def test_one_address_is_one_portals(shop: Shop, other: Shop, names: NameServer) -> None:
    mine, again, beside = at(shop, "both.example"), at(shop, "both.example"), at(shop, "both.example", "/other")
    prove(shop, names, mine)
    record = again["domain"]["record"]
    names.records[record["name"]].append(record["value"])

    assert refused(shop, again) == (409, "domain_taken")
    assert prove(shop, names, beside)["domain"]["verified"]


def test_a_host_is_one_vendors_whatever_the_paths(shop: Shop, other: Shop, names: NameServer) -> None:
    """One origin to browsers: cookies and storage of two vendors would be shared."""
    mine, theirs = at(shop, "one-origin.example", "/billing"), at(other, "one-origin.example", "/elsewhere")
    own_test, own_live = at(shop, "one-origin.example", "/test"), at(shop.live(), "one-origin.example", "/live")
    prove(shop, names, mine)
    names.records["_bursar.one-origin.example"].append(theirs["domain"]["record"]["value"])

    answer = other.ask("POST", f"/v1/portal_configurations/{theirs['id']}/verify_domain")

    assert (answer.status_code, answer.json["code"]) == (409, "domain_taken")  # type: ignore[index]
    assert "Another vendor has this host already" in answer.json["detail"]  # type: ignore[index]
    assert told(other, theirs) == [None]
    assert prove(shop, names, own_test)["domain"]["verified"]
    assert prove(shop.live(), names, own_live)["domain"]["verified"]
    for portal, whose in ((mine, shop), (own_test, shop), (own_live, shop.live())):
        whose.patch(f"/v1/portal_configurations/{portal['id']}", {"domain": {"host": None}})
    rest(other, theirs)
    assert other.post(f"/v1/portal_configurations/{theirs['id']}/verify_domain", {})["domain"]["verified"]


@pytest.mark.parametrize("attempt", range(3))
def test_of_two_vendors_who_prove_a_host_at_once_one_has_it(
    shop: Shop, other: Shop, names: NameServer, attempt: int
) -> None:
    host = f"race-{attempt}.example"
    portals = [(shop, at(shop, host, "/a")), (other, at(other, host, "/b"))]
    names.records[f"_bursar.{host}"] = [portal["domain"]["record"]["value"] for _, portal in portals]
    together = Barrier(2)

    def prove_one(whose: Shop, portal: dict[str, Any]) -> tuple[int, str | None]:
        together.wait(timeout=10)
        answer = whose.ask("POST", f"/v1/portal_configurations/{portal['id']}/verify_domain")
        assert answer.json is not None
        return answer.status_code, answer.json.get("code")

    with ThreadPoolExecutor(2) as both:
        outcomes = sorted(both.map(lambda each: prove_one(*each), portals), key=str)

    assert outcomes == [(200, None), (409, "domain_taken")]
    verified = [whose.get(f"/v1/portal_configurations/{each['id']}")["domain"]["verified"] for whose, each in portals]
    assert sorted(verified) == [False, True]


def test_a_name_server_that_does_not_tell_changes_nothing(shop: Shop, names: NameServer) -> None:
    portal = at(shop, "broken.example")
    names.broken.add("_bursar.broken.example")

    assert refused(shop, portal) == (503, "unavailable")

    names.broken.clear()
    prove(shop, names, portal)
    names.broken.add("_bursar.broken.example")
    for day in range(1, 9):
        days_later(shop, names, day)
    assert shop.get(f"/v1/portal_configurations/{portal['id']}")["domain"]["verified"]
    names.broken.clear()


def test_asked_too_often_nobody_is_kept_waiting(shop: Shop, names: NameServer) -> None:
    portal = at(shop, "often.example")
    assert refused(shop, portal) == (409, "domain_not_proven")
    before = len(names.asked)

    answer = shop.ask("POST", f"/v1/portal_configurations/{portal['id']}/verify_domain")

    assert (answer.status_code, answer.headers["Retry-After"]) == (429, "5")
    assert len(names.asked) == before


def test_a_portal_without_a_host_has_nothing_to_prove(shop: Shop) -> None:
    portal = shop.get("/v1/portal_configurations")["data"][0]

    assert refused(shop, portal) == (409, "domain_missing")


def test_another_host_is_to_be_proven_anew_and_another_path_is_not(shop: Shop, names: NameServer) -> None:
    portal = at(shop, "first.example")
    prove(shop, names, portal)
    address = f"/v1/portal_configurations/{portal['id']}"

    moved = shop.patch(address, {"domain": {"path": "/account"}})
    left = shop.patch(address, {"domain": {"host": "second.example"}})

    assert moved["domain"]["verified"]
    assert not left["domain"]["verified"]
    assert told(shop, portal)[2:] == [{"host": "first.example", "path": "/account"}, None]


def test_a_record_is_looked_for_once_a_day(app: App, database: Database, names: NameServer) -> None:
    shop = open_shop(app, database)
    prove(shop, names, at(shop, "daily.example"))
    days_later(shop, names, 20)  # whatever other tests left
    names.asked.clear()

    looks = [days_later(shop, names, 20 + hours / 24) for hours in (1, 23, 24.1, 25, 48.2)]

    assert names.asked.count("_bursar.daily.example") == 2
    assert [bool(each) for each in looks] == [False, False, True, False, True]


def test_a_record_that_is_gone_for_three_days_counts_no_more(shop: Shop, names: NameServer) -> None:
    portal = at(shop, "lost.example")
    prove(shop, names, portal)
    kept = names.records.pop("_bursar.lost.example")
    seen = []

    for day in (1.1, 2.2, 3.3, 4.4):
        days_later(shop, names, day)
        seen.append(shop.get(f"/v1/portal_configurations/{portal['id']}")["domain"]["verified"])

    assert seen == [True, True, True, False]
    assert told(shop, portal)[-1] is None
    assert shop.logged(portal["id"])[-1] == "portal_configuration.domain_lost"
    names.records["_bursar.lost.example"] = kept
    assert shop.post(f"/v1/portal_configurations/{portal['id']}/verify_domain", {})["domain"]["verified"]


def test_a_record_that_comes_back_in_time_was_never_gone(shop: Shop, names: NameServer) -> None:
    portal = at(shop, "back.example")
    prove(shop, names, portal)
    kept = names.records.pop("_bursar.back.example")
    days_later(shop, names, 1.1)
    names.records["_bursar.back.example"] = kept
    days_later(shop, names, 2.2)
    names.records.pop("_bursar.back.example")

    for day in (3.3, 4.4, 5.5):
        days_later(shop, names, day)

    assert shop.get(f"/v1/portal_configurations/{portal['id']}")["domain"]["verified"]
