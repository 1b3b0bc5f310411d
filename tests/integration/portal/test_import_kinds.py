"""Customers and subscriptions from files, uploads, large files, two imports at once."""

import threading
from pathlib import Path

import pytest

from services.portal.actions.operations import imports
from services.portal.queries.imports import ImportView
from services.portal.rules.operations.import_row import Kind
from shared import clock
from shared.database import scope
from shared.events import CustomerCreated, PaymentSucceeded, SubscriptionStarted
from tests.integration.portal.files import BAD_ROWS, GOOD, HEADER, bring_in, upload
from tests.integration.portal.shop import Shop, ago


@pytest.mark.feature("J15")
def test_customers_are_imported_once_with_their_details(shop: Shop) -> None:
    content = (
        "customer_id,email,name,company,address_1,address_2,country,locale\n"
        "c-1,ada@example.com,山田 健二,فرقة,1 Row,Bath,gb,de\n"
        "c-2,bob@example.com,,,,,XX,\n"
    )

    found = bring_in(shop, content, kind=Kind.CUSTOMERS)
    again = bring_in(shop, content, kind=Kind.CUSTOMERS)

    (customer,) = shop.get("/v1/customers")["data"]
    assert (customer["display_name"], customer["company"], customer["address"]) == (
        "山田 健二",
        "فرقة",
        ["1 Row", "Bath"],
    )
    assert (customer["country"], customer["locale"]) == ("GB", "de")
    assert [(error.line, error.field, error.code) for error in found.errors] == [(3, "country", "unknown_country")]
    assert (found.added, again.added, again.unchanged) == (1, 0, 1)


@pytest.mark.feature("J15")
def test_subscriptions_are_taken_over_as_they_run(shop: Shop) -> None:
    plan = shop.plan(name="Team")
    shop.plan(name="Twice")
    shop.plan(name="Twice")
    started, ends = ago(days=70), ago(days=-10)
    rows = [
        "email,customer_id,plan,started_at,quantity,unit_amount,status,ends_at,reference",
        f"ada@example.com,c-1,Team,{started},3,19.90,active,,s-1",
        f"ada@example.com,c-1,{plan['id']},{started},,,canceled,{ends},s-2",
        f"ada@example.com,c-1,Gone,{started},,,,,s-3",
        f"ada@example.com,c-1,Twice,{started},,,,,s-4",
        f"ada@example.com,c-1,Team,{started},,,canceled,,s-5",
        f"ada@example.com,c-1,Team,{started},,,active,{ends},s-6",
        f"ada@example.com,c-1,Team,{started},,1.999,,,s-7",
        f"ada@example.com,c-1,Team,{started},,,ended,,s-8",
    ]

    found = bring_in(shop, "\n".join(rows), kind=Kind.SUBSCRIPTIONS)
    again = bring_in(shop, "\n".join(rows), kind=Kind.SUBSCRIPTIONS)

    active, canceled = sorted(shop.get("/v1/subscriptions")["data"], key=lambda each: each["status"])
    assert sorted((error.line, error.field, error.code) for error in found.errors) == [
        (4, "plan", "unknown_plan"),
        (5, "plan", "ambiguous_plan"),
        (6, "ends_at", "required"),
        (7, "ends_at", "only_when_canceled"),
        (8, "unit_amount", "too_precise"),
        (9, "status", "not_a_choice"),
    ]
    assert (found.added, found.customers_added, again.added, again.unchanged) == (2, 1, 0, 2)
    assert (active["status"], active["quantity"], active["unit_amount"]) == ("active", 3, 1990)
    assert (canceled["status"], canceled["quantity"], canceled["unit_amount"]) == ("canceled", 1, 2500)
    assert all(each.imported for each in shop.said(SubscriptionStarted))


def test_one_file_from_two_sides_at_once_goes_in_once(shop: Shop) -> None:
    content = "\n".join([HEADER, *(f"c-{n},c{n}@example.com,2020-01-01,X,1,1.00,usd" for n in range(1200))])
    outcomes: list[ImportView] = []

    def attempt() -> None:
        outcomes.append(bring_in(shop, content))

    threads = [threading.Thread(target=attempt) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert [each.status for each in outcomes] == ["completed", "completed"]
    assert sum(each.added for each in outcomes) == 1200
    assert len(shop.said(PaymentSucceeded)) == 1200
    assert len(shop.said(CustomerCreated)) == 1200


@pytest.mark.feature("J15")
def test_an_uploaded_file_is_brought_in_by_the_same_code(shop: Shop) -> None:
    made = upload(shop, f"{HEADER}\n{GOOD}\nc,nobody,2020-01-01,X,1,1.00,usd\n".encode())

    read = shop.get(f"/v1/imports/{made.json['id']}")
    assert made.status_code == 201
    assert made.json == read == shop.get("/v1/imports")["data"][0]
    assert (read["status"], read["added"], read["refused"], read["file_name"]) == (
        "completed_with_errors",
        1,
        1,
        "sales.csv",
    )
    assert read["errors"] == [
        {
            "line": 3,
            "field": "email",
            "code": "bad_email",
            "detail": "This is not the e-mail address of one mailbox.",
        }
    ]


def test_an_upload_of_many_megabytes_is_taken(shop: Shop) -> None:
    made = upload(shop, f"{HEADER}\n{GOOD}\n".encode() + BAD_ROWS["5 MB"][0], all_or_nothing="true")

    assert (made.status_code, made.json["status"], made.json["added"]) == (201, "refused", 0)
    assert shop.get("/v1/payments")["data"] == []
    assert upload(shop, b"x" * 6_000_000).status_code == 413


@pytest.mark.parametrize("form", [{"kind": "invoices"}, {"all_or_nothing": "maybe"}, {"vendor": "ven_1"}], ids=str)
def test_an_upload_with_a_wrong_form_is_refused(shop: Shop, form: dict[str, str]) -> None:
    assert upload(shop, b"email\n", **form).status_code == 400
    assert shop.ask("POST", "/v1/imports", data={"kind": "payments"}).status_code == 400


@pytest.mark.feature("J15")
def test_a_large_file_is_streamed_in_batches(shop: Shop, tmp_path: Path) -> None:
    path = tmp_path / "large.csv"
    with path.open("w") as file:
        file.write(f"{HEADER}\n")
        for number in range(3000):
            file.write(
                f"c-{number % 700},c{number % 700}@example.com,2020-01-{number % 28 + 1:02},X,2,0.0{number % 10},eur\n"
            )
    seen: list[int] = []

    with path.open("rb") as file, scope.system(vendor=shop.vendor, mode=shop.mode, job="operator"):
        found = imports.run(
            shop.database.begin,
            kind=Kind.PAYMENTS,
            file=file,
            file_name=path.name,
            progress=seen.append,
            now=clock.now(),
        )

    assert (found.added, found.customers_added) == (3000, 700)
    assert seen == sorted(seen)
    assert (len(seen), seen[-1]) == (6, path.stat().st_size)
    assert sum(each.total for each in shop.said(PaymentSucceeded)) == sum(number % 10 for number in range(3000))
