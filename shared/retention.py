"""DECIDES how long books are kept of somebody who was erased.

Tax law asks for invoices, and the payments behind them, for some years after the calendar year they are of. The years
are those of the seller's country; where we know none, the longest. Nothing else of a person waits for that day.

Worked example: a seller in Germany, an invoice of 3 May 2026: eight years after the end of 2026, so until
31 December 2034. A seller in Austria: until 31 December 2033.
"""

from datetime import date
from typing import Final

LONGEST: Final = 10
YEARS: Final[dict[str, int]] = {
    "AT": 7,
    "AU": 5,
    "BE": 10,
    "CA": 6,
    "CH": 10,
    "CZ": 10,
    "DE": 8,
    "DK": 5,
    "ES": 6,
    "FI": 6,
    "FR": 10,
    "GB": 6,
    "IE": 6,
    "IT": 10,
    "LU": 10,
    "NL": 7,
    "NO": 5,
    "PL": 5,
    "PT": 10,
    "SE": 7,
    "US": 7,
}
"""Country of the seller (ISO 3166-1) to years after the end of the year."""


def kept_until(*, of: date, country: str | None) -> date:
    """The last day on which a document of the day `of` must be kept."""
    return date(of.year + years(country), 12, 31)


def years(country: str | None) -> int:
    """How many, after the end of the year."""
    return YEARS.get(country or "", LONGEST)
