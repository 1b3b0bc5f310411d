"""What vendors get wrong, made on purpose: each mistake is named (A07)."""

import hashlib
import hmac
import json
from base64 import b64encode, urlsafe_b64encode
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.auth.rules import hmac_v1, hmac_v1_mistakes, hmac_v2_mistakes
from services.auth.rules.identity_mistakes import Finding, Held, Mistake
from services.auth.rules.signed_identity import IdType, Subject
from shared.i18n import LANGUAGES, text

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
GOOD, ENDED, LIVE, OTHER = (
    f"idsec_{kind}_" + letter * 43 for kind, letter in zip(("test", "test", "live", "test"), "gelo", strict=True)
)
HELD = Held(
    good={"idsec_good": GOOD, "idsec_other": OTHER},
    ended={"idsec_ended": ENDED},
    other_mode={"idsec_live": LIVE},
)
MAIL = "Mira@shop.example"
ALSO = ["cus_01mira", "ref-77"]


def sha(key: str, message: str, name: str = "sha256") -> bytes:
    return hmac.new(key.encode(), message.encode(), name).digest()


def check(hash_: str, *, sent: str = MAIL, also: list[str] | None = None, held: Held = HELD) -> Finding:
    whom = Subject(IdType.EMAIL if "@" in sent else IdType.CUSTOMER_ID, sent)
    return hmac_v1_mistakes.calculate(hash_, whom=whom, also=ALSO if also is None else also, held=held)


def hexed(key: str, message: str) -> str:
    return sha(key, message).hex()


V1: dict[str, tuple[str, tuple[Mistake, ...]]] = {
    "right": (hexed(GOOD, MAIL), ()),
    "upper case": (hexed(GOOD, MAIL).upper(), (Mistake.HASH_UPPER_CASE,)),
    "a blank behind": (hexed(GOOD, MAIL) + " ", (Mistake.HASH_BLANK,)),
    "a newline behind": (hexed(GOOD, MAIL) + "\n", (Mistake.HASH_BLANK,)),
    "0x": ("0x" + hexed(GOOD, MAIL), (Mistake.HASH_PREFIXED,)),
    "base64": (b64encode(sha(GOOD, MAIL)).decode(), (Mistake.HASH_BASE64,)),
    "base64url": (urlsafe_b64encode(sha(GOOD, MAIL)).decode().rstrip("="), (Mistake.HASH_BASE64,)),
    "cut": (hexed(GOOD, MAIL)[:40], (Mistake.HASH_TRUNCATED,)),
    "trailing blank hashed": (hexed(GOOD, MAIL + " "), (Mistake.SUBJECT_BLANK,)),
    "newline hashed": (hexed(GOOD, MAIL + "\n"), (Mistake.SUBJECT_NEWLINE,)),
    "windows newline hashed": (hexed(GOOD, MAIL + "\r\n"), (Mistake.SUBJECT_NEWLINE,)),
    "lower case hashed": (hexed(GOOD, MAIL.lower()), (Mistake.SUBJECT_LETTER_CASE,)),
    "percent-encoded": (hexed(GOOD, quote(MAIL, safe="")), (Mistake.SUBJECT_URL_ENCODED,)),
    "as JSON": (hexed(GOOD, json.dumps(MAIL)), (Mistake.SUBJECT_QUOTED,)),
    "our id hashed": (hexed(GOOD, "cus_01mira"), (Mistake.ID_FOR_EMAIL,)),
    "own id hashed": (hexed(GOOD, "ref-77"), (Mistake.ID_FOR_EMAIL,)),
    "the other mode's secret": (hexed(LIVE, MAIL), (Mistake.SECRET_OTHER_MODE,)),
    "an ended secret": (hexed(ENDED, MAIL), (Mistake.SECRET_ENDED,)),
    "newline in the secret": (hexed(GOOD + "\n", MAIL), (Mistake.SECRET_BLANK,)),
    "the secret's id": (hexed("idsec_good", MAIL), (Mistake.SECRET_ID,)),
    "no HMAC": (hashlib.sha256(MAIL.encode()).hexdigest(), (Mistake.NOT_HMAC,)),
    "secret in front": (hashlib.sha256((GOOD + MAIL).encode()).hexdigest(), (Mistake.NOT_HMAC,)),
    "swapped": (hexed(MAIL, GOOD), (Mistake.SWAPPED,)),
    "SHA-1": (sha(GOOD, MAIL, "sha1").hex(), (Mistake.OTHER_ALGORITHM,)),
    "SHA-512": (sha(GOOD, MAIL, "sha512").hex(), (Mistake.OTHER_ALGORITHM,)),
    "two at once": (b64encode(sha(GOOD, MAIL + "\n")).decode(), (Mistake.HASH_BASE64, Mistake.SUBJECT_NEWLINE)),
    "three at once": (
        hexed(LIVE, MAIL.lower()).upper(),
        (Mistake.SECRET_OTHER_MODE, Mistake.HASH_UPPER_CASE, Mistake.SUBJECT_LETTER_CASE),
    ),
    "something else": (hexed("s" * 40, MAIL), (Mistake.UNKNOWN,)),
    "no hash at all": ("secret", (Mistake.HASH_MALFORMED,)),
    "nothing": ("", (Mistake.HASH_MALFORMED,)),
    "letters": ("é" * 64, (Mistake.HASH_MALFORMED,)),
}


