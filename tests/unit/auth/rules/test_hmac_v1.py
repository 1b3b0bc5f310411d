"""v1 hashes: what proves a subject and what does not (HI-01, HI-05, HI-06)."""

import hashlib
import hmac

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.auth.rules import hmac_v1, identity_secret, signed_identity
from services.auth.rules.signed_identity import Cause, IdentityRefused, IdType

SECRET = "idsec_test_" + "k" * 43
SECRETS = {"idsec_1": SECRET}
MAIL = "mira@shop.example"
texts = st.text(st.characters(exclude_categories=("Cs",)), min_size=1, max_size=80)


def cause_of(given: object, *, subject: str = MAIL, secrets: dict[str, str] | None = None) -> Cause:
    with pytest.raises(IdentityRefused) as refused:
        hmac_v1.decide(given, subject=subject, secrets=SECRETS if secrets is None else secrets)
    return refused.value.cause


@given(texts)
def test_the_hash_is_the_hexadecimal_hmac_of_the_bytes_sent(subject: str) -> None:
    expected = hmac.new(SECRET.encode(), subject.encode(), hashlib.sha256).hexdigest()

    assert hmac_v1.calculate(secret=SECRET, subject=subject) == expected
    assert hmac_v1.decide(expected, subject=subject, secrets=SECRETS) == "idsec_1"


@given(texts, texts)
def test_no_other_subject_has_the_hash(one: str, other: str) -> None:
    """HI-05: nothing is folded, trimmed or normalized."""
    hash_ = hmac_v1.calculate(secret=SECRET, subject=one)
    if one != other:
        assert cause_of(hash_, subject=other) is Cause.HASH_WRONG


@given(st.integers(0, 255))
def test_a_flipped_bit_is_refused(bit: int) -> None:
    """HI-01."""
    digest = bytearray(bytes.fromhex(hmac_v1.calculate(secret=SECRET, subject=MAIL)))
    digest[bit // 8] ^= 1 << bit % 8

    assert cause_of(digest.hex()) is Cause.HASH_WRONG


@pytest.mark.parametrize(
    "given",
    [
        "",
        None,
        [],
        {},
        0,
        True,
        1.5,
        b"0" * 64,
        "é" * 64,
        "0" * 63,
        "0" * 65,
        "0" * 10_000_000,
        "0x" + "0" * 62,
        "g" * 64,
        "\ud800" * 64,
        "٠" * 64,
        "v2." + "0" * 61,
    ],
    ids=lambda value: repr(value)[:12],
)
def test_what_is_no_hash_is_refused(given: object) -> None:
    """HI-01: never an error of ours."""
    assert cause_of(given) in (Cause.HASH_MISSING, Cause.HASH_MALFORMED)


@pytest.mark.parametrize(
    "change", [str.upper, lambda text: f" {text}", lambda text: f"{text}\n", lambda text: text[:-1]]
)
def test_the_right_hash_written_otherwise_is_refused(change: object) -> None:
    assert callable(change)
    right = hmac_v1.calculate(secret=SECRET, subject=MAIL)

    assert cause_of(change(right)) is Cause.HASH_MALFORMED


def test_any_good_secret_verifies_and_no_other() -> None:
    """HI-08, HI-10."""
    other = "idsec_test_" + "o" * 43
    hash_ = hmac_v1.calculate(secret=other, subject=MAIL)

    assert hmac_v1.decide(hash_, subject=MAIL, secrets={**SECRETS, "idsec_2": other}) == "idsec_2"
    assert cause_of(hash_) is Cause.HASH_WRONG
    assert cause_of(hash_, secrets={}) is Cause.HASH_WRONG


@pytest.mark.parametrize("secret", ["", " ", "k" * 31, "é" * 15])
def test_nothing_is_signed_or_verified_under_a_short_secret(secret: str) -> None:
    """HI-06: an HMAC under an empty key is never accepted."""
    forged = hmac.new(secret.encode(), MAIL.encode(), hashlib.sha256).hexdigest()

    with pytest.raises(identity_secret.SecretTooShort):
        hmac_v1.calculate(secret=secret, subject=MAIL)
    with pytest.raises(identity_secret.SecretTooShort):
        hmac_v1.decide(forged, subject=MAIL, secrets={"idsec_1": secret})


@pytest.mark.parametrize("given", ["", " ", "\t\n", None, [], {}, 1, "x" * 321, "a\ud800@x.com"])
@pytest.mark.parametrize("id_type", list(IdType))
def test_a_blank_or_impossible_subject_is_refused(given: object, id_type: IdType) -> None:
    """HI-06."""
    with pytest.raises(IdentityRefused) as refused:
        signed_identity.subject(id_type, given)

    assert refused.value.cause is Cause.SUBJECT_BAD
