"""K01, M13: every event reaches the endpoints that asked for it, signed, under one id, however often it is tried."""

from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from services.notifications import jobs
from services.notifications.actions.webhooks import delivering
from services.notifications.queries import webhooks as queries
from services.notifications.rules.webhooks import PATIENCE, WAITS
from shared import ids
from shared.bus import codec
from shared.database import scope, tables
from shared.events import NAMES, Event, Mode
from tests.integration.notifications.builders import CUSTOMER, VENDOR, canceled, customer, invoice, portal
from tests.integration.notifications.hooks import Hooks
from tests.integration.notifications.office import MailServer
from tests.integration.notifications.test_erased import gone
from tests.support.receivers import receiver


def answers(hooks: Hooks) -> list[tuple[str, int | None, str | None]]:
    return [(each.state, each.status, each.fault) for each in hooks.deliveries()]


@pytest.mark.feature("K01", "M13")
def test_an_event_arrives_signed_and_is_what_the_api_shows(hooks: Hooks) -> None:
    made = hooks.made()
    event = ids.new("evt")

    hooks.office.hear(canceled(), event_id=event)
    hooks.deliver()

    (arrived,) = hooks.receiver.arrived
    (delivery,) = hooks.ask("GET", "webhook_deliveries").json["data"]
    shown = hooks.client.get(f"/v1/events/{event}", headers=hooks.passports.key("events:read")).json
    assert arrived.is_of(made["secret"])
    assert arrived.said == {**shown, "mode": "test"}
    assert arrived.headers["webhook-id"] == event == delivery["event"]
    assert arrived.headers["content-type"] == "application/json"
    assert (delivery["state"], delivery["status"], delivery["attempts"]) == ("delivered", 204, 1)


def test_an_event_goes_to_those_who_asked_for_it_and_once_each(hooks: Hooks) -> None:
    hooks.made(url=f"{hooks.receiver.url}/all")
    hooks.made(url=f"{hooks.receiver.url}/canceled", events=["subscription.canceled"])
    hooks.made(url=f"{hooks.receiver.url}/invoices", events=["invoice.issued"])
    event = ids.new("evt")

    for _ in range(3):
        hooks.office.hear(canceled(), event_id=event)
        hooks.deliver()

    assert sorted(each.path for each in hooks.receiver.arrived) == ["/hooks/all", "/hooks/canceled"]


@pytest.mark.feature("M13")
def test_a_failing_endpoint_is_tried_for_three_days_under_one_id_and_every_answer_is_kept(hooks: Hooks) -> None:
    made = hooks.made(events=["subscription.canceled"])
    hooks.receiver.answers = [500, 302, 404] + [503] * 20
    hooks.receiver.said = b"x" * 3000
    hooks.office.hear(canceled())
    began = hooks.office.now

    hooks.deliver()
    for wait in WAITS:
        hooks.office.later(seconds=wait.total_seconds() * 1.2 + 1)
        hooks.deliver()

    (delivery,) = hooks.deliveries()
    read = hooks.ask("GET", f"webhook_deliveries/{delivery.id}").json
    assert hooks.office.now - began >= timedelta(days=3)
    assert len(hooks.receiver.arrived) == len(WAITS) + 1 == delivery.attempts
    assert {each.headers["webhook-id"] for each in hooks.receiver.arrived} == {delivery.event}
    assert len({each.headers["webhook-timestamp"] for each in hooks.receiver.arrived}) == len(WAITS) + 1
    assert [each["status"] for each in read["answers"]] == [500, 302, 404] + [503] * 7
    assert read["answers"][0]["answer"] == "x" * 1024
    assert (delivery.state, delivery.due_at) == ("failed", None)
    assert hooks.endpoint(made["id"]).is_on


def test_retry_after_is_heeded_and_what_arrives_then_ends_the_trouble(hooks: Hooks) -> None:
    made = hooks.made()
    hooks.receiver.answers = [503]
    hooks.receiver.headers = {"Retry-After": "3600"}
    hooks.office.hear(canceled())
    hooks.deliver()
    failing = hooks.endpoint(made["id"]).failing_since

    hooks.office.later(minutes=59)
    early = hooks.deliver()
    hooks.office.later(minutes=2)
    hooks.deliver()

    assert failing is not None
    assert early == 0
    assert answers(hooks) == [("delivered", 204, None)]
    assert hooks.endpoint(made["id"]).failing_since is None