@pytest.mark.parametrize("name", V1)
def test_each_mistake_with_a_v1_hash_is_named(name: str) -> None:
    hash_, expected = V1[name]

    assert check(hash_).mistakes == expected


def test_the_blank_that_was_sent_and_not_hashed_is_named() -> None:
    assert check(hexed(GOOD, MAIL), sent=f"{MAIL} ").mistakes == (Mistake.SUBJECT_BLANK_SENT,)


def test_the_address_hashed_for_an_id_is_named() -> None:
    assert check(hexed(GOOD, MAIL), sent="cus_01mira", also=[MAIL]).mistakes == (Mistake.EMAIL_FOR_ID,)


def test_a_secret_that_takes_no_v1_is_named() -> None:
    """HI-13."""
    held = Held(good={"idsec_good": GOOD}, refuse_v1=frozenset({"idsec_good"}))

    assert check(hexed(GOOD, MAIL), held=held).mistakes == (Mistake.V1_OFF,)


def test_the_secret_that_signed_is_named() -> None:
    assert check(hexed(OTHER, MAIL)).secret == "idsec_other"
    assert check(hexed(LIVE, MAIL)).secret == "idsec_live"


@pytest.mark.parametrize("digits", [31, 16, 8, 1])
def test_nobody_feels_their_way_to_the_right_hash(digits: int) -> None:
    """HI-09: a short beginning is not confirmed."""
    assert Mistake.HASH_TRUNCATED not in check(hexed(GOOD, MAIL)[:digits]).mistakes


@given(st.text(max_size=200))
def test_any_text_gets_an_answer(given_: str) -> None:
    assert check(given_).mistakes


@given(st.sampled_from(sorted(V1)), st.text(st.characters(exclude_categories=("Cs",)), min_size=1, max_size=60))
def test_a_hash_of_one_is_never_a_match_for_another(name: str, sent: str) -> None:
    hash_, _ = V1[name]
    if sent != MAIL:
        assert not check(hash_, sent=sent, also=[]).is_match


CLAIMS: dict[str, Any] = {
    "vendor": "ven_1",
    "mode": "test",
    "id_type": "email",
    "id": MAIL,
    "iat": int(NOW.timestamp()),
    "exp": int(NOW.timestamp()) + 300,
    "jti": "j" * 22,
    "aud": "portal",
}


def b64u(raw: bytes) -> str:
    return urlsafe_b64encode(raw).rstrip(b"=").decode()


def as_it_should(front: str, _payload: str, secret: str) -> str:
    return b64u(sha(secret, f"bursar-identity-v2\n{front}"))


