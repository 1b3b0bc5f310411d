"""Files: every bad row is told by line and reason, good rows go in, the same file twice is once."""

import pytest

from shared.events import CustomerCreated, PaymentSucceeded
from tests.integration.portal.files import BAD_ROWS, GOOD, HEADER, bring_in
from tests.integration.portal.shop import Shop


@pytest.mark.feature("J15")
@pytest.mark.parametrize("name", sorted(BAD_ROWS))
def test_a_bad_row_is_told_and_the_good_ones_around_it_go_in(shop: Shop, name: str) -> None:
    raw, expected = BAD_ROWS[name]
    after = GOOD.replace("c-1,ada", "c-2,bob").encode()

    found = bring_in(shop, b"\n".join([HEADER.encode(), GOOD.encode(), raw, after]) + b"\n")

    assert sorted((error.field, error.code) for error in found.errors) == expected
    assert {error.line for error in found.errors} == {3}
    assert (found.status, found.rows, found.added, found.refused) == ("completed_with_errors", 3, 2, 1)
    assert len(shop.said(PaymentSucceeded)) == 2


@pytest.mark.feature("J15")
@pytest.mark.parametrize("name", ["currency", "open quote"])
def test_all_or_nothing_takes_nothing_when_a_row_is_bad(shop: Shop, name: str) -> None:
    content = "\n".join([HEADER, GOOD]).encode() + b"\n" + BAD_ROWS[name][0]

    found = bring_in(shop, content, all_or_nothing=True)

    assert (found.status, found.added, found.refused) == ("refused", 0, 1)
    assert shop.get("/v1/payments")["data"] == shop.get("/v1/customers")["data"] == []
    assert shop.said(CustomerCreated) == []


@pytest.mark.feature("J15")
def test_the_same_file_twice_adds_nothing_and_equal_rows_are_two_purchases(shop: Shop) -> None:
    content = "\n".join([HEADER, GOOD, GOOD, GOOD.replace("usd", "USD")])

    first, second = bring_in(shop, content), bring_in(shop, content)
    longer = bring_in(shop, f"{content}\n{GOOD}")

    assert (first.added, first.customers_added) == (3, 1)
    assert (second.added, second.unchanged, second.status) == (0, 3, "completed")
    assert (longer.added, longer.unchanged) == (1, 3)
    assert len(shop.said(PaymentSucceeded)) == 4


def test_a_row_with_a_reference_is_known_by_it(shop: Shop) -> None:
    header = "email,date,description,amount,currency,reference"
    row = "ada@example.com,2020-01-31,Discs,29.33,usd,po-77"

    bring_in(shop, f"{header}\n{row}\n{row}")
    again = bring_in(shop, f"{header}\n{row.replace('Discs', 'Compact discs')}")

    assert (again.added, again.unchanged) == (0, 1)
    assert len(shop.get("/v1/payments")["data"]) == 1


def test_what_goes_in_is_a_historical_payment_with_its_line_total(shop: Shop) -> None:
    bring_in(shop, f"\ufeff{HEADER}\r\n{GOOD}\r\n\r\n{GOOD.replace('29.33', '0.00')}\r\n")

    free, paid = sorted(shop.said(PaymentSucceeded), key=lambda each: each.total)
    (customer,) = shop.said(CustomerCreated)
    assert (paid.total, paid.currency, paid.historical, paid.tax) == (2933, "USD", True, 0)
    assert paid.lines[0]["quantity"] == 2
    assert paid.lines[0]["unit_amount"] is None
    assert paid.paid_at == "2020-01-31T00:00:00+00:00"
    assert (free.total, free.lines[0]["unit_amount"]) == (0, 0)
    assert (customer.email, customer.reference) == ("ada@example.com", "c-1")


def test_customers_are_found_by_reference_then_by_address(shop: Shop) -> None:
    named = shop.customer("old@example.com", reference="c-1")
    nameless = shop.customer("Bob@Example.com")
    rows = [
        "c-1,new@example.com,2020-01-01,by reference,1,1.00,usd",
        ",bob@example.com,2020-01-01,by address,1,1.00,usd",
        "c-3,old@example.com,2020-01-01,new,1,1.00,usd",
        "c-3,old@example.com,2020-01-01,new again,1,1.00,usd",
    ]

    found = bring_in(shop, "\n".join([HEADER, *rows]))

    payer = {each.lines[0]["description"]: each.customer for each in shop.said(PaymentSucceeded)}
    assert found.customers_added == 1
    assert (payer["by reference"], payer["by address"]) == (named["id"], nameless["id"])
    assert payer["new"] == payer["new again"]
    assert payer["new"] not in (named["id"], nameless["id"])


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (b"", [("", "empty_file")]),
        (
            b"email,date\n",
            [("amount", "missing_column"), ("currency", "missing_column"), ("description", "missing_column")],
        ),
        (f"{HEADER},vendor\n".encode(), [("vendor", "unknown_column")]),
        (f"{HEADER},email\n".encode(), [("email", "not_unique")]),
        (HEADER.encode("utf-16"), [("", "wrong_encoding")]),
        (b"x" * 100_000, [("", "line_too_long")]),
    ],
    ids=["empty", "missing", "unknown", "twice", "UTF-16", "no lines"],
)
def test_a_file_with_a_bad_header_is_refused_whole(shop: Shop, content: bytes, expected: list[tuple[str, str]]) -> None:
    found = bring_in(shop, content)

    assert sorted((error.field, error.code) for error in found.errors) == expected
    assert (found.status, found.added, {error.line for error in found.errors}) == ("refused", 0, {1})


def test_a_quoted_cell_may_go_over_lines_and_a_stray_quote_swallows_nothing(shop: Shop) -> None:
    rows = [
        HEADER,
        'c-1,ada@example.com,2020-01-31,"Discs,\nthree of them ""new""",3,3.00,usd',
        'c-1,ada@example.com,2020-01-31,"Stray,1,1.00,usd',
        GOOD,
        'c-1,ada@example.com,2020-01-31,"Stray,1,1.00,usd',
        GOOD,
    ]

    found = bring_in(shop, "\n".join(rows))

    assert [(error.line, error.code) for error in found.errors] == [
        (2, "control_character"),
        (4, "bad_quotes"),
        (6, "bad_quotes"),
    ]
    assert found.added == 2
