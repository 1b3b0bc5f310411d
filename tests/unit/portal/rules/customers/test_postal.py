"""Addresses: the country's fields in its order, what they must be, and how they are printed."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.portal.rules.customers import postal
from services.portal.rules.customers.countries import COUNTRIES
from shared.errors import FieldError


def decided(country: str, **parts: str) -> tuple[dict[str, Any] | None, list[tuple[str, str]]]:
    problems: list[FieldError] = []
    kept = postal.decide(parts, country=country, within="at", problems=problems)
    return kept, [(each.field, each.code) for each in problems]


@pytest.mark.feature("F01")
@pytest.mark.parametrize(
    ("country", "parts", "printed"),
    [
        ("DE", {"postal_code": "10115", "city": "Berlin"}, ("Weg 1", "10115 Berlin")),
        ("DE", {"postal_code": "D-10115", "city": "Berlin", "line2": "c/o Alt"}, ("Weg 1", "c/o Alt", "10115 Berlin")),
        ("US", {"city": "Cupertino", "state": "california", "postal_code": "95014"}, ("Weg 1", "Cupertino, CA 95014")),
        ("GB", {"city": "London", "postal_code": "ec1y 8sy"}, ("Weg 1", "London", "EC1Y 8SY")),
        ("JP", {"state": "Tokyo", "postal_code": "154-0023"}, ("〒154-0023", "東京都", "Weg 1")),
        (
            "IE",
            {"city": "Cork", "state": "Co. Cork", "district": "Cloghroe"},
            ("Weg 1", "Cloghroe", "Cork", "Co. Cork"),
        ),
        ("HK", {"state": "Kowloon"}, ("Kowloon", "Weg 1")),
        ("SG", {"postal_code": "546080"}, ("Weg 1", "SINGAPORE 546080")),
        ("IT", {"city": "Milano", "state": "Milano", "postal_code": "20121"}, ("Weg 1", "20121 Milano MI")),
    ],
)
def test_an_address_is_printed_as_its_country_prints_it(
    country: str, parts: dict[str, str], printed: tuple[str, ...]
) -> None:
    kept, problems = decided(country, line1="Weg 1", **parts)

    assert problems == []
    assert kept is not None
    assert postal.lines(kept, country=country) == printed


@pytest.mark.feature("F01")
@pytest.mark.parametrize(
    ("country", "parts", "problems"),
    [
        ("DE", {"line1": "Weg 1"}, [("at.postal_code", "required"), ("at.city", "required")]),
        ("DE", {"line1": "W", "postal_code": "1011", "city": "B"}, [("at.postal_code", "bad_postal_code")]),
        (
            "US",
            {"line1": "W", "city": "C", "state": "Bavaria", "postal_code": "95014"},
            [("at.state", "unknown_state")],
        ),
        ("US", {"city": "C", "state": "CA", "postal_code": "95014"}, [("at.line1", "required")]),
        ("IE", {"line1": "W", "city": "Cork"}, []),
        ("DE", {"line1": "W" * 201, "postal_code": "10115", "city": "B"}, [("at.line1", "too_long")]),
        ("DE", {"line1": "W\n", "postal_code": "10115", "city": "B"}, [("at.line1", "control_character")]),
    ],
)
def test_what_a_country_asks_for_is_named_where_it_is_missing_or_wrong(
    country: str, parts: dict[str, str], problems: list[tuple[str, str]]
) -> None:
    assert decided(country, **parts)[1] == problems


def test_fields_that_a_country_does_not_have_are_left_out() -> None:
    kept, problems = decided("DE", line1="Weg 1", postal_code="10115", city="Berlin", state="Bavaria")

    assert problems == []
    assert kept is not None
    assert kept["state"] is None


def test_nothing_given_is_no_address() -> None:
    assert decided("DE", line1=" ", city="") == (None, [])


@given(country=st.sampled_from(sorted(COUNTRIES)), words=st.lists(st.text(max_size=20), min_size=6, max_size=6))
def test_every_country_has_a_form_and_never_more_lines_than_are_printed(country: str, words: list[str]) -> None:
    form = postal.form(country)
    assert {part.name for part in form.parts} >= {"line1", "line2"}

    kept, _problems = decided(country, **dict(zip(postal.FIELDS, words, strict=True)))
    if kept is not None:
        assert len(postal.lines(kept, country=country)) <= 6
