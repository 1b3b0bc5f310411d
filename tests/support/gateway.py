"""The gateway alone: real nginx on the shipped configuration, in front of an echo of each service.

Every echo answers with what it was sent, so a test sees exactly what comes through. The echo of auth also
answers the identity question: a passport for each `session=` cookie and each key, 401 for `Bearer wrong`.
"""

import json
import socket
import subprocess
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.client import HTTPConnection, HTTPResponse
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, Final

import pytest

from shared.cli import gateway
from shared.cli.embedded import SERVICES
from tests.support.everything import installed_nginx
from tests.support.machine import free_port

ROUTES: Final = {
    "/v1/vendors": "auth",
    "/v1/api_keys/key_1": "auth",
    "/p/acme/sign-in": "auth",
    "/p/acme/sign-in/link/abc": "auth",
    "/p/acme/sign-out": "auth",
    "/v1/customers": "portal",
    "/v1/subscriptions/sub_1/cancel": "portal",
    "/v1/policy/explain": "portal",
    "/v1/imports": "portal",
    "/p/acme": "portal",
    "/p/acme/invoices": "portal",
    "/v1/invoices/inv_1/pdf": "invoices",
    "/v1/messages": "notifications",
    "/mailbox": "notifications",
}
"""A path of every route, and whose it is."""

GENEROUS: Final = {
    "sign_in_rate": "10000r/m",
    "sign_in_burst": 1000,
    "api_rate": "10000r/s",
    "api_burst": 10000,
    "key_rate": "10000r/s",
    "key_burst": 10000,
    "keyed_client_rate": "10000r/s",
    "keyed_client_burst": 10000,
    "page_rate": "10000r/s",
    "page_burst": 10000,
    "connections": 1000,
}


class Echo(ThreadingHTTPServer):
    """A service that says what it heard, as JSON, and keeps it in `heard`."""

    daemon_threads = True
    request_queue_size = 128

    def __init__(self, service: str) -> None:
        super().__init__(("127.0.0.1", 0), _EchoHandler)
        self.service = service
        self.heard: list[dict[str, Any]] = []
        self.identity_status = 200
        self._connections: list[socket.socket] = []
        threading.Thread(target=self.serve_forever, args=(0.05,), daemon=True).start()

    @property
    def port(self) -> int:
        return int(self.server_address[1])

    def process_request(self, request: Any, client_address: Any) -> None:
        self._connections.append(request)
        super().process_request(request, client_address)

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A connection that the gateway dropped is no news."""

    def stop(self) -> None:
        """Gone as if killed: kept connections are closed too. Twice is once."""
        self.shutdown()
        self.server_close()
        for connection in self._connections:
            with suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)


class _EchoHandler(BaseHTTPRequestHandler):
    server: Echo
    protocol_version = "HTTP/1.1"
    timeout = 10

    def _answer(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        heard = {
            "service": self.server.service,
            "method": self.command,
            "target": self.path,
            "headers": [[name, value] for name, value in self.headers.items()],
            "body": body.decode(errors="replace"),
        }
        self.server.heard.append(heard)
        if self.path == "/internal/identity":
            self._identify()
        elif "break=1" in self.path:
            self.close_connection = True  # heard, and never answered
        else:
            wanted = dict(pair.split("=", 1) for pair in self.path.partition("?")[2].split("&") if "=" in pair)
            self._send(int(wanted.get("status", 200)), json.dumps(heard).encode(), csp=wanted.get("csp"))

    def _identify(self) -> None:
        credential = self.headers.get("Authorization") or self.headers.get("Cookie")
        if self.server.identity_status != 200:
            self._send(self.server.identity_status, b"")
        elif credential == "Bearer wrong":
            self._send(401, b"", headers={"X-Auth-Error": "key_unknown"})
        else:
            portal = self.headers.get("X-Portal", "")
            self._send(200, b"", headers={"X-Passport": f"passport[{credential}][{portal}]"} if credential else {})

    def _send(
        self, status: int, body: bytes, *, headers: Mapping[str, str] | None = None, csp: str | None = None
    ) -> None:
        body = b"" if status == 304 else body
        self.send_response(status)
        for name, value in (headers or {}).items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.send_header("Content-Type", "application/json")
        # What a careless service might add: the gateway says each of these once.
        self.send_header("X-Content-Type-Options", "nosniff")
        self.send_header("X-Request-Id", "of-the-service")
        if self.path != "/internal/identity":
            self.send_header("X-Passport", "leaked")
        if csp:
            self.send_header("Content-Security-Policy", csp.replace("+", " "))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    do_GET = do_HEAD = do_POST = do_PUT = do_PATCH = do_DELETE = do_OPTIONS = _answer  # noqa: N815 - http.server's names

    def log_message(self, *_: object) -> None:
        """Quiet: nginx's access log is what tests read."""


