"""What each way in proves, and which a portal lets in by."""

import pytest

from services.auth.rules.ways_in import WAYS_IN, Assurance, Method, WayIn, is_open


def test_every_way_in_is_in_the_table() -> None:
    assert set(WAYS_IN) == set(WayIn)


@pytest.mark.parametrize("way_in", ["email_link", "email_code", "portal_session", "hmac_v2"])
def test_what_proves_a_mailbox_or_a_backends_word_is_verified(way_in: str) -> None:
    assert WAYS_IN[WayIn(way_in)].assurance is Assurance.VERIFIED


@pytest.mark.parametrize("way_in", ["hmac_v1", "order_number", "permanent_link", "staff_view"])
def test_what_can_be_handed_on_only_looks_on(way_in: str) -> None:
    assert WAYS_IN[WayIn(way_in)].assurance is Assurance.VIEWER


@pytest.mark.feature("A23")
def test_a_way_in_is_open_where_its_method_is_listed_and_nowhere_else() -> None:
    for way_in, proof in WAYS_IN.items():
        others = set(Method) - {proof.method}
        assert is_open(way_in, set(Method))
        assert is_open(way_in, others) is (way_in is WayIn.STAFF_VIEW)


def test_an_unknown_method_opens_nothing() -> None:
    assert not is_open(WayIn.HMAC_V1, ["hmac", "HMAC_V1", ""])
