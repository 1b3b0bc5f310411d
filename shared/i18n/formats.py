"""Money and dates as people of a language write them, from CLDR, in digits from 0 to 9 (decision 0013)."""

import re
from datetime import date, datetime, timedelta, tzinfo
from decimal import Decimal
from functools import cache, lru_cache
from typing import Final
from zoneinfo import ZoneInfo

from babel import Locale
from babel.dates import format_date as babel_date
from babel.dates import format_time as babel_time
from babel.dates import format_timedelta
from babel.numbers import format_currency, format_decimal
from babel.numbers import format_percent as babel_percent

from shared.money import EXPONENTS, Money

UTC = ZoneInfo("UTC")
_REMEMBERED: Final = 10_000
"""Amounts and days: a page shows few, the next one the same, and CLDR's patterns cost more than all else about them."""
_REGIONS: Final = {"pt": "pt-PT"}  # CLDR takes Portuguese without a country for that of Brazil
_LEAST: Final = timedelta(seconds=1)  # CLDR has no name for nothing
_RIGHTWARD: Final = "\N{LEFT-TO-RIGHT MARK}"
_ENGLISH = {True: "d MMM y", False: "d MMMM y"}  # day first: read alike on both sides of the Atlantic
_LETTERS_AND_SIGN = re.compile(r"([A-Z]+[$¥])")
_CODE_BEFORE_DIGIT = re.compile(r"([A-Z]{3})(?=\d)")


@cache
def locale_of(language: str) -> Locale:
    """What CLDR knows of a language as we call it."""
    return Locale.parse(_REGIONS.get(language, language), sep="-")


@lru_cache(maxsize=_REMEMBERED)
def format_money(amount: Money, language: str) -> str:
    """`€58.00`, `58,00 €`: the currency's own decimals, kept together with no-break spaces."""
    digits = EXPONENTS[amount.currency]
    pattern = "¤#,##0" + ("." + "0" * digits if digits else "")
    locale = locale_of(language)
    written = format_currency(
        amount.decimal,
        amount.currency,
        locale=locale,
        currency_digits=False,
        decimal_quantization=True,
        format=_with_digits(locale, digits, pattern),
    )
    apart = _CODE_BEFORE_DIGIT.sub("\\1\N{NO-BREAK SPACE}", written)  # CLDR: a code of letters keeps a distance
    held = _held_together(apart) if locale.text_direction == "rtl" else apart
    return held.replace(" ", "\N{NO-BREAK SPACE}")


def format_number(number: int, language: str) -> str:
    """`1,240`, `1.240`, `1 240`."""
    locale = locale_of(language)
    written: str = format_decimal(number, locale=locale)
    held = _held_together(written) if locale.text_direction == "rtl" else written
    return held.replace(" ", "\N{NO-BREAK SPACE}")


def format_percent(basis_points: int, language: str) -> str:
    """1900 is `19%`, 810 is `8.1%`, never rounded."""
    share = Decimal(basis_points).scaleb(-4)
    written: str = babel_percent(share, locale=locale_of(language), decimal_quantization=False)
    return written.replace(" ", "\N{NO-BREAK SPACE}")


def format_date(moment: datetime, language: str, *, short: bool = False, zone: tzinfo = UTC) -> str:
    """`18 December 2026`, or shorter `18 Dec 2026`, on the calendar of `zone`."""
    return _written(moment.astimezone(zone).date(), language, short)


def format_moment(moment: datetime, language: str, *, zone: tzinfo = UTC) -> str:
    """`18 Dec 2026, 14:30`, on the calendar and the clock of `zone`."""
    there, locale = moment.astimezone(zone), locale_of(language)
    time = babel_time(there, format="HH:mm" if language == "en" else "short", locale=locale)
    both = locale.datetime_formats["medium"]
    return str(both).replace("{1}", format_date(moment, language, short=True, zone=zone)).replace("{0}", time)


def format_ahead(span: timedelta, language: str) -> str:
    """`in 3 hours`, or `2 days ago` for a negative one: one unit, a minute the least."""
    return str(format_timedelta(span or _LEAST, granularity="minute", add_direction=True, locale=locale_of(language)))


def format_span(span: timedelta, language: str) -> str:
    """`3 hours`, however it lies: one unit, a minute the least."""
    return str(format_timedelta(abs(span) or _LEAST, granularity="minute", locale=locale_of(language)))


@lru_cache(maxsize=_REMEMBERED)
def _written(day: date, language: str, short: bool) -> str:
    pattern = _ENGLISH[short] if language == "en" else "medium" if short else "long"
    return babel_date(day, format=pattern, locale=locale_of(language))


def _held_together(written: str) -> str:
    """Where lines run from the right: the minus stays in front of the number, the sign of `US$` behind its letters."""
    return _LETTERS_AND_SIGN.sub(f"\\1{_RIGHTWARD}", written.replace("-", f"{_RIGHTWARD}-"))


def _with_digits(locale: Locale, digits: int, fallback: str) -> str:
    """The language's own currency pattern, with as many decimals as ISO 4217 gives the currency."""
    pattern = locale.currency_formats["standard"].pattern
    decimals = "." + "0" * digits if digits else ""
    return pattern.replace(".00", decimals) if ".00" in pattern else fallback
