"""A vendor's own program that hears webhooks, on this machine: it keeps what arrives, and answers as it is told."""

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from standardwebhooks import Webhook


@dataclass(frozen=True, kw_only=True)
class Arrived:
    """One request: its path, headers with names in small letters, and body, byte for byte."""

    path: str
    headers: dict[str, str]
    body: bytes

    @property
    def said(self) -> dict[str, Any]:
        told: dict[str, Any] = json.loads(self.body)
        return told

    def is_of(self, secret: str) -> bool:
        """Whether the reference library verifies it under this secret. Its clock is the real one."""
        Webhook(secret).verify(self.body, self.headers, json_parse=False)
        return True


@dataclass(kw_only=True)
class Receiver:
    """`answers` are statuses for the next requests, then 204 for ever; `headers` go with each; `hold` keeps them
    waiting while it is not set.
    """

    port: int = 0
    arrived: list[Arrived] = field(default_factory=list)
    answers: list[int] = field(default_factory=list)
    headers: dict[str, str] = field(default_factory=dict)
    said: bytes = b""
    hold: threading.Event = field(default_factory=threading.Event)

    @property
    def url(self) -> str:
        return f"http://localhost:{self.port}/hooks"


@contextmanager
def receiver() -> Iterator[Receiver]:
    """One that listens until the block ends."""
    kept = Receiver()
    kept.hold.set()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            said = {name.lower(): value for name, value in self.headers.items()}
            kept.arrived.append(Arrived(path=self.path, headers=said, body=body))
            kept.hold.wait(30)
            self.send_response(kept.answers.pop(0) if kept.answers else 204)
            for name, value in kept.headers.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(kept.said)))
            self.end_headers()
            self.wfile.write(kept.said)

        def log_message(self, *_args: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    kept.port = server.server_address[1]
    threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
    try:
        yield kept
    finally:
        kept.hold.set()
        server.shutdown()
        server.server_close()
