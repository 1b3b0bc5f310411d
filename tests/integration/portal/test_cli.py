"""`bursar import`, `bursar ledger verify`, portal's part of `bursar demo` and `bursar migrate`."""

import csv
import io
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from services.portal.cli import base, group
from services.portal.models import Payment
from shared.database import Database, scope
from shared.events import PaymentSucceeded, SubscriptionCanceled
from tests.integration.portal.shop import KEY, LINK_KEY, Shop, count, hear, registered
from tests.integration.portal.test_tenancy import issued

GOOD = "email,date,description,amount,currency\nada@example.com,2020-01-31,Discs,29.33,usd\n"


@pytest.fixture(autouse=True)
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody here waits long for a vendor that will not come."""
    monkeypatch.setattr(base, "VENDOR_WITHIN", 0.3)


def bursar(shop: Shop, *arguments: str) -> Result:
    environment = {
        "PORTAL_DATABASE_URL": shop.database.url.render_as_string(hide_password=False),
        "BUS_URL": "sqlite:///:memory:",
        "PUBLIC_URL": "http://localhost:8080",
        "AUTH_URL": "http://127.0.0.1:9",
        "INVOICES_URL": "http://127.0.0.1:9",
        "NOTIFICATIONS_URL": "http://127.0.0.1:9",
        "SECRET_KEY": KEY,
        "LINK_KEY": LINK_KEY,
    }
    return CliRunner().invoke(group, arguments, env=environment)


@pytest.mark.feature("J15")
def test_a_good_file_goes_in_and_is_summed_up_in_a_line(shop: Shop, tmp_path: Path) -> None:
    path = tmp_path / "sales.csv"
    path.write_text(GOOD)

    by_slug = bursar(shop, "import", "payments", str(path), "--vendor", shop.slug, "--mode", "test")
    by_id = bursar(shop, "import", "payments", str(path), "--vendor", shop.vendor, "--all-or-nothing")

    assert (by_slug.exit_code, by_id.exit_code) == (0, 0), by_slug.output
    assert "1 rows: 1 payments added, 1 customers made, 0 here before, 0 refused" in by_slug.output
    assert "1 here before" in by_id.output
    assert len(shop.said(PaymentSucceeded)) == 1


@pytest.mark.feature("J15")
@pytest.mark.parametrize("all_or_nothing", [False, True])
def test_a_bad_row_is_told_with_its_line_and_the_command_fails(
    shop: Shop, tmp_path: Path, all_or_nothing: bool
) -> None:
    path = tmp_path / "sales.csv"
    path.write_text(f"{GOOD}nobody,2020-01-31,Discs,-1,usd\n")
    more = ["--all-or-nothing"] if all_or_nothing else []

    done = bursar(shop, "import", "payments", str(path), "--vendor", shop.slug, *more)

    assert done.exit_code == 1
    assert "line 3, amount: An amount can't be less than zero. (negative_amount)" in done.output
    assert "line 3, email: This is not the e-mail address of one mailbox. (bad_email)" in done.output
    assert ("Nothing went in." in done.output) is all_or_nothing
    assert len(shop.said(PaymentSucceeded)) == (0 if all_or_nothing else 1)


@pytest.mark.parametrize("kind", ["payments", "customers", "subscriptions"])
def test_a_template_goes_in_as_it_is_printed(shop: Shop, tmp_path: Path, kind: str) -> None:
    shop.plan(name="Team")
    path = tmp_path / "template.csv"
    path.write_text(bursar(shop, "import", kind, "--template").output)

    done = bursar(shop, "import", kind, str(path), "--vendor", shop.slug)

    assert done.exit_code == 0, done.output
    assert len(list(csv.reader(io.StringIO(path.read_text())))) == 2


def test_what_is_missing_is_said(shop: Shop, tmp_path: Path) -> None:
    path = tmp_path / "sales.csv"
    path.write_text(GOOD)

    assert bursar(shop, "import", "payments", str(path)).exit_code == 2
    assert bursar(shop, "import", "payments", str(tmp_path / "none.csv"), "--vendor", shop.slug).exit_code == 2
    stranger = bursar(shop, "import", "payments", str(path), "--vendor", "nobody")
    assert (stranger.exit_code, "There is no vendor nobody here." in stranger.output) == (1, True)


@pytest.mark.feature("L11")
def test_the_books_are_proven_or_the_customer_is_named(shop: Shop) -> None:
    payment = shop.payment(shop.customer(), amount=2933)

    before = bursar(shop, "ledger", "verify", "--vendor", shop.slug)
    shop.hear(issued(payment))
    after = bursar(shop, "ledger", "verify", "--vendor", shop.slug, "--wait", "5")

    assert (before.exit_code, after.exit_code) == (1, 0)
    assert f"{payment['customer']}: payment {payment['id']} of 29.33 EUR has no invoice" in before.output
    assert "1 payments of 29.33 EUR, 1 invoices of 29.33 EUR" in after.output
    assert "The books balance." in after.output


def test_the_demo_is_made_once_and_has_everything_to_look_at(shop: Shop) -> None:
    if count(shop.database, "vendors WHERE slug = 'larkfield'") == 0:
        hear(shop.database, registered("ven_larkfield", "larkfield"), vendor="ven_larkfield", mode="live")
    lark = Shop(shop.app, shop.database, "ven_larkfield", "larkfield")

    done = [bursar(shop, "demo", "--small") for _ in range(2)]

    subscriptions = lark.get("/v1/subscriptions")["data"]
    mira = lark.get("/v1/customers?email=mira@tessaly.example")["data"][0]
    (team,) = lark.get(f"/v1/subscriptions?customer={mira['id']}")["data"]
    assert [each.exit_code for each in done] == [0, 0], done[0].output
    assert "mira@tessaly.example" in done[0].output
    assert len(lark.get("/v1/customers")["data"]) == 8
    assert sorted(each["status"] for each in subscriptions) == ["active"] * 5 + ["canceled", "ended"]
    assert (team["quantity"], team["next_charge"]["total"], team["tax_rate"]) == (2, 5000, 1900)
    with scope.platform(), shop.database.begin() as session:
        paid = session.query(Payment).filter(Payment.vendor == lark.vendor).all()
    assert all(each.historical for each in paid)
    assert max(sum(each.subscription == one["id"] for each in paid) for one in subscriptions) == 24
    assert len(lark.said(SubscriptionCanceled)) == 2


def test_the_demo_without_its_vendor_says_so(tmp_path: Path) -> None:
    database = Database(f"sqlite:///{tmp_path}/empty.db")
    empty = Shop(None, database, "", "")  # type: ignore[arg-type]

    assert bursar(empty, "migrate").output == "portal: tables are up to date\n"
    done = bursar(empty, "demo")

    database.close()
    assert (done.exit_code, "There is no vendor larkfield here." in done.output) == (1, True)
