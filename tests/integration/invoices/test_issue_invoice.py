"""Every payment gets one invoice, numbered without a gap, saying what was true that day."""

import json
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from services.invoices.actions import invoices, sellers
from services.invoices.handlers import HANDLERS, issue_invoice
from services.invoices.models import DueDocument, Invoice
from services.invoices.queries import invoices as queries
from services.invoices.rules.agreement import DoesNotAddUp
from shared import clock
from shared.bus.protocol import Later
from shared.database import Database, scope
from shared.database.tables import outbox
from shared.events import Actor, Envelope, PaymentSucceeded, VendorRegistered
from tests.integration.invoices.builders import NOW, PROFILE, a_line, a_payment, a_seller, issued, selling


@pytest.mark.feature("E01", "E13")
def test_payments_get_consecutive_numbers_and_say_what_was_sold(database: Database, vendor: str) -> None:
    first, second = issued(database, vendor, a_payment(), a_payment(a_line(), a_line(tax_rate=700), currency="EUR"))

    with selling(database, vendor) as session:
        one, two = (queries.invoice(session, invoice_id=each).final for each in (first, second))
    assert (one.number, two.number) == ("1", "2")
    assert (one.totals.net, one.totals.tax, one.totals.total) == (2354, 447, 2801)
    assert [(each.rate, each.net, each.tax) for each in two.totals.taxes] == [(700, 2354, 165), (1900, 2354, 447)]
    assert one.issued_at == NOW
    assert one.paid_at.isoformat() == "2026-11-20T08:00:00+00:00"
    assert one.seller["legal_name"] == "Larkfield Music Ltd."
    assert one.buyer["company"] == "Tessaly Foods GmbH"
    assert [line.description for line in two.lines] == ["Compact disc", "Compact disc"]


def test_the_same_payment_again_gives_the_same_invoice_and_says_nothing_new(database: Database, vendor: str) -> None:
    payment = a_payment()

    assert issued(database, vendor, payment, payment)[0] == issued(database, vendor, payment)[0]

    with selling(database, vendor) as session:
        assert session.scalar(select(func.count()).select_from(Invoice)) == 1
    assert len(_said(database, vendor)) == 1


def test_modes_and_vendors_count_for_themselves(database: Database, vendor: str) -> None:
    other = a_seller(database)
    issued(database, vendor, a_payment(), a_payment())

    with selling(database, vendor, "live") as session:
        live = queries.invoice(session, invoice_id=invoices.issue(session, payment=a_payment(), now=NOW))
    with selling(database, other) as session:
        elsewhere = queries.invoice(session, invoice_id=invoices.issue(session, payment=a_payment(), now=NOW))

    assert (live.final.number, elsewhere.final.number) == ("1", "1")


def test_it_is_told_as_invoice_issued(database: Database, vendor: str) -> None:
    payment = a_payment(historical=True, subscription="sub_1")

    (invoice_id,) = issued(database, vendor, payment)

    (told,) = _said(database, vendor)
    assert told["type"] == "invoice.issued.v1"
    assert told["data"] == {
        "invoice": invoice_id,
        "number": "1",
        "order_number": payment.order_number,
        "customer": "cus_anna",
        "subscription": "sub_1",
        "payment": payment.payment,
        "status": "paid",
        "currency": "USD",
        "net": 2354,
        "tax": 447,
        "total": 2801,
        "description": "Compact disc",
        "issued_at": NOW.isoformat(),
        "paid_at": payment.paid_at,
        "historical": True,
        "locale": "en",
    }


def test_a_payment_that_does_not_add_up_is_refused_and_leaves_no_gap(database: Database, vendor: str) -> None:
    wrong = a_payment()
    object.__setattr__(wrong, "total", wrong.total + 1)

    with pytest.raises(DoesNotAddUp), selling(database, vendor) as session:
        invoices.issue(session, payment=wrong, now=NOW)

    (invoice_id,) = issued(database, vendor, a_payment())
    with selling(database, vendor) as session:
        assert queries.invoice(session, invoice_id=invoice_id).final.number == "1"


def test_dates_never_decrease_within_a_series(database: Database, vendor: str) -> None:
    with selling(database, vendor) as session:
        invoices.issue(session, payment=a_payment(), now=NOW)
    with selling(database, vendor) as session:
        later = invoices.issue(session, payment=a_payment(), now=NOW - timedelta(minutes=5))

    with selling(database, vendor) as session:
        assert queries.invoice(session, invoice_id=later).final.issued_at == NOW


