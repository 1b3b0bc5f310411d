"""Which stored address a typed one means (ML-15)."""

import pytest

from services.auth.rules import address
from services.auth.rules.address import OnFile


def on_file(customer: str, email: str, locale: str | None = None) -> OnFile:
    return OnFile(customer, email, address.key_of(email) or "", None, locale)


def test_the_mail_goes_to_the_stored_spelling() -> None:
    found = address.decide(address.key_of("mike@x.com"), [on_file("cus_1", "Mike@X.com")])

    assert found is not None
    assert found.email == "Mike@X.com"


@pytest.mark.parametrize(
    ("stored", "typed"),
    [("mike@x.com", "m\u0131ke@x.com"), ("kate@x.com", "\u212aate@x.com"), ("sam@x.com", "\u017fam@x.com")],
)
def test_a_look_alike_finds_nobody_in_either_direction(stored: str, typed: str) -> None:
    """ML-15."""
    assert address.decide(address.key_of(typed), [on_file("cus_1", stored)]) is None
    assert address.decide(address.key_of(stored), [on_file("cus_1", typed)]) is None


def test_customers_who_share_an_address_come_together_oldest_first() -> None:
    both = [on_file("cus_2", "mike@x.com", "de"), on_file("cus_1", "MIKE@x.com")]

    found = address.decide("mike@x.com", both)

    assert found is not None
    assert found.customers == ("cus_1", "cus_2")
    assert found.email == "MIKE@x.com"
    assert found.locale == "de"


def test_no_address_means_nobody_even_where_a_bad_one_is_on_file() -> None:
    assert address.decide(None, [OnFile("cus_1", "broken", "", None, None)]) is None
    assert address.key_of("a@v.com,b@evil.com") is None


def test_a_mailbox_is_one_customers_own_unless_others_or_somebodys_people_read_it() -> None:
    one, other = on_file("cus_1", "mike@x.com"), on_file("cus_2", "mike@x.com")
    helper = OnFile("cus_3", "mike@x.com", "mike@x.com", None, None, delegate="dlg_1", role="viewer")

    cases = {(one,): "cus_1", (one, other): None, (one, helper): None, (helper,): None}

    for people, expected in cases.items():
        found = address.decide("mike@x.com", people)
        assert found is not None
        assert found.only == expected
