"""Webhooks on the wire: one POST to an address that was checked, cut short in time and size, its answer told.

The connection goes to the very address that was checked, so a name that leads elsewhere a moment later changes nothing;
the certificate and SNI are those of the name. Nothing is followed, nothing expanded, and the environment's proxies,
`.netrc` and cookies have no part in it. Each delivery asks for the addresses anew.
"""

import base64
import secrets
import socket
import ssl
import threading
import time
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from http.client import HTTPException
from typing import Final
from urllib.parse import urlsplit

import certifi
from standardwebhooks import Webhook
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.exceptions import ConnectTimeoutError, HTTPError, NewConnectionError, SSLError
from urllib3.exceptions import TimeoutError as TimedOut
from urllib3.util.ssl_ import create_urllib3_context

from services.notifications.rules.targets import NotPublic, Reach, Target, require_public
from services.notifications.rules.webhooks import Fault
from services.notifications.settings import Settings
from shared import clock
from shared.settings import BadSettings

CUT: Final = 20.0  # seconds for all of it, from connecting to the last byte
PATIENCE: Final = 10.0  # seconds of silence
LARGEST: Final = 64 * 1024  # bytes of an answer that are read
SHOWN: Final = 1024  # bytes of an answer that the vendor sees
CREW: Final = 32  # deliveries at a time
EACH: Final = 8  # of them to one endpoint
EACH_FAILING: Final = 1
SOME: Final = 4
PREFIX: Final = "whsec_"

_SECRET_BYTES: Final = 32
_TLS: Final = ssl.TLSVersion.TLSv1_2
_LONGEST_SECONDS: Final = 10**6

Resolve = Callable[[str, int], Sequence[str]]


@dataclass(frozen=True, kw_only=True)
class Answer:
    """What came back. `status` is None where nothing did, and `fault` then says why; `text` is the beginning of the
    body.
    """

    status: int | None = None
    fault: Fault | None = None
    text: str = ""
    milliseconds: int = 0
    retry_after: timedelta | None = None


class Crew:
    """Threads that deliver, so that an endpoint that hangs holds up no other: few at a time go to one endpoint."""

    def __init__(self) -> None:
        self._pool = ThreadPoolExecutor(max_workers=CREW, thread_name_prefix="webhook")
        self._busy: Counter[str] = Counter()
        self._most: dict[str, int] = {}
        self._ended = 0
        self._change = threading.Condition()

    def free(self) -> int:
        """How many deliveries may begin now."""
        with self._change:
            return CREW - self._busy.total()

    def room(self, endpoint: str, *, is_failing: bool) -> int:
        """How many of them to this endpoint."""
        with self._change:
            return (EACH_FAILING if is_failing else EACH) - self._busy[endpoint]

    def full(self) -> list[str]:
        """Endpoints that get none until one of theirs has ended."""
        with self._change:
            return [endpoint for endpoint, count in self._busy.items() if count >= self._most[endpoint]]

    def begin(self, endpoint: str, work: Callable[[], None], *, is_failing: bool) -> None:
        """Do it on a thread of its own."""
        with self._change:
            self._busy[endpoint] += 1
            self._most[endpoint] = EACH_FAILING if is_failing else EACH

        def do() -> None:
            try:
                work()
            finally:
                self._end(endpoint)

        self._pool.submit(do)

    def wait(self, seconds: float) -> bool:
        """Return as soon as some have ended: worth a look at what is due. False when none is under way, or too few
        ended in this time.
        """
        with self._change:
            enough = self._ended + min(self._busy.total(), SOME)
            return self._busy.total() > 0 and self._change.wait_for(lambda: self._ended >= enough, seconds)

    def _end(self, endpoint: str) -> None:
        with self._change:
            self._ended += 1
            self._busy[endpoint] -= 1
            if not self._busy[endpoint]:
                del self._busy[endpoint], self._most[endpoint]
            self._change.notify_all()


