"""Webhooks go to the address that was checked and nowhere else, and speak to the name's own certificate alone."""

import socket
import ssl
import threading
import warnings
from collections.abc import Iterator, Sequence
from ipaddress import ip_address
from pathlib import Path

import pytest
from urllib3.util import connection

from services.notifications.adapters import webhooks
from services.notifications.adapters.webhooks import Answer, Webhooks
from services.notifications.rules.targets import NotPublic, Reach, Target
from services.notifications.rules.webhooks import Fault
from tests.support.peers import Issued, Peer, dripping, issue, peer

REACH = Reach(ports={443}, localhost=True, own="billing.example")
SHOP = "shop.example"
PUBLIC, PUBLIC_6 = "93.184.215.14", "2606:4700::1111"


class Names:
    """A name server that says one thing after another, and counts how often it was asked."""

    def __init__(self, *answers: Sequence[str]) -> None:
        self.asked: list[tuple[str, int]] = []
        self._answers: Iterator[Sequence[str]] = iter(answers)

    def __call__(self, host: str, port: int) -> Sequence[str]:
        self.asked.append((host, port))
        return next(self._answers)


def sender(*answers: Sequence[str]) -> tuple[Webhooks, Names]:
    names = Names(*answers)
    return Webhooks(key="", reach=REACH, resolve=names), names


def here(other: Peer) -> Target:
    return Target(host="localhost", port=other.port, path="/x", is_local=True)


def shop(other: Peer) -> Target:
    return Target(host=SHOP, port=other.port, path="/x?y=1")


@pytest.mark.parametrize("addresses", [["127.0.0.2", "127.0.0.1"], ["127.0.0.1", "127.0.0.2"]])
def test_the_first_address_that_takes_a_connection_gets_it(addresses: list[str]) -> None:
    with peer() as other:
        sending, names = sender(addresses)

        answer = sending.post(here(other), b"{}", {})

    assert (answer.fault, len(other.heard), len(names.asked)) == (None, 1, 1)


@pytest.mark.feature("M13")
@pytest.mark.parametrize(
    "addresses",
    [["127.0.0.1"], [PUBLIC, "127.0.0.1"], ["10.0.0.7", PUBLIC], [PUBLIC, "::ffff:7f00:1"], [PUBLIC_6, "::1"], []],
)
def test_one_address_that_is_not_public_is_enough_to_send_nothing(addresses: list[str]) -> None:
    with peer() as other:
        sending, names = sender(addresses, ["127.0.0.1"])

        answer = sending.post(shop(other), b"{}", {})

        assert (answer.status, answer.fault, names.asked) == (None, Fault.NOT_PUBLIC, [(SHOP, other.port)])
        assert sending.post(here(other), b"{}", {}).status == 204  # connections are taken in their order
        assert other.connections == 1


@pytest.mark.feature("M13")
def test_each_attempt_asks_once_and_checks_again() -> None:
    with peer() as other:
        sending, names = sender(["127.0.0.1"], ["10.0.0.7"], ["127.0.0.1"])

        assert sending.post(here(other), b"{}", {}).status == 204
        assert len(names.asked) == 1
        assert sending.post(here(other), b"{}", {}).fault is Fault.NOT_PUBLIC
        assert len(names.asked) == 2
        assert other.connections == 1


@pytest.mark.feature("M13")
def test_a_name_that_leads_home_a_moment_later_changes_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    tried: list[tuple[str, int]] = []

    def no_way(address: tuple[str, int], *_args: object, **_more: object) -> socket.socket:
        tried.append(address)
        raise ConnectionRefusedError

    monkeypatch.setattr(connection, "create_connection", no_way)
    with peer() as other:
        sending, names = sender([PUBLIC, PUBLIC_6], ["127.0.0.1"])

        answer = sending.post(shop(other), b"{}", {})

        assert answer.fault is Fault.CONNECTION
        assert (tried, len(names.asked)) == ([(PUBLIC, other.port), (PUBLIC_6, other.port)], 1)


def test_each_address_of_a_name_comes_once() -> None:
    assert webhooks.addresses_of("127.0.0.1", 443) == ("127.0.0.1",)
    found = webhooks.addresses_of("localhost", 443)
    assert len(found) == len(set(found))
    assert all(ip_address(each).is_loopback for each in found)


def test_a_name_that_leads_nowhere_is_told_as_such() -> None:
    def unknown(host: str, port: int) -> Sequence[str]:
        raise socket.gaierror(socket.EAI_NONAME, "unknown")

    target = Target(host=f"{'a' * 64}.example", port=443, path="/")

    for resolve in (unknown, webhooks.addresses_of):  # no name has a label of 64
        answer = Webhooks(key="", reach=REACH, resolve=resolve).post(target, b"{}", {})
        assert (answer.status, answer.fault) == (None, Fault.NOT_FOUND)


