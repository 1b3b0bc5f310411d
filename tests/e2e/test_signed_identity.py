"""Signed identity through the gateway: a vendor's server signs, a frame comes in, a revoked secret ends it at once."""

import time
from typing import Any

import pytest
import requests

from tests.integration.auth.signing import v1, v2
from tests.support.polling import until
from tests.support.vendors import Vendor

EMAIL = "mira@tessaly.example"
WITHIN = 1.0  # seconds until a revoked session is refused everywhere (SE-04)


@pytest.fixture
def widget(vendor: Vendor) -> dict[str, Any]:
    """A widget that takes both kinds of signed identity."""
    made: dict[str, Any] = vendor.post(
        "/v1/portal_configurations",
        {
            "name": "Account page",
            "kind": "widget",
            "sign_in": {"methods": ["email", "hmac_v1", "hmac_v2"]},
            "embed": {"allowed_origins": ["https://shop.example"], "debug": True},
            "scope": {"access_gate": "any_order"},
        },
    )
    return made


@pytest.fixture
def secret(vendor: Vendor) -> dict[str, str]:
    made: dict[str, str] = vendor.post("/v1/identity_secrets", {"name": "Website"})
    return made


def arrive(vendor: Vendor, widget: dict[str, Any], **body: str) -> requests.Response:
    return vendor.stack.request("POST", f"/embed/{widget['id']}/session", json=body)


def enter(vendor: Vendor, widget: dict[str, Any], **body: str) -> dict[str, Any]:
    """The session, once auth has heard of widget and customer."""
    found: list[dict[str, Any]] = []

    def is_in() -> bool:
        answer = arrive(vendor, widget, **body)
        found[:] = [answer.json()] if answer.status_code == 200 else []
        return bool(found)

    until(is_in, seconds=30, every=1.0, what="the signed identity lets in")
    return found[0]


def see(vendor: Vendor, session: dict[str, Any]) -> requests.Response:
    """The portal's first page, as the frame asks for it."""
    return vendor.stack.request(
        "GET", f"/p/{session['portal']}", headers={"Bursar-Session": session["session"], "HX-Request": "true"}
    )


def now() -> int:
    return int(time.time())


@pytest.mark.feature("A06", "A24", "J06")
def test_a_signed_customer_is_in_until_the_secret_is_revoked(
    vendor: Vendor, widget: dict[str, Any], secret: dict[str, str]
) -> None:
    """HI-08, HI-13, SE-04."""
    vendor.subscription(vendor.customer(EMAIL))
    looking = enter(vendor, widget, email=EMAIL, hash=v1(secret["secret"], EMAIL))
    token = v2(
        secret["secret"],
        kid=secret["id"],
        vendor=vendor.id,
        mode="test",
        name=EMAIL,
        iat=now(),
        exp=now() + 60,
    )
    proven = enter(vendor, widget, email=EMAIL, hash=token)
    for session in (looking, proven):
        assert see(vendor, session).status_code == 200
        assert "Team plan" in see(vendor, session).text
    replayed = arrive(vendor, widget, email=EMAIL, hash=token)
    assert (replayed.status_code, replayed.json()) == (401, {"code": "identity_refused", "debug": "used_before"})

    vendor.post(f"/v1/identity_secrets/{secret['id']}/revoke", {})
    time.sleep(WITHIN)

    for session in (looking, proven):
        assert see(vendor, session).status_code == 401
    assert arrive(vendor, widget, email=EMAIL, hash=v1(secret["secret"], EMAIL)).status_code == 401


@pytest.mark.feature("A07", "A08")
def test_the_checker_and_the_command_agree_with_the_door(
    vendor: Vendor, widget: dict[str, Any], secret: dict[str, str]
) -> None:
    by_id = {**widget["sign_in"], "identify_by": "customer_id"}
    vendor.patch(f"/v1/portal_configurations/{widget['id']}", {"sign_in": by_id})
    customer = vendor.customer(EMAIL, reference="tenant-7")
    named = ("--vendor", vendor.slug, "--customer-id", "tenant-7")
    signed = vendor.stack.bursar("identity", "sign", *named).stdout.strip()
    hash_ = vendor.stack.bursar("identity", "sign", *named, "--v1").stdout.strip()

    assert hash_ == v1(secret["secret"], "tenant-7")
    assert enter(vendor, widget, customerId="tenant-7", hash=hash_)["portal"] == widget["slug"]
    assert arrive(vendor, widget, customerId="tenant-7", hash=signed).status_code == 200

    def check(**body: str) -> Any:
        return vendor.post("/v1/identity/check", {"configuration": widget["id"], **body})

    right = check(customer_id="tenant-7", hash=hash_)
    assert (right["match"], right["obstacles"], right["customer"]) == (True, [], customer["id"])
    assert check(customer_id="tenant-7", hash=v1(secret["secret"], EMAIL))["mistakes"] == ["email_for_id"]
    assert check(customer_id="tenant-7", hash=v1(secret["secret"], "tenant-7\n"))["mistakes"] == ["subject_newline"]
    assert check(hash=signed)["mistakes"] == ["used_before"]
    newline = vendor.stack.bursar("identity", "check", *named, hash_.upper(), check=False)
    assert (newline.returncode, "capital letters" in newline.stdout) == (1, True)
