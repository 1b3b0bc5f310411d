"""What is printed, and in which words."""

import json
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.invoices.adapters.sheet import DEFAULT_COLOR, compose, foreign
from services.invoices.rules.finalization import FinalInvoice, FinalLine
from shared.totals import Line, calculate

LINE = FinalLine(
    description="Team plan",
    quantity=2,
    unit_amount=2437,
    amount=4874,
    tax_rate=1900,
    period_start=datetime(2026, 11, 18, tzinfo=UTC),
    period_end=datetime(2026, 12, 18, tzinfo=UTC),
)
SELLER = {
    "display_name": "Larkfield", "legal_name": None, "address": ["Obstgasse 12"], "country": "DE", "tax_id": "DE 1",
    "email": None, "website": None, "brand_color": "#ffd84d",
}  # fmt: skip
BUYER = {
    "display_name": None, "company": None, "email": "anna@example.com", "address": [], "country": None, "tax_id": None,
}  # fmt: skip


def an_invoice(
    *lines: FinalLine, currency: str = "EUR", tax_behavior: Any = "exclusive", **changes: Any
) -> FinalInvoice:
    sold = lines or (LINE,)
    plain = [
        Line(description=each.description, quantity=each.quantity, amount=each.amount, tax_rate=each.tax_rate)
        for each in sold
    ]
    given: dict[str, Any] = {
        "sequence": 1,
        "number": "1",
        "order_number": "7KQ2M9XT4B",
        "payment": "pay_1",
        "customer": "cus_1",
        "subscription": None,
        "status": "paid",
        "totals": calculate(plain, currency, tax_behavior),
        "tax_behavior": tax_behavior,
        "lines": sold,
        "description": "",
        "issued_at": datetime(2026, 11, 22, tzinfo=UTC),
        "paid_at": datetime(2026, 11, 20, tzinfo=UTC),
        "historical": False,
        "locale": "en",
        "seller": SELLER,
        "buyer": BUYER,
        "method": None,
    }
    return FinalInvoice(**given | changes)


def printed(invoice: FinalInvoice, language: str = "en", *, is_test: bool = False) -> dict[str, Any]:
    return compose(invoice, language=language, is_test=is_test)


def test_net_tax_by_rate_and_total_are_printed() -> None:
    sheet = printed(an_invoice(LINE, replace(LINE, tax_rate=700)))

    assert [(row["label"], row["value"]) for row in sheet["totals"]] == [
        ("Net", "€97.48"),
        ("Tax 7% on €48.74", "€3.41"),
        ("Tax 19% on €48.74", "€9.26"),
    ]
    assert sheet["total"] == {"label": "Total", "value": "€110.15"}


def test_where_amounts_include_tax_the_column_says_so() -> None:
    assert printed(an_invoice())["words"]["amount"] == "Net"
    assert printed(an_invoice(tax_behavior="inclusive"))["words"]["amount"] == "Amount incl. tax"


def test_in_german() -> None:
    sheet = printed(an_invoice(), "de")

    assert sheet["title"] == "Rechnung 1"
    assert sheet["lines"][0]["tax"] == "19\xa0%"
    assert sheet["lines"][0]["amount"] == "48,74\xa0€"
    assert sheet["pills"] == [{"tone": "paid", "words": "Bezahlt am 20. November 2026"}]


def test_a_test_invoice_says_that_it_is_none() -> None:
    assert [pill["words"] for pill in printed(an_invoice(), is_test=True)["pills"]] == [
        "Test, not a real invoice",
        "Paid on 20 November 2026",
    ]


@pytest.mark.parametrize("status", ["open", "void", "uncollectible"])
def test_an_unpaid_one_does_not_say_paid_on(status: Any) -> None:
    sheet = printed(an_invoice(status=status))

    assert sheet["facts"][1] == []
    assert "20 November" not in sheet["pills"][0]["words"]


def test_the_buyer_is_called_by_company_else_name_else_address() -> None:
    named = BUYER | {"display_name": "Anna Berg", "country": "DE", "tax_id": "DE 2", "address": ["Lindenhof 4"]}
    company = named | {"company": "Tessaly"}

    def said(buyer: dict[str, Any]) -> list[str]:
        shown = printed(an_invoice(buyer=buyer))["buyer"]
        return [shown["name"]["text"], *(line["text"] for line in shown["details"])]

    assert said(BUYER) == ["anna@example.com"]
    assert said(named) == ["Anna Berg", "Lindenhof 4", "Germany", "Tax ID DE 2", "anna@example.com"]
    assert said(company)[:3] == ["Tessaly", "Anna Berg", "Lindenhof 4"]
    assert said(named | {"address": ["Lindenhof 4", "germany"]})[1:3] == ["Lindenhof 4", "germany"]
    assert said(named | {"address": ["Lindenhof 4", "germany"]}).count("Germany") == 0


def test_a_unit_price_that_is_not_known_is_a_dash_unless_there_is_one_unit() -> None:
    two = replace(LINE, unit_amount=None)

    assert printed(an_invoice(two))["lines"][0]["unit_price"] == "–"
    assert printed(an_invoice(replace(two, quantity=1)))["lines"][0]["unit_price"] == "€48.74"


