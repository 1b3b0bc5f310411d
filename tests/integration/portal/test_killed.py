"""Whoever is killed on the way, at any point around the processor's call: one effect, and one answer under the key."""

from collections import Counter
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select, update

from services.portal.models import Attempt, Refund
from shared.database.tables import idempotency_keys
from tests.integration.portal import cards, clockwork, dying, scenes
from tests.integration.portal.scenes import Request, Scene
from tests.integration.portal.shop import Shop

UNCALLED = {"downgrade"}
"""What no processor is asked about."""
CASES = [
    pytest.param(scene, point, id=f"{scene.__name__.replace('_', '-')} {point}")
    for scene in scenes.SCENES
    for point in dying.POINTS
    if scene.__name__ not in UNCALLED or point not in ("committed", "called", "settled")
]


def ask(shop: Shop, request: Request, key: str) -> Any:
    return shop.ask("POST", request.path, json=request.body, headers={"Idempotency-Key": key})


def outcome(shop: Shop, answer: Any, before: Counter[str]) -> tuple[Any, ...]:
    """What came of a request: the answer's word for it, what was said since, and the money that moved."""
    body = answer.json
    words = [body.get(name) for name in ("code", "status", "decline_code")] + [body.get("change", {}).get("state")]
    said = Counter(name for name, _day in clockwork.story(shop))
    return answer.status_code, words, said - before, scenes.moved(shop)


@pytest.mark.feature("D10", "D13")
@pytest.mark.parametrize(("scene", "point"), CASES)
def test_one_that_is_asked_again_after_a_kill_has_done_it_once(
    shop: Shop, other: Shop, scene: Scene, point: str
) -> None:
    request, undisturbed = scene(shop), scene(other)
    before = Counter(name for name, _day in clockwork.story(shop))
    key = f"killed-{point.replace(' ', '-')}"

    dying.ask(shop, request.path, request.body, key=key, crash_at=point)
    at_once = ask(shop, request, key)
    let_pass(shop, timedelta(seconds=59))  # no key is stuck for longer than a minute
    later = ask(shop, request, key)
    again = ask(shop, request, key)

    usual = ask(other, undisturbed, key)
    assert at_once.data == later.data if point == "answered" else at_once.json["code"] == "idempotency_key_in_use"
    assert again.data == later.data
    assert again.headers["Idempotent-Replayed"] == "true"
    assert outcome(shop, later, before) == outcome(other, usual, before)


@pytest.mark.feature("D10", "D13")
@pytest.mark.parametrize("point", ["inserted", "committed", "called", "settled", "answering"])
def test_one_that_is_killed_again_while_it_carries_on_has_done_it_once(shop: Shop, other: Shop, point: str) -> None:
    request, undisturbed = scenes.upgrade(shop), scenes.upgrade(other)
    before = Counter(name for name, _day in clockwork.story(shop))

    for crash_at in ("committed", point):
        dying.ask(shop, request.path, request.body, key="twice", crash_at=crash_at)
        let_pass(shop, timedelta(seconds=59))
    later = ask(shop, request, "twice")

    usual = ask(other, undisturbed, "twice")
    assert outcome(shop, later, before) == outcome(other, usual, before)


@pytest.mark.feature("D10")
def test_while_somebody_may_be_at_the_charge_the_key_is_in_use_and_then_it_is_free(shop: Shop) -> None:
    request = scenes.upgrade(shop)
    dying.ask(shop, request.path, request.body, key="leased", crash_at="committed")

    age_keys(shop, timedelta(seconds=59))
    leased = ask(shop, request, "leased")
    age_calls(shop, timedelta(seconds=59))
    later = ask(shop, request, "leased")

    assert (leased.status_code, leased.json["code"]) == (409, "idempotency_key_in_use")
    assert (later.status_code, later.json["change"]["state"]) == (200, "changed")


@pytest.mark.feature("D13")
@pytest.mark.parametrize("point", ["committed", "called"])
def test_what_a_killed_process_began_is_finished_by_the_clock(shop: Shop, other: Shop, point: str) -> None:
    request, undisturbed = scenes.upgrade(shop), scenes.upgrade(other)
    before = Counter(name for name, _day in clockwork.story(shop))
    dying.ask(shop, request.path, request.body, key="gone", crash_at=point)

    cards.settle_due(shop, minutes=1)
    let_pass(shop, timedelta(seconds=59))
    later = ask(shop, request, "gone")

    usual = ask(other, undisturbed, "gone")
    assert outcome(shop, later, before) == outcome(other, usual, before)


def let_pass(shop: Shop, time: timedelta) -> None:
    """What was begun was begun so much earlier."""
    age_keys(shop, time)
    age_calls(shop, time)


def age_keys(shop: Shop, time: timedelta) -> None:
    keys = idempotency_keys.c
    with shop.inside() as session:
        for row in session.execute(select(keys.id, keys.created_at).where(keys.vendor == shop.vendor)).all():
            earlier = {"created_at": row.created_at - time}
            session.connection().execute(update(idempotency_keys).where(keys.id == row.id).values(earlier))


def age_calls(shop: Shop, time: timedelta) -> None:
    with shop.inside() as session:
        for kind in (Attempt, Refund):
            for begun in session.scalars(select(kind).where(kind.settle_at.is_not(None))):
                begun.settle_at = begun.settle_at and begun.settle_at - time