def test_nobody_at_the_port_is_a_broken_connection() -> None:
    with socket.socket() as bound:  # and does not listen
        bound.bind(("127.0.0.1", 0))
        target = Target(host="localhost", port=bound.getsockname()[1], path="/", is_local=True)

        answer = sender(["127.0.0.1"])[0].post(target, b"{}", {})

    assert (answer.status, answer.fault) == (None, Fault.CONNECTION)


@pytest.fixture
def authority(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Issued:
    """One that is trusted; this machine counts as public, as no server of a test is out there."""

    def only_here(_target: Target, addresses: Sequence[str]) -> None:
        if list(addresses) != ["127.0.0.1"]:
            raise NotPublic

    monkeypatch.setattr(webhooks, "require_public", only_here)
    return issue(tmp_path, "Trusted")


def post(other: Peer, authority: Issued) -> Answer:
    sending = Webhooks(key="", reach=REACH, resolve=lambda *_: ["127.0.0.1"], certificates=str(authority.file))
    return sending.post(shop(other), b"{}", {})


@pytest.mark.feature("M13")
def test_the_names_own_certificate_is_trusted(
    authority: Issued, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with peer() as proxy, peer(tls=issue(tmp_path, "Shop", [SHOP], by=authority).serving()) as other:
        for name in ("HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy"):
            monkeypatch.setenv(name, f"http://127.0.0.1:{proxy.port}")

        answer = post(other, authority)

        assert (answer.status, answer.fault) == (204, None)
        assert other.names == [SHOP]
        [heard] = other.heard
        assert heard.line == "POST /x?y=1 HTTP/1.1"
        assert heard.headers["Host"] == f"{SHOP}:{other.port}"
        assert proxy.connections == 0


CERTIFICATES = {
    "expired": (SHOP, [SHOP], True, -1),
    "self-signed": (SHOP, [SHOP], False, 30),
    "of another host": ("Other", ["other.example"], True, 30),
    "of a part": ("Other", ["example", "www.shop.example", "*.shop.example"], True, 30),
    "of the address": ("Address", ["127.0.0.1"], True, 30),
    "of a common name": (SHOP, ["other.example"], True, 30),
}


@pytest.mark.feature("M13")
@pytest.mark.parametrize("kind", CERTIFICATES)
def test_any_other_certificate_ends_it_before_a_word(kind: str, authority: Issued, tmp_path: Path) -> None:
    common, names, is_signed, days = CERTIFICATES[kind]
    issued = issue(tmp_path, common, names, by=authority if is_signed else None, days=days)
    with peer(tls=issued.serving()) as other:
        answer = post(other, authority)

    assert (answer.status, answer.fault, other.heard) == (None, Fault.TLS, [])


def test_an_authority_that_is_not_trusted_signs_in_vain(authority: Issued, tmp_path: Path) -> None:
    stranger = issue(tmp_path, "Trusted")  # it calls itself the same
    with peer(tls=issue(tmp_path, "Shop", [SHOP], by=stranger).serving()) as other:
        answer = post(other, authority)

    assert (answer.status, answer.fault, other.heard) == (None, Fault.TLS, [])


@pytest.mark.feature("M13")
def test_old_tls_and_none_at_all_are_refused(authority: Issued, tmp_path: Path) -> None:
    old = issue(tmp_path, "Shop", [SHOP], by=authority).serving()
    old.set_ciphers("ALL:@SECLEVEL=0")
    with warnings.catch_warnings(action="ignore"):
        old.minimum_version, old.maximum_version = ssl.TLSVersion.TLSv1, ssl.TLSVersion.TLSv1_1

    def plain(sock: socket.socket, over: threading.Event) -> None:
        sock.sendall(b"HTTP/1.1 200 OK\r\n\r\n")
        over.wait(60)

    for served in (peer(tls=old), peer(plain, listens=False)):
        with served as other:
            answer = post(other, authority)
        assert (answer.status, answer.fault, other.heard) == (None, Fault.TLS, [])


def test_a_handshake_that_never_ends_is_not_waited_out(authority: Issued, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(webhooks, "PATIENCE", 0.1)
    with socket.create_server(("127.0.0.1", 0)) as silent:
        target = Target(host=SHOP, port=silent.getsockname()[1], path="/")
        sending = Webhooks(key="", reach=REACH, resolve=lambda *_: ["127.0.0.1"], certificates=str(authority.file))

        assert sending.post(target, b"{}", {}).fault is Fault.TIMEOUT


DRIPS = [b"", b"HTTP/1.1 200 OK\r\nX: ", b"HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n"]


@pytest.mark.parametrize("start", DRIPS)
def test_an_endless_drip_is_cut_within_tls_too(
    start: bytes, authority: Issued, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(webhooks, "CUT", 0.2)
    with peer(dripping(start), issue(tmp_path, "Shop", [SHOP], by=authority).serving()) as other:
        answer = post(other, authority)
        assert (answer.status, answer.fault, other.finished) == (None, Fault.TIMEOUT, 0)
