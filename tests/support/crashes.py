"""Points at which a test process ends itself with SIGKILL, from a change to its acknowledged effect."""

import os
import signal
from collections.abc import Callable
from typing import Any, Final

from shared import bus as buses
from shared.bus.consumer import Consumer
from shared.bus.relay import Relay

WRITER: Final = ("changed", "recorded", "committed")
WORKER: Final = (
    "relay: before publish",
    "relay: after publish",
    "relay: marked",
    "relay: committed",
    "consumer: received",
    "inbox written",
    "handled",
    "consumer: committed",
    "consumer: before ack",
    "consumer: after ack",
)

_at = ""


def arm(point: str) -> None:
    """End this process when it reaches `point`. An empty one never comes."""
    global _at
    _at = point
    if not point:
        return
    connect = buses.connect

    def connect_armed(url: str) -> Any:
        bus = connect(url)
        _around(bus, "publish", before="relay: before publish", after="relay: after publish")
        _around(bus, "receive", after="consumer: received", if_result=True)
        _around(bus, "ack", before="consumer: before ack", after="consumer: after ack", if_argument=True)
        return bus

    buses.connect = connect_armed
    _around(Relay, "_mark", after="relay: marked")
    _around(Relay, "run_once", after="relay: committed", if_result=True)
    _around(Consumer, "_apply", after="consumer: committed")


def arm_own(point: str) -> None:
    """End this process when it reaches `point`, which the process itself names."""
    global _at
    _at = point


def reach(point: str) -> None:
    if point and point == _at:
        os.kill(os.getpid(), signal.SIGKILL)


def _around(
    holder: Any, name: str, *, before: str = "", after: str = "", if_result: bool = False, if_argument: bool = False
) -> None:
    inner: Callable[..., Any] = getattr(holder, name)

    def outer(*args: Any, **kwargs: Any) -> Any:
        matters = bool(args[0]) if if_argument else True
        if matters and before:
            reach(before)
        result = inner(*args, **kwargs)
        if matters and after and (result or not if_result):
            reach(after)
        return result

    setattr(holder, name, outer)
