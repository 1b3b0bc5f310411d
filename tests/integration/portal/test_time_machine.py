"""The test clock and the billing settings, through the API and the command line."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from click.testing import CliRunner, Result
from sqlalchemy import update

from services.portal.actions.operations import test_clock
from services.portal.cli import base, group
from services.portal.jobs import advance_test_clocks, give_notice, renew_due, retry_payments
from services.portal.models import TestClock
from shared import clock
from shared.events import SubscriptionRenewed
from tests.integration.portal import cards, clockwork
from tests.integration.portal.clockwork import advance, payments, read, story, subscriber
from tests.integration.portal.shop import KEY, LINK_KEY, Shop


@pytest.fixture(autouse=True)
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
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


@pytest.mark.feature("L03", "M09")
def test_three_months_pass_in_order_and_each_thing_has_its_own_day(shop: Shop) -> None:
    subscription = subscriber(shop)
    before = shop.get("/v1/test_clock")

    found = advance(shop, "3mo")

    after = shop.get("/v1/test_clock")
    moved = datetime.fromisoformat(found["now"]) - datetime.fromisoformat(before["now"])
    days = [day for name, day in story(shop) if name == "subscription.renewed"]
    starts = [each.period_start.date().isoformat() for each in payments(shop, subscription)[1:] if each.period_start]
    assert (before["offset_seconds"], before["status"]) == (0, "ready")
    assert timedelta(days=88) < moved < timedelta(days=93)
    assert after["offset_seconds"] == found["offset_seconds"] > 0
    assert days == starts
    assert len(days) == 3
    assert [each.paid_at for each in payments(shop, subscription)[1:]] == [
        each.period_start for each in payments(shop, subscription)[1:]
    ]


@pytest.mark.feature("M09")
@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        ({"to": "2020-01-01T00:00:00+00:00"}, 409, "clock_goes_back"),
        ({"by": "1m"}, 422, "invalid_request"),
        ({"by": "1d", "to": "2030-01-01T00:00:00+00:00"}, 422, "invalid_request"),
        ({}, 422, "invalid_request"),
        ({"by": "9y"}, 422, "invalid_request"),
        ({"to": "2030-01-01T00:00:00"}, 400, "malformed_request"),
    ],
)
def test_a_clock_that_would_go_wrong_stays(shop: Shop, body: dict[str, Any], status: int, code: str) -> None:
    answer = shop.ask("POST", "/v1/test_clock/advance", json=body)

    assert (answer.status_code, answer.json["code"]) == (status, code)
    assert shop.get("/v1/test_clock")["offset_seconds"] == 0


@pytest.mark.feature("M09", "L03")
def test_live_time_is_never_moved(shop: Shop) -> None:
    answer = shop.live().ask("POST", "/v1/test_clock/advance", json={"by": "1d"})

    assert (answer.status_code, answer.json["code"]) == (403, "live_has_no_test_clock")
    assert shop.live().get("/v1/test_clock")["offset_seconds"] == 0


@pytest.mark.feature("M09")
def test_a_mover_that_was_killed_is_followed_by_another(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    subscription = subscriber(shop)
    with monkeypatch.context() as killed:
        killed.setattr(test_clock.billing_run, "run", _die)
        with pytest.raises(KeyboardInterrupt):
            advance(shop, "2mo")
    moving = shop.get("/v1/test_clock")
    refused = shop.ask("POST", "/v1/test_clock/advance", json={"by": "1d"})
    idle = renew_due(shop.database.begin, now=clock.now(), adapters=cards.adapters(shop))
    with shop.inside() as session:
        session.execute(update(TestClock).values(changed_at=clock.now() - timedelta(minutes=5)))

    done = advance_test_clocks(shop.database.begin, now=clock.now(), adapters=cards.adapters(shop))

    arrived = shop.get("/v1/test_clock")
    assert (moving["status"], refused.status_code, refused.json["code"]) == ("advancing", 409, "clock_is_moving")
    assert (idle, done, arrived["status"]) == (0, 1, "ready")
    assert arrived["now"] >= moving["advancing_to"]
    assert len(payments(shop, subscription)) == 3


def _die(*_given: object, **_more: object) -> None:
    raise KeyboardInterrupt


def test_workers_keep_a_vendors_own_time_going(shop: Shop) -> None:
    subscription = subscriber(shop)
    advance(shop, to=datetime.fromisoformat(subscription["current_period_end"]) - timedelta(seconds=1))
    processors = cards.adapters(shop)

    with clock.fixed(clock.now() + timedelta(seconds=10)):
        done = renew_due(shop.database.begin, now=clock.now(), adapters=processors)
        retry_payments(shop.database.begin, now=clock.now(), adapters=processors)
        give_notice(shop.database.begin, now=clock.now(), adapters=processors)

    assert done == 1
    assert len(shop.said(SubscriptionRenewed)) == 1


@pytest.mark.feature("M09", "L03")
def test_the_command_moves_the_clock_and_tells_where_it_stops(shop: Shop) -> None:
    subscription = subscriber(shop)

    moved = bursar(shop, "clock", "advance", "--vendor", shop.slug, "--by", "3mo")
    back = bursar(shop, "clock", "advance", "--vendor", shop.slug, "--to", "2020-01-01T00:00:00+00:00")
    neither = bursar(shop, "clock", "advance", "--vendor", shop.slug)

    assert moved.exit_code == 0, moved.output
    assert len(payments(shop, subscription)) == 4
    assert f"  {subscription['current_period_end'][:10]}" in moved.output
    assert (back.exit_code, neither.exit_code) == (1, 2)
    assert "only moves ahead" in back.output


@pytest.mark.feature("C29")
def test_billing_may_be_run_by_hand_as_if_at_another_time(shop: Shop) -> None:
    subscription = subscriber(shop)
    at = (clock.now() + timedelta(days=32)).isoformat()

    now = bursar(shop, "billing", "run", "--vendor", shop.slug)
    later = bursar(shop, "billing", "run", "--vendor", shop.vendor, "--at", at)
    wrong = bursar(shop, "billing", "run", "--at", "tomorrow")

    assert (now.exit_code, later.exit_code, wrong.exit_code) == (0, 0, 2), now.output + later.output
    assert "0 due" in now.output
    assert "1 due" in later.output
    assert len(payments(shop, subscription)) == 2


def test_a_time_to_come_concerns_nobody_live(shop: Shop) -> None:
    live = shop.live().subscription()
    at = (clock.now() + timedelta(days=32)).isoformat()

    bursar(shop, "billing", "run", "--at", at)

    assert read(shop.live(), live["id"])["current_period_end"] == live["current_period_end"]
    assert not shop.live().said(SubscriptionRenewed)


@pytest.mark.feature("D06")
def test_billing_settings_are_read_changed_and_checked(shop: Shop) -> None:
    defaults = shop.get("/v1/billing_settings")
    changed = shop.patch("/v1/billing_settings", {"time_zone": "Europe/Berlin", "retry_days": [5, 3]})
    back = shop.patch("/v1/billing_settings", {"retry_days": None}, headers={"If-Match": '"1"'})
    stale = shop.ask("PATCH", "/v1/billing_settings", json={"retry_days": [1]}, headers={"If-Match": '"1"'})
    wrong = [
        shop.ask("PATCH", "/v1/billing_settings", json=body).status_code
        for body in ({"time_zone": "Mars/Olympus"}, {"retry_days": [0]}, {"after_last_retry": "shrug"}, {"tone": 1})
    ]

    assert defaults["retry_days"] == [2, 7, 14, 21]
    assert (defaults["time_zone"], defaults["after_last_retry"], defaults["revision"]) == ("UTC", "end", 0)
    assert (changed["retry_days"], changed["time_zone"], changed["revision"]) == ([3, 5], "Europe/Berlin", 1)
    assert (back["retry_days"], back["revision"]) == ([2, 7, 14, 21], 2)
    assert stale.status_code == 412
    assert wrong == [422, 400, 400, 400]
    assert clockwork.run(shop, at=clock.now()) == 0
