"""May a vendor's details be kept and printed (ML-14: sender names)."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.auth.rules import vendor
from shared.errors import Invalid

GOOD: dict[str, Any] = {
    "slug": "larkfield",
    "display_name": "Larkfield",
    "profile": {},
    "default_locale": "en",
    "offered": ("en", "de"),
}


def refused(**change: Any) -> list[tuple[str, str]]:
    with pytest.raises(Invalid) as refusal:
        vendor.decide(**{**GOOD, **change})
    return [(field.field, field.code) for field in refusal.value.fields]


def test_a_profile_has_every_field_and_absent_ones_are_null() -> None:
    profile = vendor.decide(**{**GOOD, "profile": {"country": "GB", "address": ["1 Lane", "Bath"], "tax_id": None}})

    assert set(profile) == set(vendor.PROFILE_FIELDS)
    assert profile["country"] == "GB"
    assert profile["website"] is None


@pytest.mark.parametrize(
    "slug", ["ab", "a" * 41, "Acme", "a--b", "-ab", "ab-", "a_b", "csrf", "acme-test", "äcme", "a/b", ""]
)
def test_a_slug_that_is_no_address_is_refused(slug: str) -> None:
    assert refused(slug=slug) == [("slug", "bad_slug")]


@pytest.mark.parametrize("name", ["", " ", "A\r\nBcc: x", "A\u202eB", "A\x00", "A" * 201])
def test_a_name_that_could_forge_a_header_is_refused(name: str) -> None:
    """ML-14."""
    assert refused(display_name=name) == [("display_name", "bad_line")]


@pytest.mark.parametrize(
    ("field", "value", "code"),
    [
        ("legal_name", "A\nB", "bad_line"),
        ("legal_name", 5, "bad_line"),
        ("address", "one line", "bad_address_lines"),
        ("address", [], "bad_address_lines"),
        ("address", ["x"] * 7, "bad_address_lines"),
        ("address", ["x", "y\nz"], "bad_line"),
        ("country", "gb", "bad_country"),
        ("country", "GBR", "bad_country"),
        ("email", "a@v.com,b@evil.com", "bad_address"),
        ("email", 5, "bad_address"),
        ("website", "http://x.com", "bad_link"),
        ("website", "https://user@x.com", "bad_link"),
        ("support_url", "javascript:alert(1)", "bad_link"),
        ("brand_color", "green", "bad_brand_color"),
        ("brand_color", "#12345", "bad_brand_color"),
        ("fiscal_year_start", 13, "bad_month"),
        ("fiscal_year_start", 0, "bad_month"),
        ("fiscal_year_start", "4", "bad_month"),
        ("fiscal_year_start", True, "bad_month"),
        ("logo", "abc", "unknown_field"),
        ("owner", "x", "unknown_field"),
    ],
)
def test_a_profile_field_that_cannot_be_printed_is_named(field: str, value: Any, code: str) -> None:
    assert refused(profile={field: value}) == [(f"profile.{field}", code)]


def test_a_whole_profile_is_kept_as_it_is() -> None:
    given = {
        "legal_name": "Larkfield Ltd.",
        "address": ["1 Lane"],
        "country": "GB",
        "tax_id": "GB1",
        "email": "a@x.com",
        "website": "https://larkfield.example/shop",
        "support_url": "https://larkfield.example:8443",
        "brand_color": "#0b7a5b",
        "fiscal_year_start": 4,
    }

    assert vendor.decide(**{**GOOD, "profile": given}) == {**given, "logo": None, "logo_dark": None}


def test_every_mistake_is_named_at_once() -> None:
    assert len(refused(slug="A", display_name="", default_locale="xx", profile={"country": "x"})) == 4


@pytest.mark.parametrize(
    ("name", "slug"),
    [
        ("Larkfield Ltd.", "larkfield-ltd"),
        ("Café Zoë", "cafe-zoe"),
        ("日本", "vendor"),
        ("A", "vendor"),
        ("Smoke Test", "smoke"),
        ("x" * 99, "x" * 34),
    ],
)
def test_a_slug_is_made_of_the_name(name: str, slug: str) -> None:
    assert vendor.slug_from(name) == slug


@given(st.text(max_size=80))
def test_a_slug_made_of_any_name_is_good(name: str) -> None:
    vendor.decide(**{**GOOD, "slug": vendor.slug_from(name)})


def test_a_line_is_checked_alone_too() -> None:
    vendor.check_line("name", "Backend")

    with pytest.raises(Invalid):
        vendor.check_line("name", "")
