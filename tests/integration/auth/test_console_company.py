"""The console's page about the company: what is saved there is the vendor's profile, and everybody hears of it."""

from datetime import timedelta
from io import BytesIO
from typing import Any

import pytest

from services.auth.actions.vendors import Registered
from services.auth.models import Vendor
from tests.integration.auth.house import ADMIN_TOKEN, House
from tests.integration.auth.staffing import Console, hire, sign_in
from tests.integration.auth.test_keys import call
from tests.support.pictures import SVG, png

PAGE = "/console/access/company"
FORM = {
    "display_name": "Acme Reeds",
    "default_locale": "de",
    "legal_name": "Acme Reeds GmbH",
    "address": "Lange Str. 1\r\n\r\n10115 Berlin",
    "country": "DE",
    "tax_id": "DE123456789",
    "email": "help@acme.example",
    "website": "https://acme.example",
    "support_url": "",
    "brand_color": "#123456",
    "fiscal_year_start": "4",
}


@pytest.fixture
def admin(house: House, vendor: Registered) -> Console:
    return sign_in(house, hire(house, vendor.vendor.id, "admin"))


def kept(house: House, vendor: Registered) -> Vendor:
    with house.database.begin() as session:
        return session.get_one(Vendor, vendor.vendor.id)


def test_what_is_saved_is_the_profile_and_empty_fields_clear(house: House, vendor: Registered, admin: Console) -> None:
    answer = admin.post(PAGE, **FORM)

    assert answer.status_code == 303, answer.text
    row = kept(house, vendor)
    assert (row.display_name, row.default_locale, row.revision) == ("Acme Reeds", "de", 2)
    assert row.profile | {"logo": None, "logo_dark": None} == {
        "legal_name": "Acme Reeds GmbH",
        "address": ["Lange Str. 1", "10115 Berlin"],
        "country": "DE",
        "tax_id": "DE123456789",
        "email": "help@acme.example",
        "website": "https://acme.example",
        "support_url": None,
        "brand_color": "#123456",
        "fiscal_year_start": 4,
        "logo": None,
        "logo_dark": None,
    }
    page = admin.get(PAGE).text
    assert 'value="Acme Reeds GmbH"' in page
    assert "10115 Berlin" in page
    assert '<option value="4" selected>' in page


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("display_name", ""),
        ("brand_color", "green"),
        ("website", "http://acme.example"),
        ("email", "nobody"),
        ("country", "Germany"),
        ("address", "\n".join("1234567")),
        ("default_locale", "xx"),
    ],
)
def test_a_mistake_is_told_at_its_field_and_nothing_is_lost(
    house: House, vendor: Registered, admin: Console, field: str, value: str
) -> None:
    answer = admin.post(PAGE, **(FORM | {field: value}))

    assert answer.status_code == 422
    assert answer.text.count('class="field-error"') == 1
    assert 'value="Acme Reeds GmbH"' in answer.text
    assert kept(house, vendor).revision == 1


def picture(content: bytes, **form: str) -> dict[str, Any]:
    return {"which": "logo", "do": "upload", "file": [(BytesIO(content), "logo.png")], **form}


def test_logos_are_drawn_shown_and_the_one_for_dark_ground_removed(
    house: House, vendor: Registered, admin: Console
) -> None:
    assert admin.post(f"{PAGE}/logo", **picture(png(640, 320))).status_code == 303
    assert admin.post(f"{PAGE}/logo", **picture(png(60, 60), which="logo_dark")).status_code == 303

    profile = kept(house, vendor).profile
    for name in ("logo", "logo_dark"):
        address = f"{PAGE}/logo.png?v={profile[name][:12]}"
        assert address in admin.get(PAGE).text
        shown = admin.get(address)
        assert (shown.status_code, shown.content_type) == (200, "image/png")
    assert admin.post(f"{PAGE}/logo", which="logo_dark", do="remove").status_code == 303
    assert kept(house, vendor).profile["logo_dark"] is None
    assert admin.post(f"{PAGE}/logo", which="logo", do="remove").status_code == 404


@pytest.mark.parametrize("content", [SVG, b""], ids=["SVG", "nothing"])
def test_what_is_no_picture_is_refused_at_its_field(
    house: House, vendor: Registered, admin: Console, content: bytes
) -> None:
    answer = admin.post(f"{PAGE}/logo", **picture(content))

    assert answer.status_code == 422
    assert "Use a PNG, JPEG or WebP picture." in answer.text.split('class="field-error"')[1]
    assert kept(house, vendor).profile.get("logo") is None


def test_a_large_picture_is_refused_before_it_is_read(house: House, vendor: Registered, admin: Console) -> None:
    nearly = admin.post(f"{PAGE}/logo", **picture(png(8, 8) + bytes(999_000)))
    assert nearly.status_code in (303, 422)  # a form of more than the million that other pages take

    assert admin.post(f"{PAGE}/logo", **picture(bytes(1_050_000))).status_code == 413


def test_saving_needs_a_sign_in_of_the_last_half_hour(house: House, vendor: Registered, admin: Console) -> None:
    late = admin.post(PAGE, proven=timedelta(minutes=31), **FORM)

    assert late.status_code in (303, 403)
    assert kept(house, vendor).revision == 1


def test_support_looks_and_finds_no_button(house: House, vendor: Registered) -> None:
    page = sign_in(house, hire(house, vendor.vendor.id, "support")).get(PAGE).text

    assert "Changing it takes the role administrator or owner." in page
    assert "Use this logo" not in page


@pytest.mark.feature("J04")
def test_what_the_operator_withholds_is_shown_with_the_reason_and_whom_to_ask(
    house: House, vendor: Registered, admin: Console
) -> None:
    assert "What is withheld" not in admin.get(PAGE).text
    body = {"withheld": ["helpdesks", "own_domain"], "reason": "Part of the larger plan.", "ask": "sales@host.example"}

    said = call(house, ADMIN_TOKEN, "PUT", f"/v1/vendors/{vendor.vendor.id}/entitlements", json=body)

    assert (said.status_code, said.json["entitlements"]) == (200, body)  # type: ignore[index]
    page = admin.get(PAGE).text
    for words in ("What is withheld", "Helpdesks", "A domain of your own", body["reason"], body["ask"]):
        assert words in page
