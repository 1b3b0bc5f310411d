"""What keys asked is kept where it wrote or was refused, and of what they sent no value."""

from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.exc import OperationalError

from shared.database import api_requests
from shared.database.api_requests import ApiRequest, Wanted
from tests.integration.web.conftest import OTHER_VENDOR, VENDOR, World

THING = {"name": "lamp", "amount": 100}


def kept(world: World, *, vendor: str = VENDOR, mode: str = "test", **wanted: Any) -> list[ApiRequest]:
    with world.database.begin(read_only=True) as session:
        found = api_requests.find(session, Wanted(**{"limit": 100, **wanted}), vendor=vendor, mode=mode)
    return list(found.data)


def post(world: World, body: dict[str, Any] = THING, path: str = "/v1/things", **headers: str) -> Any:
    return world.client().post(path, json=body, headers={**world.passport(), **headers})


@pytest.mark.feature("K04")
def test_a_write_is_kept_with_key_status_and_request_id_and_a_read_that_went_well_is_not(world: World) -> None:
    answer = post(world, **{"X-Request-Id": "client-made-0001", "Idempotency-Key": "k" * 100})
    world.client().get("/v1/things", headers=world.passport())

    (line,) = kept(world)
    assert answer.headers["X-Request-Id"] == line.request_id == "client-made-0001"
    assert (line.method, line.route, line.status, line.code, line.fields) == ("POST", "/v1/things", 201, None, ())
    assert (line.key, line.idempotency_key, line.is_replayed) == ("key_1", "k" * 64, False)
    assert line.milliseconds >= 0


@pytest.mark.feature("K04")
def test_what_was_refused_is_kept_though_it_was_rolled_back_with_code_and_fields(world: World) -> None:
    for body in ({"name": "twice", "amount": 1}, {"name": "away", "amount": 1}, {"name": "fail", "amount": 1}):
        post(world, body)
    post(world, {"amount": "secret-amount", "surprise@shop.example": "secret-value", "color": 1})

    wrong, failed, away, twice = kept(world)
    assert world.names() == []
    assert [(each.status, each.code) for each in (twice, away, failed)] == [
        (409, "conflict"),
        (503, "unavailable"),
        (500, "internal_error"),
    ]
    assert (wrong.status, wrong.code, set(wrong.fields)) == (400, "malformed_request", {"amount", "name", "color"})
    assert "secret" not in str(wrong)


@pytest.mark.parametrize(
    ("path", "route", "status", "code"),
    [
        ("/v1/things?limit=1000&q=mira%40tessaly.example", "/v1/things", 400, "malformed_request"),
        ("/v1/things/vendors", "/v1/things/vendors", 403, "forbidden"),
        ("/v1/things/mira@tessaly.example/paid", "/v1/things/{}/paid", 404, "not_found"),
        ("/v1/things/paid", "/v1/things/paid", 405, "method_not_allowed"),
    ],
)
def test_reads_that_were_refused_are_kept_without_what_stood_in_the_address(
    world: World, path: str, route: str, status: int, code: str
) -> None:
    world.client().get(path, headers=world.passport())

    (line,) = kept(world)
    assert (line.method, line.route, line.status, line.code) == ("GET", route, status, code)
    assert "mira" not in str(line)


def test_an_answer_that_is_given_again_says_so(world: World) -> None:
    for body in (THING, THING, {**THING, "amount": 2}):
        post(world, body, **{"Idempotency-Key": "k1"})

    assert [(line.status, line.is_replayed) for line in kept(world)] == [(422, False), (201, True), (201, False)]


def test_views_in_steps_are_kept_too_once_each(world: World) -> None:
    for name, key in (("lamp", "k1"), ("lamp", "k1"), ("early", "k2"), ("late", "k3")):
        post(world, {"name": name, "amount": 1}, "/v1/things/stepwise", **{"Idempotency-Key": key})

    assert [line.status for line in kept(world)] == [500, 409, 201, 201]
    assert [line.is_replayed for line in kept(world, status="2xx")] == [True, False]


