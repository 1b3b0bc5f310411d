"""K01, K03, M13: webhook endpoints by the API: made, changed, rolled, switched off, deleted; each vendor's its own."""

import pytest
from sqlalchemy import select

from services.notifications.rules.webhooks import MOST
from shared import sealing
from shared.database import tables
from shared.events import NAMES
from tests.integration.notifications.builders import canceled, invoice
from tests.integration.notifications.hooks import Hooks


def told(hooks: Hooks) -> list[str]:
    """What the vendor's action log is told."""
    with hooks.office.database.begin(read_only=True) as session:
        rows = session.connection().execute(select(tables.outbox.c.body).order_by(tables.outbox.c.id)).scalars()
        return [str(each) for each in rows]


@pytest.mark.feature("K01", "M13")
def test_an_endpoint_is_made_and_its_secret_shown_once(hooks: Hooks) -> None:
    made = hooks.made(events=["subscription.canceled", "invoice.issued"], contact="dev@shop.example")

    read = hooks.ask("GET", f"webhook_endpoints/{made['id']}").json
    (listed,) = hooks.ask("GET", "webhook_endpoints").json["data"]

    assert made["secret"].startswith("whsec_")
    assert read == listed == {name: value for name, value in made.items() if name != "secret"}
    assert (read["is_on"], read["events"]) == (True, ["invoice.issued", "subscription.canceled"])
    assert made["secret"] not in hooks.endpoint(made["id"]).sealed
    assert not any(made["secret"] in each for each in told(hooks))


@pytest.mark.parametrize(
    ("url", "code"),
    [
        ("http://shop.example/hooks", "bad_webhook_url"),
        ("https://ada:secret@shop.example/hooks", "bad_webhook_url"),
        ("https://10.0.0.7/hooks", "webhook_not_public"),
        ("https://portal/hooks", "webhook_not_public"),
        ("https://metadata.google.internal/", "webhook_not_public"),
        ("https://shop.example:8080/hooks", "webhook_port"),
        ("ftp://shop.example/", "bad_webhook_url"),
    ],
)
def test_an_address_that_nothing_may_be_sent_to_is_refused_whenever_it_is_given(
    hooks: Hooks, url: str, code: str
) -> None:
    made = hooks.made(url="https://shop.example/hooks")

    answers = [
        hooks.ask("POST", "webhook_endpoints", {"url": url}),
        hooks.ask("PATCH", f"webhook_endpoints/{made['id']}", {"url": url}),
    ]

    assert [(each.status_code, each.json["errors"][0]["field"]) for each in answers] == [(422, "url")] * 2
    assert [each.json["errors"][0]["code"] for each in answers] == [code] * 2
    assert hooks.endpoint(made["id"]).url == "https://shop.example/hooks"


def test_this_machine_is_reached_in_test_mode_alone(hooks: Hooks) -> None:
    answer = hooks.ask("POST", "webhook_endpoints", {"url": hooks.receiver.url}, mode="live")

    assert answer.status_code == 422


def test_unknown_events_are_named(hooks: Hooks) -> None:
    answer = hooks.ask("POST", "webhook_endpoints", {"url": hooks.receiver.url, "events": ["invoice.lost", NAMES[0]]})

    (error,) = answer.json["errors"]
    assert (answer.status_code, error["field"]) == (422, "events")
    assert "invoice.lost" in answer.text


def test_there_are_no_more_than_may_be(hooks: Hooks) -> None:
    for _ in range(MOST):
        hooks.made()

    answer = hooks.ask("POST", "webhook_endpoints", {"url": hooks.receiver.url})

    assert (answer.status_code, answer.json["code"]) == (409, "too_many_webhook_endpoints")


@pytest.mark.feature("K03")
def test_a_rolled_secret_signs_beside_its_successor_until_the_overlap_is_over(hooks: Hooks) -> None:
    made = hooks.made()
    rolled = hooks.ask("POST", f"webhook_endpoints/{made['id']}/roll", {"overlap": 60}).json

    hooks.office.hear(invoice())
    hooks.deliver()
    hooks.office.later(seconds=61)
    hooks.office.hear(canceled())
    hooks.deliver()

    first, second = hooks.receiver.arrived
    assert rolled["secret"] != made["secret"]
    assert len(first.headers["webhook-signature"].split(" ")) == 2
    assert first.is_of(made["secret"])
    assert first.is_of(rolled["secret"])
    assert len(second.headers["webhook-signature"].split(" ")) == 1
    assert second.is_of(rolled["secret"])


