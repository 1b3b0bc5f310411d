"""The request log of all services as one list: for the vendor's programs, and for its people in the console."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from threading import Thread
from types import SimpleNamespace
from typing import Any

import pytest
from werkzeug.serving import make_server
from werkzeug.test import TestResponse

from services.auth.actions.vendors import Registered
from services.auth.adapters import Siblings
from services.auth.models import VendorUser
from services.auth.rules.roles import Role
from shared import clock
from shared.database import Database, api_requests, pruning, tables
from shared.settings import CommonSettings
from shared.web import create_app
from shared.web.identity import PassportKeys
from tests.integration.auth.house import PUBLIC_URL, House
from tests.integration.auth.staffing import Console, hire, sign_in
from tests.integration.auth.test_keys import passport

HOME, BOM = "/console/developers/requests", "\N{ZERO WIDTH NO-BREAK SPACE}"
NOWHERE = "http://127.0.0.1:9"
NAMES = ("portal", "invoices", "notifications")


class Parts:
    """The siblings, as far as the log goes: each a real application, with a database of its own, on a real socket."""

    def __init__(self, house: House, vendor: Registered, databases: dict[str, Database], urls: dict[str, str]) -> None:
        self.house, self.vendor, self.databases, self.urls = house, vendor, databases, urls
        self.connect()

    def connect(self, *, without: str | None = None) -> None:
        urls = {**self.urls, **({without: NOWHERE} if without else {})}
        house = self.house
        adapters = replace(house.adapters, siblings=Siblings({"auth": NOWHERE, **urls}))
        house.app.extensions["bursar"] = replace(house.app.extensions["bursar"], adapters=adapters)

    def line(self, service: str, route: str, *, status: int = 201, **more: Any) -> None:
        """The service was asked for this by the vendor's key."""
        given = {
            "vendor": self.vendor.vendor.id,
            "mode": "test",
            "key": self.vendor.keys["test"].view.id,
            "request_id": f"of-{service}",
            "method": "POST",
            "route": route,
            "ids": {},
            "status": status,
            "code": None,
            "fields": [],
            "idempotency_key": None,
            "is_replayed": False,
            "milliseconds": 12,
            "created_at": clock.now(),
            **more,
        }
        with self.databases[service].begin() as session:
            api_requests.keep(session, **given)


@pytest.fixture
def parts(house: House, vendor: Registered, tmp_path: Path) -> Iterator[Parts]:
    with ExitStack() as stack:
        found = {name: stack.enter_context(_part(house, tmp_path / f"{name}.sqlite")) for name in NAMES}
        databases, urls = ({name: each[place] for name, each in found.items()} for place in (0, 1))
        yield Parts(house, vendor, {"auth": house.database, **databases}, urls)


@contextmanager
def _part(house: House, path: Path) -> Iterator[tuple[Any, Any]]:
    database = Database(f"sqlite:///{path}")
    tables.metadata.create_all(database.engine)
    settings = CommonSettings(
        database_url=str(database.url),
        bus_url="sqlite:///:memory:",
        public_url=PUBLIC_URL,
        auth_url=NOWHERE,
        log_level="error",
    )
    app = create_app("tests", settings=settings, database=database, adapters=object())
    auth: Any = SimpleNamespace(get=lambda _path: SimpleNamespace(json=house.adapters.passports.public))
    app.extensions["bursar"] = replace(app.extensions["bursar"], keys=PassportKeys(auth))
    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = Thread(target=server.serve_forever)
    thread.start()
    yield database, f"http://127.0.0.1:{server.port}"
    server.shutdown()
    thread.join()
    server.server_close()
    database.close()


def ask(house: House, key: str, path: str, method: str = "GET", **options: Any) -> TestResponse:
    """By the real clock, since siblings look at the passport of the question."""
    with clock.fixed(datetime.now(UTC)):
        headers = {"X-Passport": passport(house, key) or "", **options.pop("headers", {})}
        return house.app.test_client().open(path, method=method, headers=headers, **options)


def each_at_its_second(parts: Parts, *lines: tuple[str, str]) -> None:
    """The first is the oldest."""
    started = datetime.now(UTC) - timedelta(minutes=1)
    for second, (service, route) in enumerate(lines):
        with clock.fixed(started + timedelta(seconds=second)):
            parts.line(service, route)


def routes(answer: TestResponse) -> list[str]:
    assert answer.status_code == 200, answer.text
    return [each["route"].removeprefix("/v1/") for each in answer.json["data"]]


