"""Decides the next number of a series.

A series counts 1, 2, 3, … without a gap; the number that is printed is its prefix and that integer. A new
series has no prefix, so its numbers are `1`, `2`, `3`. The counter is a row locked by the issuing
transaction: an issue that rolls back gives its number back.
Credit notes have a series of their own, with a prefix, so that nobody takes the first one for the first invoice.
Worked example: the prefix `LF-` and 118 as the next integer make the number `LF-118`; 119 comes next.
"""

from dataclasses import dataclass
from typing import Final

FIRST: Final = 1
INVOICES: Final = "invoices"
CREDIT_NOTES: Final = "credit_notes"
PREFIXES: Final = {INVOICES: "", CREDIT_NOTES: "CN-"}
"""The series of a vendor and mode, so far, and how their numbers begin."""


@dataclass(frozen=True)
class Numbered:
    """`sequence` is counted, `number` is printed; `following` is what the series counts next."""

    sequence: int
    number: str
    following: int


def calculate(*, next_sequence: int, prefix: str) -> Numbered:
    """The number of the invoice that is issued now."""
    return Numbered(sequence=next_sequence, number=f"{prefix}{next_sequence}", following=next_sequence + 1)
