"""What is in Stripe appears here: by the first sync and by messages, each thing once, whatever happens on the way."""

from collections.abc import Iterator
from datetime import datetime
from itertools import permutations

import pytest
from click.testing import CliRunner
from sqlalchemy import select

from services.portal.actions.sources import syncing
from services.portal.adapters.sources import Kind
from services.portal.cli.importing import import_commands
from services.portal.models import Import, Payment, SourceConnection
from shared import clock
from shared.database import Database
from shared.events import (
    CustomerCreated,
    PaymentSucceeded,
    SubscriptionCanceled,
    SubscriptionEnded,
    SubscriptionStarted,
    SubscriptionUncanceled,
)
from tests.integration.portal.at_stripe import AtStripe
from tests.integration.portal.shop import KEY, application, open_shop
from tests.support.localstripe import Desk, message, running, signed


@pytest.fixture(scope="module")
def desk() -> Iterator[Desk]:
    with running() as desk:
        yield desk


@pytest.fixture
def at_stripe(database: Database, desk: Desk) -> Iterator[AtStripe]:
    """A vendor's empty account."""
    app = application(database, stripe_api_base=desk.url)
    yield AtStripe(open_shop(app, database), desk)
    desk.empty()


@pytest.mark.feature("C02", "J15")
def test_what_is_in_stripe_appears_with_the_first_sync_once(at_stripe: AtStripe) -> None:
    there = at_stripe.desk.subscribe(quantity=3)
    at_stripe.desk.ask("POST", "/v1/coupons", id="SPRING", percent_off="20", duration="forever")
    assert at_stripe.connect().status_code == 200

    first = at_stripe.take_over()
    again = at_stripe.take_over()

    here = at_stripe.here(there)
    (payment,) = at_stripe.shop.get("/v1/payments")["data"]
    assert (first.status, first.refused, first.added) == ("completed", 0, 6)
    assert (again.added, again.unchanged) == (0, 6)
    assert (here["status"], here["quantity"], here["unit_amount"]) == ("active", 3, 2500)
    assert (here["source"], here["source_id"]) == ("stripe", there["id"])
    assert (payment["total"], payment["currency"], payment["subscription"]) == (7500, "EUR", here["id"])
    assert [each["code"] for each in at_stripe.shop.get("/v1/coupons")["data"]] == ["SPRING"]
    assert [each.imported for each in at_stripe.shop.said(SubscriptionStarted)] == [True]
    assert [each.historical for each in at_stripe.shop.said(PaymentSucceeded)] == [True]
    assert len(at_stripe.shop.said(CustomerCreated)) == 1


def test_the_sync_goes_on_where_somebody_was_killed(at_stripe: AtStripe) -> None:
    there = at_stripe.desk.subscribe()
    at_stripe.connect()
    begin = at_stripe.shop.database.begin

    reached = [_position(at_stripe)]
    while reached[-1] is not None:  # each page by another worker, other vendors' syncs beside it
        assert syncing.continue_due(begin, sources=at_stripe.sources, now=_later()) > 0
        reached.append(_position(at_stripe))

    (done,) = at_stripe.shop.get("/v1/imports")["data"]
    assert list(dict.fromkeys(reached)) == [*(kind.value for kind in Kind), None]
    assert (done["kind"], done["status"], done["refused"]) == ("stripe", "completed", 0)
    assert at_stripe.here(there)["status"] == "active"


def _position(at_stripe: AtStripe) -> str | None:
    """What is read next; None at the end."""
    with at_stripe.shop.inside() as session:
        cursor = session.scalars(select(Import.cursor)).one()
    return None if cursor is None else str(cursor["kind"])


def test_a_customer_nobody_could_sign_in_as_is_told_and_left(at_stripe: AtStripe) -> None:
    at_stripe.desk.ask("POST", "/v1/customers", name="Nobody")
    at_stripe.connect()

    done = at_stripe.take_over()

    (shown,) = at_stripe.shop.get("/v1/imports")["data"]
    assert (done.status, done.refused) == ("completed_with_errors", 1)
    assert shown["errors"][0]["code"] == "source_customer_without_email"


