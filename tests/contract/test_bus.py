"""What `shared.bus.protocol` promises, kept by both carriers (EV-24)."""

import secrets
import threading
import time
from collections.abc import Iterator, Sequence

import pytest

from shared import bus as buses
from shared.bus.protocol import Bus, Incoming, Mismatch, Outgoing, Unreachable
from tests.support.polling import until


@pytest.fixture
def bus(bus_url: str) -> Iterator[Bus]:
    opened = buses.connect(bus_url)
    yield opened
    opened.close()


@pytest.fixture
def name() -> str:
    """A word nobody else uses: queues and keys of a test are its own."""
    return f"t{secrets.token_hex(6)}"


def some(key: str, count: int = 1) -> list[Outgoing]:
    return [Outgoing(id=f"evt_{secrets.token_hex(8)}", key=key, body=f"body {each}".encode()) for each in range(count)]


def take(bus: Bus, queue: str, count: int, *, limit: int = 50) -> list[Incoming]:
    """So many messages, in as many batches as it takes."""
    found: list[Incoming] = []

    def enough() -> bool:
        found.extend(bus.receive(queue, limit=limit, wait=0.2))
        return len(found) >= count

    until(enough, what=f"{count} messages in {queue}")
    return found


def is_empty(bus: Bus, queue: str) -> bool:
    return not bus.receive(queue, limit=10, wait=0.3)


def bodies(messages: Sequence[Incoming]) -> list[bytes]:
    return sorted(message.body for message in messages)


def test_every_queue_bound_to_the_key_gets_the_message_and_no_other(bus: Bus, name: str) -> None:
    bus.declare(f"{name}-a", [f"{name}.x.v1"])
    bus.declare(f"{name}-b", [f"{name}.x.v1", f"{name}.y.v1"])
    bus.declare(f"{name}-c", [f"{name}.y.v1"])
    (message,) = some(f"{name}.x.v1")

    published = bus.publish([message])

    assert published.routed == {message.id}
    for queue in (f"{name}-a", f"{name}-b"):
        (received,) = take(bus, queue, 1)
        assert (received.key, received.body, received.attempts) == (message.key, message.body, 1)
        bus.ack([received])
        bus.give_back([])
    assert is_empty(bus, f"{name}-c")


def test_a_key_without_a_queue_is_reported_until_there_is_one(bus: Bus, name: str) -> None:
    """EV-02: `mandatory`."""
    bus.declare(f"{name}-a", [f"{name}.x.v1"])
    heard, unheard = *some(f"{name}.x.v1"), *some(f"{name}.y.v1")

    published = bus.publish([heard, unheard])

    assert (published.routed, published.unrouted) == ({heard.id}, {unheard.id})
    bus.declare(f"{name}-b", [f"{name}.y.v1"])
    assert bus.publish([unheard]).routed == {unheard.id}


def test_declaring_again_binds_to_exactly_the_keys_named(bus: Bus, name: str) -> None:
    bus.declare(name, ["customer.created.v1", "customer.updated.v1"])
    bus.declare(name, ["customer.updated.v1"])

    bus.publish([*some("customer.created.v1"), *some("customer.updated.v1")])

    assert [message.key for message in take(bus, name, 1)] == ["customer.updated.v1"]
    assert is_empty(bus, name)


def test_what_waits_survives_a_second_declaration_and_a_new_connection(bus: Bus, bus_url: str, name: str) -> None:
    bus.declare(name, [f"{name}.x.v1"])
    bus.publish(some(f"{name}.x.v1", 3))
    bus.declare(name, [f"{name}.x.v1"])
    bus.close()
    again = buses.connect(bus_url)

    assert len(take(again, name, 3)) == 3
    again.close()


def test_an_acknowledged_batch_never_comes_again(bus: Bus, bus_url: str, name: str) -> None:
    bus.declare(name, [f"{name}.x.v1"])
    bus.publish(some(f"{name}.x.v1", 120))

    left = 120
    while left > 0:
        messages = take(bus, name, 1, limit=40)
        bus.ack(messages)
        left -= len(messages)
    bus.close()

    again = buses.connect(bus_url)
    assert is_empty(again, name)
    again.close()


def test_a_retried_message_comes_back_later_with_one_more_attempt(bus: Bus, name: str) -> None:
    bus.declare(name, [f"{name}.x.v1"])
    bus.publish(some(f"{name}.x.v1"))

    for attempt in (1, 2, 3):
        (message,) = take(bus, name, 1)
        retried_at = time.monotonic()
        assert message.attempts == attempt
        bus.retry(message, delay=0.3)

    (message,) = take(bus, name, 1)
    assert message.attempts == 4
    assert time.monotonic() - retried_at >= 0.25


