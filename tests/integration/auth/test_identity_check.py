"""The checker, by API and by command: it matches, or here is what was likely done wrong (A07, HI-09)."""

from base64 import b64encode
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from click.testing import CliRunner

from services.auth.actions.vendors import Registered
from services.auth.cli import group
from services.auth.models import PortalSession, UsedNonce
from shared import clock
from tests.integration.auth.house import NOON, House, a_customer, a_portal_v3, environment
from tests.integration.auth.signing import Signer, arrive, call

MAIL = "Mira@Tessaly.example"


def checked(signer: Signer, **body: Any) -> dict[str, Any]:
    answer = signer.call("POST", "/v1/identity/check", json=body)
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json
    return found


@pytest.mark.feature("A07")
def test_a_match_is_told_with_whom_it_names_and_signs_in_nobody(house: House, signer: Signer) -> None:
    token = signer.v2(MAIL)
    for version, hash_ in (("v1", signer.v1(MAIL)), ("v2", token)):
        found = checked(signer, email=MAIL, hash=hash_)

        assert found == {
            "match": True,
            "version": version,
            "secret": signer.secret_id,
            "mistakes": [],
            "obstacles": [],
            "customer": "cus_1",
            "expected": None,
            "detail": "It matches.",
        }
    assert (house.rows(PortalSession), house.rows(UsedNonce)) == ([], [])
    assert arrive(house, hash=token).status_code == 200
    assert checked(signer, hash=token)["mistakes"] == ["used_before"]


@pytest.mark.feature("A07")
def test_the_likely_mistake_is_named(house: House, signer: Signer, in_test: Signer) -> None:
    right = signer.v1(MAIL)
    for hash_, mistakes in (
        (signer.v1(MAIL + " "), ["subject_blank"]),
        (signer.v1(MAIL + "\n"), ["subject_newline"]),
        (signer.v1(MAIL.lower()), ["subject_letter_case"]),
        (right.upper(), ["hash_upper_case"]),
        (b64encode(bytes.fromhex(right)).decode(), ["hash_base64"]),
        (in_test.v1(MAIL), ["secret_other_mode"]),
        (signer.v1("cus_1"), ["id_for_email"]),
        (in_test.v2(MAIL), ["secret_other_mode"]),
        ("0" * 64, ["unknown"]),
    ):
        found = checked(signer, email=MAIL, hash=hash_)

        assert (found["match"], found["mistakes"]) == (False, mistakes)
        assert found["expected"] is None
    assert "line break" in checked(signer, email=MAIL, hash=signer.v1(MAIL + "\n"))["detail"]


@pytest.mark.feature("A07")
def test_the_right_hash_is_shown_in_test_mode_and_the_secret_never(
    house: House, signer: Signer, in_test: Signer
) -> None:
    test = in_test.call("POST", "/v1/identity/check", json={"email": MAIL, "hash": "0" * 64})
    live = signer.call("POST", "/v1/identity/check", json={"email": MAIL, "hash": "0" * 64})

    assert test.json["expected"] == in_test.v1(MAIL)
    assert live.json["expected"] is None
    for answer, secret in ((test, in_test.secret), (live, signer.secret)):
        assert secret[-49:] not in answer.text


def test_a_secret_that_ended_is_recognized(house: House, signer: Signer) -> None:
    signer.call("POST", f"/v1/identity_secrets/{signer.secret_id}/revoke")

    found = checked(signer, email=MAIL, hash=signer.v1(MAIL))

    assert (found["mistakes"], found["secret"]) == (["secret_ended"], signer.secret_id)


def test_what_keeps_a_match_out_is_told(house: House, signer: Signer, vendor: Registered) -> None:
    def obstacles(name: str, **given: str) -> Any:
        return checked(signer, **given, hash=signer.v1(name))["obstacles"]

    assert obstacles("nobody@x.example", email="nobody@x.example") == ["customer_unknown"]
    assert obstacles("cus_1", customer_id="cus_1") == ["id_type_off"]
    house.hear(replace(a_customer(MAIL, customer="cus_2"), reference="r-2"), vendor=vendor.vendor.id)
    assert obstacles(MAIL, email=MAIL) == ["customer_ambiguous"]
    house.hear(a_portal_v3(methods=("email",), revision=3), vendor=vendor.vendor.id)
    assert obstacles(MAIL, email=MAIL) == ["method_off", "customer_ambiguous"]


