"""The gateway as shipped, in front of echoes: what comes through, what comes back, whose answer it is.

Each test runs on every nginx of this machine: the system's, and the one `bursar run` falls back to.
"""

import re
import threading
import time
from pathlib import Path
from typing import Any

import pytest

from tests.support.gateway import ROUTES, Answer, Gateway, a_gateway
from tests.support.polling import until

NINE = (
    "X-Content-Type-Options",
    "Content-Security-Policy",
    "Referrer-Policy",
    "Permissions-Policy",
    "Cross-Origin-Opener-Policy",
    "X-Request-Id",
    "Cache-Control",
)


def heard(answer: Answer) -> dict[str, str]:
    """The headers that the service got, by lower-case name. Fails if one came twice."""
    pairs: list[tuple[str, str]] = [(name.lower(), value) for name, value in answer.json["headers"]]
    assert len(dict(pairs)) == len(pairs), f"a header came twice: {pairs}"
    return dict(pairs)


@pytest.mark.parametrize(("path", "service"), ROUTES.items())
def test_a_path_reaches_the_service_that_owns_it(gate: Gateway, path: str, service: str) -> None:
    assert gate.ask(path).json["service"] == service


def test_the_passport_of_auth_reaches_the_service_and_nobody_else(gate: Gateway) -> None:
    """SE-14: the service's own copy of it is taken out of the answer."""
    answer = gate.ask("/p/acme", headers={"Cookie": "session=1"})

    assert heard(answer)["x-passport"] == "passport[session=1][acme]"
    assert answer.all_of("X-Passport") == []


def test_the_address_of_the_client_is_the_peers(gate: Gateway) -> None:
    """GW-03."""
    for number in range(20):
        claimed = f"203.0.113.{number}"
        headers = {"X-Forwarded-For": claimed, "X-Real-IP": claimed, "Forwarded": f"for={claimed}"}
        assert heard(gate.ask("/v1/customers", headers=headers))["x-real-ip"] == "127.0.0.1"

    assert {line["client"] for line in gate.log()} == {"127.0.0.1"}


def test_a_bad_key_is_answered_by_the_gateway_with_auths_code(gate: Gateway) -> None:
    answer = gate.ask("/v1/customers", headers={"Authorization": "Bearer wrong"})

    assert answer.status == 401
    assert answer.header("Content-Type") == "application/problem+json"
    assert answer.json["code"] == "key_unknown"
    assert answer.json["instance"] == answer.header("X-Request-Id")


def test_too_many_bad_keys_are_answered_as_such(gate: Gateway) -> None:
    """AK-05: auth counts, and can say so to the gateway through the refusal alone."""
    answer = gate.ask("/v1/customers", headers={"Authorization": "Bearer wrong again"})

    assert (answer.status, answer.header("Retry-After")) == (429, "37")
    assert answer.json["code"] == "too_many_requests"


@pytest.mark.parametrize(
    ("path", "portal"),
    [
        ("/p/acme/invoices", "acme"),
        ("/billing", "_billing"),
        ("/billing/sign-in", "_billing"),
        ("/console/access", "_console"),
        ("/v1/plans", ""),
    ],
)
def test_auth_is_told_whose_cookie_counts(gate: Gateway, path: str, portal: str) -> None:
    assert heard(gate.ask(path, headers={"Cookie": "session=1"}))["x-passport"] == f"passport[session=1][{portal}]"


@pytest.mark.parametrize("path", ["/embed/pcfg_1", "/embed/pcfg_1/session"])
def test_of_a_frame_that_proves_itself_nobody_is_asked(gate: Gateway, path: str) -> None:
    """Whatever else comes along: a frame goes by no cookie and no passport, the client's own least of all."""
    got = heard(gate.ask(path, headers={"Cookie": "session=1", "X-Passport": "mine", "Bursar-Session": "frame-1"}))

    assert not got.keys() & {"x-passport", "bursar-session"}


def test_a_frames_session_is_shown_to_auth_alone(gate: Gateway) -> None:
    got = heard(gate.ask("/p/acme", headers={"Bursar-Session": "frame-1"}))

    assert got["x-passport"] == "passport[frame-1][acme]"
    assert "bursar-session" not in got


