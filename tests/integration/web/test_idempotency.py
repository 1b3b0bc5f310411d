"""Has the same POST, sent twice, one effect and one answer?"""

from datetime import timedelta
from threading import Barrier, Thread
from typing import Any

import pytest

from shared import clock
from tests.integration.web.conftest import OTHER_VENDOR, World

THING = {"name": "lamp", "amount": 100}


def post(
    world: World, key: str | None, body: dict[str, Any] = THING, *, path: str = "/v1/things", **changes: Any
) -> Any:
    headers = {**world.passport(**changes), **({"Idempotency-Key": key} if key is not None else {})}
    return world.client().post(path, json=body, headers=headers)


def test_the_first_answer_is_given_again(world: World) -> None:
    first, second = post(world, "k1"), post(world, "k1", {"amount": 100, "name": "lamp"})

    assert (second.status_code, second.data, second.headers["ETag"]) == (201, first.data, first.headers["ETag"])
    assert second.headers["Idempotent-Replayed"] == "true"
    assert "Idempotent-Replayed" not in first.headers
    assert world.names() == ["lamp"]


def test_the_same_key_with_another_body_is_refused(world: World) -> None:
    post(world, "k1")

    answer = post(world, "k1", {"name": "lamp", "amount": 101})

    assert (answer.status_code, answer.get_json(force=True)["code"]) == (422, "idempotency_key_reused")
    assert world.names() == ["lamp"]


@pytest.mark.parametrize(
    "changes", [{"vendor": OTHER_VENDOR}, {"mode": "live"}, {"sub": "key_2"}], ids=["vendor", "mode", "key"]
)
def test_another_s_key_has_nothing_to_do_with_it(world: World, changes: dict[str, Any]) -> None:
    first, other = post(world, "k1"), post(world, "k1", **changes)

    assert other.status_code == 201
    assert other.get_json()["id"] != first.get_json()["id"]


def test_a_refusal_is_not_remembered(world: World) -> None:
    assert post(world, "k1", {"name": "twice", "amount": 1}).status_code == 409
    assert post(world, "k1", {"name": "lamp", "amount": 1}).status_code == 201
    assert post(world, "k2", {"name": "lamp"}).status_code == 400
    assert post(world, "k2", {"name": "desk", "amount": 1}).status_code == 201


def test_after_a_day_the_key_is_new(world: World) -> None:
    first = post(world, "k1")

    headers = {**world.passport(), "Idempotency-Key": "k1"}  # passports are checked against the wall

    with clock.fixed(clock.now() + timedelta(hours=24, seconds=1)):
        later = world.client().post("/v1/things", json=THING, headers=headers)

    assert later.get_json()["id"] != first.get_json()["id"]
    assert "Idempotent-Replayed" not in later.headers


def test_what_moves_money_needs_a_key(world: World) -> None:
    without, given = post(world, None, path="/v1/things/paid"), post(world, "k1", path="/v1/things/paid")

    assert (without.status_code, without.get_json(force=True)["code"]) == (400, "idempotency_key_missing")
    assert given.status_code == 201


@pytest.mark.parametrize(
    "key", ["", " ", "a b", "x" * 256, "schlüssel"], ids=["empty", "space", "inner space", "long", "not ASCII"]
)
def test_a_key_is_visible_ascii_of_at_most_255_characters(world: World, key: str) -> None:
    assert post(world, key).status_code == 400
    assert world.names() == []


def test_of_many_at_once_one_has_the_effect(world: World) -> None:
    together, answers = Barrier(8), list[Any]()

    def send() -> None:
        together.wait()
        answers.append(post(world, "k1"))

    threads = [Thread(target=send) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    statuses = [answer.status_code for answer in answers]
    assert world.names() == ["lamp"]
    assert set(statuses) <= {201, 409}
    assert len({answer.get_json()["id"] for answer in answers if answer.status_code == 201}) == 1
    assert all(answer.headers["Retry-After"] == "1" for answer in answers if answer.status_code == 409)
