"""Keys: their form, their end, their scopes (AK-01, AK-02, AK-04, AK-06)."""

from datetime import UTC, datetime, timedelta
from typing import Final

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.auth.adapters.secrets import new_key_secret
from services.auth.rules import api_key
from services.auth.rules.api_key import SCOPES, BadKey, KeyKind, KeyRevoked, ScopesExceedOwn
from shared import ids
from shared.errors import Invalid

NOW = datetime(2026, 3, 1, tzinfo=UTC)


def a_key(kind: KeyKind = KeyKind.SECRET, mode: str = "test") -> str:
    return api_key.compose(kind=kind, mode=mode, key_id=ids.new("key"), secret=new_key_secret())


def test_a_key_says_its_kind_its_mode_and_its_id() -> None:
    """AK-01."""
    key_id = ids.new("key")

    key = api_key.compose(kind=KeyKind.RESTRICTED, mode="live", key_id=key_id, secret=new_key_secret())

    assert key.startswith("rk_live_")
    assert api_key.parse(key) == api_key.Parts(KeyKind.RESTRICTED, "live", key_id)


def test_ten_thousand_keys_are_all_distinct() -> None:
    assert len({new_key_secret() for _ in range(10_000)}) == 10_000


KEY: Final = a_key()
"""One, so that a case that is tried again is the same case."""


@given(st.data())
def test_a_changed_character_is_found_by_the_checksum(data: st.DataObject) -> None:
    """AK-01: the checksum refuses it before any database is asked."""
    key = KEY
    at = data.draw(st.integers(0, len(key) - 1))
    other = data.draw(st.sampled_from(api_key.BASE62).filter(lambda letter: letter != key[at]))

    with pytest.raises(BadKey):
        api_key.parse(key[:at] + other + key[at + 1 :])


@pytest.mark.parametrize(
    "text", ["", "sk_test_", "sk_live_short", "pk_test_" + "a" * 75, "Bearer x", "sk_test_é" + "a" * 74, "\udcff"]
)
def test_what_is_no_key_is_refused(text: str) -> None:
    with pytest.raises(BadKey):
        api_key.parse(text)


@pytest.mark.parametrize(
    ("expires_at", "revoked_at", "good"),
    [
        (None, None, True),
        (NOW + timedelta(seconds=1), None, True),
        (NOW, None, False),
        (NOW - timedelta(days=1), None, False),
        (None, NOW, False),
        (NOW + timedelta(days=1), NOW, False),
    ],
)
def test_a_rolled_key_lives_for_its_overlap_and_a_revoked_one_not_at_all(
    expires_at: datetime | None, revoked_at: datetime | None, good: bool
) -> None:
    """AK-04."""
    if good:
        api_key.decide(expires_at=expires_at, revoked_at=revoked_at, now=NOW)
    else:
        with pytest.raises(BadKey):
            api_key.decide(expires_at=expires_at, revoked_at=revoked_at, now=NOW)


def test_a_secret_key_has_every_scope_and_a_restricted_one_what_it_names() -> None:
    """AK-02."""
    assert api_key.scopes_for(KeyKind.SECRET, asked=(), own=None) == SCOPES
    assert api_key.scopes_for(KeyKind.RESTRICTED, asked=("invoices:read",), own=SCOPES) == ("invoices:read",)


@pytest.mark.parametrize(
    ("kind", "asked"),
    [
        (KeyKind.RESTRICTED, ()),
        (KeyKind.RESTRICTED, ("invoices:delete",)),
        (KeyKind.RESTRICTED, ("*",)),
        (KeyKind.SECRET, ("invoices:read",)),
    ],
)
def test_scopes_are_named_from_the_list(kind: KeyKind, asked: tuple[str, ...]) -> None:
    with pytest.raises(Invalid):
        api_key.scopes_for(kind, asked=asked, own=None)


def test_a_key_hands_on_no_more_than_it_has() -> None:
    """AK-06."""
    with pytest.raises(ScopesExceedOwn) as refusal:
        api_key.scopes_for(KeyKind.RESTRICTED, asked=("invoices:read", "payments:read"), own=("invoices:read",))

    assert refusal.value.params == {"missing": "payments:read"}
    with pytest.raises(ScopesExceedOwn):
        api_key.scopes_for(KeyKind.SECRET, asked=(), own=("api_keys:write",))


@pytest.mark.parametrize("overlap", [timedelta(0), timedelta(hours=24), timedelta(days=7)])
def test_an_overlap_is_between_nothing_and_seven_days(overlap: timedelta) -> None:
    """AK-04."""
    assert api_key.overlap_ends(now=NOW, overlap=overlap, expires_at=None, revoked_at=None) == NOW + overlap


@pytest.mark.parametrize("overlap", [timedelta(seconds=-1), timedelta(days=7, seconds=1)])
def test_another_overlap_is_refused(overlap: timedelta) -> None:
    with pytest.raises(Invalid):
        api_key.overlap_ends(now=NOW, overlap=overlap, expires_at=None, revoked_at=None)


@pytest.mark.parametrize(("expires_at", "revoked_at"), [(NOW, None), (None, NOW)])
def test_a_key_is_rolled_once(expires_at: datetime | None, revoked_at: datetime | None) -> None:
    with pytest.raises(KeyRevoked):
        api_key.overlap_ends(now=NOW, overlap=timedelta(0), expires_at=expires_at, revoked_at=revoked_at)
