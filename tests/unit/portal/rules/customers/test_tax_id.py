"""Tax ids: each country's own pass however they are written, wrong ones are refused, and what is unknown is taken."""

import pytest

from services.portal.rules.customers import tax_id
from services.portal.rules.customers.countries import COUNTRIES

WITH_A_FORM = sorted(country for country in COUNTRIES if tax_id.example(country) is not None)
WITHOUT_CHECK_DIGITS = {"AE", "SA", "SG", "ZA"}


@pytest.mark.feature("F02")
@pytest.mark.parametrize("country", WITH_A_FORM)
def test_each_countrys_example_passes_and_stays_as_it_is_kept(country: str) -> None:
    """Trap: a valid number that is refused everywhere."""
    example = str(tax_id.example(country))

    kept = tax_id.decide(example, country=country)
    assert kept == example
    assert tax_id.decide(f"  {example.lower()} ", country=country) is not None


@pytest.mark.feature("F02")
@pytest.mark.parametrize(
    ("country", "typed", "kept"),
    [
        ("DE", "136695976", "DE136695976"),
        ("DE", "de 136 695 976", "DE136695976"),
        ("DE", "DE-136.695.976", "DE136695976"),
        ("DE", "DE\u00a0136\u202f695\u2009976", "DE136695976"),
        ("DE", "FR40303265045", "FR40303265045"),  # registered in another member state
        ("GR", "094259216", "EL094259216"),
        ("GR", "GR094259216", "EL094259216"),
        ("AT", "U13585627", "ATU13585627"),
        ("BE", "403019261", "BE0403019261"),
        ("IE", "IE 6433435F", "IE6433435F"),
        ("GB", "980 7806 84", "GB980780684"),
        ("GB", "XI980780684", "XI980780684"),
        ("CH", "CHE-107.787.577", "CHE-107.787.577"),
        ("CH", "che107787577mwst", "CHE-107.787.577 MWST"),
        ("NO", "995525828", "995 525 828"),
        ("US", "911144442", "91-1144442"),
        ("AU", "83914571673", "83 914 571 673"),
        ("CA", "123026635", "123026635"),
        ("BR", "16727230000197", "16.727.230/0001-97"),
        ("BR", "390.533.447-05", "390.533.447-05"),
        ("JP", "5835678256246", "T5835678256246"),
        ("IN", "27aapfu0939f1zv", "27AAPFU0939F1ZV"),
        ("SG", "M9-0367530-X", "M9-0367530-X"),
    ],
)
def test_it_does_not_matter_how_it_is_written(country: str, typed: str, kept: str) -> None:
    assert tax_id.decide(typed, country=country) == kept


@pytest.mark.feature("F02")
@pytest.mark.parametrize("country", [each for each in WITH_A_FORM if each not in WITHOUT_CHECK_DIGITS])
def test_a_number_of_no_country_is_refused(country: str) -> None:
    assert tax_id.decide("not a number", country=country) is None
    assert tax_id.decide("DE136695977", country=country) is None


@pytest.mark.parametrize("country", [None, "LI", "MY", "BM"])
def test_where_no_form_is_known_any_text_is_kept(country: str | None) -> None:
    assert tax_id.decide("Q 12/345", country=country) == "Q 12/345"
    assert not tax_id.is_known("Q 12/345", country=country)


@pytest.mark.parametrize(
    ("number", "asked"),
    [
        ("DE136695976", ("DE", "136695976")),
        ("EL094259216", ("EL", "094259216")),
        ("XI980780684", ("XI", "980780684")),
        ("GB980780684", None),
        ("91-1144442", None),
        ("DE136/../x", None),
        (None, None),
    ],
)
def test_only_the_unions_numbers_are_in_its_register(number: str | None, asked: tuple[str, str] | None) -> None:
    assert tax_id.in_register(number) == asked
