"""Signed identities that are not taken: one answer for all, the cause for the vendor alone (HI-01 to HI-09)."""

from datetime import timedelta
from typing import Any

import pytest

from services.auth.actions.vendors import Registered
from services.auth.models import PortalSession, Refusal, UsedNonce
from shared import clock
from tests.integration.auth.house import NOON, House, a_portal_v3
from tests.integration.auth.signing import AT, METHODS, Signer, arrive, refused, v1, v2

MAIL = "Mira@Tessaly.example"


@pytest.mark.feature("A06", "A24")
def test_every_refusal_reads_the_same(house: House, signer: Signer, in_test: Signer, vendor: Registered) -> None:
    """HI-01, HI-06, HI-07, HI-13, A06."""
    right, token = signer.v1(MAIL), signer.v2(MAIL)
    wrong: list[tuple[dict[str, Any], str]] = [
        ({"email": MAIL, "hash": right[:-1] + ("0" if right[-1] != "0" else "1")}, "hash_wrong"),
        ({"email": MAIL, "hash": in_test.v1(MAIL)}, "hash_wrong"),
        ({"email": MAIL, "hash": v1("", MAIL)}, "hash_wrong"),
        ({"email": MAIL, "hash": v1(signer.key, MAIL)}, "hash_wrong"),
        ({"email": MAIL.lower(), "hash": right}, "hash_wrong"),
        ({"email": MAIL, "hash": right.upper()}, "hash_malformed"),
        ({"email": MAIL, "hash": f"0x{right}"}, "hash_malformed"),
        ({"email": MAIL, "hash": f" {right}"}, "hash_malformed"),
        ({"email": MAIL, "hash": "é" * 64}, "hash_malformed"),
        ({"email": MAIL, "hash": "0" * 900_000}, "hash_malformed"),
        ({"email": MAIL, "hash": ""}, "hash_missing"),
        ({"email": MAIL, "hash": None}, "hash_missing"),
        ({"email": MAIL, "hash": [right]}, "hash_malformed"),
        ({"email": MAIL, "hash": 7}, "hash_malformed"),
        ({"email": MAIL}, "hash_missing"),
        ({"email": "", "hash": v1(signer.secret, "")}, "subject_bad"),
        ({"email": " ", "hash": v1(signer.secret, " ")}, "subject_bad"),
        ({"email": [MAIL], "hash": right}, "subject_bad"),
        ({"customerId": "cus_1", "hash": signer.v1("cus_1")}, "id_type_off"),
        ({"email": "nobody@x.example", "hash": signer.v1("nobody@x.example")}, "customer_unknown"),
        ({"hash": right}, "subject_bad"),
        ({"email": MAIL, "hash": token[:-1]}, "hash_wrong"),
        ({"email": MAIL, "hash": f"v2.{token}"}, "hash_malformed"),
        ({"email": MAIL, "hash": "v2." + right}, "hash_malformed"),
        ({"email": MAIL, "hash": in_test.v2(MAIL)}, "secret_unknown"),
        ({"email": MAIL, "hash": signer.v2(MAIL, mode="test")}, "mode_wrong"),
        ({"email": MAIL, "hash": signer.v2(MAIL, vendor="ven_other")}, "vendor_wrong"),
        ({"email": MAIL, "hash": signer.v2(MAIL, aud="webhook")}, "audience_wrong"),
        ({"email": MAIL, "hash": signer.v2("cus_1", id_type="customer_id")}, "subject_differs"),
        ({"email": MAIL.lower(), "hash": token}, "subject_differs"),
        ({"email": MAIL, "customerId": "cus_1", "hash": right}, "unknown_form"),
        ({"email": MAIL, "hash": right, "mode": "test"}, "unknown_form"),
        ({"email": MAIL, "hash": right, "portal": "acme-test"}, "unknown_form"),
        ({}, "unknown_form"),
    ]
    bodies = set()
    for number, (body, why) in enumerate(wrong):
        assert refused(house, address=f"198.51.{number}.1", **body) == why, body
        answer = arrive(house, address=f"198.51.{number}.1", **body)
        bodies.add((answer.data, str(sorted(answer.headers.keys()))))
    assert len(bodies) == 1
    assert next(iter(bodies))[0].strip() == b'{"code":"identity_refused"}'
    assert house.rows(PortalSession) == []


@pytest.mark.parametrize("body", [b"null", b"[]", b"7", b'"x"', b"{", b"\xff", b'{"hash":1,"hash":2}', b"NaN"])
def test_a_body_that_is_no_object_is_refused(house: House, signer: Signer, body: bytes) -> None:
    """ID-09: never an error of ours."""
    client = house.app.test_client(use_cookies=False)

    as_json = client.post("/embed/acme/session", data=body, content_type="application/json")
    as_form = client.post("/embed/acme/session", data=body, content_type="text/plain")

    assert (as_json.status_code, as_json.json["code"]) == (400, "malformed_request")
    assert as_form.status_code == 415


