"""What a hostile client sends the gateway: forged identities, paths in disguise, requests with two readings."""

import pytest

from tests.support.gateway import ROUTES, Gateway

FORGED = (
    *("X-Passport", "x-passport", "X_Passport", "X-PASSPORT", "X-Portal", "X-Auth-Vendor", "X-Auth-Error"),
    *("X-Portal-Home", "X-Inside-Path", "X-Own-Host", "X-Own-Path", "X-Frame-Session"),
    *("X-Internal-Call", "X-Original-URI", "X-Rewrite-URL", "X-HTTP-Method-Override", "X-Forwarded-User"),
    *("X-Forwarded-For", "X-Forwarded-Host", "Forwarded", "Script-Name", "X-Real-IP", "X-Customer-Id", "X-Unheard-Of"),
)


@pytest.mark.parametrize("path", [*ROUTES, "/readyz"])
def test_no_forged_identity_header_reaches_a_service(gate: Gateway, path: str) -> None:
    """GW-01: whatever its spelling, twice, and named in Connection too."""
    forged = "".join(f"{name}: forged\r\n{name}: forged again\r\n" for name in FORGED)
    raw = f"GET {path} HTTP/1.1\r\nHost: localhost\r\n{forged}Connection: close, X-Passport, X-Real-IP\r\n\r\n"

    head, _, body = gate.say(raw.encode()).partition(b"\r\n\r\n")

    assert head.startswith(b"HTTP/1.1 200")
    assert b"forged" not in body
    assert b"x-passport" not in body.lower()


def test_a_header_with_a_space_before_its_colon_is_refused(gate: Gateway) -> None:
    answer = gate.say(b"GET /p/acme HTTP/1.1\r\nHost: localhost\r\nX-Passport : forged\r\nConnection: close\r\n\r\n")

    assert b"forged" not in answer
    assert answer.startswith((b"HTTP/1.1 400", b"HTTP/1.1 200"))


@pytest.mark.parametrize(
    "target",
    [
        *("/internal/identity", "/v1/../internal/identity", "/v1/%2e%2e/internal/identity", "//internal/identity"),
        *("/internal;x/identity", "/v1/..%2finternal/identity", "/%69nternal/identity", "/V1/customers", "/internal."),
        *("/metrics", "/v1/../metrics", "/metrics/", "/p/acme/../../metrics", "/p/acme/..%5c..%5cmetrics"),
        *("/.git/config", "/static/../../../pyproject.toml", "/static/.hidden", "/p/acme/.env", "/v1/customers/%2e"),
        *("/-/identity", "/-/errors/page", "/-/errors/problem", "/p/x/..%2fa.js", "/v1//customers"),
        *("/v1/customers;a=b", "/v1/customers\\x", "/v1/customers%0d%0aX:1", "/p/acme/%252e%252e/x"),
        *("/v1", "/p", "/p/", "/v1/customersx"),
    ],
)
def test_no_spelling_reaches_what_is_internal(gate: Gateway, target: str) -> None:
    """GW-11."""
    before = len(gate.heard())

    head = gate.say(f"GET {target} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n".encode())

    assert head.startswith((b"HTTP/1.1 404", b"HTTP/1.1 400"))
    assert len(gate.heard()) == before


@pytest.mark.parametrize("method", ["TRACE", "TRACK", "CONNECT", "PROPFIND", "MKCOL", "DEBUG", "get"])
@pytest.mark.parametrize("target", ["/p/acme", "/v1/customers", "/static/api/api.css", "/"])
def test_methods_that_are_not_listed_are_refused(gate: Gateway, method: str, target: str) -> None:
    raw = f"{method} {target} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"

    assert gate.say(raw.encode()).startswith((b"HTTP/1.1 405", b"HTTP/1.1 400"))


SMUGGLED = b"GET /v1/vendors/smuggled HTTP/1.1\r\nHost: localhost\r\n\r\n"


@pytest.mark.parametrize(
    "head",
    [
        b"Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        b"Content-Length: 0\r\nContent-Length: 46\r\n\r\n",
        b"Transfer-Encoding: xchunked\r\n\r\n",
        b"Transfer-Encoding: \x0bchunked\r\n\r\n",
        b"Transfer-Encoding: chunked\r\nTransfer-Encoding: identity\r\n\r\n0\r\n\r\n",
        b"Content-Length: +5\r\n\r\n",
        b"Transfer-Encoding: chunked\r\n\r\nzz\r\n",
        b"Transfer-Encoding: chunked\r\n\r\n-1\r\n",
        b"X-Folded: a\r\n b: c\r\n\r\n",
    ],
)
def test_a_request_that_two_parsers_could_read_apart_is_refused(gate: Gateway, head: bytes) -> None:
    """GW-10: what follows it is never taken for a request."""
    answer = gate.say(b"POST /v1/customers HTTP/1.1\r\nHost: localhost\r\n" + head + SMUGGLED)

    assert answer.startswith((b"HTTP/1.1 400", b"HTTP/1.1 501"))
    assert "/v1/vendors/smuggled" not in {each["target"] for each in gate.heard()}


def test_a_request_without_headers_at_all_is_refused(gate: Gateway) -> None:
    """HTTP/0.9: it could carry no identity."""
    before = len(gate.heard())

    gate.say(b"GET /v1/customers\r\n")

    assert len(gate.heard()) == before
