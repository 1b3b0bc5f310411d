"""The bus in one SQLite file, with the same promises as RabbitMQ: durable, bindings, retries, dead letters.

A message is a row a queue. Claiming makes it invisible for the length of a lease, which a thread
extends while it is worked on; after a crash it reappears when the lease ends. `tries` counts
attempts that ended in a retry, `claims` those since; a row whose claim ended without a word may
have killed its process, so it is handed out alone.
"""

import sqlite3
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Final
from urllib.parse import parse_qs

from shared import clock
from shared.bus.protocol import DeadLetter, Depth, Incoming, Mismatch, Outgoing, Published, Unreachable

LEASE: Final = 30.0  # seconds; `sqlite:///path?lease=5` says otherwise
_POLL: Final = 0.02  # seconds between two looks at whether the file changed

_SCHEMA: Final = """
CREATE TABLE IF NOT EXISTS binding (queue TEXT NOT NULL, key TEXT NOT NULL, PRIMARY KEY (key, queue)) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS message (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    queue TEXT NOT NULL,
    event_id TEXT NOT NULL,
    key TEXT NOT NULL,
    body BLOB NOT NULL,
    available_at REAL NOT NULL,
    tries INTEGER NOT NULL DEFAULT 0,
    claims INTEGER NOT NULL DEFAULT 0,
    died_at REAL,
    reason TEXT
);
CREATE INDEX IF NOT EXISTS message_available ON message (queue, available_at) WHERE died_at IS NULL;
CREATE INDEX IF NOT EXISTS message_dead ON message (queue, id) WHERE died_at IS NOT NULL;
"""


