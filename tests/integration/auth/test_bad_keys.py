"""AK-05: whoever keeps trying keys that are none is told to wait; whoever has a good one is not kept waiting."""

from datetime import timedelta

import pytest
from werkzeug.test import TestResponse

from services.auth.actions.vendors import Registered
from services.auth.adapters.secrets import new_key_secret
from services.auth.rules import api_key
from services.auth.rules.api_key import KeyKind
from shared import clock, ids
from tests.integration.auth.house import NOON, House


def guess() -> str:
    """Well-formed, and nobody's."""
    return api_key.compose(kind=KeyKind.SECRET, mode="live", key_id=ids.new("key"), secret=new_key_secret())


def ask(house: House, key: str, address: str) -> TestResponse:
    return house.identity(Authorization=f"Bearer {key}", **{"X-Real-IP": address})


@pytest.mark.parametrize(("kind", "address"), [("guess", "198.51.100.7"), ("nonsense", "198.51.100.8")])
def test_the_twenty_first_bad_key_within_a_minute_is_answered_too_many(
    house: House, vendor: Registered, kind: str, address: str
) -> None:
    def bad() -> str:
        return guess() if kind == "guess" else "nonsense"

    with clock.fixed(NOON + timedelta(hours=1)):
        answers = [ask(house, bad(), address) for _ in range(22)]
        codes = [each.headers["X-Auth-Error"] for each in answers]
        assert {each.status_code for each in answers} == {401}  # a subrequest says no in no other way
        assert codes == ["invalid_api_key"] * 20 + ["too_many_requests"] * 2
        assert answers[-1].headers["Retry-After"] == "60"
        good = ask(house, vendor.keys["live"].secret, address)
        other = ask(house, bad(), "203.0.113.99")
    assert "X-Passport" in good.headers
    assert other.headers["X-Auth-Error"] == "invalid_api_key"
    with clock.fixed(NOON + timedelta(hours=1, seconds=61)):
        assert ask(house, bad(), address).headers["X-Auth-Error"] == "invalid_api_key"
