"""Echoes of the services, for a gateway to stand in front of: each says what it was sent.

The echo of auth also answers the identity question: a passport for each `session=` cookie, each frame's session and
each key, 401 for `Bearer wrong` and for a host that nobody has.
"""

import json
import socket
import threading
from collections.abc import Mapping
from contextlib import suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Final

OWN_HOSTS: Final = {
    "shop.example": {"/billing": "acme", "/help": "acme-help"},
    "billing.acme.example": {"": "acme"},
}
"""Hosts of vendors' own, as the echo of auth knows them: path to portal."""

REFUSED: Final = {
    "Bearer wrong": {"X-Auth-Error": "key_unknown"},
    "Bearer wrong again": {"X-Auth-Error": "too_many_requests", "Retry-After": "37"},
}
"""What auth says no to, and how."""


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
        credential = self.headers.get("Bursar-Session") or self.headers.get("Authorization") or self.headers["Cookie"]
        own = self._own()
        if self.server.identity_status != 200:
            self._send(self.server.identity_status, b"")
        elif credential in REFUSED:
            self._send(401, b"", headers=REFUSED[credential])
        elif self.headers.get("X-Own-Host") and own is None:
            self._send(401, b"", headers={"X-Auth-Error": "host_unknown"})
        else:
            portal = own["X-Inside-Path"].split("/")[2] if own else self.headers.get("X-Portal", "")
            known = {"X-Passport": f"passport[{credential}][{portal}]"} if credential else {}
            self._send(200, b"", headers={**known, **(own or {})})

    def _own(self) -> dict[str, str] | None:
        """Which page it is, at a host of a vendor's own."""
        path = self.headers.get("X-Own-Path", "")
        for home, slug in OWN_HOSTS.get(self.headers.get("X-Own-Host", ""), {}).items():
            if path.startswith(home):
                return {"X-Portal-Home": home or "/", "X-Inside-Path": f"/p/{slug}{path.removeprefix(home)}"}
        return None

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