def test_a_body_of_ten_megabytes_is_refused(house: House, signer: Signer) -> None:
    """HI-01: never an error of ours."""
    client = house.app.test_client(use_cookies=False)

    answer = client.post("/embed/acme/session", json={"email": MAIL, "hash": "0" * 10_000_000})

    assert (answer.status_code, answer.json["code"]) == (413, "too_large")


def test_a_hash_in_an_address_is_refused(house: House, signer: Signer) -> None:
    """HI-13."""
    client = house.app.test_client(use_cookies=False)
    query = f"?email={MAIL}&hash={signer.v1(MAIL)}"

    assert client.get(f"/embed/acme/session{query}").status_code == 405
    answer = client.post(f"/embed/acme/session{query}", json={"email": MAIL, "hash": signer.v1(MAIL)})

    assert answer.status_code == 401
    assert [row.cause for row in house.rows(Refusal)] == ["in_address"]


def test_an_unknown_or_resting_widget_is_not_found(house: House, signer: Signer, vendor: Registered) -> None:
    assert arrive(house, widget="nobody", email=MAIL, hash=signer.v1(MAIL)).status_code == 404
    assert arrive(house, widget="pcfg_acme", email=MAIL, hash=signer.v1(MAIL)).status_code == 200
    house.hear(a_portal_v3(methods=METHODS, revision=3, active=False), vendor=vendor.vendor.id)

    assert arrive(house, email=MAIL, hash=signer.v1(MAIL)).status_code == 404


def test_a_token_is_used_once_and_in_its_time(house: House, signer: Signer) -> None:
    """HI-03."""
    token = signer.v2(MAIL)

    assert arrive(house, hash=token).status_code == 200
    assert refused(house, hash=token) == "used_before"
    assert len(house.rows(UsedNonce)) == 1
    for seconds, status in ((299, 200), (300, 401)):
        with clock.fixed(NOON + timedelta(seconds=seconds)):
            assert arrive(house, hash=signer.v2(MAIL)).status_code == status
    for changed in ({"iat": AT + 61, "exp": AT + 90}, {"exp": AT + 301}, {"exp": None}, {"jti": None}):
        assert arrive(house, address="192.0.2.9", hash=signer.v2(MAIL, **changed)).status_code == 401


def test_another_vendor_may_use_the_same_nonce(house: House, signer: Signer, in_test: Signer) -> None:
    jti = "j" * 22

    assert arrive(house, hash=signer.v2(MAIL, jti=jti)).status_code == 200
    assert arrive(house, widget="acme-test", hash=in_test.v2(MAIL, jti=jti)).status_code == 200


@pytest.mark.feature("B16")
def test_the_cause_is_told_in_test_mode_with_debug_alone(
    house: House, signer: Signer, in_test: Signer, vendor: Registered
) -> None:
    shown = a_portal_v3("acme-test", methods=METHODS, revision=3, embed={"debug": True})
    house.hear(shown, vendor=vendor.vendor.id, mode="test")
    house.hear(a_portal_v3(methods=METHODS, revision=3, embed={"debug": True}), vendor=vendor.vendor.id)

    test = arrive(house, widget="acme-test", email=MAIL, hash="0" * 64)
    live = arrive(house, email=MAIL, hash="0" * 64)

    assert test.json == {"code": "identity_refused", "debug": "hash_wrong"}
    assert live.json == {"code": "identity_refused"}


def test_refusals_are_kept_for_the_vendor_without_secrets(house: House, signer: Signer, in_test: Signer) -> None:
    """HI-09, HI-10: no hash, no address in clear; a vendor sees its own mode."""
    wrong = v1("w" * 40, MAIL)
    arrive(house, email=MAIL, hash=wrong)
    arrive(house, hash=v2("w" * 40, kid=signer.secret_id, vendor=signer.vendor, name=MAIL))

    told = signer.call("GET", "/v1/identity/refusals").json["data"]

    assert {(each["portal"], each["way_in"], each["cause"], each["subject"]) for each in told} == {
        ("acme", "hmac_v2", "hash_wrong", None),
        ("acme", "hmac_v1", "hash_wrong", "M•••@Tessaly.example"),
    }
    kept = " ".join(str(vars(row)) for row in house.rows(Refusal))
    assert wrong not in kept
    assert MAIL not in kept
    assert in_test.call("GET", "/v1/identity/refusals").json["data"] == []
