"""What is heard has its effect once, what cannot be handled ends where a person sees it (EV-08, 11, 13, 15)."""

import json
import secrets
import threading
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import pytest
from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from shared.bus import codec, consumer, outbox
from shared.bus.consumer import Consumer
from shared.bus.metrics import FAILED, HANDLED
from shared.bus.protocol import Bus, DeadLetter, Handler, Incoming, Outgoing
from shared.database import scope, tables
from shared.events import Actor, CustomerCreated, CustomerUpdated, Event
from tests.integration.events.conftest import Stack
from tests.support import small_service
from tests.support.polling import until

KEY = "customer.created.v1"


def publish(stack: Stack, body: bytes) -> str:
    message = Outgoing(id=f"evt_{secrets.token_hex(8)}", key=KEY, body=body)
    assert stack.bus.publish([message]).routed == {message.id}
    return message.id


def good_body(stack: Stack) -> bytes:
    """The wire form of a fresh event."""
    (event_id,) = stack.change()
    with stack.database.begin() as session:
        row = session.connection().execute(select(tables.outbox.c.body).where(tables.outbox.c.id == event_id)).one()
        session.connection().execute(tables.outbox.delete().where(tables.outbox.c.id == event_id))
    return str(row.body).encode()


def dead(stack: Stack, count: int) -> list[DeadLetter]:
    return until(lambda: found if len(found := list(stack.bus.dead("small"))) >= count else [], seconds=40)


def test_the_same_message_a_hundred_times_on_three_consumers_has_one_effect(stack: Stack) -> None:
    """EV-08."""
    body = good_body(stack)
    event_id = codec.decode(body).id
    messages = [Outgoing(id=event_id, key=KEY, body=body) for _ in range(100)]
    for message in messages:
        stack.bus.publish([message])

    for _ in range(3):
        stack.run_consumer()

    until(lambda: stack.bus.depth("small").waiting == 0 and small_service.effects_of(stack.database))
    assert small_service.effects_of(stack.database) == {event_id: 1}
    assert len(small_service.recorded(stack.database, "customer.updated.v1")) == 1


def test_effects_happen_in_the_scope_of_the_event(stack: Stack) -> None:
    actor = Actor(kind="staff", id="usr_1")
    here = scope.Scope(vendor="ven_b", mode="live", actor=actor, request_id="req_1")
    with scope.use(here), stack.database.begin() as session:
        outbox.record(session, small_service.created())

    stack.run_relay()
    stack.run_consumer()
    stack.bus.declare("later", ["customer.updated.v1"])

    own = until(lambda: stack.bus.receive("later", limit=1, wait=0.5))
    envelope = codec.decode(own[0].body)
    assert (envelope.vendor, envelope.mode, envelope.actor, envelope.request_id) == ("ven_b", "live", actor, "req_1")


def test_what_cannot_be_handled_is_dead_after_exactly_the_set_attempts_while_others_flow(stack: Stack) -> None:
    """EV-11."""
    body = good_body(stack)
    wrong = json.loads(body)
    wrong["data"]["revision"] = "one"
    newer = json.loads(body) | {"type": "customer.created.v9"}
    bad = {
        publish(stack, b'{"id": '),
        publish(stack, b"\xff\xfe"),
        publish(stack, json.dumps(wrong).encode()),
        publish(stack, json.dumps(newer).encode()),
        publish(stack, b'{"data": ' + b"[" * 10_000),
        publish(stack, b'{"data": "' + b"x" * codec.LARGEST + b'"}'),
    }
    bad |= set(stack.change(1, display_name="fail"))
    ids = stack.change(20)
    stack.run_relay()

    stack.run_consumer()

    until(lambda: set(small_service.effects_of(stack.database)) >= set(ids))
    letters = dead(stack, len(bad))
    assert {letter.id for letter in letters} == bad
    assert {letter.attempts for letter in letters} == {4}
    assert {letter.reason.split(":")[0] for letter in letters} == {"Undecodable", "ValueError"}
    assert small_service.effects_of(stack.database) == dict.fromkeys(ids, 1)


def test_delays_grow_from_attempt_to_attempt() -> None:
    """EV-11: each a fifth longer at most, so that what failed together does not return together."""
    patience = small_service.QUICK

    waits = [patience.after(attempt) for attempt in (1, 2, 3, 9)]

    for wait, least in zip(waits, (0.1, 0.2, 0.4, 0.4), strict=True):
        assert least <= wait <= least * 1.2


def test_later_is_tried_again_and_drop_is_forgotten(stack: Stack) -> None:
    (later,) = stack.change(display_name="later")
    stack.change(display_name="drop")
    stack.run_relay()

    stack.run_consumer()

    (letter,) = dead(stack, 1)
    assert (letter.id, letter.attempts, letter.reason) == (later, 4, "Later: not yet")
    assert stack.bus.depth("small").waiting == 0
    assert small_service.effects_of(stack.database) == {}


def test_a_message_that_kills_its_process_takes_no_other_with_it(stack: Stack) -> None:
    """EV-13: forty innocent ones around it, prefetched together with it."""
    innocent = stack.change(20)
    (poison,) = stack.change(display_name="kill")
    innocent += stack.change(20)
    relay = stack.relay()
    until(lambda: (relay.run_once(), all(small_service.recorded(stack.database).values()))[1])

    deaths = 0
    while not stack.bus.dead("small"):
        process = stack.start("worker")
        until(lambda process=process: not process.is_alive() or stack.bus.dead("small"), seconds=40)
        deaths += not process.is_alive()
        assert deaths <= 4
        process.kill()
        process.join()

    stack.run_consumer()
    until(lambda: small_service.effects_of(stack.database) == dict.fromkeys(innocent, 1), seconds=30)
    assert [letter.id for letter in stack.bus.dead("small")] == [poison]
    assert deaths == 4


