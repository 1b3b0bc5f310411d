"""Money: integer minor units and an ISO 4217 code; never a float, never two currencies in one sum.

Source of codes and exponents: ISO 4217 list one, 2026 (CLDR rounds some of them for display, so it
is not asked).
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Final

from shared.errors import Invalid

LARGEST: Final = 10**12  # minor units; a thousand such lines stay inside 2**53 and BIGINT

_WITHOUT_DECIMALS: Final = "BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF".split()
_WITH_THREE: Final = "BHD IQD JOD KWD LYD OMR TND".split()
_WITH_FOUR: Final = "CLF UYW".split()
_WITH_TWO: Final = (
    "AED AFN ALL AMD ANG AOA ARS AUD AWG AZN BAM BBD BDT BGN BMD BND BOB BOV BRL BSD BTN BWP BYN BZD CAD "
    "CDF CHE CHF CHW CNY COP COU CRC CUP CVE CZK DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP GMD "
    "GTQ GYD HKD HNL HTG HUF IDR ILS INR IRR JMD KES KGS KHR KPW KYD KZT LAK LBP LKR LRD LSL MAD MDL MGA "
    "MKD MMK MNT MOP MRU MUR MVR MWK MXN MXV MYR MZN NAD NGN NIO NOK NPR NZD PAB PEN PGK PHP PKR PLN QAR "
    "RON RSD RUB SAR SBD SCR SDG SEK SGD SHP SLE SOS SRD SSP STN SVC SYP SZL THB TJS TMT TOP TRY TTD TWD "
    "TZS UAH USD USN UYU UZS VED VES WST XCD XCG YER ZAR ZMW ZWG"
).split()

EXPONENTS: Final[dict[str, int]] = {
    **dict.fromkeys(_WITHOUT_DECIMALS, 0),
    **dict.fromkeys(_WITH_TWO, 2),
    **dict.fromkeys(_WITH_THREE, 3),
    **dict.fromkeys(_WITH_FOUR, 4),
}


class UnknownCurrency(Invalid):
    code = "unknown_currency"


class CurrencyMismatch(Invalid):
    code = "currency_mismatch"


class NotAnAmount(Invalid):
    code = "not_an_amount"


class AmountTooLarge(Invalid):
    code = "amount_too_large"


@dataclass(frozen=True)
class Money:
    """`amount` in minor units of `currency`: `Money(1177, "USD")` is 11.77 dollars."""

    amount: int
    currency: str

    def __post_init__(self) -> None:
        if type(self.amount) is not int:
            raise TypeError(f"an amount is an int, not {type(self.amount).__name__}")
        if self.currency not in EXPONENTS:
            raise UnknownCurrency(currency=self.currency)
        if abs(self.amount) > LARGEST:
            raise AmountTooLarge(largest=LARGEST)

    def __add__(self, other: "Money") -> "Money":
        self._same(other)
        return Money(self.amount + other.amount, self.currency)

    def __sub__(self, other: "Money") -> "Money":
        self._same(other)
        return Money(self.amount - other.amount, self.currency)

    def __neg__(self) -> "Money":
        return Money(-self.amount, self.currency)

    def __mul__(self, quantity: int) -> "Money":
        return Money(self.amount * quantity, self.currency)

    def _same(self, other: "Money") -> None:
        if self.currency != other.currency:
            raise CurrencyMismatch(first=self.currency, second=other.currency)

    @property
    def decimal(self) -> Decimal:
        """The amount in major units, exactly: 1177 USD is Decimal("11.77")."""
        return Decimal(self.amount).scaleb(-EXPONENTS[self.currency])

    def __str__(self) -> str:
        return f"{self.decimal:,f} {self.currency}"


def parse(text: str, currency: str) -> Money:
    """`"11.77"` in major units to Money. Plain ASCII digits with a point; no more decimals than the currency has.

    Raises UnknownCurrency, NotAnAmount, AmountTooLarge.
    """
    code = currency.upper()
    if code not in EXPONENTS:
        raise UnknownCurrency(currency=currency)
    plain = text.strip()
    if not plain.isascii() or not plain.replace(".", "", 1).removeprefix("-").isdigit():
        raise NotAnAmount(text=text)
    try:
        minor = Decimal(plain).scaleb(EXPONENTS[code])
    except InvalidOperation:
        raise NotAnAmount(text=text) from None
    if minor != minor.to_integral_value():
        raise NotAnAmount(text=text)
    if abs(minor) > LARGEST:
        raise AmountTooLarge(largest=LARGEST)
    return Money(int(minor), code)


def total(amounts: Iterable[Money], currency: str) -> Money:
    """Their sum; zero of `currency` for none. Raises CurrencyMismatch."""
    result = Money(0, currency)
    for amount in amounts:
        result = result + amount
    return result


def allocate(amount: int, weights: Sequence[int]) -> list[int]:
    """Split `amount` minor units by `weights`; the parts sum to the whole.

    Largest remainder method (Hamilton): floors first, then one unit each to the largest remainders,
    the earlier of two equal ones first. Weights are not negative and not all zero.
    """
    whole = sum(weights)
    if whole <= 0 or min(weights) < 0:
        raise ValueError("weights must not be negative, nor all zero")
    sign, size = (1, amount) if amount >= 0 else (-1, -amount)
    parts = [size * weight // whole for weight in weights]
    by_remainder = sorted(range(len(weights)), key=lambda i: (-(size * weights[i] % whole), i))
    for index in by_remainder[: size - sum(parts)]:
        parts[index] += 1
    return [sign * part for part in parts]
