"""From a file of real payments to invoices: every one, gapless, to the cent, once."""

from pathlib import Path

import pytest

from tests.support.polling import until
from tests.support.stack import Stack
from tests.support.vendors import Vendor, register

SAMPLE = Path(__file__).parents[1] / "data" / "cdnow-sample.csv"
ROWS, CUSTOMERS, SUM = 6_919, 2_357, "244,091.94 USD"


@pytest.fixture(scope="module")
def shop(stack: Stack) -> Vendor:
    """A vendor that has imported the whole sample."""
    vendor = register(stack, "CD Shop")
    stack.bursar("import", "payments", str(SAMPLE), "--vendor", vendor.slug, "--mode", "test")
    until(
        lambda: (
            str(ROWS)
            in stack.bursar("invoices", "verify", "--vendor", vendor.slug, check=False).stdout.replace(",", "")
        ),
        seconds=240,
        every=2,
        what="every payment has its invoice",
    )
    return vendor


@pytest.mark.feature("J15", "E13", "L11")
def test_every_payment_of_the_file_has_its_invoice_and_the_books_balance(shop: Vendor) -> None:
    invoices = shop.stack.bursar("invoices", "verify", "--vendor", shop.slug)
    until(
        lambda: shop.stack.bursar("ledger", "verify", "--vendor", shop.slug, check=False).returncode == 0,
        seconds=120,
        every=1,
        what="the portal knows every invoice",
    )
    ledger = shop.stack.bursar("ledger", "verify", "--vendor", shop.slug)

    assert "6,919" in invoices.stdout
    assert SUM in invoices.stdout
    assert SUM in ledger.stdout


def test_numbers_are_exactly_one_to_the_last(shop: Vendor) -> None:
    numbers = sorted(int(invoice["number"]) for invoice in shop.all_of("/v1/invoices"))

    assert numbers == list(range(1, ROWS + 1))


def test_importing_the_file_again_adds_nothing(shop: Vendor) -> None:
    with SAMPLE.open("rb") as file:
        again = shop.ask("POST", "/v1/imports", files={"file": ("again.csv", file)}, data={"kind": "payments"})

    assert again.status_code == 201, again.text
    assert (again.json()["added"], again.json()["unchanged"]) == (0, ROWS)


def test_history_sends_no_mail(shop: Vendor) -> None:
    assert shop.all_of("/v1/messages") == []


BAD_ROWS = {
    "unknown currency": "a-1,a@shop.example,2026-01-02,CD,1,1.00,xyz",
    "negative amount": "a-1,a@shop.example,2026-01-02,CD,1,-1.00,usd",
    "no number": "a-1,a@shop.example,2026-01-02,CD,1,lots,usd",
    "too precise": "a-1,a@shop.example,2026-01-02,CD,1,1.001,usd",
    "broken date": "a-1,a@shop.example,2026-02-30,CD,1,1.00,usd",
    "broken e-mail": "a-1,a@@shop.example,2026-01-02,CD,1,1.00,usd",
    "missing column": "a-1,a@shop.example,2026-01-02,CD,1,1.00",
    "NUL": "a-1,a@shop.example,2026-01-02,C\0D,1,1.00,usd",
    "a huge line": f"a-1,a@shop.example,2026-01-02,{'x' * 5_000_000},1,1.00,usd",
}
HEADER = "customer_id,email,date,description,quantity,amount,currency"
GOOD = "g-1,good@shop.example,2026-01-02,CD,1,12.34,usd"


@pytest.mark.feature("J15")
def test_bad_rows_are_named_by_line_and_good_ones_go_in(vendor: Vendor, tmp_path: Path) -> None:
    file = tmp_path / "mixed.csv"
    file.write_bytes(
        "\n".join([HEADER, GOOD, *BAD_ROWS.values()]).encode()
        + b"\nl-1,l@shop.example,2026-01-02,\xff\xfe,1,1.00,usd\n"
    )

    done = vendor.stack.bursar("import", "payments", str(file), "--vendor", vendor.slug, "--mode", "test", check=False)

    said = done.stdout + done.stderr
    assert done.returncode != 0
    for line in range(3, 3 + len(BAD_ROWS) + 1):
        assert f"line {line}" in said.lower(), said[-3000:]
    assert len(vendor.all_of("/v1/payments")) == 1


@pytest.mark.feature("J15")
def test_all_or_nothing_takes_nothing_when_a_row_is_bad(vendor: Vendor, tmp_path: Path) -> None:
    file = tmp_path / "mixed.csv"
    file.write_text("\n".join([HEADER, GOOD, BAD_ROWS["broken date"]]))

    done = vendor.stack.bursar(
        "import", "payments", str(file), "--vendor", vendor.slug, "--mode", "test", "--all-or-nothing", check=False
    )

    assert done.returncode != 0
    assert vendor.all_of("/v1/payments") == []
    assert vendor.all_of("/v1/customers") == []


@pytest.mark.parametrize("kind", ["payments", "customers", "subscriptions"])
def test_a_template_can_be_imported_as_it_is_printed(vendor: Vendor, tmp_path: Path, kind: str) -> None:
    template = vendor.stack.bursar("import", kind, "--template").stdout
    if kind == "subscriptions":
        vendor.plan()
    (tmp_path / "template.csv").write_text(template)

    assert template.count(",") >= 3
    assert "@" in template or template.strip().count("\n") == 0