@pytest.mark.parametrize("kind", ["customer", "service", "staff", "admin"])
def test_of_nobody_but_keys_anything_is_kept(world: World, kind: str) -> None:
    world.client().post("/v1/things", json=THING, headers=world.passport(kind))
    world.client().post("/v1/things", json=THING)

    assert kept(world) == kept(world, vendor=OTHER_VENDOR) == []


def test_a_log_that_cannot_be_written_changes_no_answer(world: World) -> None:
    with world.database.engine.begin() as connection:
        connection.execute(text("ALTER TABLE api_requests RENAME TO elsewhere"))

    answers = [post(world), post(world, {"name": "twice", "amount": 1}), post(world, {})]

    with world.database.engine.begin() as connection:
        connection.execute(text("ALTER TABLE elsewhere RENAME TO api_requests"))
    assert [answer.status_code for answer in answers] == [201, 409, 400]
    assert world.names() == ["lamp"]
    assert kept(world) == []


def test_what_cannot_be_committed_is_kept_as_what_it_was_answered_with(world: World) -> None:
    """The line of the write goes with it; the one of the failure stays."""
    post(world)
    thing = world.database.is_sqlite
    with world.database.engine.begin() as connection:
        connection.execute(
            text("CREATE TRIGGER full_disk BEFORE INSERT ON things BEGIN SELECT RAISE(ABORT, 'full'); END")
            if thing
            else text("ALTER TABLE things ADD CONSTRAINT full_disk CHECK (amount < 500)")
        )

    answer = post(world, {"name": "late", "amount": 900}, "/v1/things/paid", **{"Idempotency-Key": "k1"})

    assert answer.status_code == 500
    assert world.names() == ["lamp"]
    assert [line.status for line in kept(world)] == [500, 201]


def test_another_vendor_and_the_other_mode_never_see_it(world: World) -> None:
    post(world)
    world.client().post("/v1/things", json={}, headers=world.passport(mode="live"))

    assert [line.status for line in kept(world)] == [201]
    assert [line.status for line in kept(world, mode="live")] == [400]
    assert kept(world, vendor=OTHER_VENDOR) == []


def test_it_is_found_by_everything_that_the_list_can_be_asked_for(world: World) -> None:
    post(world)
    post(world, {})
    world.client().get("/v1/things/none", headers=world.passport(sub="key_2"))
    missing, wrong, made = kept(world)

    for asked, expected in (
        ({"kind": "refused"}, [missing, wrong]),
        ({"kind": "write"}, [wrong, made]),
        ({"status": "4xx"}, [missing, wrong]),
        ({"status": "404"}, [missing]),
        ({"code": "malformed_request"}, [wrong]),
        ({"key": "key_2"}, [missing]),
        ({"method": "POST"}, [wrong, made]),
        ({"request_id": made.request_id}, [made]),
        ({"id": wrong.id}, [wrong]),
        ({"after": missing.id, "limit": 1}, [wrong]),
        ({"before": made.id, "limit": 1}, [wrong]),
    ):
        assert kept(world, **asked) == expected, asked


def test_siblings_alone_are_told(world: World) -> None:
    post(world)
    asked = {"wanted": Wanted(limit=5).told(), "vendor": VENDOR, "mode": "test"}

    def ask(kind: str) -> Any:
        return world.client().post("/internal/api_requests", json=asked, headers=world.passport(kind))

    (told,) = ask("service").json["data"]
    assert ApiRequest.heard(told) == kept(world)[0]
    assert [ask(kind).status_code for kind in ("key", "customer", "staff")] == [404, 404, 404]


def test_where_the_database_went_away_the_write_is_answered_as_ever(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Between the write and its line: neither is there, and the client is told to try again."""

    def lose(*_args: Any, **_line: Any) -> None:
        raise OperationalError("INSERT", {}, Exception("gone"), connection_invalidated=True)

    with monkeypatch.context() as patch:
        patch.setattr(api_requests, "keep", lose)
        answer = post(world)

    assert (answer.status_code, answer.json["code"]) == (503, "unavailable")
    assert world.names() == []
    assert kept(world) == []
