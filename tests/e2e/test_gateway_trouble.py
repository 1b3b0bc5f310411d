"""The gateway while something behind it is down or in trouble: it says so, asks again where it may, and lets nobody in.

Each test breaks an echo of its own, on every nginx of this machine.
"""

import time

import pytest

from tests.support.gateway import Gateway


def test_with_auth_down_protected_routes_say_so_and_public_ones_go_on(own_gate: Gateway) -> None:
    """SE-13: never an open door, never a bare 500."""
    own_gate.echoes["auth"].stop()
    time.sleep(1.1)

    for path in ("/v1/customers", "/v1/invoices", "/p/acme"):
        answer = own_gate.ask(path, headers={"Authorization": "Bearer sk_test_1", "Cookie": "session=1"})
        assert (answer.status, answer.header("Retry-After")) == (503, "5")
        assert answer.header("Content-Type") == (
            "application/problem+json" if path.startswith("/v1") else "text/html; charset=utf-8"
        )
    assert own_gate.heard() == []
    assert own_gate.ask("/healthz").status == 200
    assert own_gate.ask("/static/api/api.css").status == 200


def test_with_a_service_down_the_others_go_on(own_gate: Gateway) -> None:
    own_gate.echoes["invoices"].stop()

    down = own_gate.ask("/v1/invoices")

    assert (down.status, down.header("Retry-After"), down.json["code"]) == (503, "5", "unavailable")
    assert own_gate.ask("/v1/invoices", method="POST", body=b"{}").status == 503
    assert own_gate.ask("/v1/invoices", method="HEAD").status == 503
    assert own_gate.ask("/v1/customers").status == 200


@pytest.mark.parametrize("trouble", [500, 502, 503, 204, 302, 404, 429])
def test_no_trouble_of_auth_lets_anybody_in(own_gate: Gateway, trouble: int) -> None:
    own_gate.echoes["auth"].identity_status = trouble

    for method in ("GET", "HEAD", "POST"):
        answer = own_gate.ask("/v1/customers", method=method, headers={"Authorization": "Bearer sk_test_1"})
        assert answer.status == (200 if trouble == 204 else 503)

    assert all("passport" not in str(heard) for heard in own_gate.heard())


def test_a_post_that_broke_off_is_not_sent_again_and_a_get_is(own_gate: Gateway) -> None:
    """GW-12: the service closes the connection without an answer."""
    for method, times in (("POST", 1), ("GET", 2)):
        before = len(own_gate.heard())

        answer = own_gate.ask("/v1/invoices?break=1", method=method, body=b"{}" if method == "POST" else None)

        assert (answer.status, answer.header("Retry-After")) == (503, "5")
        assert len(own_gate.heard()) == before + times
