"""What a passport says (SE-02), and how it is signed."""

from datetime import UTC, datetime
from hashlib import sha256

import jwt
import pytest

from services.auth.adapters.passports import Passports
from services.auth.rules import passport
from services.auth.rules.passport import Subject
from shared.settings import BadSettings

NOW = datetime(2026, 3, 1, 12, 0, 0, 900_000, tzinfo=UTC)
SEEDS = ["11" * 32, "22" * 32]
CUSTOMER = Subject(
    kind="customer",
    id="cus_1",
    vendor="ven_1",
    mode="live",
    customers=("cus_1", "cus_2"),
    assurance="verified",
    proven_at=NOW,
    session="ps_1",
    portal="acme",
    way_in="email_code",
    framed=True,
    delegate="dlg_1",
    role="accountant",
    details=True,
)


def test_a_passport_says_who_how_surely_and_for_a_minute() -> None:
    said = passport.claims(CUSTOMER, jti="j", now=NOW)

    assert said == {
        "iss": "bursar-auth",
        "aud": "bursar",
        "iat": int(NOW.timestamp()),
        "exp": int(NOW.timestamp()) + 60,
        "jti": "j",
        "kind": "customer",
        "sub": "cus_1",
        "vendor": "ven_1",
        "mode": "live",
        "customers": ["cus_1", "cus_2"],
        "scopes": [],
        "assurance": "verified",
        "proven_at": int(NOW.timestamp()),
        "session": "ps_1",
        "portal": "acme",
        "way_in": "email_code",
        "framed": True,
        "delegate": "dlg_1",
        "role": "accountant",
        "details": True,
        "suspended": False,
    }


def test_the_operator_belongs_to_no_vendor() -> None:
    said = passport.claims(Subject(kind="admin", id="admin"), jti="j", now=NOW)

    assert (said["vendor"], said["mode"], said["proven_at"]) == (None, None, None)


def test_the_first_key_signs_and_all_are_published() -> None:
    """SE-02: a rotation loses no request."""
    old, both = Passports(SEEDS[1]), Passports(", ".join(SEEDS))
    token = old.issue(CUSTOMER, now=NOW)
    published = {key["kid"]: jwt.PyJWK(key) for key in both.public()["keys"]}
    header = jwt.get_unverified_header(token)

    assert header == {"alg": "EdDSA", "typ": "passport+jwt", "kid": old.public()["keys"][0]["kid"]}
    said = jwt.decode(
        token, published[header["kid"]], algorithms=["EdDSA"], audience="bursar", options={"verify_exp": False}
    )
    assert said["sub"] == "cus_1"
    assert jwt.get_unverified_header(both.issue_own(now=NOW))["kid"] == both.public()["keys"][0]["kid"]


def test_a_kid_is_the_hash_of_its_public_key() -> None:
    key = Passports(SEEDS[0]).public()["keys"][0]
    raw = jwt.utils.base64url_decode(key["x"])

    assert key["kid"] == sha256(raw).hexdigest()[:16]
    assert "d" not in key


@pytest.mark.parametrize("seeds", ["", "zz", "11" * 31, "11" * 32 + ","])
def test_a_bad_seed_stops_the_service(seeds: str) -> None:
    with pytest.raises(BadSettings):
        Passports(seeds)