class SqliteBus:
    """See `protocol.Bus`. One connection, one thread; opens on first use."""

    def __init__(self, url: str) -> None:
        path, _, query = url.removeprefix("sqlite:///").partition("?")
        self._path = path
        self._lease = float(parse_qs(query).get("lease", [str(LEASE)])[0])
        self._connection: sqlite3.Connection | None = None
        self._held: set[int] = set()
        self._keeper: threading.Thread | None = None
        self._closed = threading.Event()

    def declare(self, queue: str, keys: Sequence[str]) -> None:
        with self._write() as connection:
            connection.execute("DELETE FROM binding WHERE queue = ?", (queue,))
            connection.executemany("INSERT INTO binding (queue, key) VALUES (?, ?)", [(queue, key) for key in keys])

    def check(self, queue: str) -> None:
        """Dead letters lie beside the others here, and a queue has no properties; it can only be missing."""
        with self._read() as connection:
            found = connection.execute("SELECT 1 FROM binding WHERE queue = ?", (queue,)).fetchone()
        if found is None:
            raise Mismatch(f"no queue '{queue}' in {self._path}")

    def publish(self, messages: Sequence[Outgoing]) -> Published:
        now = _now()
        with self._write() as connection:
            queues: dict[str, list[str]] = {}
            for queue, key in connection.execute("SELECT queue, key FROM binding"):
                queues.setdefault(key, []).append(queue)
            connection.executemany(
                "INSERT INTO message (queue, event_id, key, body, available_at) VALUES (?, ?, ?, ?, ?)",
                [(queue, each.id, each.key, each.body, now) for each in messages for queue in queues.get(each.key, ())],
            )
        routed = frozenset(each.id for each in messages if each.key in queues)
        return Published(routed=routed, unrouted=frozenset(each.id for each in messages) - routed)

    def receive(self, queue: str, *, limit: int, wait: float) -> Sequence[Incoming]:
        deadline = time.monotonic() + wait
        while True:
            seen = self._version()
            due_at = self._next_due(queue)
            if due_at is not None and due_at <= _now():
                claimed = self._claim(queue, limit)
                if claimed:
                    return claimed
            while self._version() == seen:
                if time.monotonic() >= deadline:
                    return ()
                if due_at is not None and due_at <= _now():
                    break
                time.sleep(_POLL)

    def ack(self, messages: Sequence[Incoming]) -> None:
        self._settle(messages, "DELETE FROM message WHERE id = ? AND claims = ?")

    def retry(self, message: Incoming, *, delay: float) -> None:
        self._settle(
            (message,),
            "UPDATE message SET available_at = ?, tries = ?, claims = 0 WHERE id = ? AND claims = ?",
            (_now() + delay, message.attempts),
        )

    def give_back(self, messages: Sequence[Incoming]) -> None:
        self._settle(
            messages, "UPDATE message SET available_at = ?, claims = claims - 1 WHERE id = ? AND claims = ?", (_now(),)
        )

    def bury(self, message: Incoming, *, reason: str) -> None:
        self._settle(
            (message,),
            "UPDATE message SET died_at = ?, reason = ?, tries = ? WHERE id = ? AND claims = ?",
            (_now(), reason, message.attempts),
        )

    def dead(self, queue: str, *, limit: int = 10_000) -> Sequence[DeadLetter]:
        with self._read() as connection:
            rows = connection.execute(
                "SELECT event_id, queue, key, body, tries, reason, died_at FROM message "
                "WHERE queue = ? AND died_at IS NOT NULL ORDER BY id LIMIT ?",
                (queue, limit),
            ).fetchall()
        return [
            DeadLetter(
                id=event_id,
                queue=queue,
                key=key,
                body=body,
                attempts=tries,
                reason=reason,
                died_at=datetime.fromtimestamp(died_at, UTC),
            )
            for event_id, queue, key, body, tries, reason, died_at in rows
        ]

    def replay(self, letters: Sequence[DeadLetter]) -> int:
        return self._for_dead(
            letters, "UPDATE message SET died_at = NULL, reason = NULL, tries = 0, claims = 0, available_at = :now"
        )

    def discard(self, letters: Sequence[DeadLetter]) -> int:
        return self._for_dead(letters, "DELETE FROM message")

    def depth(self, queue: str) -> Depth:
        with self._read() as connection:
            row = connection.execute(
                "SELECT (SELECT count(*) FROM message WHERE queue = :queue AND died_at IS NULL), "
                "(SELECT count(*) FROM message WHERE queue = :queue AND died_at IS NOT NULL)",
                {"queue": queue},
            ).fetchone()
        return Depth(waiting=row[0], dead=row[1])

    def ping(self) -> None:
        with self._read() as connection:
            connection.execute("SELECT 1 FROM binding LIMIT 1").fetchone()

    def close(self) -> None:
        self._closed.set()
        if self._keeper is not None:
            self._keeper.join(timeout=5)
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    def _claim(self, queue: str, limit: int) -> list[Incoming]:
        now = _now()
        with self._write() as connection:
            rows = connection.execute(
                "SELECT id, key, body, tries, claims FROM message "
                "WHERE queue = ? AND died_at IS NULL AND available_at <= ? ORDER BY available_at, id LIMIT ?",
                (queue, now, limit),
            ).fetchall()
            fresh = [row for row in rows if row[4] == 0]
            chosen = fresh or rows[:1]
            connection.executemany(
                "UPDATE message SET available_at = ?, claims = claims + 1 WHERE id = ?",
                [(now + self._lease, row[0]) for row in chosen],
            )
        self._keep(row[0] for row in chosen)
        return [
            Incoming(key=key, body=body, attempts=tries + claims + 1, receipt=(message_id, claims + 1))
            for message_id, key, body, tries, claims in chosen
        ]

    def _settle(self, messages: Sequence[Incoming], statement: str, values: tuple[object, ...] = ()) -> None:
        """A claim that ended meanwhile is somebody else's: the receipt then fits no row."""
        self._held.difference_update(message.receipt[0] for message in messages)
        with self._write() as connection:
            connection.executemany(statement, [(*values, *message.receipt) for message in messages])

    def _for_dead(self, letters: Sequence[DeadLetter], change: str) -> int:
        done = 0
        with self._write() as connection:
            for letter in letters:
                done += connection.execute(
                    f"{change} WHERE queue = :queue AND event_id = :id AND died_at IS NOT NULL",
                    {"queue": letter.queue, "id": letter.id, "now": _now()},
                ).rowcount
        return done

    def _next_due(self, queue: str) -> float | None:
        with self._read() as connection:
            found: float | None = connection.execute(
                "SELECT min(available_at) FROM message WHERE queue = ? AND died_at IS NULL", (queue,)
            ).fetchone()[0]
        return found

    def _version(self) -> int:
        """Changes when another connection changed the file; costs no lock."""
        with self._read() as connection:
            version: int = connection.execute("PRAGMA data_version").fetchone()[0]
        return version

    def _keep(self, ids: Iterator[int]) -> None:
        self._held.update(ids)
        if self._keeper is None:
            self._keeper = threading.Thread(target=self._extend, name="bus-leases", daemon=True)
            self._keeper.start()

    def _extend(self) -> None:
        """While this process lives, what it holds stays its own."""
        connection = None
        while not self._closed.wait(self._lease / 3):
            held = [(_now() + self._lease, each) for each in self._held.copy()]
            if not held:
                continue
            try:
                connection = connection or _open(self._path)
                connection.executemany("UPDATE message SET available_at = ? WHERE id = ? AND claims > 0", held)
            except (sqlite3.Error, OSError):
                connection = None  # the next round tries again; at worst a message is delivered twice
        if connection is not None:
            connection.close()

    @contextmanager
    def _read(self) -> Iterator[sqlite3.Connection]:
        try:
            self._connection = self._connection or _open(self._path)
            yield self._connection
        except (sqlite3.Error, OSError) as error:
            if self._connection is not None:
                self._connection.close()
                self._connection = None
            raise Unreachable(str(error)) from error

    @contextmanager
    def _write(self) -> Iterator[sqlite3.Connection]:
        with self._read() as connection:
            connection.execute("BEGIN IMMEDIATE")
            try:
                yield connection
            except BaseException:
                connection.execute("ROLLBACK")
                raise
            connection.execute("COMMIT")


def _open(path: str) -> sqlite3.Connection:
    Path(path).parent.mkdir(parents=True, exist_ok=True)
    connection = sqlite3.connect(path, timeout=30, isolation_level=None, check_same_thread=False)
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "busy_timeout=30000"):
        connection.execute(f"PRAGMA {pragma}")
    connection.executescript(_SCHEMA)
    return connection


def _now() -> float:
    return clock.now().timestamp()
