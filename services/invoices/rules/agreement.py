"""Decides whether what the portal charged adds up: lines, tax and total are calculated again and must be equal.

A payment that does not add up gets no invoice: its event fails until it lies among the dead letters, where
a person sees it. Printing a wrong sum would be worse than printing none.
Worked example: one line of 1000 at 1900 basis points, exclusive, charged as 1000 + 190 = 1190, agrees;
charged as 1000 + 191 it does not.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, cast

from shared.errors import Invalid
from shared.totals import HUNDRED_PERCENT, Line, TaxBehavior, Totals, calculate

_TAX_BEHAVIORS: Final = ("exclusive", "inclusive")


class DoesNotAddUp(Invalid):
    """`field` was charged as one amount and comes to another."""

    code = "does_not_add_up"


class BadLine(Invalid):
    """A line whose `field` is missing or of the wrong kind."""

    code = "bad_line"


@dataclass(frozen=True)
class Agreed:
    """Lines and totals that agree."""

    lines: tuple[Line, ...]
    totals: Totals


def decide(
    *, lines: Sequence[Mapping[str, Any]], currency: str, tax_behavior: str, net: int, tax: int, total: int
) -> Agreed:
    """What was charged, calculated again. Raises BadLine, DoesNotAddUp and what `shared.totals` raises."""
    if tax_behavior not in _TAX_BEHAVIORS:
        raise BadLine(field="tax_behavior")
    read = tuple(_line(raw, position) for position, raw in enumerate(lines, start=1))
    totals = calculate(read, currency, cast("TaxBehavior", tax_behavior))
    for field, charged, comes_to in (
        ("net", net, totals.net),
        ("tax", tax, totals.tax),
        ("total", total, totals.total),
    ):
        if charged != comes_to:
            raise DoesNotAddUp(field=field, charged=charged, comes_to=comes_to)
    return Agreed(lines=read, totals=totals)


def _line(raw: Mapping[str, Any], position: int) -> Line:
    """Fields we do not know are ignored: a newer portal may say more."""
    unit_amount = raw.get("unit_amount")
    tax_rate = _whole(raw.get("tax_rate", 0), "tax_rate", position)
    if not 0 <= tax_rate <= HUNDRED_PERCENT:
        raise BadLine(field="tax_rate", position=position)
    return Line(
        description=_text(raw.get("description"), "description", position),
        quantity=_whole(raw.get("quantity"), "quantity", position),
        amount=_whole(raw.get("amount"), "amount", position),
        unit_amount=None if unit_amount is None else _whole(unit_amount, "unit_amount", position),
        tax_rate=tax_rate,
        period_start=_text_or_none(raw.get("period_start"), "period_start", position),
        period_end=_text_or_none(raw.get("period_end"), "period_end", position),
    )


def _whole(value: object, field: str, position: int) -> int:
    if type(value) is not int:  # a bool is an int to Python and not to an invoice
        raise BadLine(field=field, position=position)
    return value


def _text(value: object, field: str, position: int) -> str:
    if not isinstance(value, str):
        raise BadLine(field=field, position=position)
    return value


def _text_or_none(value: object, field: str, position: int) -> str | None:
    return None if value is None else _text(value, field, position)