@pytest.mark.feature("M09")
def test_the_invoices_of_a_clock_that_runs_ahead_carry_its_dates(database: Database, vendor: str) -> None:
    ahead = NOW + timedelta(days=90)
    for time in (ahead, NOW):
        payment = a_payment()
        with selling(database, vendor) as session:
            issue_invoice(session, payment, envelope=replace(_envelope(payment, vendor), time=time))

    with selling(database, vendor) as session:
        rows = session.execute(select(Invoice.number, Invoice.issued_at).order_by(Invoice.sequence)).all()
    assert [tuple(row) for row in rows] == [("1", ahead), ("2", ahead)]


def test_credit_is_a_line_like_any_other_and_may_bring_it_to_nothing(database: Database, vendor: str) -> None:
    credit = a_line(description="Unused time", quantity=1, amount=-2354, unit_amount=-2354)

    (invoice_id,) = issued(database, vendor, a_payment(a_line(), credit))

    with selling(database, vendor) as session:
        final = queries.invoice(session, invoice_id=invoice_id).final
    assert (final.totals.net, final.totals.tax, final.totals.total) == (0, 0, 0)
    assert [line.amount for line in final.lines] == [2354, -2354]


def test_the_seller_is_frozen_at_issue(database: Database, vendor: str) -> None:
    (before,) = issued(database, vendor, a_payment())
    with database.begin() as session:
        sellers.project(
            session,
            vendor=vendor,
            slug="x",
            display_name="Robin",
            profile=PROFILE,
            default_locale="de",
            revision=2,
            now=NOW,
        )

    (after,) = issued(database, vendor, a_payment())

    with selling(database, vendor) as session:
        views = [queries.invoice(session, invoice_id=each).final for each in (before, after)]
    assert [(each.seller["display_name"], each.locale) for each in views] == [("Larkfield", "en"), ("Robin", "de")]


def test_older_news_of_a_vendor_changes_nothing(database: Database) -> None:
    vendor = a_seller(database, display_name="New", revision=5)
    with database.begin() as session:
        sellers.project(
            session,
            vendor=vendor,
            slug="x",
            display_name="Old",
            profile={},
            default_locale="de",
            revision=4,
            now=NOW,
        )

    (invoice_id,) = issued(database, vendor, a_payment())

    with selling(database, vendor) as session:
        assert queries.invoice(session, invoice_id=invoice_id).final.seller["display_name"] == "New"


def test_a_payment_before_its_vendor_waits(database: Database) -> None:
    payment = a_payment()

    with pytest.raises(Later), selling(database, "ven_unheard") as session:
        issue_invoice(session, payment, envelope=_envelope(payment, "ven_unheard"))


def test_a_vendor_is_heard_of_and_its_payment_handled(database: Database) -> None:
    registered = VendorRegistered(
        vendor="ven_heard", slug="heard", display_name="Heard", profile=PROFILE, default_locale="en", revision=1
    )
    payment = a_payment()

    with selling(database, "ven_heard") as session:
        for event in (registered, payment):
            for handle in HANDLERS[type(event)]:
                handle(session, event, envelope=_envelope(event, "ven_heard"))

    with selling(database, "ven_heard") as session:
        assert session.scalars(select(Invoice.payment)).all() == [payment.payment]


def test_only_fresh_invoices_get_their_document_at_once(database: Database, vendor: str) -> None:
    fresh, _historical = issued(database, vendor, a_payment(), a_payment(historical=True))

    with selling(database, vendor) as session:
        assert session.scalars(select(DueDocument.invoice)).all() == [fresh]


def test_issuing_takes_few_statements(database: Database, vendor: str, count_statements) -> None:
    issued(database, vendor, a_payment())

    with count_statements(database) as statements:
        issued(database, vendor, a_payment(historical=True))

    assert len([each for each in statements if each.split()[0] in ("SELECT", "INSERT", "UPDATE")]) <= 5


def _envelope(event: PaymentSucceeded | VendorRegistered, vendor: str) -> Envelope:
    return Envelope(
        id="evt_1",
        source="/bursar/payment",
        vendor=vendor,
        mode="test",
        actor=Actor(kind="system", id="test"),
        request_id="",
        time=clock.now(),
        event=event,
    )


def _said(database: Database, vendor: str) -> list[dict]:
    with database.begin(read_only=True) as session, scope.platform():
        bodies = session.execute(select(outbox.c.body).order_by(outbox.c.id)).scalars()
        return [told for told in map(json.loads, bodies) if told["vendor"] == vendor]
