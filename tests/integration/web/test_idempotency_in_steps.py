"""Has a POST whose view makes several transactions one effect, though it may stop between any two?"""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select, update

from shared.database.tables import idempotency_keys
from tests.integration.web.conftest import World

LAMP = {"name": "lamp", "amount": 100}


def post(world: World, path: str, body: dict[str, Any] = LAMP, key: str = "k1") -> Any:
    return world.client().post(f"/v1/things/{path}", json=body, headers={**world.passport(), "Idempotency-Key": key})


def break_off(world: World, *, has_begun: bool, ago: timedelta) -> None:
    """The process of the first request died so long ago, before its answer was kept."""
    left = {"status": None, "headers": None, "body": b"begun" if has_begun else None}
    with world.database.begin() as session:
        (row,) = session.connection().execute(select(idempotency_keys)).all()
        session.connection().execute(update(idempotency_keys).values(**left, created_at=row.created_at - ago))


@pytest.mark.parametrize("path", ["stepwise", "resumed"])
def test_the_first_answer_is_given_again(world: World, path: str) -> None:
    first, second = post(world, path), post(world, path)

    assert (first.status_code, second.status_code, second.data) == (201, 201, first.data)
    assert second.headers["Idempotent-Replayed"] == "true"
    assert world.names() == ["lamp"]


def test_another_body_is_refused(world: World) -> None:
    post(world, "stepwise")

    answer = post(world, "stepwise", {"name": "lamp", "amount": 101})

    assert (answer.status_code, answer.get_json(force=True)["code"]) == (422, "idempotency_key_reused")


@pytest.mark.parametrize("path", ["stepwise", "resumed"])
def test_while_the_first_may_be_at_it_the_key_is_in_use(world: World, path: str) -> None:
    post(world, path)
    break_off(world, has_begun=True, ago=timedelta(seconds=40))

    answer = post(world, path)

    assert (answer.status_code, answer.get_json(force=True)["code"]) == (409, "idempotency_key_in_use")
    assert answer.headers["Retry-After"] == "1"


def test_one_that_died_before_it_began_is_done_by_the_next(world: World) -> None:
    post(world, "stepwise", {"name": "first", "amount": 1})
    break_off(world, has_begun=False, ago=timedelta(seconds=59))

    answer = post(world, "stepwise", {"name": "first", "amount": 1})

    assert answer.status_code == 201


def test_one_that_died_after_it_began_is_not_begun_anew(world: World) -> None:
    post(world, "stepwise")
    break_off(world, has_begun=True, ago=timedelta(seconds=59))

    answers = [post(world, "stepwise") for _ in range(2)]

    assert [each.get_json(force=True)["code"] for each in answers] == ["idempotency_key_interrupted"] * 2
    assert world.names() == ["lamp"]


def test_a_view_that_can_go_on_goes_on(world: World) -> None:
    first = post(world, "resumed")
    break_off(world, has_begun=True, ago=timedelta(seconds=59))

    second, third = post(world, "resumed"), post(world, "resumed")

    assert (second.status_code, second.get_json()) == (201, first.get_json())
    assert third.headers["Idempotent-Replayed"] == "true"
    assert world.names() == ["lamp"]


@pytest.mark.parametrize(("name", "status"), [("early", 409), ("late", 500)])
def test_a_failure_before_anything_was_committed_leaves_the_key_free(world: World, name: str, status: int) -> None:
    first, second = (post(world, "stepwise", {"name": name, "amount": 1}) for _ in range(2))

    assert (first.status_code, second.status_code) == (status, status)
    assert "Idempotent-Replayed" not in second.headers
    assert world.names() == []