CREDIT = replace(LINE, description="Credit", quantity=1, unit_amount=None, amount=-4874)


def test_what_is_given_back_is_printed_with_its_sign_and_its_tax() -> None:
    unused = replace(CREDIT, description="Unused time on Starter", amount=-1934)

    sheet = printed(an_invoice(LINE, unused))

    assert sheet["lines"][1]["amount"] == sheet["lines"][1]["unit_price"] == "-€19.34"
    assert [row["value"] for row in sheet["totals"]] == ["€29.40", "€5.59"]
    assert sheet["total"]["value"] == "€34.99"
    assert printed(an_invoice(LINE, unused), "de")["lines"][1]["amount"] == "-19,34\xa0€"


def test_an_invoice_that_credits_cover_says_that_there_is_nothing_to_pay() -> None:
    sheet = printed(an_invoice(LINE, CREDIT, method=None))

    assert sheet["total"]["value"] == "€0.00"
    assert [pill["words"] for pill in sheet["pills"]] == ["Nothing to pay"]
    assert sheet["facts"][1] == []


def test_each_line_says_its_period_and_the_head_spans_them_all() -> None:
    rest = replace(LINE, period_start=datetime(2026, 11, 28, 9, 30, tzinfo=UTC))
    hours = replace(rest, period_end=datetime(2026, 11, 28, 17, tzinfo=UTC))
    bare = replace(LINE, period_start=None, period_end=None)

    sheet = printed(an_invoice(rest, hours, bare, LINE))

    notes = [line["note"].replace("\u2009", " ") for line in sheet["lines"]]
    assert notes == ["28 Nov – 18 Dec 2026", "28 Nov 2026", "", "18 Nov – 18 Dec 2026"]
    assert sheet["facts"][0][1]["value"].replace("\u2009", " ") == "18 Nov – 18 Dec 2026"


def test_without_a_period_the_day_of_payment_is_that_of_supply() -> None:
    bare = replace(LINE, period_start=None, period_end=None)

    assert printed(an_invoice(bare))["facts"][0][1] == {"label": "Date of supply", "value": "20 November 2026"}
    assert printed(an_invoice())["facts"][0][1]["label"] == "Service period"


@pytest.mark.parametrize(
    ("color", "printed_as", "letter"),
    [
        ("#ffd84d", "#ffd84d", "#0b0b0f"),
        ("#0b7a5b", "#0b7a5b", "#ffffff"),
        (None, DEFAULT_COLOR, "#ffffff"),
        ("red", DEFAULT_COLOR, "#ffffff"),
        ('#12345"', DEFAULT_COLOR, "#ffffff"),
    ],
)
def test_the_mark_has_the_brand_color_and_a_letter_that_can_be_read(
    color: str | None, printed_as: str, letter: str
) -> None:
    seller = printed(an_invoice(seller=SELLER | {"brand_color": color}))["seller"]

    assert (seller["color"], seller["on_color"]) == (printed_as, letter)


@pytest.mark.parametrize(
    ("name", "initial"), [("larkfield", "L"), ("«Ελένη»", "Ε"), ("شركة النور", "ش"), ("★ 7even", "7"), ("★", "")]
)
def test_the_mark_shows_the_first_letter(name: str, initial: str) -> None:
    assert printed(an_invoice(seller=SELLER | {"display_name": name}))["seller"]["initial"] == initial


@pytest.mark.parametrize(
    ("text", "rtl"),
    [("Anna", False), ("محمد", True), ("יוסף", True), ("12 شارع", True), ("12", False), ("A محمد", False)],
)
def test_a_text_runs_the_way_of_its_first_letter(text: str, rtl: bool) -> None:
    assert foreign(text) == {"text": text, "rtl": rtl}


@given(text=st.text(max_size=300))
def test_any_text_keeps_its_visible_letters_and_its_long_words_can_be_broken(text: str) -> None:
    shown = foreign(text)["text"]

    assert "\n" not in shown
    assert not any("\u202a" <= character <= "\u202e" for character in shown)
    json.dumps(shown).encode()
    assert max((len(part) for part in shown.replace("\u200b", " ").split(" ") if part.isascii()), default=0) <= 20


@pytest.mark.parametrize(("language", "rtl"), [("en", False), ("de", False), ("ar", True), ("he", True)])
def test_a_document_runs_the_way_of_its_language(language: str, rtl: bool) -> None:
    sheet = printed(an_invoice(), language)

    assert (sheet["language"], sheet["rtl"]) == (language, rtl)


def test_a_purchase_order_number_is_printed_where_there_is_one() -> None:
    """Invoices that were issued before there was such a thing have no such field."""
    with_one = printed(an_invoice(buyer=BUYER | {"po_number": "PO 4711"}))["facts"][1]
    assert {"label": "PO number", "value": "PO 4711"} in with_one

    for buyer in (BUYER, BUYER | {"po_number": None}):
        assert "PO number" not in json.dumps(printed(an_invoice(buyer=buyer)))