def token(
    *,
    kid: str = "idsec_good",
    secret: str = GOOD,
    sign: Callable[[str, str, str], str] = as_it_should,
    payload: str | None = None,
    **changed: Any,
) -> str:
    body = json.dumps({**CLAIMS, **changed}) if payload is None else payload
    front = f"v2.{kid}.{b64u(body.encode())}"
    return f"{front}.{sign(front, body, secret)}"


def check_v2(given_: str) -> Finding:
    return hmac_v2_mistakes.calculate(
        given_, whom=Subject(IdType.EMAIL, MAIL), vendor="ven_1", mode="test", held=HELD, now=NOW
    )


AT = int(NOW.timestamp())
V2: dict[str, tuple[str, tuple[Mistake, ...]]] = {
    "right": (token(), ()),
    "three parts": (token().rpartition(".")[0], (Mistake.TOKEN_MALFORMED,)),
    "unknown key id": (token(kid="idsec_nobody"), (Mistake.SECRET_UNKNOWN,)),
    "the other mode": (token(kid="idsec_live", secret=LIVE, mode="live"), (Mistake.SECRET_OTHER_MODE,)),
    "an ended secret": (token(kid="idsec_ended", secret=ENDED), (Mistake.SECRET_ENDED,)),
    "another secret": (token(secret=OTHER), (Mistake.SECRET_NOT_OF_KID,)),
    "padded": (token() + "=", (Mistake.PADDED,)),
    "a newline behind": (token() + "\n", (Mistake.HASH_BLANK,)),
    "hexadecimal": (
        token(sign=lambda front, _payload, secret: sha(secret, f"bursar-identity-v2\n{front}").hex()),
        (Mistake.MAC_HEX,),
    ),
    "no context": (token(sign=lambda front, _payload, secret: b64u(sha(secret, front))), (Mistake.CONTEXT_MISSING,)),
    "the JSON signed": (token(sign=lambda _front, payload, secret: b64u(sha(secret, payload))), (Mistake.SIGNED_JSON,)),
    "the payload alone": (
        token(sign=lambda front, _payload, secret: b64u(sha(secret, front.rpartition(".")[2]))),
        (Mistake.SIGNED_PAYLOAD_ALONE,),
    ),
    "v1's hash as the MAC": (
        token(sign=lambda _front, _payload, secret: hmac_v1.calculate(secret=secret, subject=MAIL)),
        (Mistake.UNKNOWN,),
    ),
    "no JSON": (token(payload="mira"), (Mistake.CLAIMS_UNREADABLE,)),
    "a list": (token(payload="[]"), (Mistake.CLAIMS_UNREADABLE,)),
    "a claim too many": (token(sub="mira"), (Mistake.CLAIMS_OTHER,)),
    "a short jti": (token(jti="1"), (Mistake.CLAIMS_OTHER,)),
    "milliseconds": (token(iat=AT * 1000, exp=AT * 1000 + 300_000), (Mistake.TIMES_IN_MILLISECONDS,)),
    "expired": (token(iat=AT - 400, exp=AT - 100), (Mistake.EXPIRED,)),
    "a fast clock": (token(iat=AT + 90, exp=AT + 100), (Mistake.FROM_FUTURE,)),
    "an hour": (token(exp=AT + 3600), (Mistake.LIVES_TOO_LONG,)),
    "audience": (token(aud="widget"), (Mistake.AUDIENCE_WRONG,)),
    "vendor": (token(vendor="ven_2"), (Mistake.VENDOR_WRONG,)),
    "mode": (token(mode="live"), (Mistake.MODE_WRONG,)),
    "somebody else": (token(id="other@shop.example"), (Mistake.SUBJECT_DIFFERS,)),
}


@pytest.mark.parametrize("name", V2)
def test_each_mistake_with_a_v2_token_is_named(name: str) -> None:
    given_, expected = V2[name]

    assert check_v2(given_).mistakes == expected


@given(st.text(max_size=200))
def test_any_text_that_says_v2_gets_an_answer(rest: str) -> None:
    assert check_v2(f"v2.{rest}").mistakes


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_mistake_has_its_sentence(language: str) -> None:
    assert len({text(f"identity.mistake.{each}", language) for each in Mistake}) == len(Mistake)
