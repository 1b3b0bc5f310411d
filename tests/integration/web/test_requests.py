"""Who gets in, what is saved, and what is said when something is refused."""

import re
from typing import Any

import pytest
from flask import Blueprint

from shared.web import create_app
from tests.integration.web.conftest import OTHER_VENDOR, World

THING = {"name": "lamp", "amount": 100}


def test_without_a_passport_nobody_gets_in_and_a_header_alone_proves_nothing(world: World) -> None:
    forged = {"X-Auth-Vendor": "ven_a", "X-Customer-Id": "cus_1", "Authorization": "Bearer sk_test_x", "X-Mode": "live"}

    answers = [world.client().get("/v1/things", headers=headers) for headers in ({}, forged, {"X-Passport": "x.y.z"})]

    assert [answer.status_code for answer in answers] == [401, 401, 401]
    assert answers[0].content_type == "application/problem+json"
    assert answers[0].headers["WWW-Authenticate"] == "Bearer"


@pytest.mark.parametrize(
    ("kind", "changes", "path", "status"),
    [
        ("key", {}, "/v1/things", 200),
        ("key", {"scopes": ["things:write"]}, "/v1/things", 403),
        ("customer", {}, "/v1/things", 200),
        ("staff", {"portal": None}, "/v1/things", 403),
        ("staff", {}, "/v1/things", 200),  # looks on as a customer
        ("service", {}, "/v1/things", 403),
        ("key", {}, "/v1/things/vendors", 403),
        ("admin", {"vendor": None, "mode": None}, "/v1/things/vendors", 200),
        ("customer", {}, "/v1/things/vendors", 403),
        ("service", {}, "/internal/sibling", 200),
        ("customer", {}, "/internal/sibling", 404),
        ("key", {}, "/internal/sibling", 404),
        ("customer", {}, "/p/acme", 200),
        ("customer", {"portal": "other"}, "/p/acme", 303),
        ("key", {}, "/p/acme", 303),
    ],
)
def test_each_mark_lets_its_own_callers_in(world: World, kind: str, changes: Any, path: str, status: int) -> None:
    assert world.client().get(path, headers=world.passport(kind, **changes)).status_code == status


def test_a_view_without_a_mark_keeps_the_service_from_starting(world: World) -> None:
    bare = Blueprint("bare", __name__)
    bare.add_url_rule("/open-door", view_func=lambda: "in", endpoint="door")
    wiring = world.app.extensions["bursar"]

    with pytest.raises(RuntimeError, match="open-door"):
        create_app("tests", settings=wiring.settings, database=world.database, adapters=object(), pages=[bare])


def test_what_returns_is_saved_and_what_raises_is_not(world: World) -> None:
    client, key = world.client(), world.passport()

    statuses = [
        client.post("/v1/things", json={**THING, "name": name}, headers=key).status_code
        for name in ("lamp", "twice", "fail")
    ]

    assert statuses == [201, 409, 500]
    assert world.names() == ["lamp"]


def test_a_get_cannot_write_unless_it_says_so(world: World) -> None:
    client, customer = world.client(), world.passport("customer")

    assert client.get("/p/acme/sneaky", headers=customer).status_code >= 500
    assert client.get("/p/acme/seen", headers=customer).status_code == 200
    assert world.names() == ["seen"]


def test_each_step_of_a_view_in_steps_stands_by_itself(world: World) -> None:
    client = world.client()
    customer = world.passport("customer", portal="broken")
    token = token_of(client.get("/p/broken", headers=customer).text)

    answer = client.post(
        "/p/broken/steps", data={"csrf_token": token}, headers={**customer, "Origin": "http://localhost:8080"}
    )

    assert answer.status_code == 200
    assert world.names() == ["intent"]


def test_another_vendor_or_mode_sees_none_of_it(world: World) -> None:
    client = world.client()
    client.post("/v1/things", json=THING, headers=world.passport())

    for changes in ({"vendor": OTHER_VENDOR}, {"mode": "live"}):
        assert client.get("/v1/things", headers=world.passport(**changes)).json == {"data": [], "has_more": False}


@pytest.mark.parametrize(
    ("name", "status", "code", "retry_after"),
    [
        ("twice", 409, "conflict", None),
        ("busy", 429, "too_many_requests", "7"),
        ("away", 503, "unavailable", "5"),
        ("fail", 500, "internal_error", None),
    ],
)
def test_a_refusal_is_a_problem_document_and_tells_nothing_of_the_inside(
    world: World, name: str, status: int, code: str, retry_after: str | None
) -> None:
    answer = world.client().post(
        "/v1/things", json={**THING, "name": name}, headers={**world.passport(), "X-Request-Id": "req-12345678"}
    )

    problem = answer.get_json(force=True)
    assert (answer.status_code, answer.content_type) == (status, "application/problem+json")
    assert (problem["code"], problem["status"], problem["instance"]) == (code, status, "req-12345678")
    assert answer.headers.get("Retry-After") == retry_after
    assert not re.search(r"SELECT|passwd|Traceback|RuntimeError|site-packages", answer.text)


