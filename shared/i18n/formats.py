"""Money and dates as people of a language write them, from CLDR."""

import re
from datetime import datetime, tzinfo
from decimal import Decimal
from zoneinfo import ZoneInfo

from babel.dates import format_date as babel_date
from babel.numbers import format_currency
from babel.numbers import format_percent as babel_percent

from shared.money import EXPONENTS, Money

UTC = ZoneInfo("UTC")
_ENGLISH = {True: "d MMM y", False: "d MMMM y"}  # day first: read alike on both sides of the Atlantic
_CODE_BEFORE_DIGIT = re.compile(r"([A-Z]{3})(?=\d)")


def format_money(amount: Money, language: str) -> str:
    """`€58.00`, `58,00 €`: the currency's own decimals, kept together with no-break spaces."""
    digits = EXPONENTS[amount.currency]
    pattern = "¤#,##0" + ("." + "0" * digits if digits else "")
    locale = language.replace("-", "_")
    written = format_currency(
        amount.decimal,
        amount.currency,
        locale=locale,
        currency_digits=False,
        decimal_quantization=True,
        format=_with_digits(locale, digits, pattern),
    )
    apart = _CODE_BEFORE_DIGIT.sub("\\1\N{NO-BREAK SPACE}", written)  # CLDR: a code of letters keeps a distance
    return apart.replace(" ", "\N{NO-BREAK SPACE}")


def format_percent(basis_points: int, language: str) -> str:
    """1900 is `19%`, 810 is `8.1%`, never rounded."""
    share = Decimal(basis_points).scaleb(-4)
    written: str = babel_percent(share, locale=language.replace("-", "_"), decimal_quantization=False)
    return written.replace(" ", "\N{NO-BREAK SPACE}")


def format_date(moment: datetime, language: str, *, short: bool = False, zone: tzinfo = UTC) -> str:
    """`18 December 2026`, or shorter `18 Dec 2026`, on the calendar of `zone`."""
    locale = language.replace("-", "_")
    day = moment.astimezone(zone).date()
    pattern = _ENGLISH[short] if locale == "en" else "medium" if short else "long"
    return babel_date(day, format=pattern, locale=locale)


def _with_digits(locale: str, digits: int, fallback: str) -> str:
    """The language's own currency pattern, with as many decimals as ISO 4217 gives the currency."""
    from babel import Locale  # only here: the pattern is all that is needed of it

    pattern = Locale.parse(locale).currency_formats["standard"].pattern
    decimals = "." + "0" * digits if digits else ""
    return pattern.replace(".00", decimals) if ".00" in pattern else fallback