@pytest.mark.parametrize("path", ["/embed/v1.js", "/embed/help/v1.js"])
def test_the_script_for_vendors_pages_may_be_loaded_from_anywhere(gate: Gateway, path: str) -> None:
    """GW-15: the one thing that any origin may read, for it is the same for everybody."""
    answer = gate.ask(path, headers={"Origin": "https://shop.example", "Cookie": "session=1"})

    assert answer.status == 200
    assert answer.all_of("Content-Type") == ["text/javascript; charset=utf-8"]
    assert answer.all_of("Cross-Origin-Resource-Policy") == ["cross-origin"]
    assert answer.all_of("Access-Control-Allow-Origin") == ["*"]
    assert answer.all_of("Access-Control-Allow-Credentials") == []
    assert answer.all_of("Cache-Control") == ["public, max-age=300"]


@pytest.mark.parametrize(
    "path", ["/p/acme", "/v1/plans", "/embed/pcfg_1", "/embed/v2.js", "/static/app.css", "/nothing"]
)
def test_nothing_else_may_be_read_by_other_origins(gate: Gateway, path: str) -> None:
    for method in ("GET", "OPTIONS"):
        answer = gate.ask(path, method=method, headers={"Origin": "https://shop.example"})
        assert [name for name, _ in answer.headers if name.lower().startswith("access-control-")] == []
        assert answer.all_of("Cross-Origin-Resource-Policy") == []


@pytest.mark.parametrize(
    ("target", "method", "headers", "status"),
    [
        ("/p/acme", "GET", {}, 200),
        ("/static/api/api.css", "GET", {}, 200),
        ("/healthz", "GET", {}, 200),
        ("/", "GET", {}, 302),
        ("/v1/customers?status=304", "GET", {}, 304),
        ("/v1/customers%00", "GET", {}, 400),
        ("/v1/customers", "GET", {"Authorization": "Bearer wrong"}, 401),
        ("/v1/customers?status=403", "GET", {}, 403),
        ("/nothing", "GET", {}, 404),
        ("/static/nothing.css", "GET", {}, 404),
        ("/v1/nothing", "POST", {}, 404),
        ("/v1/customers", "PROPFIND", {}, 405),
        ("/v1/customers", "TRACE", {}, 405),
        ("/v1/customers?" + "x" * 4100, "GET", {}, 414),
        ("/v1/customers", "POST", {"Content-Encoding": "gzip"}, 415),
        ("/p/acme", "GET", {"Host": "evil.example"}, 421),
        ("/v1/customers", "GET", {"Authorization": "Bearer wrong again"}, 429),
        ("/billing/invoices", "GET", {"Host": "shop.example"}, 200),
        ("/embed/v1.js", "GET", {}, 200),
        ("/v1/customers", "GET", {"X-Long": "x" * 9000}, 431),
        ("/v1/customers?status=500", "GET", {}, 500),
        ("/p/acme?status=503", "GET", {}, 503),
    ],
    ids=lambda value: str(value)[:30] if isinstance(value, str | int) else "",
)
def test_every_status_carries_each_protecting_header_once(
    gate: Gateway, target: str, method: str, headers: dict[str, str], status: int
) -> None:
    """GW-07; and no version of the server is told."""
    answer = gate.ask(target, method=method, headers=headers)

    assert answer.status == status
    assert {name: len(answer.all_of(name)) for name in NINE} == dict.fromkeys(NINE, 1)
    assert "frame-ancestors 'none'" in str(answer.header("Content-Security-Policy"))
    assert answer.header("X-Content-Type-Options") == "nosniff"
    assert answer.all_of("Server") == ["nginx"]
    assert re.search(rb"nginx/\d", answer.body) is None


def test_the_policy_of_a_page_is_its_services_where_it_says_one(gate: Gateway) -> None:
    answer = gate.ask("/mailbox/msg_1/html?csp=default-src+'none';+img-src+data:")

    assert answer.all_of("Content-Security-Policy") == ["default-src 'none'; img-src data:"]


