"""What an e-invoice says, and what is missing for one."""

from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from iso4217 import Currency

from services.invoices.rules.credit import FinalCredit
from services.invoices.rules.credit import decide as credited
from services.invoices.rules.e_invoice import (
    MOST_DECIMALS,
    WITHDRAWN,
    BuyerDataIncomplete,
    CurrencyUnsupported,
    SellerDataIncomplete,
    category,
    decide,
)
from shared.money import EXPONENTS
from shared.totals import HUNDRED_PERCENT
from tests.unit.invoices.adapters.test_sheet import BUYER, LINE, SELLER, an_invoice

GERMAN = SELLER | {"tax_id": "DE 136 695 976"}
FRENCH = BUYER | {"company": "Pain SARL", "country": "fr", "tax_id": "FR 83.404.833-048"}


def a_line(amount: int, rate: int, **changes: Any) -> Any:
    given = {"amount": amount, "tax_rate": rate, "quantity": 1, "unit_amount": amount, "description": "x"}
    return replace(LINE, **given | {"period_start": None, "period_end": None} | changes)


@pytest.mark.parametrize(
    ("seller", "buyer", "expected"),
    [
        (GERMAN, FRENCH, "AE"),
        (GERMAN, FRENCH | {"tax_id": None}, "E"),
        (GERMAN, FRENCH | {"tax_id": "83404833048"}, "E"),
        (GERMAN, FRENCH | {"country": "DE", "tax_id": "DE 318204556"}, "E"),
        (GERMAN, FRENCH | {"country": "US", "tax_id": "US 123456"}, "E"),
        (GERMAN | {"country": "GR", "tax_id": "EL 123456789"}, FRENCH, "AE"),
        (GERMAN | {"tax_id": None}, FRENCH | {"tax_id": None}, "E"),
    ],
    ids=["EU both", "no id", "no prefix", "same country", "outside", "Greece writes EL", "neither"],
)
def test_no_tax_is_reverse_charge_between_two_ids_of_the_eu_and_exempt_otherwise(
    seller: dict[str, Any], buyer: dict[str, Any], expected: str
) -> None:
    invoice = an_invoice(a_line(100, 0), seller=seller, buyer=buyer)

    assert category(invoice, 0) == expected
    assert category(invoice, 1900) == "S"


def test_parties_carry_their_ids_by_kind_and_at_most_three_lines_of_address() -> None:
    address = ["Hof 3", " ", "Obstgasse 12", "10115 Berlin", "Mitte"]
    seller = GERMAN | {"tax_id": "12/345/678", "address": address, "legal_name": "Larkfield GmbH"}

    said = decide(an_invoice(seller=seller, buyer=FRENCH))

    assert (said.seller.name, said.seller.trading_name) == ("Larkfield GmbH", "Larkfield")
    assert said.seller.address == ("Hof 3", "Obstgasse 12", "10115 Berlin, Mitte")
    assert (said.seller.vat_id, said.seller.tax_number) == (None, "12/345/678")
    assert (said.buyer.name, said.buyer.country) == ("Pain SARL", "FR")
    assert (said.buyer.vat_id, said.buyer.tax_number, said.buyer.address) == ("FR83404833048", None, ())


@pytest.mark.parametrize(
    ("seller", "missing"),
    [
        ({"address": []}, "address"),
        ({"country": None, "tax_id": None}, "country, tax_id"),
        ({"address": [], "country": "Germany", "tax_id": " "}, "address, country, tax_id"),
    ],
)
def test_what_the_seller_lacks_is_named(seller: dict[str, Any], missing: str) -> None:
    with pytest.raises(SellerDataIncomplete) as refused:
        decide(an_invoice(seller=GERMAN | seller, buyer=FRENCH))

    assert refused.value.params == {"missing": missing}


@pytest.mark.parametrize(
    ("buyer", "missing"), [({"country": None}, "country"), ({"company": " ", "email": None}, "name")]
)
def test_what_the_buyer_lacks_is_named(buyer: dict[str, Any], missing: str) -> None:
    with pytest.raises(BuyerDataIncomplete) as refused:
        decide(an_invoice(seller=GERMAN, buyer=FRENCH | buyer))

    assert refused.value.params == {"missing": missing}


