"""What a credit note takes back: never more than is left, and all of it in the end."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.invoices.rules import credit
from services.invoices.rules.credit import CreditExceedsInvoice
from shared.errors import Invalid
from shared.money import CurrencyMismatch
from shared.totals import Line, TaxTotal, Totals, calculate


def an_invoice(*amounts: tuple[int, int], inclusive: bool = False) -> Totals:
    lines = [Line(description="x", quantity=1, amount=amount, tax_rate=rate) for amount, rate in amounts]
    return calculate(lines, "EUR", "inclusive" if inclusive else "exclusive")


def decided(invoice: Totals, amount: int, *before: Totals) -> Totals:
    credited = [tax for totals in before for tax in totals.taxes]
    return credit.decide(invoice=invoice, credited=credited, amount=amount, currency="EUR")


def test_half_goes_back_in_proportion_and_the_other_half_is_the_rest() -> None:
    invoice = an_invoice((10000, 1900), (1000, 700))

    first = decided(invoice, 6485)
    second = decided(invoice, 6485, first)

    assert first == Totals("EUR", 5500, 985, 6485, (TaxTotal(700, 500, 35), TaxTotal(1900, 5000, 950)))
    assert second == first


def test_the_whole_of_it_is_the_invoice_again() -> None:
    invoice = an_invoice((3333, 1900), (777, 700), (50, 0))

    assert decided(invoice, invoice.total) == invoice


def test_more_than_is_left_is_refused() -> None:
    invoice = an_invoice((1000, 1900))
    first = decided(invoice, 1000)

    with pytest.raises(CreditExceedsInvoice) as refused:
        decided(invoice, 191, first)

    assert refused.value.params == {"left": 190, "currency": "EUR"}
    assert decided(invoice, 190, first).total == 190


@pytest.mark.parametrize("amount", [0, -1])
def test_nothing_is_not_credited(amount: int) -> None:
    with pytest.raises(Invalid):
        decided(an_invoice((1000, 1900)), amount)


def test_another_currency_is_refused() -> None:
    with pytest.raises(CurrencyMismatch):
        credit.decide(invoice=an_invoice((1000, 1900)), credited=(), amount=1, currency="USD")


_LINES = st.lists(
    st.tuples(st.integers(-50_000, 1_000_000), st.sampled_from([0, 500, 700, 1900, 2550])), min_size=1, max_size=6
)


@given(_LINES, st.booleans(), st.data())
def test_credits_add_up_stay_within_each_rate_and_end_at_the_invoice(
    lines: list[tuple[int, int]], inclusive: bool, data: st.DataObject
) -> None:
    invoice = an_invoice(*lines, inclusive=inclusive)
    given_back: list[Totals] = []
    while invoice.total > 0 and (left := invoice.total - sum(each.total for each in given_back)):
        amount = left if len(given_back) == 4 else data.draw(st.integers(1, left))
        given_back.append(decided(invoice, amount, *given_back))
        assert given_back[-1].total == amount == given_back[-1].net + given_back[-1].tax
        assert given_back[-1].net == sum(each.net for each in given_back[-1].taxes)
    for rate in invoice.taxes:
        for part in ("net", "tax"):
            credited = [getattr(tax, part) for note in given_back for tax in note.taxes if tax.rate == rate.rate]
            whole = getattr(rate, part)
            assert all(each * whole >= 0 for each in credited)
            assert sum(credited) == (whole if invoice.total > 0 else 0)