@pytest.mark.feature("K04")
def test_a_write_and_a_refusal_are_listed_with_key_code_and_fields_and_reads_are_not(
    house: House, vendor: Registered, parts: Parts
) -> None:
    key = vendor.keys["test"]
    made = ask(house, key.secret, "/v1/api_keys", "POST", json={"name": "Second", "scopes": ["events:read"]})
    ask(house, key.secret, "/v1/api_keys")
    wrong = ask(house, key.secret, "/v1/api_keys", "POST", json={"name": "Third", "scopes": ["eggs:read"]})
    gone = ask(house, key.secret, f"/v1/api_keys/key_{'0' * 26}/roll", "POST", json={"overlap": 0})

    missing, refused, written = ask(house, key.secret, "/v1/api_requests").json["data"]

    assert (written["method"], written["route"], written["status"]) == ("POST", "/v1/api_keys", 201)
    assert (written["key"], written["mode"], written["code"]) == (key.view.id, "test", None)
    assert written["request_id"] == made.headers["X-Request-Id"]
    assert (refused["status"], refused["code"], refused["refused_fields"]) == (422, wrong.json["code"], ["scopes"])
    assert (missing["status"], missing["route"]) == (gone.status_code, "/v1/api_keys/{key_id}/roll")
    assert missing["ids"] == {"key_id": f"key_{'0' * 26}"}
    assert ask(house, key.secret, f"/v1/api_requests/{refused['id']}").json == refused
    assert "Second" not in str(written)


@pytest.mark.feature("K04")
def test_the_lines_of_all_services_are_one_list_that_pages_run_through(vendor: Registered, parts: Parts) -> None:
    order = [
        ("portal", "/v1/customers"),
        ("invoices", "/v1/statements"),
        ("auth", "/v1/delegates"),
        ("notifications", "/v1/suppressions"),
        ("portal", "/v1/refunds"),
    ]
    each_at_its_second(parts, *order)
    newest_first = ["refunds", "suppressions", "delegates", "statements", "customers"]
    key = vendor.keys["test"].secret

    def listed(**asked: Any) -> TestResponse:
        return ask(parts.house, key, "/v1/api_requests", query_string=asked)

    first = listed(limit=2)
    second = listed(limit=2, starting_after=first.json["data"][-1]["id"])
    last = listed(limit=2, starting_after=second.json["data"][-1]["id"])
    back = listed(limit=2, ending_before=last.json["data"][0]["id"])

    assert routes(listed()) == newest_first
    assert [routes(page) for page in (first, second, last)] == [newest_first[:2], newest_first[2:4], newest_first[4:]]
    assert [page.json["has_more"] for page in (first, second, last)] == [True, True, False]
    assert (routes(back), back.json["has_more"]) == (newest_first[2:4], True)
    assert routes(listed(request_id="of-portal")) == ["refunds", "customers"]
    third, second_oldest = listed().json["data"][2], listed().json["data"][3]
    since, until = second_oldest["created_at"], third["created_at"]
    assert routes(listed(created_from=since, created_to=until)) == ["statements"]
    found = first.json["data"][0]
    assert ask(parts.house, key, f"/v1/api_requests/{found['id']}").json == found


def test_what_is_asked_for_wrongly_is_said_and_a_place_of_another_list_is_none(
    house: House, vendor: Registered, parts: Parts
) -> None:
    parts.line("portal", "/v1/customers", mode="live")
    parts.line("portal", "/v1/customers", vendor="ven_other")
    test, live = vendor.keys["test"].secret, vendor.keys["live"].secret
    (foreign,) = ask(house, live, "/v1/api_requests").json["data"]

    assert ask(house, test, "/v1/api_requests").json["data"] == []
    assert ask(house, test, f"/v1/api_requests/{foreign['id']}").status_code == 404
    place = ask(house, test, f"/v1/api_requests?starting_after={foreign['id']}")
    assert (place.status_code, place.json["code"]) == (400, "invalid_cursor")
    for query in ("created_from=2026-01-01T12:00", "status=9xx", "status=40", "kind=all", "method=LOOK", "body=x"):
        assert ask(house, test, f"/v1/api_requests?{query}").status_code == 400, query
    narrow = ask(house, test, "/v1/api_keys", "POST", json={"name": "N", "scopes": ["api_keys:read"]}).json["secret"]
    assert ask(house, narrow, "/v1/api_requests").json["code"] == "scope_missing"