def addresses_of(host: str, port: int) -> Sequence[str]:
    """All that the name leads to. Raises OSError."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return tuple(dict.fromkeys(str(each[4][0]) for each in found))


@dataclass(kw_only=True)
class Webhooks:
    """All that is needed to send webhooks. `key` is what secrets rest under; `certificates` a file of authorities."""

    key: str
    reach: Reach
    resolve: Resolve = addresses_of
    certificates: str = field(default_factory=certifi.where)
    crew: Crew = field(default_factory=Crew)

    def post(self, target: Target, body: bytes, headers: Mapping[str, str]) -> Answer:
        """Send this and tell what came back; never raises for what the other side does."""
        started = time.monotonic()
        answer = self._post(target, body, headers, deadline=started + CUT)
        took = int((time.monotonic() - started) * 1000)
        return Answer(
            status=answer.status,
            fault=answer.fault,
            text=answer.text,
            retry_after=answer.retry_after,
            milliseconds=took,
        )

    def _post(self, target: Target, body: bytes, headers: Mapping[str, str], *, deadline: float) -> Answer:
        try:
            addresses = self.resolve(target.host, target.port)
        except (OSError, UnicodeError):
            return Answer(fault=Fault.NOT_FOUND)
        try:
            require_public(target, addresses)
        except NotPublic:
            return Answer(fault=Fault.NOT_PUBLIC)
        cut = _Cut(deadline - time.monotonic())
        try:
            with closing(self._connected(target, addresses)) as connection:
                cut.holds(connection.sock)
                answer = _exchange(connection, target, body, headers)
        except (HTTPError, HTTPException, OSError, ValueError) as error:
            answer = Answer(fault=_fault_of(error))
        finally:
            cut.cancel()
        return Answer(fault=Fault.TIMEOUT) if cut.is_made else answer

    def _connected(self, target: Target, addresses: Sequence[str]) -> HTTPConnection:
        """To the first of the addresses that takes a connection. Raises as the last one that does not."""
        for left, address in enumerate(addresses, 1 - len(addresses)):
            connection = self._connection(target, address)
            try:
                connection.connect()
            except BaseException as error:
                connection.close()
                if left < 0 and isinstance(error, NewConnectionError | ConnectTimeoutError):
                    continue
                raise
            return connection
        raise AssertionError  # there is at least one: `require_public` says so

    def _connection(self, target: Target, address: str) -> HTTPConnection:
        if target.is_local:
            return HTTPConnection(address, target.port, timeout=PATIENCE)
        return HTTPSConnection(
            address,
            target.port,
            timeout=PATIENCE,
            ssl_context=create_urllib3_context(ssl_minimum_version=_TLS),
            cert_reqs="CERT_REQUIRED",
            ca_certs=self.certificates,
            server_hostname=target.host,  # the certificate's too: OpenSSL checks it before anything is sent
        )


class _Cut:
    """Ends a connection when its time is over, whatever the other side does to stay."""

    def __init__(self, seconds: float) -> None:
        self.is_made = False
        self._sock: socket.socket | None = None
        self._lock = threading.Lock()
        self._watch = threading.Timer(max(0.0, seconds), self._make)
        self._watch.daemon = True
        self._watch.start()

    def holds(self, sock: socket.socket) -> None:
        """It is connected: the connection itself lets go of its socket as soon as an answer says `Connection: close`.
        Raises TimeoutError where the time was over before.
        """
        with self._lock:
            self._sock = sock
            if self.is_made:
                raise TimeoutError

    def cancel(self) -> None:
        """It ended by itself."""
        self._watch.cancel()

    def _make(self) -> None:
        with self._lock, suppress(OSError):
            self.is_made = True
            if self._sock is not None:
                self._sock.shutdown(socket.SHUT_RDWR)


def _fault_of(error: Exception) -> Fault:
    if isinstance(error, TimedOut | TimeoutError) and not isinstance(error, NewConnectionError):  # refused is both
        return Fault.TIMEOUT
    return Fault.TLS if isinstance(error, SSLError | ssl.SSLError) else Fault.CONNECTION


def _exchange(connection: HTTPConnection, target: Target, body: bytes, headers: Mapping[str, str]) -> Answer:
    said = {"Host": target.authority, "Accept-Encoding": "identity", **headers}
    connection.request("POST", target.path, body=body, headers=said, preload_content=False, decode_content=False)
    with closing(connection.getresponse()) as response:
        read = response.read(LARGEST, decode_content=False)
        return Answer(
            status=response.status,
            fault=None if 200 <= response.status <= 299 else Fault.ANSWER,
            text=read[:SHOWN].decode("utf-8", "replace").replace("\0", "\N{REPLACEMENT CHARACTER}"),
            retry_after=retry_after_of(response.headers.get("Retry-After", ""), now=clock.now()),
        )


def retry_after_of(said: str, *, now: datetime) -> timedelta | None:
    """What a `Retry-After` header asks for: seconds, or a date; None where it is neither."""
    said = said.strip()
    if said.isascii() and said.isdigit():
        return timedelta(seconds=min(int(said[:12]), _LONGEST_SECONDS))
    try:
        at = parsedate_to_datetime(said)
    except (ValueError, OverflowError):
        return None
    return max(timedelta(0), at.replace(tzinfo=at.tzinfo or UTC) - now)


def new_secret() -> str:
    """A fresh secret in the form of the Standard Webhooks specification, 32 random bytes."""
    return PREFIX + base64.b64encode(secrets.token_bytes(_SECRET_BYTES)).decode()


def signed(
    signing: Sequence[str], *, message: str, body: str, now: datetime, agent: str = "Bursar-Webhooks/1"
) -> dict[str, str]:
    """The headers of a webhook; with several secrets it has a signature of each. `now` is aware, in UTC."""
    at = now.astimezone(UTC)  # the library takes the zone off and would read another one as UTC
    signatures = " ".join(Webhook(each).sign(msg_id=message, timestamp=at, data=body) for each in signing)
    return {
        "Content-Type": "application/json",
        "User-Agent": agent,
        "webhook-id": message,
        "webhook-timestamp": str(int(at.timestamp())),
        "webhook-signature": signatures,
    }


def webhooks(settings: Settings) -> Webhooks:
    """What these settings mean. Raises BadSettings."""
    return Webhooks(
        key=settings.sealing_key,
        reach=Reach(
            ports=_ports(settings.webhook_ports),
            localhost=settings.webhook_localhost,
            own=urlsplit(settings.public_url).hostname or "",
        ),
    )


def _ports(given: str) -> frozenset[int]:
    found = [each.strip() for each in given.split(",")]
    if not all(each.isascii() and each.isdigit() and 0 < int(each) < 65536 for each in found):
        raise BadSettings("WEBHOOK_PORTS must be ports with commas between them: 443,8443")
    return frozenset(map(int, found))
