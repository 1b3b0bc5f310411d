"""What the gateway limits: rates, connections, sizes (GW-04, GW-05). The shipped figures, on a gateway of its own."""

import socket
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict
from pathlib import Path

import pytest

from shared.cli.gateway import GatewaySettings
from tests.support.gateway import Answer, Gateway, a_gateway

DEFAULTS = {**asdict(GatewaySettings()), "workers": "1"}


@pytest.fixture
def shipped(tmp_path: Path) -> Iterator[Gateway]:
    with a_gateway(tmp_path, **DEFAULTS) as running:
        yield running


@pytest.fixture
def gate(tmp_path: Path) -> Iterator[Gateway]:
    with a_gateway(tmp_path) as running:
        yield running


def at_once(gate: Gateway, number: int, target: str, **options: object) -> list[Answer]:
    with ThreadPoolExecutor(10) as pool:
        return list(pool.map(lambda _: gate.ask(target, **options), range(number)))  # type: ignore[arg-type]


def test_the_seventh_attempt_to_sign_in_at_once_is_told_to_wait(shipped: Gateway) -> None:
    """5 a minute, 5 more at once. Looking at the page is no attempt, and another portal is no way around."""
    pages = [shipped.ask("/p/acme/sign-in").status for _ in range(10)]
    attempts = [shipped.ask(f"/p/acme{number}/sign-in", method="POST", body=b"email=a") for number in range(7)]

    assert pages == [200] * 10
    assert [answer.status for answer in attempts] == [200] * 6 + [429]
    assert attempts[-1].header("Retry-After") == "12"
    assert b"<h1>" in attempts[-1].body


@pytest.mark.parametrize(
    ("referer", "link"),
    [
        ("http://localhost/p/acme/sign-in?next=/p/acme", b'href="/p/acme/sign-in?next=/p/acme"'),
        (
            'http://localhost/p/"><script>alert(1)</script>',
            b'href="/p/&quot;&gt;&lt;script&gt;alert(1)&lt;/script&gt;"',
        ),
        ("http://localhost//evil.example/", None),
        ("http://localhost/\\evil.example/", None),
        ("https://evil.example/p/acme", None),
        ("http://localhost.evil.example/p/acme", None),
        ("javascript:alert(1)", None),
        ("", None),
    ],
)
def test_a_form_that_came_too_often_leads_back_to_its_page_and_nowhere_else(
    shipped: Gateway, referer: str, link: bytes | None
) -> None:
    headers = {"Host": "localhost", "Referer": referer}
    *_, last = [shipped.ask("/p/acme/sign-in", method="POST", headers=headers, body=b"email=a") for _ in range(7)]

    assert last.status == 429
    (way,) = [each for each in last.body.splitlines() if b"<a " in each]
    assert (link or b'href="/p/acme"') in way  # without a page of ours to go back to: where the portal begins


@pytest.mark.parametrize(
    ("host", "target"),
    [
        ("localhost", "/billing/sign-in"),
        ("localhost", "/console/sign-in/link"),
        ("localhost", "/embed/pcfg_1/code"),
        ("shop.example", "/billing/sign-in/code"),
        ("billing.acme.example", "/sign-in"),
    ],
)
def test_every_way_to_sign_in_counts(shipped: Gateway, host: str, target: str) -> None:
    attempts = [shipped.ask(target, method="POST", headers={"Host": host}, body=b"a").status for _ in range(7)]

    assert attempts == [200] * 6 + [429]


def test_a_frame_begins_its_session_with_each_page_it_is_on(shipped: Gateway) -> None:
    """60 a minute, 30 more at once; that is no guessing, since the answer to a hash is right or the page is broken."""
    answers = [shipped.ask("/embed/pcfg_1/session", method="POST", body=b"{}") for _ in range(40)]

    statuses = [answer.status for answer in answers]
    assert statuses[:31] == [200] * 31
    assert 429 in statuses
    assert answers[-1].json["code"] == "too_many_requests"


def test_an_unknown_host_is_no_way_to_ask_without_a_limit(tmp_path: Path) -> None:
    with a_gateway(tmp_path, **{**DEFAULTS, "page_rate": "5r/s", "page_burst": 10}) as gate:
        answers = [gate.ask(f"/v1/{number}", headers={"Host": "evil.example"}).status for number in range(30)]
        files = [gate.ask("/static/app.css", headers={"Host": "evil.example"}).status for _ in range(30)]

    assert set(answers) == {421, 429}
    assert set(files) == {200}


