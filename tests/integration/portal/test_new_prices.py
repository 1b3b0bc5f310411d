"""J13: a plan at another price is a new plan in its place; what runs keeps the price that was agreed."""

import pytest

from tests.integration.portal.shop import Shop


@pytest.mark.feature("J13")
def test_a_new_price_is_a_new_plan_and_nobody_who_has_the_old_one_pays_it(shop: Shop) -> None:
    group = shop.post("/v1/plan_groups", {"name": "Desks"})
    said = {"cancel": "deny", "cancel_message": "Write to us.", "trial_days": 14, "refund_window_days": 3}
    old = shop.plan(name="Team", plan_group=group["id"], features=["Wi-Fi"], **said)
    running = shop.subscription(plan=old)
    before = shop.get(f"/v1/subscriptions/{running['id']}")

    new = shop.post(f"/v1/plans/{old['id']}/price", {"currency": "EUR", "unit_amount": 3000})

    own = ("id", "unit_amount", "created_at", "archived_at", "revision")
    assert {name: value for name, value in new.items() if name not in own} == {
        name: value for name, value in old.items() if name not in own
    }
    assert (new["unit_amount"], new["archived_at"], new["revision"]) == (3000, None, 1)
    assert shop.get(f"/v1/plans/{old['id']}")["archived_at"] is not None
    assert shop.get(f"/v1/subscriptions/{running['id']}") == before
    again = shop.ask("POST", f"/v1/plans/{old['id']}/price", json={"currency": "EUR", "unit_amount": 3500})
    assert (again.status_code, again.json["code"]) == (409, "plan_archived")


@pytest.mark.feature("J13")
def test_the_same_price_changes_nothing_and_an_outdated_change_is_refused(shop: Shop) -> None:
    old = shop.plan()
    same = shop.post(f"/v1/plans/{old['id']}/price", {"currency": "EUR", "unit_amount": old["unit_amount"]})
    assert same == old
    shop.patch(f"/v1/plans/{old['id']}", {"name": "Crew"})
    body = {"currency": "EUR", "unit_amount": 1}
    outdated = shop.ask("POST", f"/v1/plans/{old['id']}/price", json=body, headers={"If-Match": '"1"'})
    assert outdated.status_code == 412
    assert len(shop.get("/v1/plans")["data"]) == 1
    absent = shop.ask("POST", "/v1/plans/plan_1/price", json=body)
    assert absent.status_code == 404
    wrong = shop.ask("POST", f"/v1/plans/{old['id']}/price", json={"currency": "XXQ", "unit_amount": 1})
    assert wrong.status_code == 422
