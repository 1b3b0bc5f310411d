"""Customers whom the vendor's server signed for: let in as surely as the way proves, or refused (HI-01 to HI-13)."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import jwt
import pytest

from services.auth.actions.vendors import Registered
from services.auth.models import PortalSession
from tests.integration.auth.house import NOON, House, a_customer, a_portal_v3
from tests.integration.auth.signing import METHODS, Signer, arrive, is_in, passport_of, refused

MAIL = "Mira@Tessaly.example"


def claims(house: House, bearer: str, slug: str = "acme") -> dict[str, Any]:
    found = passport_of(house, bearer, slug)
    assert found is not None
    decoded: dict[str, Any] = jwt.decode(found, options={"verify_signature": False})
    return decoded


@pytest.mark.feature("A06")
def test_a_v1_hash_lets_look_on(house: House, signer: Signer) -> None:
    """HI-13: viewer."""
    answer = arrive(house, email=MAIL, hash=signer.v1(MAIL))

    assert answer.status_code == 200
    assert (answer.json["portal"], answer.json["expires_at"]) == ("acme", (NOON + timedelta(hours=12)).isoformat())
    said = claims(house, answer.json["session"])
    assert (said["kind"], said["customers"], said["assurance"]) == ("customer", ["cus_1"], "viewer")
    assert (said["way_in"], said["framed"], said["mode"]) == ("hmac_v1", True, "live")


@pytest.mark.feature("A24")
def test_a_v2_token_proves(house: House, signer: Signer) -> None:
    """HI-01: verified, with the subject beside the token or in it alone."""
    for body in ({"email": MAIL, "hash": signer.v2(MAIL)}, {"hash": signer.v2(MAIL)}):
        answer = arrive(house, **body)

        assert answer.status_code == 200
        said = claims(house, answer.json["session"])
        assert (said["customers"], said["assurance"], said["way_in"]) == (["cus_1"], "verified", "hmac_v2")
    assert {row.secret for row in house.rows(PortalSession)} == {signer.secret_id}


def test_a_frames_token_is_no_cookie_and_for_no_other_portal(house: House, signer: Signer, vendor: Registered) -> None:
    house.hear(a_portal_v3("acme-shop", methods=METHODS), vendor=vendor.vendor.id)
    bearer = arrive(house, email=MAIL, hash=signer.v1(MAIL)).json["session"]

    as_cookie = house.identity(Cookie=f"bursar_8080_acme={bearer}", **{"X-Portal": "acme"})

    assert is_in(house, bearer)
    assert "X-Passport" not in as_cookie.headers
    assert not is_in(house, bearer, "acme-shop")


@pytest.mark.feature("A06")
def test_without_a_hash_test_mode_alone_lets_in_and_to_test_data(house: House, signer: Signer, in_test: Signer) -> None:
    """HI-07."""
    answer = arrive(house, widget="acme-test", email=MAIL)

    assert answer.status_code == 200
    said = claims(house, answer.json["session"], "acme-test")
    assert (said["mode"], said["customers"], said["assurance"]) == ("test", ["cus_test"], "viewer")
    assert arrive(house, email=MAIL).status_code == 401
    assert arrive(house, widget="acme-test", email=MAIL, hash=None).status_code == 401
    assert arrive(house, widget="acme-test", email=MAIL, hash="0" * 64).status_code == 401


def test_live_mode_asks_for_a_hash_whatever_was_published(house: House, signer: Signer, vendor: Registered) -> None:
    """HI-07: the mode decides, not a setting."""
    house.hear(a_portal_v3(methods=METHODS, revision=3, sign_in={"require_hash": False}), vendor=vendor.vendor.id)

    assert arrive(house, email=MAIL).status_code == 401


@pytest.mark.feature("A19")
def test_one_address_in_both_modes_shows_disjoint_data(house: House, signer: Signer, in_test: Signer) -> None:
    live = arrive(house, email=MAIL, hash=signer.v1(MAIL)).json["session"]
    test = arrive(house, widget="acme-test", email=MAIL, hash=in_test.v1(MAIL)).json["session"]

    assert claims(house, live)["customers"] == ["cus_1"]
    assert claims(house, test, "acme-test")["customers"] == ["cus_test"]


@pytest.mark.feature("A08")
def test_a_customer_is_named_by_our_id_or_the_vendors_own(house: House, signer: Signer, vendor: Registered) -> None:
    published = a_portal_v3(methods=METHODS, revision=3, sign_in={"identify_by": "customer_id"})
    house.hear(published, vendor=vendor.vendor.id)
    moved = replace(a_customer("new@tessaly.example", revision=2), reference="tenant-7")
    house.hear(moved, vendor=vendor.vendor.id)
    for name in ("cus_1", "tenant-7"):
        for body in ({"hash": signer.v1(name)}, {"hash": signer.v2(name, id_type="customer_id")}):
            answer = arrive(house, customerId=name, **body)

            assert answer.status_code == 200, name
            assert claims(house, answer.json["session"])["customers"] == ["cus_1"]
    assert arrive(house, customerId="Tenant-7", hash=signer.v1("Tenant-7")).status_code == 401
    assert arrive(house, email=MAIL, hash=signer.v1(MAIL)).status_code == 401
    assert arrive(house, hash=signer.v2(MAIL)).status_code == 401


@pytest.mark.feature("A16")
def test_an_address_of_two_customers_names_neither(house: House, signer: Signer, vendor: Registered) -> None:
    """HI-12: the refusal asks for the customer id."""
    house.hear(a_customer(MAIL.lower(), customer="cus_2"), vendor=vendor.vendor.id)

    for hash_ in (signer.v1(MAIL), signer.v2(MAIL)):
        answer = arrive(house, email=MAIL, hash=hash_)
        assert (answer.status_code, answer.json) == (401, {"code": "customer_ambiguous"})
    assert arrive(house, email=MAIL, hash="0" * 64).json == {"code": "identity_refused"}


def test_a_reference_that_is_anothers_id_names_neither(house: House, signer: Signer, vendor: Registered) -> None:
    house.hear(
        a_portal_v3(methods=METHODS, revision=3, sign_in={"identify_by": "customer_id"}), vendor=vendor.vendor.id
    )
    house.hear(replace(a_customer("b@x.example", customer="cus_2"), reference="cus_1"), vendor=vendor.vendor.id)

    answer = arrive(house, customerId="cus_1", hash=signer.v1("cus_1"))

    assert answer.json == {"code": "customer_ambiguous"}


def test_look_alikes_find_nobody(house: House, signer: Signer, vendor: Registered) -> None:
    """HI-05."""
    house.hear(a_customer("kate@x.example", customer="cus_kate"), vendor=vendor.vendor.id)
    for written in ("\u212aate@x.example", "ka\u200bte@x.example", "kate@x.example.", "kate＠x.example"):
        assert refused(house, email=written, hash=signer.v1(written)) == "customer_unknown"
    assert arrive(house, email="KATE@x.example", hash=signer.v1("KATE@x.example")).status_code == 200


@pytest.mark.feature("A23")
def test_a_way_in_that_is_not_listed_is_a_wrong_hash(house: House, signer: Signer, vendor: Registered) -> None:
    for revision, (methods, first, second) in enumerate(
        [(("hmac_v1",), 200, 401), (("hmac_v2",), 401, 200), (("email",), 401, 401)], start=3
    ):
        house.hear(a_portal_v3(methods=methods, revision=revision), vendor=vendor.vendor.id)

        assert arrive(house, email=MAIL, hash=signer.v1(MAIL)).status_code == first
        assert arrive(house, email=MAIL, hash=signer.v2(MAIL)).status_code == second


@pytest.mark.feature("A24")
def test_v1_turned_off_ends_its_sessions_and_no_others(house: House, signer: Signer, vendor: Registered) -> None:
    """HI-13: as a whole."""
    by_hash = arrive(house, email=MAIL, hash=signer.v1(MAIL)).json["session"]
    by_token = arrive(house, hash=signer.v2(MAIL)).json["session"]

    house.hear(a_portal_v3(methods=("hmac_v2",), revision=3), vendor=vendor.vendor.id)

    assert not is_in(house, by_hash)
    assert is_in(house, by_token)


def test_v1_turned_off_for_a_customer(house: House, signer: Signer) -> None:
    """HI-13: per customer."""
    by_hash = arrive(house, email=MAIL, hash=signer.v1(MAIL)).json["session"]

    changed = signer.call("PATCH", "/v1/identity/customers/cus_1", json={"takes_v1": False})

    assert (changed.status_code, changed.json) == (200, {"customer": "cus_1", "takes_v1": False})
    assert not is_in(house, by_hash)
    assert refused(house, email=MAIL, hash=signer.v1(MAIL)) == "v1_off"
    assert arrive(house, hash=signer.v2(MAIL)).status_code == 200
    signer.call("PATCH", "/v1/identity/customers/cus_1", json={"takes_v1": True})
    assert arrive(house, email=MAIL, hash=signer.v1(MAIL)).status_code == 200


def test_what_the_portal_says_of_a_customer_turns_v1_on_for_nobody(
    house: House, signer: Signer, vendor: Registered
) -> None:
    signer.call("PATCH", "/v1/identity/customers/cus_1", json={"takes_v1": False})

    house.hear(a_customer(MAIL, revision=5, locale="de"), vendor=vendor.vendor.id)

    assert signer.call("GET", "/v1/identity/customers/cus_1").json["takes_v1"] is False


def test_what_the_page_wishes_is_kept_with_the_session(house: House, signer: Signer, vendor: Registered) -> None:
    origins = {"allowed_origins": ["https://shop.example"]}
    house.hear(a_portal_v3(methods=METHODS, revision=3, embed=origins), vendor=vendor.vendor.id)
    visit = {"locale": "de", "theme": "dark", "origin": "https://shop.example"}

    kept = arrive(house, email=MAIL, hash=signer.v1(MAIL), visit=visit)
    foreign = arrive(house, email=MAIL, hash=signer.v1(MAIL), visit={"origin": "https://evil.example"})

    assert kept.status_code == 200
    assert [row.details for row in house.rows(PortalSession)] == [visit]
    assert (foreign.status_code, foreign.json["code"]) == (422, "bad_visit")