def test_retried_messages_do_not_hold_up_others(bus: Bus, name: str) -> None:
    bus.declare(name, [f"{name}.x.v1"])
    bus.publish(some(f"{name}.x.v1"))
    bus.retry(take(bus, name, 1)[0], delay=20)
    bus.publish([Outgoing(id="evt_other", key=f"{name}.x.v1", body=b"other")])

    assert bodies(take(bus, name, 1)) == [b"other"]


def test_what_is_given_back_comes_at_once_and_no_attempt_is_counted(bus: Bus, name: str) -> None:
    bus.declare(name, [f"{name}.x.v1"])
    bus.publish(some(f"{name}.x.v1", 5))

    for _ in range(4):
        messages = take(bus, name, 5)
        assert {message.attempts for message in messages} == {1}
        bus.give_back(messages)

    assert len(take(bus, name, 5)) == 5


def test_two_consumers_share_a_queue_and_no_message_goes_to_both(bus: Bus, bus_url: str, name: str) -> None:
    bus.declare(name, [f"{name}.x.v1"])
    bus.publish(some(f"{name}.x.v1", 200))
    seen: list[bytes] = []

    def work() -> None:
        own = buses.connect(bus_url)
        while messages := own.receive(name, limit=10, wait=1.0):
            seen.extend(message.body for message in messages)
            own.ack(messages)
        own.close()

    threads = [threading.Thread(target=work) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)

    assert len(seen) == len(set(seen)) == 200


def test_a_buried_message_is_a_dead_letter_that_tells_why(bus: Bus, name: str) -> None:
    bus.declare(name, [f"{name}.x.v1"])
    (message,) = some(f"{name}.x.v1")
    bus.publish([message])

    bus.bury(take(bus, name, 1)[0], reason="ValueError")

    (letter,) = until(lambda: bus.dead(name))
    assert (letter.id, letter.key, letter.body) == (message.id, message.key, message.body)
    assert (letter.queue, letter.attempts, letter.reason) == (name, 1, "ValueError")
    assert bus.dead(name) == [letter]
    assert until(lambda: bus.depth(name).dead) == 1
    assert is_empty(bus, name)


def test_a_replayed_letter_goes_to_its_own_queue_with_its_attempts_from_one(bus: Bus, name: str) -> None:
    bus.declare(name, [f"{name}.x.v1"])
    bus.declare(f"{name}-other", [f"{name}.x.v1"])
    bus.publish(some(f"{name}.x.v1", 2))
    first, second = take(bus, name, 2)
    bus.bury(first, reason="a")
    bus.bury(second, reason="b")
    letters = until(lambda: found if len(found := bus.dead(name)) == 2 else None)

    assert bus.replay([letters[0]]) == 1
    assert bus.replay([letters[0]]) == 0

    (message,) = take(bus, name, 1)
    assert (message.body, message.attempts) == (letters[0].body, 1)
    assert [letter.id for letter in bus.dead(name)] == [letters[1].id]
    bus.give_back([message])
    assert len(take(bus, f"{name}-other", 2)) == 2


def test_a_discarded_letter_is_gone(bus: Bus, name: str) -> None:
    bus.declare(name, [f"{name}.x.v1"])
    bus.publish(some(f"{name}.x.v1"))
    bus.bury(take(bus, name, 1)[0], reason="a")
    letters = until(lambda: bus.dead(name))

    assert bus.discard(letters) == 1

    assert bus.dead(name) == []
    assert is_empty(bus, name)


def test_a_queue_that_was_never_declared_is_found_missing(bus: Bus, name: str) -> None:
    """EV-06."""
    with pytest.raises(Mismatch, match=f"no queue '{name}"):
        bus.check(name)

    bus.declare(name, [f"{name}.x.v1"])

    bus.check(name)
    bus.ping()
    bus.check(name)  # it made nothing, and did not break what it looked through


def test_a_bus_that_is_not_there_is_unreachable(tmp_path: object) -> None:
    (blocked := tmp_path / "file").write_text("")  # type: ignore[operator]
    for url in ("amqp://guest:guest@127.0.0.1:1/%2F", f"sqlite:///{blocked}/bus.db"):
        bus = buses.connect(url)
        with pytest.raises(Unreachable):
            bus.ping()
        with pytest.raises(Unreachable):
            bus.check("nobody")
        with pytest.raises(Unreachable):
            bus.publish(some("a.b.v1"))
        with pytest.raises(Unreachable):
            bus.receive("nobody", limit=1, wait=0.1)
        bus.close()