@pytest.mark.parametrize("currency", ["KWD", "BGN"], ids=["three decimals", "withdrawn"])
def test_some_currencies_cannot_be_said(currency: str) -> None:
    with pytest.raises(CurrencyUnsupported):
        decide(an_invoice(seller=GERMAN, buyer=FRENCH, currency=currency))


def test_all_other_currencies_are_known_to_the_library_with_their_decimals() -> None:
    sayable = {code for code, digits in EXPONENTS.items() if digits <= MOST_DECIMALS} - WITHDRAWN

    assert {code: Currency(code).exponent for code in sayable} == {code: EXPONENTS[code] for code in sayable}


def test_a_line_that_gives_back_has_a_negative_quantity_and_a_positive_price() -> None:
    said = decide(
        an_invoice(a_line(5000, 1900), a_line(-654, 1900, quantity=2, unit_amount=-327), seller=GERMAN, buyer=FRENCH)
    )

    given_back = said.entries[1]
    assert (given_back.quantity, given_back.price, given_back.per, given_back.net) == (-2, 327, 1, -654)


def test_what_does_not_divide_has_a_price_for_all_pieces() -> None:
    said = decide(an_invoice(a_line(1000, 1900, quantity=3, unit_amount=None), seller=GERMAN, buyer=FRENCH))

    (entry,) = said.entries
    assert (entry.quantity, entry.price, entry.per, entry.net) == (3, 1000, 3, 1000)


def test_it_is_supplied_when_the_last_period_ends_or_else_when_it_was_paid() -> None:
    with_period = decide(an_invoice(LINE, a_line(1, 0), seller=GERMAN, buyer=FRENCH))
    without = decide(an_invoice(a_line(1, 0), seller=GERMAN, buyer=FRENCH))
    backwards = a_line(1, 0, period_start=LINE.period_end, period_end=LINE.period_start)
    odd = decide(an_invoice(backwards, seller=GERMAN, buyer=FRENCH))

    assert (with_period.supplied_on, without.supplied_on) == (date(2026, 12, 18), date(2026, 11, 20))
    assert (with_period.entries[0].begins, with_period.entries[0].ends) == (date(2026, 11, 18), date(2026, 12, 18))
    assert (odd.entries[0].begins, odd.entries[0].ends) == (None, None)


def test_an_open_invoice_is_not_paid_and_a_credit_note_is() -> None:
    invoice = an_invoice(seller=GERMAN, buyer=FRENCH | {"po_number": "PO 7"}, status="open")
    totals = credited(invoice=invoice.totals, credited=(), amount=580, currency="EUR")
    moment = datetime(2026, 11, 24, tzinfo=UTC)
    note = FinalCredit(number="CN-1", totals=totals, issued_at=moment, refunded_at=moment, locale="en")

    of_invoice, of_note = decide(invoice), decide(invoice, note)

    assert (of_invoice.is_paid, of_invoice.credits, of_invoice.number, of_invoice.po_number) == (
        False,
        None,
        "1",
        "PO 7",
    )
    assert (of_note.is_paid, of_note.credits, of_note.number) == (True, ("1", date(2026, 11, 22)), "CN-1")
    assert of_note.issued_on == date(2026, 11, 24)
    assert [(each.name, each.quantity, each.net, each.rate) for each in of_note.entries] == [
        ("Team plan", 1, 487, 1900)
    ]


_LINES = st.lists(
    st.tuples(st.integers(-99_999, 999_999), st.sampled_from([0, 700, 1900]), st.integers(1, 5)), min_size=1, max_size=8
)


@given(_LINES, st.sampled_from(["exclusive", "inclusive"]))
def test_net_lines_of_a_rate_come_to_its_net_whatever_is_included(
    lines: list[tuple[int, int, int]], behavior: str
) -> None:
    sold = [a_line(amount, rate, quantity=quantity, unit_amount=None) for amount, rate, quantity in lines]
    invoice = an_invoice(*sold, tax_behavior=behavior, seller=GERMAN, buyer=FRENCH)

    said = decide(invoice)

    for each in invoice.totals.taxes:
        assert sum(entry.net for entry in said.entries if entry.rate == each.rate) == each.net
    for entry, line in zip(said.entries, sold, strict=True):
        assert entry.price >= 0
        exact = line.amount * HUNDRED_PERCENT / (HUNDRED_PERCENT + (line.tax_rate if behavior == "inclusive" else 0))
        assert abs(entry.net - exact) <= len(sold)
