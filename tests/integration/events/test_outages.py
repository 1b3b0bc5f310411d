"""A bus or a database that is away costs time and nothing else (EV-14, EV-17, EV-19)."""

import os
import sqlite3
import time
from collections.abc import Callable
from contextlib import contextmanager
from pathlib import Path

import pytest

from shared import bus as buses
from shared.bus.protocol import Outgoing, Unreachable
from shared.bus.relay import Relay
from shared.database.session import Database
from tests.integration.events.conftest import Stack
from tests.support import small_service
from tests.support.faults import Proxy
from tests.support.polling import until

SERVERS = pytest.mark.parametrize("stack", ["servers"], indirect=True)
"""Only where there is a network: a file has no connection to break."""


@contextmanager
def away(stack: Stack, url: str):
    """The URL of a server that can be taken away, and what does so for a while: files move, connections break."""
    if stack.kind == "embedded":
        folder = Path(url.removeprefix("sqlite:///").partition("?")[0]).parent
        yield url, lambda: os.rename(folder, f"{folder}-away"), lambda: os.rename(f"{folder}-away", folder), lambda: 0
    else:
        proxy = Proxy(url)
        yield proxy.url, lambda: proxy.set("down"), lambda: proxy.set("none"), lambda: proxy.tries
        proxy.close()


def test_while_the_database_is_away_the_consumer_waits_and_no_letter_dies(stack: Stack) -> None:
    """EV-14: 500 messages wait; the database is away for longer than all the attempts take."""
    ids = stack.change_at_once(500)
    stack.database.close()
    with away(stack, stack.database_url) as (url, leave, come_back, tries):
        database = Database(url)
        stack.exits.callback(database.close)
        leave()
        stack.run_consumer(database=database)
        left_at = time.monotonic()
        until(lambda: time.monotonic() - left_at > 2.5)
        assert tries() <= 2 + 2.5 / 0.2  # one try each 0.2 s here, each second in a worker
        come_back()

        until(lambda: small_service.effects_of(stack.database) == dict.fromkeys(ids, 1), seconds=60)
    assert stack.bus.dead("small") == []


@SERVERS
def test_a_database_that_breaks_off_while_messages_are_handled_costs_no_attempt(stack: Stack) -> None:
    """EV-14, EV-20: connections are reset in the middle of transactions, again and again."""
    proxy = Proxy(stack.database_url)
    stack.exits.callback(proxy.close)
    database = Database(proxy.url)
    stack.exits.callback(database.close)
    ids = stack.change(200)
    stack.run_relay()
    stack.run_consumer(database=database)

    done: Callable[[], bool] = lambda: len(small_service.effects_of(stack.database)) == len(ids)  # noqa: E731
    for _ in range(5):
        before = len(small_service.effects_of(stack.database))
        until(lambda before=before: len(small_service.effects_of(stack.database)) > before or done())
        proxy.cut()

    until(done, seconds=40)
    assert small_service.effects_of(stack.database) == dict.fromkeys(ids, 1)
    assert stack.bus.dead("small") == []


def test_while_the_bus_is_away_changes_go_on_and_afterwards_nothing_is_missing(stack: Stack) -> None:
    """EV-17: the outbox keeps what is said meanwhile."""
    if stack.kind == "embedded":
        _while_the_bus_file_is_locked(stack)
        return
    proxy = Proxy(stack.bus_url)
    stack.exits.callback(proxy.close)
    stack.run_relay(Relay(service="small", database=stack.database, bus=stack.connect(proxy.url)))
    stack.run_consumer(stack.connect(proxy.url))
    ids = stack.change(20)
    until(lambda: len(small_service.effects_of(stack.database)) > 5)

    proxy.set("down")
    ids += stack.change(100)
    until(lambda: proxy.tries > 3)
    assert not all(small_service.recorded(stack.database).values())
    proxy.set("none")

    until(lambda: small_service.effects_of(stack.database) == dict.fromkeys(ids, 1), seconds=40)
    assert all(small_service.recorded(stack.database).values())
    assert stack.bus.dead("small") == []


def _while_the_bus_file_is_locked(stack: Stack) -> None:
    stack.run_relay()
    stack.run_consumer()
    ids = stack.change(20)
    until(lambda: len(small_service.effects_of(stack.database)) > 5)

    blocker = sqlite3.connect(stack.bus_url.removeprefix("sqlite:///").partition("?")[0], isolation_level=None)
    blocker.execute("BEGIN IMMEDIATE")
    ids += stack.change(100)
    assert not all(small_service.recorded(stack.database).values())
    blocker.execute("ROLLBACK")
    blocker.close()

    until(lambda: small_service.effects_of(stack.database) == dict.fromkeys(ids, 1), seconds=40)
    assert stack.bus.dead("small") == []


@SERVERS
@pytest.mark.parametrize("fault", ["slow", "sliced"])
def test_a_bad_network_to_the_broker_loses_nothing(stack: Stack, fault: str) -> None:
    """EV-19."""
    proxy = Proxy(stack.bus_url)
    stack.exits.callback(proxy.close)
    proxy.set(fault)  # type: ignore[arg-type]
    ids = stack.change(6)
    stack.run_relay(Relay(service="small", database=stack.database, bus=stack.connect(proxy.url)))
    stack.run_consumer(stack.connect(proxy.url))

    until(lambda: len(small_service.effects_of(stack.database)) > 1, seconds=40)
    proxy.cut()

    until(lambda: small_service.effects_of(stack.database) == dict.fromkeys(ids, 1), seconds=60)


@SERVERS
def test_a_broker_that_says_nothing_is_found_out(stack: Stack) -> None:
    """EV-02, EV-19: no confirm within five seconds counts as none."""
    proxy = Proxy(stack.bus_url)
    stack.exits.callback(proxy.close)
    bus = stack.connect(proxy.url)
    bus.publish([Outgoing(id="evt_1", key="customer.created.v1", body=b"{}")])

    proxy.set("black hole")

    with pytest.raises(Unreachable):
        bus.publish([Outgoing(id="evt_2", key="customer.created.v1", body=b"{}")])
    proxy.cut()
    proxy.set("none")
    published = bus.publish([Outgoing(id="evt_2", key="customer.created.v1", body=b"{}")])
    assert published.routed == {"evt_2"}


@SERVERS
def test_a_bus_that_is_away_is_asked_again_on_the_next_use(stack: Stack) -> None:
    proxy = Proxy(stack.bus_url)
    stack.exits.callback(proxy.close)
    proxy.set("down")
    bus = buses.connect(proxy.url)
    with pytest.raises(Unreachable):
        bus.receive("small", limit=1, wait=0.1)

    proxy.set("none")

    assert bus.receive("small", limit=1, wait=0.1) == []
    bus.close()