@pytest.mark.feature("M13")
def test_one_that_is_gone_is_switched_off_and_its_contact_is_mailed(hooks: Hooks, mail_server: MailServer) -> None:
    made = hooks.made(contact="dev@shop.example")
    hooks.receiver.answers = [410]
    hooks.office.hear(canceled())
    hooks.deliver()
    (said,) = disabled(hooks)
    hooks.office.hear(said)
    hooks.office.hear(canceled(subscription="sub_2"))
    hooks.deliver()
    hooks.office.deliver()

    endpoint = hooks.endpoint(made["id"])
    (mail,) = [each for each in mail_server.mails() if each["To"] == "dev@shop.example"]
    assert (endpoint.is_on, endpoint.off_reason) == (False, "gone")
    assert len(hooks.receiver.arrived) == 1
    assert [(each.state, each.due_at) for each in hooks.deliveries()] == [("failed", None)]
    assert "localhost" in mail["Subject"]
    body = mail.get_body(("plain",))
    assert body is not None
    assert f"http://localhost:8080/console/developers/webhooks/{made['id']}" in body.get_content()


@pytest.mark.feature("M13")
def test_five_days_without_a_delivery_switch_it_off_and_the_vendor_is_mailed(
    hooks: Hooks, mail_server: MailServer
) -> None:
    made = hooks.made()
    hooks.receiver.answers = [500] * 50
    hooks.office.hear(canceled())
    hooks.deliver()
    hooks.office.later(seconds=PATIENCE.total_seconds() + 1)
    hooks.office.hear(invoice())

    hooks.deliver()

    (said,) = disabled(hooks)
    hooks.office.hear(said)
    hooks.office.deliver()
    assert hooks.endpoint(made["id"]).off_reason == "failing"
    assert [each["To"] for each in mail_server.mails() if "localhost" in each["Subject"]] == ["hello@larkfield.example"]


@pytest.mark.feature("M13")
def test_what_a_killed_worker_was_at_is_sent_again_under_the_same_id(hooks: Hooks) -> None:
    hooks.made()
    hooks.office.hear(canceled())
    office, webhooks = hooks.office, hooks.office.mailing.webhooks
    (lost,) = delivering.take(office.database.begin, webhooks=webhooks, now=office.now)
    delivering._send(lost, webhooks=webhooks, now=office.now)  # it arrives, and the worker dies before it is recorded

    early = hooks.deliver()
    office.later(seconds=delivering.LEASE.total_seconds() + 1)
    hooks.deliver()
    delivering.attempt(office.database.begin, lost, webhooks=webhooks, clock=lambda: office.now)  # it was asleep

    assert early == 0
    assert {each.headers["webhook-id"] for each in hooks.receiver.arrived} == {lost.message}
    (delivery,) = hooks.deliveries()
    assert (delivery.state, delivery.attempts, len(delivery.answers)) == ("delivered", 2, 1)


@pytest.mark.feature("M13")
def test_an_endpoint_that_hangs_holds_up_no_other(hooks: Hooks) -> None:
    with receiver() as quick:
        hooks.made()
        hooks.made(url=quick.url)
        hooks.receiver.hold.clear()
        for number in range(20):
            hooks.office.hear(canceled(subscription=f"sub_{number}"))
        office = hooks.office
        for _ in range(200):
            jobs.deliver_webhooks(office.database.begin, now=office.now, adapters=office.mailing)
            if len(quick.arrived) == 20:
                break

        assert len(quick.arrived) == 20
        assert len(hooks.receiver.arrived) <= 8
        hooks.receiver.hold.set()
        for _ in range(400):
            jobs.deliver_webhooks(office.database.begin, now=office.now, adapters=office.mailing)
            if {each.state for each in hooks.deliveries()} == {"delivered"}:
                break
    assert {each.state for each in hooks.deliveries()} == {"delivered"}


