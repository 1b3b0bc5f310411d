"""What only a source elsewhere knows: what it can't do, silence, refusals, deaths on the way, its own figures."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from services.portal.actions.operations import billing_run
from services.portal.actions.payments import calls as left
from services.portal.actions.subscriptions import cancel
from services.portal.models import SourceCall, Subscription
from services.portal.queries import time
from services.portal.queries.test_clocks import Present
from services.portal.rules.subscriptions.cancellation import Timing
from shared import clock
from shared.database import Database, scope
from shared.events import Actor, SubscriptionCanceled, SubscriptionPaused, SubscriptionResumed, SubscriptionStarted
from tests.integration.portal.at_stripe import AtStripe
from tests.integration.portal.shop import KEY, Who, application, open_shop
from tests.integration.portal.steps import prepare
from tests.support.localstripe import Desk, running
from tests.support.machine import free_port


@pytest.fixture(scope="module")
def desk() -> Iterator[Desk]:
    with running() as desk:
        yield desk


@pytest.fixture
def at_stripe(database: Database, desk: Desk) -> AtStripe:
    """A vendor with a subscription of two seats."""
    desk.empty()
    app = application(database, stripe_api_base=desk.url)
    at_stripe = AtStripe(open_shop(app, database), desk)
    at_stripe.there = at_stripe.desk.subscribe()
    assert at_stripe.connect().status_code == 200
    at_stripe.take_over()
    (product,) = at_stripe.shop.get("/v1/products")["data"]
    bounds = {"enabled": True, "minimum": 1, "maximum": 10}
    at_stripe.shop.patch(f"/v1/products/{product['id']}", {"unit_label": "seat", "adjustable_quantity": bounds})
    return at_stripe


def path(at_stripe: AtStripe) -> str:
    return f"/v1/subscriptions/{at_stripe.here(at_stripe.there)['id']}"


def calls(at_stripe: AtStripe) -> list[tuple[str, str]]:
    with at_stripe.shop.inside() as session:
        rows = session.scalars(select(SourceCall).order_by(SourceCall.created_at)).all()
        return [(row.action, row.status) for row in rows]


@pytest.mark.feature("C02")
def test_what_the_source_cannot_do_is_denied_with_its_reason(at_stripe: AtStripe) -> None:
    subscription = at_stripe.here(at_stripe.there)["id"]

    explained = at_stripe.shop.get(f"/v1/policy/explain?subscription={subscription}&action=pause")
    tried = at_stripe.shop.ask("POST", f"/v1/subscriptions/{subscription}/pause", json={})
    later = at_stripe.shop.ask(
        "POST",
        f"/v1/subscriptions/{subscription}/change",
        json={"quantity": 1, "timing": "at_period_end"},
        headers={"Idempotency-Key": "later"},
    )

    assert (explained["decision"], explained["level"]) == ("denied", "platform")
    assert explained["reason"] == "not_supported_by_source"
    assert (tried.status_code, tried.json["code"]) == (403, "not_supported_by_source")
    assert (later.status_code, later.json["code"]) == (403, "not_supported_by_source")
    assert at_stripe.desk.changes() == []


@pytest.mark.feature("C02")
def test_a_customer_cancels_in_two_steps_and_is_the_one_who_did(at_stripe: AtStripe) -> None:
    shop, here = at_stripe.shop, at_stripe.here(at_stripe.there)
    who = Who(portal=shop.portal)
    prepared = prepare(shop, here, who)
    actor = Actor(kind="customer", id=here["customer"])
    mine = scope.Scope(
        vendor=shop.vendor, mode=shop.mode, actor=actor, request_id="req_test", customers=(here["customer"],)
    )
    with scope.use(mine):
        with shop.database.begin() as session:
            canceled = cancel(
                session,
                subscription_id=here["id"],
                by=who,
                key=KEY,
                confirmation=prepared.confirmation,
                feedback="unused",
                now=time.now(session),
            )
        processors = shop.app.extensions["bursar"].adapters.processors
        left.carry_out(shop.database.begin, processors=processors, calls=canceled.calls)

    (asked,) = at_stripe.desk.changes()
    log = shop.get(f"/v1/action_log?object={here['id']}")["data"]
    assert asked.given == {"cancel_at_period_end": "true", "cancellation_details[feedback]": "unused"}
    assert shop.get(f"/v1/subscriptions/{here['id']}")["status"] == "canceled"
    assert [each["actor_kind"] for each in log if each["action"] == "subscription.canceled"] == ["customer"]


@pytest.mark.feature("C02")
def test_while_stripe_is_down_nothing_changes_and_it_can_be_tried_again(at_stripe: AtStripe) -> None:
    of = path(at_stripe)
    source = at_stripe.sources.of("stripe")
    base, source._api_base = source._api_base, f"http://127.0.0.1:{free_port()}"

    refused = at_stripe.shop.ask("POST", f"{of}/cancel", json={})
    source._api_base = base
    done = at_stripe.shop.post(f"{of}/cancel", {})

    assert (refused.status_code, refused.json["code"]) == (503, "unavailable")
    assert done["status"] == "canceled"
    assert calls(at_stripe) == [("cancel", "refused"), ("cancel", "succeeded")]


@pytest.mark.feature("C02")
def test_a_lost_answer_stays_unknown_until_asked_again_under_the_same_key(at_stripe: AtStripe) -> None:
    of = path(at_stripe)
    at_stripe.desk.loses_next = True

    silent = at_stripe.shop.ask("POST", f"{of}/cancel", json={"feedback": "unused"})
    meanwhile = at_stripe.shop.ask(
        "POST", f"{of}/change", json={"quantity": 5}, headers={"Idempotency-Key": "meanwhile"}
    )
    unknown = calls(at_stripe)
    at_stripe.carry_on()
    at_stripe.carry_on()

    first, again = at_stripe.desk.changes()
    (said,) = at_stripe.shop.said(SubscriptionCanceled)
    assert (silent.status_code, silent.json["code"]) == (503, "source_silent")
    assert (meanwhile.status_code, meanwhile.json["code"]) == (409, "source_call_under_way")
    assert unknown == [("cancel", "unknown")]
    assert first == again
    assert calls(at_stripe) == [("cancel", "succeeded")]
    assert at_stripe.shop.get(of)["status"] == "canceled"
    assert said.cancellation_details["feedback"] == "unused"


@pytest.mark.feature("C02")
def test_a_call_that_nobody_made_is_made_by_the_clock(at_stripe: AtStripe) -> None:
    here = at_stripe.here(at_stripe.there)
    with at_stripe.shop.inside() as session:
        cancel(
            session,
            subscription_id=here["id"],
            by=Who(kind="key"),
            timing=Timing.IMMEDIATELY,
            now=time.now(session),
        )
    before = at_stripe.shop.get(f"/v1/subscriptions/{here['id']}")["status"]

    at_stripe.carry_on()

    assert before == "active"
    assert at_stripe.shop.get(f"/v1/subscriptions/{here['id']}")["status"] == "ended"
    assert len(at_stripe.shop.said(SubscriptionCanceled)) == 1


def test_a_message_that_comes_before_the_answer_tells_the_same_once(at_stripe: AtStripe) -> None:
    of = path(at_stripe)
    at_stripe.desk.loses_next = True
    at_stripe.shop.ask("POST", f"{of}/cancel", json={"comment": "Bye"})

    at_stripe.hear("customer.subscription.updated", at_stripe.there)
    at_stripe.carry_on()

    (said,) = at_stripe.shop.said(SubscriptionCanceled)
    log = at_stripe.shop.get("/v1/action_log")["data"]
    assert said.cancellation_details["comment"] == "Bye"
    assert [each["actor_kind"] for each in log if each["action"] == "subscription.canceled"] == ["key"]
    assert calls(at_stripe) == [("cancel", "succeeded")]


@pytest.mark.feature("C02")
def test_a_declined_change_leaves_the_old_plan(at_stripe: AtStripe) -> None:
    of = path(at_stripe)
    at_stripe.desk.declines_next = True

    declined = at_stripe.shop.ask("POST", f"{of}/change", json={"quantity": 5}, headers={"Idempotency-Key": "five"})

    assert (declined.status_code, declined.json["code"]) == (409, "source_declined")
    assert at_stripe.shop.get(of)["quantity"] == 2
    assert calls(at_stripe) == [("change", "refused")]


@pytest.mark.feature("C02")
def test_a_preview_has_the_figures_of_stripe(at_stripe: AtStripe) -> None:
    of = path(at_stripe)
    given = {"action": "change", "quantity": 5, "proration_behavior": "always_invoice"}

    shown = at_stripe.shop.post(f"{of}/preview", given)

    assert shown["due_now"]["total"] == 7500  # five seats less what is unused of two
    assert at_stripe.shop.get(of)["quantity"] == 2


@pytest.mark.feature("C02")
def test_the_engines_clock_never_touches_what_stripe_bills(at_stripe: AtStripe) -> None:
    of = path(at_stripe)
    payments = len(at_stripe.shop.get("/v1/payments")["data"])
    processors = at_stripe.shop.app.extensions["bursar"].adapters.processors
    later = clock.now() + timedelta(days=400)

    present = Present(at=later, vendor=at_stripe.shop.vendor, mode="test")
    done = billing_run.run(at_stripe.shop.database.begin, processors, present=present)

    assert done.total == 0
    assert at_stripe.shop.get(of)["status"] == "active"
    assert len(at_stripe.shop.get("/v1/payments")["data"]) == payments


@pytest.mark.feature("C02")
def test_a_pause_made_in_stripe_ends_from_here(at_stripe: AtStripe) -> None:
    of = path(at_stripe)
    given = {"pause_collection[behavior]": "void"}
    at_stripe.desk.ask("POST", f"/v1/subscriptions/{at_stripe.there['id']}", **given)
    at_stripe.hear("customer.subscription.updated", at_stripe.there)
    paused = at_stripe.shop.get(of)

    resumed = at_stripe.shop.post(f"{of}/resume", {}, headers={"Idempotency-Key": "on"})

    assert (paused["status"], resumed["status"]) == ("paused", "active")
    assert len(at_stripe.shop.said(SubscriptionPaused)) == len(at_stripe.shop.said(SubscriptionResumed)) == 1


@pytest.mark.feature("C02", "C11")
def test_coming_back_begins_a_new_subscription_in_stripe(at_stripe: AtStripe) -> None:
    of = path(at_stripe)
    at_stripe.shop.post(f"{of}/cancel", {"timing": "immediately"}, headers={"Idempotency-Key": "now"})

    back = at_stripe.shop.post(f"{of}/resubscribe", {}, headers={"Idempotency-Key": "back"})

    with at_stripe.shop.inside() as session:
        row = session.scalars(select(Subscription).where(Subscription.id == back["id"])).one()
        assert (row.source, row.resubscribed_from) == ("stripe", of.rpartition("/")[2])
    assert (back["status"], back["quantity"]) == ("active", 2)
    assert len(at_stripe.shop.said(SubscriptionStarted)) == 2


def test_a_plan_of_stripes_is_not_sold_here(at_stripe: AtStripe) -> None:
    (plan,) = at_stripe.shop.get("/v1/plans")["data"]
    customer: dict[str, Any] = at_stripe.shop.customer("new@example.com")

    refused = at_stripe.shop.ask("POST", "/v1/subscriptions", json={"customer": customer["id"], "plan": plan["id"]})

    assert (refused.status_code, refused.json["code"]) == (403, "not_supported_by_source")
