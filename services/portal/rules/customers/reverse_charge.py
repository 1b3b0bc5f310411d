"""DECIDES whether the buyer accounts for the tax, and CALCULATES what is charged then.

Source: Council Directive 2006/112/EC, Articles 44 and 196: a service to a business in another member state is taxed
there, by the buyer. So a charge has no tax when the seller is in the Union and has a VAT number of its own country,
and the buyer is in another member state and has a number of that one which counts: the register (VIES) has confirmed
it, or has not answered yet, or is not asked here. One that the register does not know does not count. What is sold is
taken for a service.

Greece's numbers begin with EL. The United Kingdom is no member state; Northern Ireland (XI) is treated as one for
goods alone (Protocol on Ireland and Northern Ireland, Article 8), so its numbers do not count here.

What is agreed stays as it is agreed: a price on top of which tax comes is charged alone, one with tax within is
charged without that tax, rounded half up for one unit. A rate of 0 stays what it is: there is no tax to shift.

Worked example: a seller in Germany (DE), a buyer in France with FR40303265045, a plan of 119.00 with 19 % within:
charged are 100.00 without tax. With a price of 100.00 and tax on top it is 100.00 as well.
"""

from dataclasses import dataclass
from typing import Final

from services.portal.rules.customers import tax_id
from services.portal.rules.customers.tax_id import EU, Standing
from shared.totals import HUNDRED_PERCENT, TaxBehavior

_PREFIXES: Final = {"GR": "EL"}  # where it is not the country's own code


@dataclass(frozen=True, kw_only=True)
class Party:
    """Seller or buyer: where, and under which tax id, as written."""

    country: str | None
    tax_id: str | None


@dataclass(frozen=True)
class Taxed:
    """What one unit costs and at which rate, in minor units and basis points."""

    unit_amount: int
    rate: int


def decide(*, seller: Party, buyer: Party, counts: bool) -> bool:
    """Whether the buyer accounts for the tax. `counts`: whether the buyer's number does."""
    if not counts or seller.country is None or seller.country == buyer.country:
        return False
    return _has_own_number(seller) and _has_own_number(buyer)


def counts(*, standing: str | None, is_waiting: bool) -> bool:
    """Whether a number that is kept counts. `is_waiting`: the register has not said anything of it yet."""
    return standing == Standing.VERIFIED or (standing == Standing.UNVERIFIED and is_waiting)


def calculate(*, unit_amount: int, rate: int, tax_behavior: TaxBehavior, is_reversed: bool) -> Taxed:
    """What is charged for one unit of something agreed at `unit_amount` and `rate`."""
    if not is_reversed or rate == 0:
        return Taxed(unit_amount, rate)
    if tax_behavior == "exclusive":
        return Taxed(unit_amount, 0)
    whole = HUNDRED_PERCENT + rate
    return Taxed((2 * unit_amount * HUNDRED_PERCENT + whole) // (2 * whole), 0)


def _has_own_number(party: Party) -> bool:
    """In the Union, with a VAT number of its own country, by its form."""
    if party.country not in EU or not party.tax_id:
        return False
    listed = tax_id.in_register(tax_id.decide(party.tax_id, country=party.country))
    return listed is not None and listed[0] == _PREFIXES.get(party.country, party.country)