@pytest.mark.feature("C02", "K08")
def test_a_message_is_heard_once_and_what_it_is_about_is_read_anew(at_stripe: AtStripe) -> None:
    at_stripe.connect()
    there = at_stripe.desk.subscribe()

    first = at_stripe.hear("customer.subscription.created", {**there, "status": "canceled"})
    again = at_stripe.hear("customer.subscription.created", there)

    assert (first.status_code, again.status_code) == (200, 200)
    assert at_stripe.here(there)["status"] == "active"
    assert [each.imported for each in at_stripe.shop.said(SubscriptionStarted)] == [False]


@pytest.mark.feature("K08")
def test_messages_in_any_order_end_in_the_same_state(at_stripe: AtStripe) -> None:
    at_stripe.connect()
    about = []
    for number in range(6):
        there = at_stripe.desk.subscribe(customer=at_stripe.desk.customer(f"c{number}@example.com"))
        invoice = {"object": "invoice", "id": at_stripe.invoice_of(there)["id"]}
        about.append((there, invoice))
        at_stripe.desk.ask("DELETE", f"/v1/subscriptions/{there['id']}")

    for number, ((there, invoice), order) in enumerate(zip(about, permutations(range(3)), strict=True)):
        kinds = ("customer.subscription.created", "invoice.paid", "customer.subscription.deleted")
        for position in order:
            what = invoice if position == 1 else there
            at_stripe.hear(kinds[position], what, message_id=f"evt_{number}_{position}")

    ended = [at_stripe.here(there)["status"] for there, _ in about]
    assert ended == ["ended"] * 6
    assert len(at_stripe.shop.said(SubscriptionStarted)) == 6
    assert len(at_stripe.shop.said(PaymentSucceeded)) == 6
    assert len(at_stripe.shop.get("/v1/payments")["data"]) == 6


def test_a_cancel_in_stripe_and_its_undoing_are_told_once_each(at_stripe: AtStripe) -> None:
    at_stripe.connect()
    there = at_stripe.desk.subscribe()
    at_stripe.hear("customer.subscription.created", there, message_id="evt_a")
    path = f"/v1/subscriptions/{there['id']}"

    at_stripe.desk.ask("POST", path, cancel_at_period_end="true")
    at_stripe.hear("customer.subscription.updated", there, message_id="evt_b")
    at_stripe.hear("customer.subscription.updated", there, message_id="evt_c")
    canceled = at_stripe.here(there)
    at_stripe.desk.ask("POST", path, cancel_at_period_end="false")
    at_stripe.hear("customer.subscription.updated", there, message_id="evt_d")
    active = at_stripe.here(there)
    at_stripe.desk.ask("DELETE", path)
    at_stripe.hear("customer.subscription.deleted", there, message_id="evt_e")

    assert (canceled["status"], canceled["ends_at"]) == ("canceled", canceled["current_period_end"])
    assert (active["status"], active["ends_at"]) == ("active", None)
    assert at_stripe.here(there)["status"] == "ended"
    timings = [each.timing for each in at_stripe.shop.said(SubscriptionCanceled)]
    assert timings == ["at_period_end", "immediately"]
    assert len(at_stripe.shop.said(SubscriptionUncanceled)) == len(at_stripe.shop.said(SubscriptionEnded)) == 1


@pytest.mark.feature("K08")
@pytest.mark.parametrize(
    ("signing", "livemode"),
    [({"secret": "whsec_other"}, False), ({"at": 1_700_000_000}, False), ({}, True)],
    ids=["wrong secret", "old timestamp", "other mode"],
)
def test_what_stripe_did_not_just_sign_for_this_mode_is_refused(
    at_stripe: AtStripe, signing: dict[str, object], livemode: bool
) -> None:
    at_stripe.connect()
    there = at_stripe.desk.subscribe()

    answer = at_stripe.hear("customer.subscription.created", there, livemode=livemode, **signing)

    assert answer.status_code in (400, 422)
    assert at_stripe.shop.get("/v1/subscriptions")["data"] == []


def test_another_vendors_message_is_refused(at_stripe: AtStripe) -> None:
    at_stripe.connect(webhook_secret="whsec_mine")
    other = AtStripe(open_shop(at_stripe.shop.app, at_stripe.shop.database), at_stripe.desk)
    other.connect()
    body = message("customer.subscription.created", at_stripe.desk.subscribe())

    at_mine = at_stripe.send(body, signature=signed(body))
    at_nobody = at_stripe.send(body, signature=signed(body), vendor="nobody")
    changed = other.send(body + b" ", signature=signed(body))

    assert (at_mine.status_code, at_nobody.status_code, changed.status_code) == (422, 404, 422)