def test_while_a_service_is_away_programs_are_told_so_and_people_see_the_rest(
    house: House, vendor: Registered, parts: Parts
) -> None:
    parts.line("portal", "/v1/customers")
    parts.line("invoices", "/v1/statements")
    console = _in_test_mode(house, vendor)
    parts.connect(without="invoices")
    key = vendor.keys["test"].secret

    answer = ask(house, key, "/v1/api_requests")
    page = console.get(HOME).text

    assert (answer.status_code, answer.json["code"]) == (503, "unavailable")
    assert ask(house, key, f"/v1/api_requests/areq_{'0' * 26}").status_code == 503
    assert "/v1/customers" in page
    assert "/v1/statements" not in page
    assert "are missing: invoices." in page
    assert console.get(f"{HOME}/csv").status_code == 503


@pytest.mark.feature("K04")
def test_the_console_shows_which_call_failed_and_why(house: House, vendor: Registered, parts: Parts) -> None:
    customer = f"cus_{'0' * 26}"
    refused = {"code": "invalid_request", "fields": ["email"], "ids": {"customer_id": customer}, "method": "PATCH"}
    parts.line("portal", "/v1/customers/{customer_id}", status=422, idempotency_key="mine-1", **refused)
    parts.line("notifications", "/v1/suppressions")
    console = _in_test_mode(house, vendor)

    page = console.get(HOME).text
    assert "/v1/customers/{customer_id}" in page
    assert "/v1/suppressions" in page
    page = console.get(f"{HOME}?kind=refused&status=4xx&code=invalid_request&method=PATCH").text
    assert "/v1/suppressions" not in page
    (line,) = ask(house, vendor.keys["test"].secret, "/v1/api_requests?kind=refused").json["data"]
    one = console.get(f"{HOME}/{line['id']}").text
    for part in (f"PATCH /v1/customers/{customer}", "422", "invalid_request", "email", "mine-1", "12 milliseconds"):
        assert part in one, part
    assert 'href="/console/events?request_id=of-portal"' in one
    assert vendor.keys["test"].view.name in one
    lines = console.get(f"{HOME}/csv?kind=refused").text.lstrip(BOM).splitlines()
    assert lines[0].startswith("id,created_at,key,method,path,status,code,refused_fields")
    assert [each.split(",")[3:8] for each in lines[1:]] == [
        ["PATCH", f"/v1/customers/{customer}", "422", "invalid_request", "email"]
    ]
    assert console.get(f"{HOME}/areq_{'0' * 26}").status_code == 404


def test_the_console_pages_through_and_begins_anew_where_a_place_is_gone(
    house: House, vendor: Registered, parts: Parts
) -> None:
    each_at_its_second(parts, *((("portal", "invoices")[at % 2], f"/v1/plans/{at:02}") for at in range(52)))
    console = _in_test_mode(house, vendor)

    newest = console.get(HOME).text
    ids = [each["id"] for each in ask(house, vendor.keys["test"].secret, "/v1/api_requests?limit=100").json["data"]]
    older = console.get(f"{HOME}?starting_after={ids[49]}").text

    assert f"{HOME}?starting_after={ids[49]}" in newest
    assert [f"/v1/plans/{at:02}" in older for at in (0, 1, 2)] == [True, True, False]
    assert f"{HOME}?ending_before={ids[50]}" in older
    assert f"{HOME}/{ids[0]}" in console.get(f"{HOME}?starting_after=areq_{'0' * 26}").text
    assert f"{HOME}/{ids[0]}" in console.get(f"{HOME}?ending_before={ids[50]}").text
    assert len(console.get(f"{HOME}/csv").text.splitlines()) == 53
    tomorrow = (datetime.now(UTC) + timedelta(days=1)).strftime("%Y-%m-%dT%H:%M")
    assert f"{HOME}/{ids[0]}" in console.get(f"{HOME}?created_to={tomorrow}").text
    assert f"{HOME}/{ids[0]}" not in console.get(f"{HOME}?created_from={tomorrow}").text
    assert f"{HOME}/{ids[0]}" in console.get(f"{HOME}?created_from=yesterday&status=all").text


def test_after_thirty_days_it_is_forgotten(vendor: Registered, parts: Parts, now: datetime) -> None:
    parts.line("auth", "/v1/old")
    parts.line("auth", "/v1/young", created_at=now + timedelta(days=2))

    done = pruning.prune_api_requests(parts.house.database.begin, now=now + timedelta(days=31), adapters=None)

    assert done == 1
    assert routes(ask(parts.house, vendor.keys["test"].secret, "/v1/api_requests")) == ["young"]


def _in_test_mode(house: House, vendor: Registered) -> Console:
    """Somebody of the vendor's support, in the console."""
    console = sign_in(house, hire(house, vendor.vendor.id, Role.SUPPORT, "support@x.example"))
    (user,) = [each.id for each in house.rows(VendorUser) if each.role == Role.SUPPORT]
    console.post("/console/access/switch", user=user, mode="test")
    return console
