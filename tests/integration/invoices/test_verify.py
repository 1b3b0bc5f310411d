"""`bursar invoices verify` proves that all is in order, or names what is not."""

import pytest
from click.testing import CliRunner, Result

from services.invoices.cli import group
from shared.database import Database
from tests.integration.invoices.builders import a_line, a_payment, a_seller, issued
from tests.integration.invoices.test_documents import _damage, pdf_of
from tests.integration.invoices.web import LINK_KEY


@pytest.fixture
def verify(database: Database, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("INVOICES_DATABASE_URL", database.url.render_as_string(hide_password=False))
    for name in ("BUS_URL", "PUBLIC_URL", "AUTH_URL"):
        monkeypatch.setenv(name, "http://127.0.0.1:1")
    monkeypatch.setenv("LINK_KEY", LINK_KEY)

    def run(*options: str) -> Result:
        return CliRunner().invoke(group, ["invoices", "verify", *options])

    return run


@pytest.mark.feature("E13", "E14")
def test_what_is_in_order_is_counted_and_summed_by_currency(
    database: Database, vendor: str, verify, typesetter
) -> None:
    ten = a_line(quantity=1, amount=1000, unit_amount=1000, tax_rate=0)
    payments = [a_payment(ten) for _ in range(520)] + [a_payment(ten, currency="JPY"), a_payment(ten, currency="KWD")]
    ids = issued(database, vendor, *payments)
    pdf_of(database, vendor, ids[0], typesetter)

    done = verify("--vendor", vendor, "--mode", "test")

    assert done.exit_code == 0, done.output
    assert done.output.splitlines() == [
        f"{vendor} test: 522 invoices, 1–522, 1,000 JPY, 1.000 KWD, 5,200.00 USD, 1 document"
    ]


def test_every_fault_is_named_and_the_exit_code_tells(database: Database, verify, typesetter, thawed) -> None:
    vendor = a_seller(database)
    gap, sums, dates, damaged, line, _last = issued(database, vendor, *(a_payment() for _ in range(6)))
    pdf_of(database, vendor, damaged, typesetter)
    _damage(database, damaged)
    thawed(
        f"UPDATE invoices SET sequence = 99, number = '99' WHERE id = '{gap}'",
        f"UPDATE invoices SET net = net + 1, total = total + 1 WHERE id = '{sums}'",
        f"UPDATE invoices SET issued_at = '2020-01-01 00:00:00' WHERE id = '{dates}'",
        f"UPDATE invoice_lines SET amount = 1, unit_amount = NULL WHERE invoice = '{line}'",
    )

    done = verify("--vendor", vendor)

    assert done.exit_code == 1
    for expected in (
        "FAULT 2: follows 0: 1 missing",
        "FAULT 2: does not add up: does_not_add_up",
        "FAULT 3: is dated before the one that it follows",
        "FAULT 4: its document is not the one that was issued",
        "FAULT 5: does not add up",
        "FAULT 99: follows 6: 92 missing",
        "FAULT invoices: the counter says 7 comes next, not 100",
    ):
        assert expected in done.output, expected


def test_an_unknown_vendor_is_said_so(verify) -> None:
    done = verify("--vendor", "nobody")

    assert done.exit_code == 1
    assert "there is no vendor nobody here" in done.output
