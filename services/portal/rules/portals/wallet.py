"""DECIDES may customers top up their credit in a portal, and by how much.

A vendor offers amounts to choose from, any amount between a minimum and a maximum, or both, in one currency. A top-up
is an advance: no tax is charged on it, because it is not known yet what it will be used for; what it pays for later is
taxed in full.

Worked example: 10.00, 25.00 and 50.00 are offered, and anything from 5.00 to 200.00: 5.00, 25.00 and 73.20 are fine,
4.99 and 200.01 are not. Without a minimum and a maximum only the three are.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from services.portal.rules.portals import problems as check
from shared.errors import FieldError, Invalid
from shared.money import EXPONENTS, LARGEST, Money

MOST_AMOUNTS: Final = 12
DEFAULT: Final[Mapping[str, Any]] = {
    "enabled": False,
    "currency": None,
    "amounts": [],
    "minimum": None,
    "maximum": None,
}
_WHERE: Final = "features.wallet"


@dataclass(frozen=True, kw_only=True)
class WalletFeature:
    """How a customer may top up: one of `amounts`, or any from `minimum` to `maximum`, in minor units."""

    enabled: bool
    currency: str | None
    amounts: tuple[int, ...]
    minimum: int | None
    maximum: int | None

    @property
    def offered(self) -> tuple[Money, ...]:
        """The amounts to choose from."""
        return tuple(Money(each, self.currency or "") for each in self.amounts)

    @property
    def between(self) -> tuple[Money, Money] | None:
        """The least and the most of an amount of the customer's own; None: there is no such choice."""
        if self.minimum is None or self.maximum is None:
            return None
        return Money(self.minimum, self.currency or ""), Money(self.maximum, self.currency or "")


def calculate(stored: Mapping[str, Any]) -> WalletFeature:
    """The complete stored feature, as rules take it."""
    return WalletFeature(**{**stored, "amounts": tuple(stored["amounts"])})


def check_feature(feature: Mapping[str, Any], problems: list[FieldError]) -> None:
    """Add what is wrong with a complete feature to `problems`."""
    currency, amounts = feature["currency"], feature["amounts"]
    least, most = feature["minimum"], feature["maximum"]
    if currency is not None and currency not in EXPONENTS:
        problems.append(FieldError.of(f"{_WHERE}.currency", "unknown_currency", value=currency[:20]))
    if feature["enabled"] and currency is None:
        problems.append(FieldError.of(f"{_WHERE}.currency", "required"))
    if feature["enabled"] and not amounts and least is None:
        problems.append(FieldError.of(f"{_WHERE}.amounts", "required"))
    check.unique(f"{_WHERE}.amounts", amounts, problems)
    if len(amounts) > MOST_AMOUNTS:
        problems.append(FieldError.of(f"{_WHERE}.amounts", "too_many_items", most=MOST_AMOUNTS))
    if any(not 1 <= each <= LARGEST for each in amounts):
        problems.append(FieldError.of(f"{_WHERE}.amounts", "out_of_range", least=1, most=LARGEST))
    for name, other in (("minimum", most), ("maximum", least)):
        if feature[name] is None and other is not None:
            problems.append(FieldError.of(f"{_WHERE}.{name}", "required"))
    if least is not None and not 1 <= least <= LARGEST:
        problems.append(FieldError.of(f"{_WHERE}.minimum", "out_of_range", least=1, most=LARGEST))
    if most is not None and not (least or 1) <= most <= LARGEST:
        problems.append(FieldError.of(f"{_WHERE}.maximum", "out_of_range", least=least or 1, most=LARGEST))


def decide(*, wallet: WalletFeature, amount: Money) -> Money:
    """Return an amount that is offered. Raises Invalid."""
    if amount.currency != wallet.currency:
        raise Invalid(FieldError.of("currency", "not_a_choice"))
    if amount.amount in wallet.amounts:
        return amount
    if wallet.minimum is None or wallet.maximum is None:
        raise Invalid(FieldError.of("amount", "not_a_choice"))
    if not wallet.minimum <= amount.amount <= wallet.maximum:
        least, most = (str(Money(each, amount.currency)) for each in (wallet.minimum, wallet.maximum))
        raise Invalid(FieldError.of("amount", "out_of_range", least=least, most=most))
    return amount