def test_forged_addresses_do_not_make_one_client_many(shipped: Gateway) -> None:
    attempts = [
        shipped.ask("/p/acme/sign-in/code", method="POST", headers={"X-Forwarded-For": f"203.0.113.{number}"})
        for number in range(8)
    ]

    assert [answer.status for answer in attempts][-2:] == [429, 429]


def test_the_api_without_a_key_allows_little_and_says_so_as_a_problem(shipped: Gateway) -> None:
    answers = at_once(shipped, 120, "/v1/customers")
    refused = [answer for answer in answers if answer.status == 429]

    assert 30 <= len(answers) - len(refused) <= 100
    assert refused[0].header("Content-Type") == "application/problem+json"
    assert refused[0].header("Retry-After") == "1"
    assert refused[0].json["code"] == "too_many_requests"


def test_a_key_allows_more_and_an_empty_one_does_not(shipped: Gateway) -> None:
    with_key = at_once(shipped, 120, "/v1/customers", headers={"Authorization": "Bearer sk_test_1"})
    with_empty = at_once(shipped, 120, "/v1/customers", headers={"Authorization": ""})

    assert {answer.status for answer in with_key} == {200}
    assert 429 in {answer.status for answer in with_empty}


def test_a_new_key_for_each_request_is_still_one_client(tmp_path: Path) -> None:
    with a_gateway(tmp_path, **{**DEFAULTS, "keyed_client_rate": "5r/s", "keyed_client_burst": 10}) as gate:
        answers = [
            gate.ask("/v1/customers", headers={"Authorization": f"Bearer sk_test_{number}"}) for number in range(30)
        ]

    assert 429 in {answer.status for answer in answers}


def test_a_page_with_thirty_assets_never_meets_a_limit(shipped: Gateway) -> None:
    pages = at_once(shipped, 5, "/p/acme")
    assets = at_once(shipped, 300, "/static/api/api.css")

    assert {answer.status for answer in (*pages, *assets)} == {200}


def test_a_client_has_twenty_connections_at_work(shipped: Gateway) -> None:
    """Those that sent a header and hold back the body."""
    head = b"POST /v1/customers HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer k\r\nContent-Length: 9\r\n\r\n"
    held = [socket.create_connection(("127.0.0.1", shipped.port), timeout=5) for _ in range(25)]
    try:
        for connection in held:
            connection.sendall(head)
        refused = sum(_has_been_refused(connection) for connection in held)
    finally:
        for connection in held:
            connection.close()

    assert refused == 5


def _has_been_refused(connection: socket.socket) -> bool:
    connection.settimeout(0.3)
    try:
        return connection.recv(20).startswith(b"HTTP/1.1 429")
    except TimeoutError:
        return False


@pytest.mark.parametrize(
    ("target", "size", "status"),
    [
        ("/v1/customers", 1_000_000, 200),
        ("/v1/customers", 1_100_000, 413),
        ("/p/acme", 1_100_000, 413),
        ("/v1/imports", 5_300_000, 200),
        ("/v1/imports", 6_000_000, 413),
    ],
)
def test_a_body_may_have_1_mb_and_an_import_5(gate: Gateway, target: str, size: int, status: int) -> None:
    assert gate.ask(target, method="POST", body=b"x" * size).status == status


def test_a_body_in_chunks_is_measured_too(gate: Gateway) -> None:
    with socket.create_connection(("127.0.0.1", gate.port), timeout=5) as connection:
        connection.sendall(b"POST /v1/customers HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n")
        answer = b""
        try:
            for _ in range(20):
                connection.sendall(b"20000\r\n" + b"x" * 0x20000 + b"\r\n")
        except ConnectionError:
            pass
        answer = connection.recv(200)

    assert answer.startswith(b"HTTP/1.1 413")
    assert gate.heard() == []


@pytest.mark.parametrize(
    ("target", "headers", "status"),
    [
        ("/v1/customers?" + "x" * 3990, {}, 414),
        ("/v1/customers?" + "x" * 3980, {}, 200),
        ("/v1/customers", {"X-Long": "x" * 8200}, 431),
        ("/v1/customers", {"Content-Encoding": "gzip"}, 415),
        ("/v1/customers", {"Content-Encoding": "identity"}, 200),
    ],
    ids=["long target", "target of 4 kB", "long header", "compressed", "identity"],
)
def test_targets_headers_and_encodings_have_limits(
    gate: Gateway, target: str, headers: dict[str, str], status: int
) -> None:
    assert gate.ask(target, method="POST", headers=headers, body=b"{}").status == status
