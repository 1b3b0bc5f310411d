"""The console's page about domains: the record to set, looked for on a click, and what was found."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest

from services.portal.adapters.dns import Dns
from services.portal.models import PortalConfiguration
from shared.web.app import App
from tests.integration.portal.shop import Shop
from tests.integration.portal_pages.console import Staff
from tests.support.name_server import NameServer, a_name_server

PAGE = "/console/domains"


@pytest.fixture
def names(app: App) -> Iterator[NameServer]:
    wiring = app.extensions["bursar"]
    with a_name_server() as server:
        adapters = replace(wiring.adapters, dns=Dns(server.address))
        app.extensions["bursar"] = replace(wiring, adapters=adapters)
        yield server
    app.extensions["bursar"] = wiring


@pytest.fixture
def own(names: NameServer, staff: Staff) -> dict[str, Any]:
    """A portal that is to be at a host of the vendor's own."""
    host = f"{staff.shop.slug}.shop.example"
    made: dict[str, Any] = staff.shop.post(
        "/v1/portal_configurations", {"name": "Own", "domain": {"host": host, "path": "/billing"}}
    )
    return made


@pytest.mark.feature("B08")
def test_the_record_is_shown_and_the_portal_proven_once_it_is_there(
    staff: Staff, names: NameServer, own: dict[str, Any]
) -> None:
    record = own["domain"]["record"]
    page = staff.get(PAGE).text
    assert record["name"] in page
    assert record["value"] in page
    assert "Waiting for its record" in page

    missing = staff.post(f"{PAGE}/{own['id']}")
    assert missing.status_code == 409
    assert "There is no TXT record at" in missing.text
    names.records[record["name"]] = [record["value"]]
    with staff.shop.inside() as session:
        session.get_one(PortalConfiguration, own["id"]).domain_checked_at = None
    found = staff.post(f"{PAGE}/{own['id']}")

    assert found.status_code == 303
    assert "The portal is at its own address from now on." in staff.get(found.headers["Location"]).text
    assert staff.shop.get(f"/v1/portal_configurations/{own['id']}")["domain"]["verified"] is True


def test_looking_too_often_and_at_nothing_is_refused(staff: Staff, own: dict[str, Any], portal: str) -> None:
    staff.post(f"{PAGE}/{own['id']}")

    assert staff.post(f"{PAGE}/{own['id']}").status_code == 429
    assert staff.post(f"{PAGE}/{portal}").status_code == 409


def test_another_vendors_portal_is_not_there(staff: Staff, own: dict[str, Any], other: Shop, app: App) -> None:
    stranger = Staff(shop=other, browser=app.test_client())

    assert own["domain"]["host"] not in stranger.get(PAGE).text
    assert stranger.post(f"{PAGE}/{own['id']}").status_code == 404