@pytest.mark.parametrize(
    ("body", "kind", "status"),
    [
        (b'{"name": "a", "amount": 1, "vendor": "ven_b"}', "application/json", 400),
        (b'{"name": "a", "amount": 1, "mode": "live"}', "application/json", 400),
        (b'{"name": "a", "amount": true}', "application/json", 400),
        (b'{"name": "a", "amount": 1, "amount": 2}', "application/json", 400),
        (b'{"name": "a\\u0000", "amount": 1}', "application/json", 400),
        (b"[]", "application/json", 400),
        (b"", "application/json", 400),
        (b"name=a&amount=1", "application/x-www-form-urlencoded", 415),
        (b'{"name": "a", "amount": 1}', "text/plain", 415),
        (b'{"name": "' + b"a" * 1_100_000 + b'", "amount": 1}', "application/json", 413),
    ],
    ids=["vendor", "mode", "bool", "twice", "NUL", "list", "empty", "form", "text", "large"],
)
def test_a_body_that_does_not_fit_is_refused_and_nothing_is_saved(
    world: World, body: bytes, kind: str, status: int
) -> None:
    answer = world.client().post("/v1/things", data=body, content_type=kind, headers=world.passport())

    assert (answer.status_code, answer.content_type) == (status, "application/problem+json")
    assert world.names() == []


@pytest.mark.parametrize(
    "query",
    ["limit=0", "limit=101", "limit=x", "vendor=ven_b", "starting_after=thg_1", "starting_after=a&ending_before=b"],
)
def test_query_strings_pass_a_schema_too(world: World, query: str) -> None:
    assert world.client().get(f"/v1/things?{query}", headers=world.passport()).status_code == 400


def test_pages_of_a_list_are_complete_in_both_directions(world: World) -> None:
    client, key = world.client(), world.passport()
    made = [
        client.post("/v1/things", json={"name": f"n{number}", "amount": 1}, headers=key).get_json()["id"]
        for number in range(5)
    ]
    newest = sorted(made, reverse=True)

    first = client.get("/v1/things?limit=2", headers=key).get_json()
    second = client.get(f"/v1/things?limit=2&starting_after={first['data'][-1]['id']}", headers=key).get_json()
    last = client.get(f"/v1/things?limit=2&starting_after={second['data'][-1]['id']}", headers=key).get_json()
    back = client.get(f"/v1/things?limit=2&ending_before={second['data'][0]['id']}", headers=key).get_json()

    assert [each["id"] for part in (first, second, last) for each in part["data"]] == newest
    assert [part["has_more"] for part in (first, second, last)] == [True, True, False]
    assert back["data"] == first["data"]


@pytest.mark.parametrize(
    ("path", "method", "status"),
    [("/v1/nothing", "get", 404), ("/v1/things", "delete", 405), ("/internal/nothing", "get", 404)],
)
def test_clients_get_problems_for_what_is_not_there(world: World, path: str, method: str, status: int) -> None:
    answer = getattr(world.client(), method)(path, headers=world.passport())

    assert (answer.status_code, answer.content_type) == (status, "application/problem+json")


def test_people_get_a_page_in_their_language_for_what_is_not_there(world: World) -> None:
    answer = world.client().get("/p/acme/nothing", headers={"Accept-Language": "de"})

    assert answer.status_code == 404
    assert answer.content_type.startswith("text/html")
    assert '<html lang="de" dir="ltr">' in answer.text
    assert "Hier ist nichts" in answer.text


def test_everything_that_is_served_is_kept_by_nobody(world: World) -> None:
    answers = [
        world.client().get("/v1/things", headers=world.passport()),
        world.client().get("/p/acme", headers=world.passport("customer")),
    ]

    assert {answer.headers["Cache-Control"] for answer in answers} == {"no-store"}


def test_health_needs_no_passport_and_metrics_count_routes_not_paths(world: World) -> None:
    client = world.client()
    client.get("/v1/things?limit=1", headers=world.passport())

    assert client.get("/healthz").status_code == 200
    assert client.get("/readyz").get_json()["database"] == "up"
    metrics = client.get("/metrics").text
    assert 'route="/v1/things"' in metrics
    assert "limit=" not in metrics


def test_the_description_names_problems_and_refuses_unknown_fields(world: World) -> None:
    described = world.app.openapi()

    assert described["openapi"] == "3.1.0"
    assert described["components"]["schemas"]["ThingIn"]["additionalProperties"] is False
    assert "default" in described["paths"]["/v1/things"]["post"]["responses"]


def token_of(page: str) -> str:
    found = re.search(r'name="csrf_token" value="([0-9a-f]+)"', page)
    assert found is not None
    return found[1]
