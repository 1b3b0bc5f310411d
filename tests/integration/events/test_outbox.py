"""What a committed change says is delivered, whatever dies on the way (EV-01, EV-02, EV-04)."""

import threading
from collections import Counter

import pytest
from sqlalchemy import select

from shared.bus import outbox
from shared.bus.protocol import Outgoing, Published
from shared.bus.relay import Relay, Wake
from shared.database import tables
from tests.integration.events.conftest import Stack
from tests.support import crashes, small_service
from tests.support.polling import until


def all_published(stack: Stack) -> bool:
    return all(small_service.recorded(stack.database).values())


def test_a_change_that_rolls_back_says_nothing(stack: Stack) -> None:
    def fail_after_it() -> None:
        with stack.database.begin() as session:
            small_service.change(session)
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail_after_it()

    assert small_service.recorded(stack.database) == {}
    assert stack.relay().run_once() == 0


def test_each_committed_change_has_one_event_and_one_effect_though_processes_die_at_every_point(stack: Stack) -> None:
    """EV-01, EV-08: SIGKILL at thirteen points from the change to the ack, then three relays at once."""
    for point in crashes.WRITER:
        assert stack.dies("write", CRASH_AT=point), point
    for point in crashes.WORKER:
        stack.change(2)
        assert stack.dies("worker", CRASH_AT=point, ATTEMPTS="20"), point

    for _ in range(3):
        stack.run_relay()
    stack.run_consumer(attempts=20)

    expected = small_service.recorded(stack.database)
    assert len(expected) == small_service.customers_changed(stack.database) == 1 + 2 * len(crashes.WORKER)
    until(lambda: small_service.effects_of(stack.database) == dict.fromkeys(expected, 1), seconds=40)
    until(lambda: all_published(stack))
    own = small_service.recorded(stack.database, "customer.updated.v1")
    assert len(own) == len(expected)
    assert stack.bus.dead("small") == []


def test_three_relays_at_once_publish_everything(stack: Stack) -> None:
    """EV-01: on PostgreSQL none is published twice either, because a relay skips what another has locked."""
    ids = stack.change(300)
    stack.bus.declare("counting", ["customer.created.v1"])

    for _ in range(3):
        stack.run_relay()

    until(lambda: all_published(stack))
    seen: Counter[str] = Counter()
    while messages := stack.bus.receive("counting", limit=100, wait=1.0):
        seen.update(str(message.body).split('"id": "')[1].split('"')[0] for message in messages)
        stack.bus.ack(messages)
    assert set(seen) == set(ids)
    if stack.kind == "servers":
        assert set(seen.values()) == {1}


def test_a_transaction_that_commits_late_is_not_skipped(stack: Stack) -> None:
    """EV-04: its row has the lower id, and the relay looked twice in between."""
    if stack.kind == "embedded":
        early, late = _interleaved_by_id(stack)
    else:
        early, late = _interleaved(stack)

    until(lambda: (stack.relay().run_once(), all_published(stack))[1])
    assert set(small_service.recorded(stack.database)) == {early, late}


def _interleaved(stack: Stack) -> tuple[str, str]:
    with stack.database.begin() as slow:
        early = outbox.record(slow, small_service.created(), vendor="ven_a", mode="test")
        (late,) = stack.change()
        relay = stack.relay()
        assert [relay.run_once(), relay.run_once()] == [1, 0]
    return early, late


def _interleaved_by_id(stack: Stack) -> tuple[str, str]:
    """SQLite has one writer at a time, so the earlier id is made before and written after."""
    (late,) = stack.change()
    relay = stack.relay()
    assert [relay.run_once(), relay.run_once()] == [1, 0]
    (early,) = stack.change()
    with stack.database.begin() as session:
        lower = "evt_00000000000000000000000000"
        session.connection().execute(tables.outbox.update().where(tables.outbox.c.id == early).values(id=lower))
    return lower, late


class Nacking:
    """A bus that confirms nothing, as a broker does whose queue is full."""

    def publish(self, messages: list[Outgoing]) -> Published:
        return Published(routed=frozenset(), unrouted=frozenset())


def test_what_is_not_confirmed_stays_and_goes_again_under_the_same_id(stack: Stack) -> None:
    """EV-02."""
    (event_id,) = stack.change()
    Relay(service="small", database=stack.database, bus=Nacking()).run_once()  # type: ignore[arg-type]
    assert small_service.recorded(stack.database) == {event_id: False}

    stack.relay().run_once()

    (message,) = until(lambda: stack.bus.receive("small", limit=5, wait=1))
    assert event_id.encode() in message.body
    assert small_service.recorded(stack.database) == {event_id: True}


def test_an_event_without_a_queue_waits_aside_and_goes_once_the_binding_is_back(stack: Stack) -> None:
    """EV-02: the others flow meanwhile, and none of those that waited is lost."""
    stack.bus.declare("small", ["customer.updated.v1"])
    ids = stack.change(5)
    relay = stack.relay()
    relay.run_once()
    assert set(small_service.recorded(stack.database).values()) == {False}
    assert relay.run_once() == 0

    stack.bus.declare("small", ["customer.created.v1"])

    until(lambda: (relay.run_once(), all_published(stack))[1])
    stack.run_consumer()
    until(lambda: small_service.effects_of(stack.database) == dict.fromkeys(ids, 1))


def test_a_commit_wakes_the_relay(stack: Stack) -> None:
    """NOTIFY on PostgreSQL, the file's change on SQLite: no polling interval stands between."""
    wake, stop, woken = Wake(stack.database), threading.Event(), threading.Event()
    wake.wait(stop)
    wake.wait(stop, at_most=0.1)

    def wait() -> None:
        wake.wait(stop, at_most=30)
        woken.set()

    thread = threading.Thread(target=wait)
    thread.start()
    until(lambda: (stack.change(), woken.wait(0.05))[1], seconds=10)
    thread.join(10)
    wake.close()
    with stack.database.begin(read_only=True) as session:
        assert session.connection().execute(select(tables.outbox.c.id)).first()
