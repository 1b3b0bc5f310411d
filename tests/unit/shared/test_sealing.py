"""A sealed payload is read by whoever has the key, unaltered, and for a short time."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared import sealing
from shared.sealing import SealBroken

KEY = sealing.new_key()
payloads = st.dictionaries(st.text(max_size=10), st.none() | st.integers() | st.text(max_size=20), max_size=5)


@given(payloads)
def test_what_was_sealed_is_read_back(payload: dict[str, object]) -> None:
    assert sealing.unseal(KEY, sealing.seal(KEY, payload), max_age=60) == payload


@given(st.text("abcdefgh", min_size=8, max_size=40))
def test_nothing_of_it_can_be_seen(secret: str) -> None:
    assert secret not in sealing.seal(KEY, {"code": secret})


@given(st.integers(0, 80), st.sampled_from("abc123-_"))
def test_altered_by_one_character_it_is_broken(position: int, character: str) -> None:
    sealed = sealing.seal(KEY, {"code": "123456"})
    altered = sealed[:position] + character + sealed[position + 1 :]

    if altered != sealed:
        with pytest.raises(SealBroken):
            sealing.unseal(KEY, altered, max_age=60)


def test_another_key_does_not_open_it() -> None:
    with pytest.raises(SealBroken):
        sealing.unseal(sealing.new_key(), sealing.seal(KEY, {}), max_age=60)


def test_too_old_it_is_broken() -> None:
    sealed = sealing.seal(KEY, {})

    with pytest.raises(SealBroken):
        sealing.unseal(KEY, sealed, max_age=-1)
