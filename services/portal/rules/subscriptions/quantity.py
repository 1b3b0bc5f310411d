"""DECIDES how many units a subscription may have.

Only a product that says so (`adjustable_quantity`) and names its unit (`unit_label`) can be had in another quantity.
Whole numbers from `minimum` to `maximum` are good; a bound that is left out is 1 or a million. A row of the plan
group's table may set narrower bounds of its own for one switch.

Worked example: seats, at least 2 and at most 10. 10 is good; 1, 0, -3, 2.5 and 11 are refused with "2 to 10".
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from services.portal.rules.reasons import QuantityOutOfRange
from shared.errors import Conflict

MOST: Final = 1_000_000


class QuantityNotAdjustable(Conflict):
    """The product is sold in one quantity."""

    code = "quantity_not_adjustable"


@dataclass(frozen=True, kw_only=True)
class Bounds:
    """How few and how many."""

    minimum: int = 1
    maximum: int = MOST


def decide(
    *, wanted: object, adjustable: Mapping[str, Any] | None, unit_label: str | None, narrower: Bounds | None = None
) -> int:
    """The quantity, when it is good. Raises QuantityNotAdjustable, QuantityOutOfRange."""
    bounds = bounds_of(adjustable, unit_label=unit_label)
    if bounds is None:
        raise QuantityNotAdjustable
    least = max(bounds.minimum, narrower.minimum) if narrower else bounds.minimum
    most = min(bounds.maximum, narrower.maximum) if narrower else bounds.maximum
    if type(wanted) is not int or not least <= wanted <= most:
        raise QuantityOutOfRange(minimum=least, maximum=most)
    return wanted


def bounds_of(adjustable: Mapping[str, Any] | None, *, unit_label: str | None) -> Bounds | None:
    """What the product says; None where its quantity does not change."""
    if not adjustable or not adjustable.get("enabled") or not unit_label:
        return None
    return Bounds(
        minimum=max(1, adjustable.get("minimum") or 1),
        maximum=min(MOST, adjustable.get("maximum") or MOST),
    )