def test_another_portal_may_be_asked_about_but_no_foreign_one(house: House, signer: Signer, in_test: Signer) -> None:
    for configuration in ("pcfg_acme-test", "pcfg_nowhere"):
        answer = signer.call(
            "POST", "/v1/identity/check", json={"email": MAIL, "hash": "0" * 64, "configuration": configuration}
        )
        assert answer.status_code == 404
    assert checked(signer, email=MAIL, hash=signer.v1(MAIL), configuration="pcfg_acme")["match"]


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"email": MAIL},
        {"email": MAIL, "customer_id": "cus_1", "hash": "x"},
        {"email": MAIL, "hash": 7},
        {"email": MAIL, "hash": "x" * 4_097},
        {"email": MAIL, "hash": "x", "mode": "live"},
        {"email": MAIL, "hash": "x", "secret": "s"},
    ],
    ids=lambda body: ",".join(body),
)
def test_what_does_not_fit_is_refused(house: House, signer: Signer, body: Any) -> None:
    assert signer.call("POST", "/v1/identity/check", json=body).status_code == 400


def test_a_reader_and_strangers_may_not_check(house: House, signer: Signer) -> None:
    key = signer.call("POST", "/v1/api_keys", json={"name": "x", "scopes": ["customers:write"]}).json["secret"]

    assert call(house, key, "POST", "/v1/identity/check", json={"email": MAIL, "hash": "x"}).status_code == 403
    assert house.app.test_client().post("/v1/identity/check", json={"hash": "x"}).status_code == 401


@pytest.fixture
def bursar(house: House, database_url: str) -> Callable[..., Any]:
    """The command on the same machine."""

    def run(*words: str) -> Any:
        return CliRunner().invoke(group, ["identity", *words, "--vendor", "acme"], env=environment(database_url))

    return run


@pytest.mark.feature("A07")
def test_the_command_signs_and_checks(house: House, in_test: Signer, bursar: Callable[..., Any]) -> None:
    """HI-09: a local command computes one."""
    with clock.fixed(NOON):
        hash_ = bursar("sign", "--email", MAIL, "--v1").output.strip()
        token = bursar("sign", "--email", MAIL).output.strip()

        assert hash_ == in_test.v1(MAIL)
        right = bursar("check", "--email", MAIL, hash_)
        wrong = bursar("check", "--email", MAIL, in_test.v1(MAIL.lower()))
        assert (right.exit_code, right.output) == (0, "It matches.\n")
        assert (wrong.exit_code, "capital letters" in wrong.output) == (1, True)
        assert bursar("check", token).output == "It matches.\n"
        assert arrive(house, widget="acme-test", hash=token).status_code == 200


def test_the_command_makes_rolls_lists_and_revokes(house: House, in_test: Signer, bursar: Callable[..., Any]) -> None:
    with clock.fixed(NOON):
        made, secret = bursar("create", "--name", "App", "--no-v1").output.split()
        rolled, _ = bursar("roll", made, "--overlap", "0").output.split()
        bursar("revoke", rolled)
        lines = bursar("list").output.splitlines()

    assert secret.startswith("idsec_test_")
    assert {line.split()[0] for line in lines} == {in_test.secret_id, made, rolled}
    assert sum("v2 only" in line for line in lines) == 2
    assert sum("good" in line for line in lines) == 1


def test_the_command_says_what_is_missing(house: House, vendor: Registered, bursar: Callable[..., Any]) -> None:
    none = bursar("sign", "--email", MAIL)
    nobody = bursar("sign")

    assert (none.exit_code, "no identity secret" in none.output) == (1, True)
    assert nobody.exit_code == 2
