"""The five languages sign alike, as openssl does, and auth takes what they sign (A07, HI-01)."""

import json
import subprocess
from base64 import urlsafe_b64decode, urlsafe_b64encode
from datetime import UTC, datetime
from typing import Any

import pytest

from services.auth.rules import hmac_v1, hmac_v2
from services.auth.rules.signed_identity import IdType, Subject
from tests.support.languages import LANGUAGES, Examples

SECRET = "idsec_test_" + "01k0mmax2g0e3psk0pee8nak92" + "k" * 49
SIGNER = {
    "BURSAR_IDENTITY_KEY_ID": "idsec_01k0mmax2g0e3psk0pee8nak92",
    "BURSAR_IDENTITY_SECRET": SECRET,
    "BURSAR_VENDOR": "ven_01k0mmax2g0e3psk0pee8nak92",
    "BURSAR_MODE": "test",
}
SUBJECTS = [
    "mira@shop.example",
    "Mira+Team@Shop.Example",
    "o'brien/7%&<b>@shop.example",
    "jörg@bücher.example",
    "tenant-7",
    "顧客 7",
    'a"quoted"\\id',
]


def by_openssl(message: str) -> bytes:
    """What a tool that knows nothing of us makes of it."""
    return subprocess.run(
        ["openssl", "dgst", "-sha256", "-hmac", SECRET, "-binary"],
        input=message.encode(),
        capture_output=True,
        check=True,
    ).stdout


def claims_of(token: str) -> dict[str, Any]:
    payload = token.split(".")[2]
    found: dict[str, Any] = json.loads(urlsafe_b64decode(payload + "=" * (-len(payload) % 4)))
    return found


@pytest.mark.feature("A06", "A07")
@pytest.mark.parametrize("subject", SUBJECTS)
def test_every_language_makes_the_same_v1_hash(examples: Examples, subject: str) -> None:
    made = {language: examples.said(language, "v1", subject, **SIGNER) for language in LANGUAGES}

    assert set(made.values()) == {by_openssl(subject).hex()}
    assert hmac_v1.decide(made["node"], subject=subject, secrets={"kid": SECRET}) == "kid"


@pytest.mark.feature("A07", "A24")
@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(
    ("id_type", "name"), [("email", SUBJECTS[0]), ("email", SUBJECTS[3]), ("customer_id", SUBJECTS[6])]
)
def test_every_language_makes_a_v2_token_that_is_taken(
    examples: Examples, language: str, id_type: str, name: str
) -> None:
    token = examples.said(language, "v2", id_type, name, **SIGNER)

    signed, _, mac = token.rpartition(".")
    assert mac == urlsafe_b64encode(by_openssl(f"bursar-identity-v2\n{signed}")).rstrip(b"=").decode()
    taken = hmac_v2.decide(
        token,
        vendor=SIGNER["BURSAR_VENDOR"],
        mode="test",
        secrets={SIGNER["BURSAR_IDENTITY_KEY_ID"]: SECRET},
        now=datetime.now(UTC),
    )
    assert taken.subject == Subject(IdType(id_type), name)


@pytest.mark.feature("A07")
def test_the_tokens_of_all_languages_say_the_same(examples: Examples) -> None:
    tokens = {language: examples.said(language, "v2", "email", SUBJECTS[0], **SIGNER) for language in LANGUAGES}
    said = {language: claims_of(token) for language, token in tokens.items()}

    assert len({each.pop("jti") for each in said.values()}) == len(LANGUAGES)
    for each in said.values():
        assert each.pop("exp") - each.pop("iat") == 300
    assert all(each == said["node"] for each in said.values()), said


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_missing_setting_is_said_and_nothing_is_signed(examples: Examples, language: str) -> None:
    """HI-06: never under an empty secret."""
    for secret in ({}, {"BURSAR_IDENTITY_SECRET": ""}):
        done = examples.run(language, "v1", "mira@shop.example", **secret)

        assert (done.returncode, done.stdout) == (1, "")
        assert "BURSAR_IDENTITY_SECRET is not set" in done.stderr
    assert examples.run(language).returncode == 1
