"""CALCULATES what a payment taken elsewhere consists of: its lines and totals.

Money that a vendor took outside of Bursar is recorded as it was: either line by line, or as one amount with a
description. Zero is an amount; less than zero is not. Tax is included in what was paid, unless lines say otherwise.

Worked example: "Compact discs (2)", quantity 2, 29.33 USD, no tax: one line of 2933 without a unit price, because
2933 does not divide by 2; net 2933, tax 0, total 2933.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from shared.errors import FieldError, Invalid
from shared.money import LARGEST
from shared.totals import Line, TaxBehavior, Totals
from shared.totals import calculate as totals_of

LARGEST_QUANTITY: Final = 1_000_000


@dataclass(frozen=True, kw_only=True)
class Recorded:
    """What is kept of it."""

    lines: tuple[Line, ...]
    totals: Totals


def line_of(*, description: str, quantity: int, amount: int, tax_rate: int = 0) -> Line:
    """One line of which only the total is known: it has a unit price only when the total divides."""
    divides = amount % quantity == 0
    return Line(
        description=description,
        quantity=quantity,
        amount=amount,
        unit_amount=amount // quantity if divides else None,
        tax_rate=tax_rate,
    )


def calculate(*, lines: Sequence[Line], currency: str, tax_behavior: TaxBehavior) -> Recorded:
    """Lines with their totals. Raises Invalid, UnknownCurrency, LineDoesNotAddUp, AmountTooLarge."""
    if not lines:
        raise Invalid(FieldError.of("lines", "required"))
    for position, line in enumerate(lines):
        if line.amount < 0:
            raise Invalid(FieldError.of(f"lines.{position}.amount", "negative_amount"))
        if line.amount > LARGEST:
            raise Invalid(FieldError.of(f"lines.{position}.amount", "amount_too_large"))
        if not 1 <= line.quantity <= LARGEST_QUANTITY:
            raise Invalid(FieldError.of(f"lines.{position}.quantity", "bad_quantity", most=LARGEST_QUANTITY))
    return Recorded(lines=tuple(lines), totals=totals_of(lines, currency, tax_behavior))