def test_while_stripe_is_down_a_message_is_asked_for_again(at_stripe: AtStripe) -> None:
    at_stripe.connect()
    there = at_stripe.desk.subscribe()

    at_stripe.desk.is_down = True
    refused = at_stripe.hear("customer.subscription.created", there)
    at_stripe.desk.is_down = False
    heard = at_stripe.hear("customer.subscription.created", there)

    assert (refused.status_code, heard.status_code) == (503, 200)
    assert at_stripe.here(there)["status"] == "active"


@pytest.mark.feature("C02")
def test_keys_are_of_the_mode_sealed_and_never_shown(at_stripe: AtStripe) -> None:
    wrong = at_stripe.connect(secret_key="sk_live_larkfield")
    bare = at_stripe.shop.ask("PATCH", "/v1/billing_settings", json={"billing_source": "stripe"})
    right = at_stripe.connect()

    with at_stripe.shop.inside() as session:
        kept = session.query(SourceConnection).one().sealed
    shown = at_stripe.shop.get("/v1/billing_settings")
    log = at_stripe.shop.ask("GET", "/v1/action_log").text
    assert (wrong.status_code, bare.status_code, right.status_code) == (422, 422, 200)
    assert wrong.json["errors"][0]["code"] == "source_key_of_other_mode"
    assert shown["billing_source"] == "stripe"
    assert "larkfield" not in kept + right.text + str(shown) + log
    assert at_stripe.shop.live().get("/v1/billing_settings")["billing_source"] == "native"


def test_nobody_goes_back_while_something_runs_there(at_stripe: AtStripe) -> None:
    at_stripe.connect()
    there = at_stripe.desk.subscribe()
    at_stripe.hear("customer.subscription.created", there, message_id="evt_a")
    native = {"json": {"billing_source": "native"}}

    early = at_stripe.shop.ask("PATCH", "/v1/billing_settings", **native)
    at_stripe.desk.ask("DELETE", f"/v1/subscriptions/{there['id']}")
    at_stripe.hear("customer.subscription.deleted", there, message_id="evt_b")
    late = at_stripe.shop.ask("PATCH", "/v1/billing_settings", **native)

    assert (early.status_code, early.json["code"], late.status_code) == (409, "source_in_use", 200)
    assert at_stripe.hear("customer.updated", {"object": "customer", "id": "cus_1"}).status_code == 404


def test_a_payment_made_in_stripe_is_recorded_for_its_document(at_stripe: AtStripe) -> None:
    at_stripe.connect()
    invoice = at_stripe.invoice_of(at_stripe.desk.subscribe())

    at_stripe.hear("invoice.paid", invoice, message_id="evt_a")
    at_stripe.hear("invoice.payment_succeeded", invoice, message_id="evt_b")

    (said,) = at_stripe.shop.said(PaymentSucceeded)
    with at_stripe.shop.inside() as session:
        (row,) = session.query(Payment).all()
    assert (said.total, said.net + said.tax, said.historical) == (5000, 5000, False)
    assert (row.source_id, row.historical) == (invoice["id"], False)


def _later() -> datetime:
    """When nobody's turn of before counts any more."""
    return clock.now() + syncing.LEASE * 2


@pytest.mark.feature("C02", "J15")
def test_an_operator_takes_all_over_by_command(at_stripe: AtStripe, monkeypatch: pytest.MonkeyPatch) -> None:
    there = at_stripe.desk.subscribe()
    at_stripe.connect()
    url = at_stripe.shop.database.url.render_as_string(hide_password=False)
    told = {
        "PORTAL_DATABASE_URL": url,
        "BUS_URL": "sqlite:///:memory:",
        "PUBLIC_URL": "http://localhost:8080",
        "AUTH_URL": "http://127.0.0.1:9",
        "INVOICES_URL": "http://127.0.0.1:9",
        "NOTIFICATIONS_URL": "http://127.0.0.1:9",
        "PORTAL_SECRET_KEY": KEY,
        "STRIPE_API_BASE": at_stripe.desk.url,
        "LINK_KEY": "x" * 43 + "=",
    }
    for name, value in told.items():
        monkeypatch.setenv(name, value)

    done = CliRunner().invoke(import_commands, ["stripe", "--vendor", at_stripe.shop.slug])

    assert done.exit_code == 0, done.output
    assert "5 rows: 5 objects added, 1 customers made" in done.output
    assert at_stripe.here(there)["status"] == "active"