def test_hsts_is_sent_where_the_public_address_is_https(tmp_path: Path, gate: Gateway) -> None:
    assert gate.ask("/").all_of("Strict-Transport-Security") == []

    with a_gateway(tmp_path, public_url="https://billing.example") as encrypted:
        ours, theirs = {"Host": "billing.example"}, {"Host": "shop.example"}
        said = encrypted.ask("/nothing", headers=ours).all_of("Strict-Transport-Security")
        assert said == ["max-age=31536000; includeSubDomains"]
        assert heard(encrypted.ask("/p/acme", headers=ours))["x-forwarded-proto"] == "https"
        # What else is below a vendor's host is not ours to speak for.
        said = encrypted.ask("/billing", headers=theirs).all_of("Strict-Transport-Security")
        assert said == ["max-age=31536000"]


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("abcdef-0123456789", True),
        ("A" * 64, True),
        ("short", False),
        ("A" * 65, False),
        ("has space in it", False),
        ('quote"inside-it', False),
        ("under_score_id", False),
    ],
)
def test_a_request_id_is_kept_if_it_is_fit_to_log(gate: Gateway, given: str, kept: bool) -> None:
    """GW-08: the same in the answer, at the service and in the log."""
    answer = gate.ask("/v1/customers", headers={"X-Request-Id": given})
    used = answer.header("X-Request-Id")

    assert (used == given) is kept
    assert re.fullmatch(r"[A-Za-z0-9-]{8,64}", str(used))
    assert heard(answer)["x-request-id"] == used
    until(lambda: used in {line["request_id"] for line in gate.log()})


@pytest.mark.parametrize(("sent", "heard_as"), [('W/"7"', '"7"'), ('"7"', '"7"'), ("*", "*"), ('"7", "8"', '"7", "8"')])
def test_a_tag_that_gzip_made_weak_is_strong_again(gate: Gateway, sent: str, heard_as: str) -> None:
    assert heard(gate.ask("/v1/plans/plan_1", method="PATCH", headers={"If-Match": sent}))["if-match"] == heard_as


def test_the_log_holds_no_query_and_nothing_behind_a_sign_in_path(gate: Gateway) -> None:
    gate.ask("/p/acme/sign-in/link/secret-token-1?email=mira@example.com")
    gate.ask("/billing/sign-in/secret-token-1")
    gate.ask("/billing/sign-in/secret-token-1", headers={"Host": "shop.example"})
    gate.ask("/v1/customers?email=mira@example.com")
    gate.ask("/nothing?token=secret-token-1")

    until(lambda: gate.log()[-1]["path"] == "/nothing")
    written = (gate.directory / "access.log").read_text()
    assert "mira" not in written
    assert "secret-token-1" not in written
    assert "/p/acme/sign-in/…" in {line["path"] for line in gate.log()}


def test_two_callers_never_get_each_others_passport(gate: Gateway) -> None:
    """SE-14: interleaved, differing in one credential, also where joining the parts naively would make them equal."""
    callers: list[dict[str, str]] = [
        {"Cookie": "session=1"},
        {"Cookie": "session=2"},
        {"Authorization": "Bearer sk_test_1"},
        {"Authorization": "Bearer sk_test_2"},
        {"Authorization": "Bearer sk_test_1", "Cookie": "session=1"},
        {"Authorization": "Bearer sk_test_1session=1"},
        {"Bursar-Session": "frame-1"},
        {"Bursar-Session": "frame-2", "Cookie": "session=1"},
        {},
    ]
    wrong: list[Any] = []

    def ask(headers: dict[str, str], path: str) -> None:
        credential = headers.get("Bursar-Session") or headers.get("Authorization") or headers.get("Cookie")
        portal = path.split("/")[2] if path.startswith("/p/") else ""
        expected = f"passport[{credential}][{portal}]" if credential else None
        for _ in range(25):
            got = heard(gate.ask(path, headers=headers)).get("x-passport")
            if got != expected:
                wrong.append((expected, got))

    threads = [
        threading.Thread(target=ask, args=(headers, path)) for headers in callers for path in ("/p/acme", "/p/other")
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert wrong == []


def test_an_identity_is_asked_again_after_a_second_and_not_much_more_often(own_gate: Gateway) -> None:
    """SE-14: kept for at most a second, from the second question in it; a refusal is not kept at all."""
    for _ in range(30):
        own_gate.ask("/v1/customers", headers={"Authorization": "Bearer sk_test_1"})
    asked = len(own_gate.echoes["auth"].heard)
    time.sleep(1.05)
    own_gate.ask("/v1/customers", headers={"Authorization": "Bearer sk_test_1"})

    assert asked <= 6  # twice in each of the three seconds that they may fall into
    assert len(own_gate.echoes["auth"].heard) == asked + 1

    for _ in range(5):
        own_gate.ask("/v1/customers", headers={"Authorization": "Bearer wrong"})

    assert len(own_gate.echoes["auth"].heard) == asked + 6
