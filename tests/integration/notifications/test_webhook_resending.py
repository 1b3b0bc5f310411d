"""M13: what was delivered or missed is sent again under the same id; a test tells of nothing."""

import pytest

from tests.integration.notifications.builders import canceled, invoice
from tests.integration.notifications.hooks import Hooks


@pytest.mark.feature("M13")
def test_one_or_all_of_a_type_and_time_are_sent_again_under_the_same_id(hooks: Hooks) -> None:
    made = hooks.made()
    hooks.office.hear(canceled())
    hooks.office.hear(invoice())
    between = hooks.office.now
    hooks.office.later(seconds=1)
    hooks.office.hear(canceled(subscription="sub_2"))
    hooks.deliver()
    first = {each.headers["webhook-id"] for each in hooks.receiver.arrived}
    at = f"webhook_endpoints/{made['id']}/resend"

    def resent(**what: object) -> list[str]:
        hooks.receiver.arrived.clear()
        hooks.ask("POST", at, what)
        hooks.office.later(seconds=5)
        hooks.deliver()
        assert {each.headers["webhook-id"] for each in hooks.receiver.arrived} <= first
        return sorted(each.said["type"] for each in hooks.receiver.arrived)

    missed = resent(types=["subscription.canceled", "invoice.issued"])
    of_type = resent(types=["invoice.issued"], arrived_too=True)
    of_time = resent(
        types=["subscription.canceled", "invoice.issued"], created_from=between.isoformat(), arrived_too=True
    )
    one = hooks.deliveries()[0]
    hooks.receiver.arrived.clear()
    answer = hooks.ask("POST", f"webhook_deliveries/{one.id}/resend")
    hooks.office.later(seconds=5)
    hooks.deliver()

    assert (missed, of_type, of_time) == ([], ["invoice.issued"], ["subscription.canceled"])
    assert answer.json["state"] == "waiting"
    assert [each.headers["webhook-id"] for each in hooks.receiver.arrived] == [one.event]


@pytest.mark.feature("M13")
def test_a_test_tells_of_nothing_and_is_signed_like_all(hooks: Hooks) -> None:
    made = hooks.made(events=["invoice.issued"])

    delivery = hooks.ask("POST", f"webhook_endpoints/{made['id']}/test").json
    hooks.office.later(seconds=5)
    hooks.deliver()

    (arrived,) = hooks.receiver.arrived
    assert (delivery["event"], delivery["type"]) == (None, "webhook_endpoint.test")
    assert arrived.is_of(made["secret"])
    assert arrived.said["data"] == {"endpoint": made["id"]}
    assert arrived.headers["webhook-id"] == delivery["id"]
