"""The gateway alone: real nginx on the shipped configuration, in front of an echo of each service.

Every echo (`tests.support.echoes`) answers with what it was sent, so a test sees exactly what comes through.
"""

import json
import socket
import subprocess
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.client import HTTPConnection, HTTPResponse
from pathlib import Path
from typing import Any, Final

import pytest

from shared.cli import gateway
from shared.cli.embedded import SERVICES
from tests.support.echoes import Echo
from tests.support.everything import installed_nginx
from tests.support.machine import free_port

ROUTES: Final = {
    "/v1/vendors": "auth",
    "/v1/api_keys/key_1": "auth",
    "/v1/api_requests/areq_1": "auth",
    "/p/acme/sign-in": "auth",
    "/p/acme/sign-in/link/abc": "auth",
    "/p/acme/sign-out": "auth",
    "/p/acme/sessions": "auth",
    "/p/acme/people/del_1": "auth",
    "/p/acme/email": "auth",
    "/v1/vendor_users": "auth",
    "/v1/identity_secrets/isec_1/roll": "auth",
    "/v1/identity/check": "auth",
    "/v1/portal_sessions": "auth",
    "/v1/subscriber_links/slink_1/qr": "auth",
    "/v1/sign_in_links": "auth",
    "/v1/delegates": "auth",
    "/billing/sign-in": "auth",
    "/billing/sign-out": "auth",
    "/console": "auth",
    "/console/": "auth",
    "/console/sign-in/link": "auth",
    "/console/access/keys": "auth",
    "/console/developers/requests/areq_1": "auth",
    "/console/overview": "portal",
    "/console/portals": "portal",
    "/console/portals/pcfg_1/design": "portal",
    "/console/catalog": "portal",
    "/console/customers": "portal",
    "/console/customers/cus_1/subscriptions/sub_1/cancel": "portal",
    "/console/catalog/plans/plan_1/price": "portal",
    "/console/tickets/tkt_1": "portal",
    "/console/billing/source": "portal",
    "/console/domains": "portal",
    "/console/record": "portal",
    "/console/developers/embed": "portal",
    "/console/clock": "portal",
    "/console/imports/imp_1/confirm": "portal",
    "/console/search": "portal",
    "/embed/pcfg_1/session": "auth",
    "/v1/customers": "portal",
    "/v1/overview": "portal",
    "/v1/meters/mtr_1": "portal",
    "/v1/usage_records/batch": "portal",
    "/v1/saved_replies/rpl_1": "portal",
    "/v1/subscriptions/sub_1/cancel": "portal",
    "/v1/policy/explain": "portal",
    "/v1/imports": "portal",
    "/p/acme": "portal",
    "/p/acme/invoices": "portal",
    "/p/acme/session": "portal",
    "/billing": "portal",
    "/embed/pcfg_1": "portal",
    "/v1/invoices/inv_1/pdf": "invoices",
    "/v1/events": "notifications",
    "/v1/messages": "notifications",
    "/v1/suppressions": "notifications",
    "/v1/message_texts": "notifications",
    "/console/events": "notifications",
    "/console/messages": "notifications",
    "/console/messages/texts/receipt": "notifications",
    "/console/messages/suppressions": "notifications",
    "/console/invoices": "invoices",
    "/console/invoices/inv_1": "invoices",
    "/mailbox": "notifications",
}
"""A path of every route, and whose it is."""

GENEROUS: Final = {
    "sign_in_rate": "10000r/m",
    "sign_in_burst": 1000,
    "embed_rate": "10000r/m",
    "embed_burst": 1000,
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