def test_nothing_of_an_erased_customer_is_sent_or_kept(hooks: Hooks) -> None:
    made = hooks.made()
    hooks.receiver.said = b"Hello Mira.Okafor@example.com"
    hooks.office.hear(canceled())
    hooks.deliver()
    hooks.receiver.arrived.clear()

    hooks.office.hear(gone())
    hooks.ask("POST", f"webhook_endpoints/{made['id']}/resend", {"arrived_too": True})
    hooks.office.later(seconds=5)
    kept = [each for each in hooks.deliveries() if each.customer == CUSTOMER]
    hooks.deliver()

    assert kept
    assert all(each.answers == [] for each in kept)
    sent = [each.said for each in hooks.receiver.arrived if each.said["type"] == "subscription.canceled"]
    assert [each["data"] for each in sent] == [{}]


def test_what_comes_back_after_the_customer_was_erased_is_not_kept(hooks: Hooks) -> None:
    hooks.made(events=["subscription.canceled"])
    hooks.receiver.answers, hooks.receiver.said = [500, 200], b"Hello Mira.Okafor@example.com"
    hooks.office.hear(canceled())
    hooks.deliver()
    hooks.office.later(minutes=1)
    office, webhooks = hooks.office, hooks.office.mailing.webhooks
    (taken,) = delivering.take(office.database.begin, webhooks=webhooks, now=office.now)

    office.hear(gone())
    delivering.attempt(office.database.begin, taken, webhooks=webhooks, clock=lambda: office.now)

    assert [(each.state, each.answers) for each in hooks.deliveries()] == [("delivered", [])]


def test_deliveries_are_forgotten_with_their_events(hooks: Hooks) -> None:
    hooks.made()
    hooks.office.hear(canceled())
    hooks.deliver()
    hooks.office.later(days=31)

    office = hooks.office
    assert jobs.prune_webhooks(office.database.begin, now=office.now, adapters=office.mailing) == 1
    assert hooks.deliveries() == []


def test_the_standing_counts_what_fails(hooks: Hooks) -> None:
    hooks.made()
    hooks.receiver.answers = [410]
    hooks.office.hear(canceled())
    hooks.deliver()
    hooks.made()
    hooks.receiver.answers = [500]
    hooks.office.hear(invoice())
    hooks.deliver()

    with scope.system(vendor=VENDOR, mode="test", job="test"), hooks.office.database.begin(read_only=True) as session:
        found = queries.standing(session, now=hooks.office.now)

    assert (found.failing, found.off, found.failed) == (1, 1, 1)


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    endpoints=st.lists(
        st.tuples(st.sampled_from(["test", "live"]), st.lists(st.sampled_from(["*", *NAMES[:4]]), min_size=1)),
        max_size=4,
    ),
    mode=st.sampled_from(["test", "live"]),
)
def test_an_event_is_queued_only_where_its_vendor_and_mode_asked_for_it(
    hooks: Hooks, endpoints: list[tuple[str, list[str]]], mode: Mode
) -> None:
    for found in ("test", "live"):
        for each in hooks.ask("GET", "webhook_endpoints", mode=found, limit="100").json["data"]:
            hooks.ask("DELETE", f"webhook_endpoints/{each['id']}", mode=found)
    hooks.office.hear(portal(configuration="pcfg_live", slug="larkfield"), mode="live")
    hooks.office.hear(customer(customer="cus_live"), mode="live")
    expected = set()
    for of_mode, events in endpoints:
        body = {"url": "https://shop.example/hooks", "events": events}
        made = hooks.ask("POST", "webhook_endpoints", body, mode=of_mode).json
        if of_mode == mode and {"*", "subscription.canceled"} & set(events):
            expected.add(made["id"])

    hooks.office.hear(canceled(customer="cus_live" if mode == "live" else CUSTOMER), mode=mode)

    assert {each.endpoint for each in hooks.deliveries()} == expected
    assert all((each.mode, each.vendor) == (mode, "ven_larkfield") for each in hooks.deliveries())


def disabled(hooks: Hooks) -> list[Event]:
    """What was said of endpoints that were switched off."""
    with hooks.office.database.begin(read_only=True) as session:
        rows = session.connection().execute(
            select(tables.outbox.c.body).where(tables.outbox.c.key == "webhook_endpoint.disabled.v1")
        )
        return [codec.decode(body.encode()).event for (body,) in rows]
