"""May a sign-in attempt go on, does a mail go out (ML-17, ML-21)."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.auth.rules import sign_in
from services.auth.rules.sign_in import Asked, TooManySignIns


def asked(**counts: int) -> Asked:
    none = {"mails_last_minute": 0, "mails_last_hour": 0, "by_client_last_hour": 0, "of_vendor_last_hour": 0}
    return Asked(**{**none, **counts})


@pytest.mark.parametrize(
    ("counts", "may_mail"),
    [
        ({}, True),
        ({"mails_last_minute": 1}, False),
        ({"mails_last_hour": 4}, True),
        ({"mails_last_hour": 5}, False),
        ({"by_client_last_hour": 19, "of_vendor_last_hour": 999}, True),
    ],
)
def test_an_address_over_its_limit_gets_no_mail_and_the_usual_answer(counts: dict[str, int], may_mail: bool) -> None:
    """ML-17: per vendor and address 1 in 60 s and 5 an hour, silently."""
    assert sign_in.decide(asked(**counts)).may_mail is may_mail


@pytest.mark.parametrize("counts", [{"by_client_last_hour": 20}, {"of_vendor_last_hour": 1000}])
def test_a_client_or_a_vendor_over_its_limit_is_told_when_to_come_back(counts: dict[str, int]) -> None:
    """ML-17: per client 20 asked an hour, per vendor 1 000."""
    with pytest.raises(TooManySignIns) as refusal:
        sign_in.decide(asked(**counts))

    assert refusal.value.retry_after == 3600


@given(st.integers(0, 10**6), st.integers(0, 10**6))
def test_no_number_of_mails_to_an_address_ever_refuses(minute: int, hour: int) -> None:
    """ML-07, ML-17: an address alone never changes the answer, so nobody can lock an account."""
    sign_in.decide(asked(mails_last_minute=minute, mails_last_hour=hour))


def test_ten_uses_a_minute_are_enough_for_one_client() -> None:
    """ML-17."""
    sign_in.check_uses(by_client_last_minute=9)

    with pytest.raises(TooManySignIns):
        sign_in.check_uses(by_client_last_minute=10)


def test_twenty_wrong_codes_turn_an_address_codes_off() -> None:
    """ML-21."""
    assert sign_in.takes_codes(wrong_last_day=19)
    assert not sign_in.takes_codes(wrong_last_day=20)


@pytest.mark.parametrize(
    ("address", "client"),
    [
        ("203.0.113.7", "203.0.113.7"),
        (" 203.0.113.7 ", "203.0.113.7"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("2001:db8:1:2::1", "2001:db8:1:2::/64"),
        ("::ffff:203.0.113.7", "203.0.113.7"),
        ("", "unknown"),
        ("203.0.113.7, 10.0.0.1", "unknown"),
    ],
)
def test_one_client_is_an_ipv4_address_or_an_ipv6_network(address: str, client: str) -> None:
    """ML-17: IPv6 counts by /64."""
    assert sign_in.client_of(address) == client
