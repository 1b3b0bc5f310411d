"""Requests over kept connections, timed: the client takes little of the machine that it measures."""

import time
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from http.client import HTTPConnection
from pathlib import Path
from threading import local
from typing import Any, Final

AT_ONCE: Final = 8  # connections
WARM: Final = 10  # requests before the first that counts
_TICKS: Final = 100  # a second, in /proc


@dataclass(frozen=True)
class Question:
    """One request, to be asked again and again. `fresh` makes headers that don't keep."""

    port: int
    path: str
    headers: Mapping[str, str] = field(default_factory=dict)
    method: str = "GET"
    body: str | None = None
    fresh: Callable[[], Mapping[str, str]] = dict
    _of_thread: local = field(default_factory=local, repr=False)

    def ask(self) -> tuple[float, bytes]:
        """Seconds, and what was answered. Raises RuntimeError for anything but 200."""
        headers = {**self.headers, **self.fresh()}
        connection = self._connection()
        started = time.perf_counter()
        connection.request(self.method, self.path, self.body, headers)
        answer = connection.getresponse()
        content = answer.read()
        taken = time.perf_counter() - started
        if answer.status != 200:
            raise RuntimeError(f"{self.method} {self.path}: {answer.status} {content[:500]!r}")
        return taken, content

    def anew(self) -> None:
        """From here on by a connection of its own: the gateway closes those that were idle."""
        self._of_thread.__dict__.clear()

    def _connection(self) -> HTTPConnection:
        kept: Any = self._of_thread
        if not hasattr(kept, "connection"):
            kept.connection = HTTPConnection("localhost", self.port, timeout=30)
        connection: HTTPConnection = kept.connection
        return connection


def one_by_one(question: Question, times: int) -> list[float]:
    """Seconds each, one connection, warm."""
    question.anew()
    for _ in range(WARM):
        question.ask()
    return [question.ask()[0] for _ in range(times)]


def as_fast_as_it_goes(question: Question, times: int) -> float:
    """Requests a second over several connections."""
    with ThreadPoolExecutor(AT_ONCE) as pool:
        started = time.perf_counter()
        for each in [pool.submit(question.ask) for _ in range(times)]:
            each.result()
        return times / (time.perf_counter() - started)


def paced(question: Question, *, rate: float, times: int) -> list[float]:
    """Seconds each at so many a second, from the moment at which each was to be asked."""
    begin = time.perf_counter() + 0.1

    def ask(number: int) -> float:
        due = begin + number / rate
        time.sleep(max(0.0, due - time.perf_counter()))
        question.ask()
        return time.perf_counter() - due

    with ThreadPoolExecutor(AT_ONCE) as pool:
        return list(pool.map(ask, range(times)))


def percentile(taken: Sequence[float], part: float) -> float:
    """The time within which `part` of them were answered."""
    return sorted(taken)[min(len(taken) - 1, int(len(taken) * part))]


def processor_seconds(command: str, ask: Callable[[], object]) -> float:
    """What processes of this machine with `command` in their command line spent while `ask` ran."""
    before = _spent(command)
    ask()
    return _spent(command) - before


def _spent(command: str) -> float:
    found = 0
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            if command in (folder / "cmdline").read_text().replace("\0", " "):
                fields = (folder / "stat").read_text().rpartition(") ")[2].split()
                found += int(fields[11]) + int(fields[12])
        except OSError:  # it ended meanwhile
            continue
    return found / _TICKS
