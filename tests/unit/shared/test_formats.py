"""Amounts, percentages, dates and countries in every language, as CLDR has them."""

import re
from datetime import UTC, datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

import pytest

from shared.i18n import (
    LANGUAGES,
    direction,
    format_ahead,
    format_date,
    format_moment,
    format_money,
    format_percent,
    format_span,
)
from shared.i18n.countries import country_name, every_country
from shared.money import Money

MOMENT: Final = datetime(2026, 9, 3, 12, tzinfo=UTC)
WRITTEN: Final = {
    "ar": ("\u200f1,234.50 €", "8.1%", "3 سبتمبر 2026", "ألمانيا"),
    "bg": ("1 234,50 €", "8,1%", "3 септември 2026 г.", "Германия"),
    "cs": ("1 234,50 €", "8,1 %", "3. září 2026", "Německo"),
    "da": ("1.234,50 €", "8,1 %", "3. september 2026", "Tyskland"),
    "de": ("1.234,50 €", "8,1 %", "3. September 2026", "Deutschland"),
    "el": ("1.234,50 €", "8,1%", "3 Σεπτεμβρίου 2026", "Γερμανία"),
    "en": ("€1,234.50", "8.1%", "3 September 2026", "Germany"),
    "es": ("1.234,50 €", "8,1 %", "3 de septiembre de 2026", "Alemania"),
    "et": ("1 234,50 €", "8,1%", "3. september 2026", "Saksamaa"),
    "fi": ("1 234,50 €", "8,1 %", "3. syyskuuta 2026", "Saksa"),
    "fr": ("1 234,50 €", "8,1 %", "3 septembre 2026", "Allemagne"),
    "he": ("\u200f1,234.50 \u200f€", "8.1%", "3 בספטמבר 2026", "גרמניה"),
    "hu": ("1 234,50 EUR", "8,1%", "2026. szeptember 3.", "Németország"),
    "it": ("1.234,50 €", "8,1%", "3 settembre 2026", "Germania"),
    "ja": ("€1,234.50", "8.1%", "2026年9月3日", "ドイツ"),
    "lt": ("1 234,50 €", "8,1 %", "2026 m. rugsėjo 3 d.", "Vokietija"),
    "lv": ("1 234,50 €", "8,1%", "2026. gada 3. septembris", "Vācija"),
    "nb": ("1 234,50 €", "8,1 %", "3. september 2026", "Tyskland"),
    "nl": ("€ 1.234,50", "8,1%", "3 september 2026", "Duitsland"),
    "pl": ("1 234,50 €", "8,1%", "3 września 2026", "Niemcy"),
    "pt": ("1 234,50 €", "8,1%", "3 de setembro de 2026", "Alemanha"),
    "pt-BR": ("€ 1.234,50", "8,1%", "3 de setembro de 2026", "Alemanha"),
    "ro": ("1.234,50 EUR", "8,1 %", "3 septembrie 2026", "Germania"),
    "sk": ("1 234,50 €", "8,1 %", "3. septembra 2026", "Nemecko"),
    "sv": ("1 234,50 €", "8,1 %", "3 september 2026", "Tyskland"),
    "tr": ("€1.234,50", "%8,1", "3 Eylül 2026", "Almanya"),
    "zh-CN": ("€1,234.50", "8.1%", "2026年9月3日", "德国"),
}


@pytest.mark.parametrize("language", WRITTEN)
def test_amount_share_day_and_country_are_written_as_people_of_the_language_do(language: str) -> None:
    amount = format_money(Money(123450, "EUR"), language)
    written = (amount, format_percent(810, language), format_date(MOMENT, language), country_name("DE", language))

    assert tuple(re.sub(r"[\u00a0\u202f]", " ", each) for each in written) == WRITTEN[language]
    assert " " not in amount  # an amount is never torn apart


def test_every_language_is_in_the_table() -> None:
    assert set(LANGUAGES) <= set(WRITTEN)


@pytest.mark.parametrize("language", LANGUAGES)
def test_digits_are_from_0_to_9_everywhere(language: str) -> None:
    written = (
        format_money(Money(-123456789, "KWD"), language)
        + format_percent(810, language)
        + format_date(MOMENT, language)
        + format_date(MOMENT, language, short=True)
    )

    assert {each for each in written if each.isdigit()} <= set("0123456789")


@pytest.mark.feature("I04")
@pytest.mark.parametrize("language", [each for each in LANGUAGES if direction(each) == "rtl"])
def test_the_minus_stays_in_front_of_the_number_where_lines_run_from_the_right(language: str) -> None:
    assert "\u200e-5.00" in format_money(Money(-500, "EUR"), language)


@pytest.mark.feature("I04")
def test_the_sign_of_a_foreign_dollar_stays_behind_its_letters() -> None:
    assert format_money(Money(500, "USD"), "ar").endswith("US$\u200e")


@pytest.mark.parametrize(
    ("currency", "language", "written"),
    [("CHF", "en", "CHF 12.34"), ("JPY", "fr", "1234 JPY"), ("KWD", "de", "1,234 KWD"), ("USD", "pt", "12,34 US$")],
)
def test_codes_keep_a_distance_and_currencies_their_own_decimals(currency: str, language: str, written: str) -> None:
    said = format_money(Money(1234, currency), language)

    assert re.sub(r"[\u00a0\u202f]", " ", said).replace("1 234", "1234") == written


@pytest.mark.parametrize(
    ("language", "zone", "written"),
    [
        ("en", "UTC", "18 Dec 2026, 23:30"),
        ("en", "Asia/Tokyo", "19 Dec 2026, 08:30"),
        ("de", "Europe/Berlin", "19.12.2026, 00:30"),
        ("sv", "UTC", "18 dec. 2026 23:30"),
    ],
)
def test_a_moment_is_written_on_the_clock_of_its_zone(language: str, zone: str, written: str) -> None:
    moment = datetime(2026, 12, 18, 23, 30, tzinfo=UTC)

    assert format_moment(moment, language, zone=ZoneInfo(zone)) == written


@pytest.mark.parametrize(
    ("span", "language", "ahead", "long"),
    [
        (timedelta(hours=3), "en", "in 3 hours", "3 hours"),
        (timedelta(days=-2), "de", "vor 2 Tagen", "2 Tage"),
        (timedelta(days=2), "de", "in 2 Tagen", "2 Tage"),
        (timedelta(seconds=20), "en", "in 1 minute", "1 minute"),
        (timedelta(), "en", "in 1 minute", "1 minute"),
        (timedelta(minutes=-50), "fr", "il y a 50 minutes", "50 minutes"),
    ],
)
def test_a_span_is_written_in_one_unit(span: timedelta, language: str, ahead: str, long: str) -> None:
    assert (format_ahead(span, language), format_span(span, language)) == (ahead, long)


def test_every_country_is_one_and_sorted_by_its_name() -> None:
    codes = [code for code, _name in every_country("de")]

    assert {"DE", "AT", "US", "XK"} <= set(codes)
    assert not {"EU", "UN", "ZZ", "DD"} & set(codes)
    assert codes.index("XK") < codes.index("AT")  # Österreich stands at o, Kosovo at k