def test_a_handler_that_takes_long_keeps_its_message(stack: Stack) -> None:
    """EV-22: longer than three heartbeats, or two leases; another consumer waits beside it and does not get it."""
    url = f"{stack.bus_url}?heartbeat=1" if stack.kind == "servers" else stack.bus_url
    handled = HANDLED.labels("small", KEY)
    before = handled._value.get()
    ids = stack.change(display_name="slow 5") + stack.change(3)
    stack.run_relay()

    for _ in range(2):
        stack.run_consumer(stack.connect(url))

    until(lambda: small_service.effects_of(stack.database) == dict.fromkeys(ids, 1))
    until(lambda: stack.bus.depth("small").waiting == 0)
    assert handled._value.get() == before + len(ids)


def test_a_replay_has_one_effect_under_the_old_id_and_what_is_still_bad_returns_once(stack: Stack) -> None:
    """EV-15."""
    body = good_body(stack)
    event_id = codec.decode(body).id
    stack.bus.publish([Outgoing(id=event_id, key=KEY, body=body)])
    (message,) = until(lambda: stack.bus.receive("small", limit=1, wait=1))
    stack.bus.bury(message, reason="ValueError")
    stack.bus.give_back([])
    (bad,) = stack.change(display_name="fail")
    stack.run_relay()
    stack.run_consumer()
    letters = dead(stack, 2)

    assert stack.bus.replay(letters) == 2
    assert stack.bus.replay([letter for letter in letters if letter.id == event_id]) == 0

    until(lambda: small_service.effects_of(stack.database))
    (letter,) = dead(stack, 1)
    assert (letter.id, letter.attempts) == (bad, 4)
    assert small_service.effects_of(stack.database) == {event_id: 1}


def test_a_dead_letter_does_not_tell_what_was_in_it(stack: Stack) -> None:
    """An error's text may quote a row; only its kind is kept."""
    stack.change(display_name="fail")
    stack.run_relay()
    stack.run_consumer()

    assert [letter.reason for letter in dead(stack, 1)] == ["ValueError"]


@dataclass(frozen=True)
class Pairs:
    """A bus that hands out two messages at a time, however they arrive."""

    bus: Bus

    def receive(self, queue: str, *, limit: int, wait: float) -> Sequence[Incoming]:
        messages = list(self.bus.receive(queue, limit=2, wait=wait))
        while len(messages) == 1:
            messages += self.bus.receive(queue, limit=1, wait=wait)
        return messages

    def __getattr__(self, name: str) -> Any:
        return getattr(self.bus, name)


@pytest.mark.parametrize("stack", ["servers"], indirect=True)
def test_two_groups_that_want_the_same_rows_in_other_order_both_get_through(
    stack: Stack, monkeypatch: pytest.MonkeyPatch
) -> None:
    """EV-08: PostgreSQL ends one of the two for the other's sake. That is nobody's failed attempt."""
    monkeypatch.setattr(consumer, "_AT_ONCE", 20.0)  # a group's second message belongs to it, however slow the first
    both_hold_one = threading.Barrier(2, timeout=10)
    handed_in: list[str] = []

    def count(session: Session, event: CustomerCreated | CustomerUpdated, **rest: Any) -> None:
        small_service.count_name(session, event, **rest)
        handed_in.append(event.key())
        if handed_in.count(event.key()) == 1:
            both_hold_one.wait()

    stack.bus.declare("other", [CustomerUpdated.key()])
    new = [small_service.created(name) for name in ("ada", "bob")]
    changed = [small_service.updated(each, display_name=each.display_name) for each in reversed(new)]
    _say(stack, [*new, *changed])
    with stack.database.begin() as session:
        session.connection().execute(insert(small_service.tallies), [{"name": n, "heard": 0} for n in ("ada", "bob")])
    failed = [
        FAILED.labels(queue, kind.key()) for queue, kind in (("small", CustomerCreated), ("other", CustomerUpdated))
    ]
    before = [each._value.get() for each in failed]

    _hear_pairs(stack, {"small": CustomerCreated, "other": CustomerUpdated}, count)

    assert len(handed_in) > 4, "nobody's group was ended"
    with stack.database.begin(read_only=True) as session:
        heard = session.connection().execute(select(small_service.tallies.c.name, small_service.tallies.c.heard))
        assert dict(iter(heard)) == {"ada": 2, "bob": 2}
    assert [each._value.get() for each in failed] == before
    for queue in ("small", "other"):
        assert (stack.bus.depth(queue).waiting, list(stack.bus.dead(queue))) == (0, [])


def _say(stack: Stack, events: Sequence[Event]) -> None:
    """Publish them, in this order: one by one, since ids of the same millisecond have none."""
    relay = stack.relay()
    for event in events:
        with stack.database.begin() as session:
            outbox.record(session, event, vendor="ven_a", mode="test")
        until(lambda: relay.run_once() == 1)


def _hear_pairs(stack: Stack, queues: dict[str, type[Event]], handler: Handler) -> None:
    """A consumer and a thread for each queue, until each handled its two messages."""
    consumers = [
        Consumer(
            queue=queue,
            database=stack.database,
            bus=Pairs(stack.connect()),  # type: ignore[arg-type]
            handlers={kind: (handler,)},
            patience=small_service.QUICK,
        )
        for queue, kind in queues.items()
    ]
    threads = [threading.Thread(target=each.run_once, args=(threading.Event(),)) for each in consumers]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)
