"""Where a key may be (AK-05): in one header, once, and nowhere that a log on the way would keep."""

import pytest

from tests.support.gateway import Gateway
from tests.support.polling import until

KEY = "sk_live_01j9zq3k5v7w8x9y0a1b2c3d4e"


@pytest.mark.parametrize(
    "target",
    [
        f"/v1/customers?key={KEY}",
        f"/v1/customers?api_key={KEY.upper()}",
        f"/v1/customers/{KEY}",
        f"/v1/{KEY}/customers?a=b",
        f"/p/acme?token={KEY}",
        f"/nothing/{KEY.replace('sk_', 'rk_')}",
        f"/v1/customers/{KEY.replace('_', '%5F')}",
        f"/v1/customers/%73{KEY[1:]}",
        f"/v1/customers?x={KEY.replace('_', '%5f')}",
    ],
)
def test_a_key_in_the_address_is_refused_and_logged_nowhere(gate: Gateway, target: str) -> None:
    before = len(gate.heard())

    answer = gate.ask(target)

    assert answer.status == 400
    assert KEY[8:] not in answer.body.decode()
    if target.startswith("/v1/"):
        assert answer.json["code"] == "key_in_address"
    assert len(gate.heard()) == before
    until(lambda: answer.header("X-Request-Id") in {line["request_id"] for line in gate.log()})
    assert KEY[8:].lower() not in (gate.directory / "access.log").read_text().lower()


def test_a_publishable_word_that_only_looks_like_a_key_is_none(gate: Gateway) -> None:
    for target in ("/v1/customers?reference=task_live", "/p/acme?q=risk_test_"):
        assert gate.ask(target).status == 200


@pytest.mark.parametrize(
    "head",
    [
        "Authorization: Bearer sk_test_1\r\nAuthorization: Bearer sk_test_2",
        "Authorization: Bearer sk_test_1, Bearer sk_test_2",
        "Authorization: Bearer sk_test_1,Basic YTpi",
        "Authorization: Bearer sk_test_1\r\nBursar-Session: frame-1",
    ],
)
def test_two_credentials_in_one_request_are_refused(gate: Gateway, head: str) -> None:
    before = len(gate.heard())

    answer = gate.say(f"GET /v1/customers HTTP/1.1\r\nHost: localhost\r\n{head}\r\nConnection: close\r\n\r\n".encode())

    assert answer.startswith(b"HTTP/1.1 400")
    assert len(gate.heard()) == before
