"""Who accounts for the tax, and what is charged then."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.portal.rules.customers import reverse_charge
from services.portal.rules.customers.reverse_charge import Party, Taxed
from services.portal.rules.customers.tax_id import EU, example
from shared.totals import Line
from shared.totals import calculate as totals_of

SELLER = Party(country="DE", tax_id="DE 136 695 976")
BUYER = Party(country="FR", tax_id="FR40303265045")


def of(country: str) -> Party:
    return Party(country=country, tax_id=example(country))


@pytest.mark.feature("F02")
@pytest.mark.parametrize(
    ("seller", "buyer", "is_reversed"),
    [
        (SELLER, BUYER, True),
        (of("AT"), of("GR"), True),  # a number of Greece begins with EL
        (of("GR"), of("IT"), True),
        (SELLER, of("DE"), False),  # at home
        (SELLER, Party(country="FR", tax_id=None), False),  # a private person
        (SELLER, Party(country="DE", tax_id="FR40303265045"), False),  # established at home
        (SELLER, Party(country="IT", tax_id="FR40303265045"), False),  # not where the number is from
        (SELLER, Party(country=None, tax_id="FR40303265045"), False),
        (SELLER, of("GB"), False),  # no member state any more
        (SELLER, Party(country="GB", tax_id="XI980780684"), False),  # Northern Ireland: goods alone
        (of("GB"), BUYER, False),
        (SELLER, of("CH"), False),
        (SELLER, Party(country="FR", tax_id="FR40303265046"), False),  # no number at all
        (Party(country="DE", tax_id=None), BUYER, False),  # a small business without a number charges no tax anyway
        (Party(country="DE", tax_id="12/345/67890"), BUYER, False),  # a national tax number is none
        (Party(country=None, tax_id="DE136695976"), BUYER, False),
    ],
)
def test_the_buyer_accounts_for_it_between_two_member_states_with_numbers_of_their_own(
    seller: Party, buyer: Party, is_reversed: bool
) -> None:
    assert reverse_charge.decide(seller=seller, buyer=buyer, counts=True) is is_reversed
    assert not reverse_charge.decide(seller=seller, buyer=buyer, counts=False)


@pytest.mark.parametrize("buyer", sorted(EU))
@pytest.mark.parametrize("seller", ["DE", "GR", "IE"])
def test_every_pair_of_member_states_is_alike(seller: str, buyer: str) -> None:
    assert reverse_charge.decide(seller=of(seller), buyer=of(buyer), counts=True) is (seller != buyer)


@pytest.mark.parametrize(
    ("standing", "is_waiting", "is_good"),
    [("verified", False, True), ("unverified", True, True), ("unverified", False, False), (None, False, False)],
)
def test_a_number_counts_until_the_register_denies_it(standing: str | None, is_waiting: bool, is_good: bool) -> None:
    assert reverse_charge.counts(standing=standing, is_waiting=is_waiting) is is_good


def test_the_worked_example() -> None:
    within = reverse_charge.calculate(unit_amount=11900, rate=1900, tax_behavior="inclusive", is_reversed=True)
    on_top = reverse_charge.calculate(unit_amount=10000, rate=1900, tax_behavior="exclusive", is_reversed=True)

    assert within == on_top == Taxed(10000, 0)


_AMOUNTS = st.integers(0, 10**9)
_RATES = st.integers(0, 10_000)
_BEHAVIORS = st.sampled_from(["inclusive", "exclusive"])


@given(unit_amount=_AMOUNTS, rate=_RATES, tax_behavior=_BEHAVIORS)
def test_what_is_not_reversed_stays_as_agreed(unit_amount: int, rate: int, tax_behavior: str) -> None:
    found = reverse_charge.calculate(unit_amount=unit_amount, rate=rate, tax_behavior=tax_behavior, is_reversed=False)  # type: ignore[arg-type]

    assert found == Taxed(unit_amount, rate)


@given(unit_amount=_AMOUNTS, rate=_RATES, quantity=st.integers(1, 500), tax_behavior=_BEHAVIORS)
def test_the_charge_is_the_net_of_the_taxed_one_to_half_a_cent_a_unit(
    unit_amount: int, rate: int, quantity: int, tax_behavior: str
) -> None:
    found = reverse_charge.calculate(unit_amount=unit_amount, rate=rate, tax_behavior=tax_behavior, is_reversed=True)  # type: ignore[arg-type]

    def totals(amount: int, of_rate: int):  # type: ignore[no-untyped-def]
        line = Line(description="", quantity=quantity, unit_amount=amount, amount=amount * quantity, tax_rate=of_rate)
        return totals_of([line], "EUR", tax_behavior)  # type: ignore[arg-type]

    taxed, reversed_ = totals(unit_amount, rate), totals(found.unit_amount, found.rate)
    assert reversed_.tax == 0
    assert reversed_.total == reversed_.net == found.unit_amount * quantity
    assert abs(reversed_.total - taxed.net) * 2 <= quantity + 1
    assert reversed_.total <= taxed.total