@dataclass
class Gateway:
    """A running gateway and its echoes."""

    port: int
    directory: Path
    echoes: dict[str, Echo]
    process: subprocess.Popen[bytes] = field(repr=False)

    def ask(
        self,
        target: str,
        *,
        method: str = "GET",
        headers: Mapping[str, str] | None = None,
        body: bytes | None = None,
    ) -> "Answer":
        """One request on a connection of its own."""
        connection = HTTPConnection("127.0.0.1", self.port, timeout=15)
        try:
            connection.request(method, target, body=body, headers=dict(headers or {}))
            return Answer.of(connection.getresponse())
        finally:
            connection.close()

    def say(self, raw: bytes) -> bytes:
        """Bytes as they are, and all that comes back until the gateway closes or stays silent for five seconds."""
        with socket.create_connection(("127.0.0.1", self.port), timeout=5) as connection:
            connection.sendall(raw)
            answer = b""
            try:
                while chunk := connection.recv(65536):
                    answer += chunk
            except TimeoutError:
                pass
            return answer

    def log(self) -> list[dict[str, Any]]:
        """The access log so far."""
        return [json.loads(line) for line in (self.directory / "access.log").read_text().splitlines()]

    def heard(self) -> list[dict[str, Any]]:
        """Everything services were asked, but the identity question."""
        return [
            heard for echo in self.echoes.values() for heard in echo.heard if heard["target"] != "/internal/identity"
        ]


@dataclass(frozen=True)
class Answer:
    """What came back. `headers` keeps repeated ones apart."""

    status: int
    headers: list[tuple[str, str]]
    body: bytes

    @classmethod
    def of(cls, response: HTTPResponse) -> "Answer":
        return cls(response.status, response.getheaders(), response.read())

    def all_of(self, name: str) -> list[str]:
        return [value for each, value in self.headers if each.lower() == name.lower()]

    def header(self, name: str) -> str | None:
        return next(iter(self.all_of(name)), None)

    @property
    def json(self) -> Any:
        return json.loads(self.body)


@contextmanager
def a_gateway(
    directory: Path, *, nginx: Path | None = None, public_url: str | None = None, **limits: Any
) -> Iterator[Gateway]:
    """nginx with its echoes, until the block ends. Without `limits` there are practically none."""
    echoes = {service: Echo(service) for service in SERVICES}
    port = free_port()
    config = gateway.write(
        directory,
        gateway.GatewaySettings(**{"workers": "1", **(limits or GENEROUS)}),
        listen=f"127.0.0.1:{port}",
        public_url=public_url or f"http://localhost:{port}",
        ports={service: echo.port for service, echo in echoes.items()},
        access_log=directory / "access.log",
    )
    process = subprocess.Popen(gateway.command(nginx or gateway.find_nginx(), config))
    try:
        wait_for(port)
        yield Gateway(port, directory, echoes, process)
    finally:
        process.terminate()
        process.wait(timeout=10)
        for echo in echoes.values():
            echo.stop()


def wait_for(port: int, *, seconds: float = 10) -> None:
    """Until something listens there."""
    deadline = time.monotonic() + seconds
    while True:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
            return
        except OSError:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.05)


def _name(nginx: Path) -> str:
    return "nginx" + ".".join(map(str, gateway.version_of(nginx)))


@pytest.fixture(scope="module", params=installed_nginx(), ids=_name)
def gate(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Gateway]:
    """One for the tests of a module, on each nginx of this machine."""
    with a_gateway(tmp_path_factory.mktemp("gateway"), nginx=request.param) as running:
        yield running


@pytest.fixture(params=installed_nginx(), ids=_name)
def own_gate(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Gateway]:
    """One to break."""
    with a_gateway(tmp_path, nginx=request.param) as running:
        yield running
