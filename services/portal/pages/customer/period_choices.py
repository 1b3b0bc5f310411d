"""The periods that a form offers, each as the invoices service writes it, in words of the reader's language."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from babel.dates import format_interval, format_skeleton, get_month_names

from shared.i18n import locale_of

SPANS: Final = ("month", "quarter", "year", "fiscal", "range")
LONGEST: Final = 10  # characters of a date
_MONTHS: Final = range(1, 13)
_OF_A_QUARTER: Final = 3  # months


@dataclass(frozen=True, kw_only=True)
class Choices:
    """What each field can be: its value, and the words for it. `months` by year, the newest first.

    A financial year may begin in the year before the first invoice.
    """

    months: tuple[tuple[int, tuple[tuple[str, str], ...]], ...]
    quarters: tuple[tuple[str, str], ...]
    years: tuple[str, ...]
    fiscal_years: tuple[str, ...]
    begins: tuple[tuple[str, str], ...]


def of(years: Sequence[int], *, now: datetime, language: str, asked: int | None) -> Choices:
    """Those in which there can be something: the years from which there are invoices, up to this month."""
    listed = sorted(years, key=lambda year: year != asked)  # what was being looked at comes first
    locale = locale_of(language)
    names = get_month_names("wide", context="stand-alone", locale=locale)
    return Choices(
        months=tuple((year, tuple(_months(year, now, language))) for year in listed),
        quarters=tuple(each for year in listed for each in _quarters(year, now, language)),
        years=tuple(str(year) for year in listed),
        fiscal_years=tuple(str(year) for year in (*listed, *(year - 1 for year in years[-1:]))),
        begins=tuple((f"{month:02}", str(names[month])) for month in _MONTHS),
    )


def written(form: Mapping[str, str]) -> str:
    """The period that a form asks for, as the invoices service reads it; it says what is wrong with it."""
    span = form.get("span", "")
    match span:
        case "fiscal":
            return f"FY{_short(form, 'fiscal_year')}-{_short(form, 'fiscal_month')}"
        case "range":
            return f"{_short(form, 'first')}/{_short(form, 'last')}"
        case "month" | "quarter" | "year":
            return _short(form, span)
    return span


def chosen(given: Mapping[str, str], *, fiscal_month: int) -> dict[str, str]:
    """What the form shows as chosen: what was sent before, else a month, and the financial year's usual beginning."""
    names = (*SPANS, "fiscal_year", "first", "last", "format")
    shown = {name: _short(given, name) for name in names}
    span = given.get("span", "")
    month = _short(given, "fiscal_month") or f"{fiscal_month:02}"
    return {**shown, "span": span if span in SPANS else "month", "fiscal_month": month}


def _short(form: Mapping[str, str], name: str) -> str:
    return form.get(name, "")[:LONGEST]


def _months(year: int, now: datetime, language: str) -> list[tuple[str, str]]:
    locale = locale_of(language)
    return [
        (f"{year}-{month:02}", format_skeleton("yMMMM", date(year, month, 1), locale=locale))
        for month in reversed(_MONTHS)
        if (year, month) <= (now.year, now.month) or year > now.year
    ]


def _quarters(year: int, now: datetime, language: str) -> list[tuple[str, str]]:
    locale = locale_of(language)
    begins = ((quarter, _OF_A_QUARTER * quarter - 2) for quarter in (4, 3, 2, 1))
    return [
        (
            f"{year}-Q{quarter}",
            format_interval(date(year, month, 1), date(year, month + 2, 1), "yMMM", locale=locale),
        )
        for quarter, month in begins
        if (year, month) <= (now.year, now.month) or year > now.year
    ]