@pytest.mark.feature("K03")
@pytest.mark.parametrize(("overlap", "status"), [(-1, 422), (7 * 86400 + 1, 422), (0, 201), (7 * 86400, 201)])
def test_an_overlap_is_at_most_seven_days(hooks: Hooks, overlap: int, status: int) -> None:
    made = hooks.made()

    answer = hooks.ask("POST", f"webhook_endpoints/{made['id']}/roll", {"overlap": overlap})

    assert answer.status_code == status


@pytest.mark.feature("M13")
def test_nothing_is_sent_to_one_that_is_off_and_what_it_missed_is_sent_when_asked_for(hooks: Hooks) -> None:
    made = hooks.made()
    at = f"webhook_endpoints/{made['id']}"
    hooks.office.hear(invoice())
    off = hooks.ask("PATCH", at, {"is_on": False}).json
    hooks.office.hear(canceled())
    hooks.deliver()
    nothing = list(hooks.receiver.arrived)
    refused = [hooks.ask("POST", f"{at}/test").json["code"], hooks.ask("POST", f"{at}/resend", {}).json["code"]]

    on = hooks.ask("PATCH", at, {"is_on": True}).json
    count = hooks.ask("POST", f"{at}/resend", {}).json["count"]
    hooks.office.later(seconds=5)
    hooks.deliver()

    assert (off["is_on"], off["off_reason"], nothing) == (False, "by_hand", [])
    assert refused == ["webhook_endpoint_off"] * 2
    assert (on["is_on"], on["off_reason"]) == (True, None)
    assert count == len(hooks.receiver.arrived)
    assert {"invoice.issued", "subscription.canceled"} <= {each.said["type"] for each in hooks.receiver.arrived}
    assert len({each.headers["webhook-id"] for each in hooks.receiver.arrived}) == count


def test_a_secret_that_the_installation_cannot_read_any_more_is_said_and_replaced(hooks: Hooks) -> None:
    made = hooks.made()
    webhooks = hooks.office.mailing.webhooks
    webhooks.key, before = sealing.new_key(), webhooks.key
    hooks.office.hear(invoice())
    hooks.deliver()
    fault = hooks.deliveries()[0].fault
    webhooks.key = before

    rolled = hooks.ask("POST", f"webhook_endpoints/{made['id']}/roll", {"overlap": 0}).json
    hooks.office.later(seconds=10)
    hooks.deliver()

    (arrived,) = hooks.receiver.arrived
    assert fault == "secret"
    assert arrived.is_of(rolled["secret"])


def test_a_deleted_one_is_gone_with_its_deliveries(hooks: Hooks) -> None:
    made = hooks.made()
    hooks.office.hear(invoice())

    answer = hooks.ask("DELETE", f"webhook_endpoints/{made['id']}")
    hooks.deliver()

    assert answer.status_code == 204
    assert hooks.ask("GET", f"webhook_endpoints/{made['id']}").status_code == 404
    assert (hooks.deliveries(), hooks.receiver.arrived) == ([], [])


@pytest.mark.feature("M13")
def test_every_change_is_a_line_in_the_action_log_without_secret_or_mailbox(hooks: Hooks) -> None:
    made = hooks.made(contact="dev@shop.example")
    at = f"webhook_endpoints/{made['id']}"
    hooks.ask("PATCH", at, {"events": ["invoice.issued"]})
    rolled = hooks.ask("POST", f"{at}/roll", {}).json
    hooks.ask("POST", f"{at}/resend", {})
    hooks.ask("DELETE", at)

    said = told(hooks)
    actions = [each.partition('"action":')[2].split('"')[1].split(".")[1] for each in said if '"action":' in each]
    assert actions == ["made", "changed", "rolled", "resent", "deleted"]
    assert not any(made["secret"] in each or rolled["secret"] in each or "dev@" in each for each in said)


def test_other_vendors_and_the_other_mode_see_none_of_it(hooks: Hooks) -> None:
    made = hooks.made()
    delivery = hooks.ask("POST", f"webhook_endpoints/{made['id']}/test").json

    paths = [f"webhook_endpoints/{made['id']}", f"webhook_deliveries/{delivery['id']}"]
    assert [hooks.ask("GET", each, mode="live").status_code for each in paths] == [404, 404]
    assert hooks.ask("GET", "webhook_endpoints", mode="live").json["data"] == []
    headers = hooks.passports.key("webhook_endpoints:read", "webhook_deliveries:read", vendor="ven_other")
    assert [hooks.client.get(f"/v1/{each}", headers=headers).status_code for each in paths] == [404, 404]


def test_a_key_needs_the_scope(hooks: Hooks) -> None:
    headers = hooks.passports.key("webhook_endpoints:read")

    answer = hooks.client.post("/v1/webhook_endpoints", json={"url": hooks.receiver.url}, headers=headers)

    assert answer.status_code == 403
