"""Does every language say all of it, as its people write it?"""

from datetime import UTC, datetime

import pytest
from babel import Locale

from shared import i18n
from shared.i18n.check import check
from shared.i18n.names import NAMES
from shared.money import Money

NO_BREAK = "\N{NO-BREAK SPACE}"


def test_texts_are_complete() -> None:
    assert check() == []


@pytest.mark.parametrize(
    ("amount", "language", "written"),
    [
        (Money(117799, "USD"), "en", "$1,177.99"),
        (Money(117799, "USD"), "de", f"1.177,99{NO_BREAK}$"),
        (Money(5, "JPY"), "de", f"5{NO_BREAK}¥"),
        (Money(-1234, "KWD"), "en", f"-KWD{NO_BREAK}1.234"),
        (Money(10**12, "EUR"), "en", "€10,000,000,000.00"),
        (Money(100, "CLF"), "de", f"0,0100{NO_BREAK}CLF"),
    ],
)
def test_money_is_exact_and_in_the_language_s_own_writing(amount: Money, language: str, written: str) -> None:
    assert i18n.format_money(amount, language) == written


def test_dates_are_written_long_and_short() -> None:
    moment = datetime(2026, 9, 18, 23, 30, tzinfo=UTC)

    assert i18n.format_date(moment, "en") == "18 September 2026"
    assert i18n.format_date(moment, "en", short=True) == "18 Sep 2026"
    assert i18n.format_date(moment, "de") == "18. September 2026"


def test_percent_is_never_rounded() -> None:
    assert [i18n.format_percent(rate, "en") for rate in (1900, 810, 550, 25)] == ["19%", "8.1%", "5.5%", "0.25%"]
    assert i18n.format_percent(810, "de") == f"8,1{NO_BREAK}%"


@pytest.mark.parametrize(
    ("header", "chosen"),
    [
        ("de", "de"),
        ("de-AT,en;q=0.8", "de"),
        ("eo, de;q=0.3", "de"),
        ("pt-AO", "pt"),
        ("pt-BR,pt;q=0.5", "pt-BR"),
        ("zh-Hans-SG", "zh-CN"),
        ("no-NO", "nb"),
        ("nn", "nb"),
        ("iw", "he"),
        ("", "en"),
        ("xx", "en"),
        ("en;q=0, de", "de"),
        (";;;,q=", "en"),
    ],
)
def test_the_browser_s_wish_is_met_as_far_as_it_can_be(header: str, chosen: str) -> None:
    assert i18n.negotiate(header, i18n.LANGUAGES, "en") == chosen


@pytest.mark.parametrize(
    "hostile",
    ["<img onerror=x>", "{{7*7}}", "${7*7}", "%n", "{x.__class__.__init__.__globals__}", "{0!r:>999999999}", "{email}"],
)
def test_what_a_vendor_typed_is_put_in_once_and_never_followed(hostile: str) -> None:
    said = i18n.text("portal.overview.empty.text", "en", vendor=hostile)

    assert hostile in said


def test_one_number_may_have_words_of_its_own(monkeypatch: pytest.MonkeyPatch) -> None:
    every = {"=1": "every month", "other": "every {count} months"}
    monkeypatch.setattr(i18n, "catalog", lambda _language: {"every": every})

    assert [i18n.text("every", "ja", count=count) for count in (1, 2)] == ["every month", "every 2 months"]


def test_languages_are_called_by_their_own_names() -> None:
    names = {language: i18n.name_of(language) for language in i18n.LANGUAGES}

    assert names | {"de": "Deutsch", "pt-BR": "Português (Brasil)", "zh-CN": "简体中文", "ar": "العربية"} == names
    assert len(set(names.values())) == len(names)


def test_names_of_languages_are_those_of_cldr_but_for_one_that_says_too_much() -> None:
    known = {each: str(Locale.parse(each.replace("-", "_")).display_name) for each in i18n.LANGUAGES}
    said = {each: name[0].upper() + name[1:] for each, name in known.items()}

    assert {each: name for each, name in NAMES.items() if name != said.get(each)} == {"zh-CN": "简体中文"}
    assert NAMES.keys() == said.keys()


def test_a_place_without_a_value_stays_readable() -> None:
    assert "{vendor}" in i18n.text("portal.overview.empty.text", "en")


def test_counted_things_take_the_right_form() -> None:
    assert i18n.text("portal.interval.month", "de", count=1) == "pro Monat"
    assert i18n.text("portal.interval.month", "de", count=3) == "alle 3 Monate"


def test_an_unknown_language_is_answered_in_the_nearest_or_in_english() -> None:
    assert i18n.text("ui.terms", "de-CH") == i18n.text("ui.terms", "de")
    assert i18n.text("ui.terms", "xx") == "Terms"
