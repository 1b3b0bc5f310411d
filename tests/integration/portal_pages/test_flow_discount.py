"""A change that the vendor chose beforehand, with a coupon: what is shown is what happens, and only for that change."""

from typing import Any

import pytest

from services.portal.models import Coupon, Redemption
from shared.events import CouponApplied
from tests.integration.portal import cards, changing, clockwork
from tests.integration.portal_pages.test_change_pages import Change, change

__all__ = ["change"]


def coupon(change: Change, **more: Any) -> dict[str, Any]:
    body = {"code": "WELCOME", "name": "Welcome", "percent_off": 2000, "duration": "forever", **more}
    made: dict[str, Any] = change.visitor.shop.post("/v1/coupons", body)
    return made


def bring(brought: dict[str, Any], change: Change, plan: dict[str, Any], made: dict[str, Any], **item: Any) -> str:
    """The flow's change with this coupon; the query of the page it lands on."""
    of = {
        "subscription": change.id,
        "items": [{"plan": plan["id"], **item}],
        "discounts": [{"coupon": made["id"]}],
    }
    brought["flow"] = {"type": "subscription_update_confirm", "subscription_update_confirm": of}
    return f"plan={plan['id']}"


def used(change: Change) -> tuple[int, int]:
    with change.visitor.shop.inside() as session:
        (row,) = session.query(Coupon).all()
        return row.redeemed, session.query(Redemption).count()


@pytest.mark.feature("B21", "C13")
def test_what_is_shown_with_the_coupon_is_what_happens(change: Change, brought: dict[str, Any]) -> None:
    plan = bring(brought, change, change.sold.pro, coupon(change), quantity=1)
    plain, query = change.look(plan).text, f"{plan}&quantity=1"

    page = change.look(query).text
    assert "Coupon WELCOME comes with this change" in page
    assert "The next charge is €60.00" in plain
    assert "The next charge is €48.00" in page
    assert used(change) == (0, 0), "looking on uses nothing up"
    form = change.visitor.hidden(f"{change.path}/change?{query}")
    form |= {"plan": change.sold.pro["id"], "quantity": "1"}
    change.follow(change.visitor.post(f"{change.path}/change", form))

    row, payment = change.read(), clockwork.payments(change.visitor.shop, change.read())[-1]
    assert f"Change and pay €{payment.total / 100:.2f}" in page
    assert f"Change and pay €{payment.total / 100:.2f}" not in plain
    assert (row["plan"], row["discount"]["code"], row["next_charge"]["total"]) == (
        change.sold.pro["id"],
        "WELCOME",
        4800,
    )
    assert used(change) == (1, 1)
    assert [each.code for each in change.visitor.shop.said(CouponApplied)] == ["WELCOME"]


@pytest.mark.feature("B21")
def test_a_decline_keeps_the_plan_and_uses_no_coupon_up(change: Change, brought: dict[str, Any]) -> None:
    query = bring(brought, change, change.sold.pro, coupon(change))
    changing.swap_card(change.visitor.shop, change.read(), cards.KEPT_BUT_DECLINED)

    answer = change.confirm(query)

    assert answer.status_code == 402
    assert (change.read()["plan"], change.read()["discount"]) == (change.sold.team["id"], None)
    assert used(change) == (0, 0)


@pytest.mark.feature("B21")
def test_a_change_at_the_end_of_the_period_brings_its_coupon_then(change: Change, brought: dict[str, Any]) -> None:
    query = bring(brought, change, change.sold.solo, coupon(change, plans=[change.sold.solo["id"]]))

    assert "The next charge is €7.20" in change.look(query).text
    change.follow(change.confirm(query))
    assert change.read()["discount"] is None
    assert change.read()["next_charge"]["total"] == 720
    clockwork.advance(change.visitor.shop, to=clockwork.datetime.fromisoformat(change.read()["current_period_end"]))

    assert clockwork.payments(change.visitor.shop, change.read())[-1].total == 720
    assert (change.read()["plan"], change.read()["discount"]["code"]) == (change.sold.solo["id"], "WELCOME")
    assert used(change) == (1, 1)


@pytest.mark.feature("B21")
def test_the_coupon_is_for_the_change_it_was_made_for_alone(change: Change, brought: dict[str, Any]) -> None:
    bring(brought, change, change.sold.pro, coupon(change), quantity=1)

    for query in (f"plan={change.sold.solo['id']}", f"plan={change.sold.pro['id']}&quantity=3"):
        assert "WELCOME" not in change.look(query).text
    assert "WELCOME" in change.look(f"plan={change.sold.pro['id']}&quantity=1").text


@pytest.mark.feature("B21")
def test_where_customers_may_enter_no_codes_the_reason_is_shown(change: Change, brought: dict[str, Any]) -> None:
    query = bring(brought, change, change.sold.pro, coupon(change))
    changing.allow(change.visitor.shop, default_allowed_updates=["price"])

    answer = change.look(query)

    assert answer.status_code == 403
    assert change.read()["plan"] == change.sold.team["id"]


@pytest.mark.feature("B21")
def test_a_coupon_that_is_over_is_said_and_nothing_changes(change: Change, brought: dict[str, Any]) -> None:
    query = bring(brought, change, change.sold.pro, coupon(change, plans=[change.sold.solo["id"]]))

    answer = change.look(query)

    assert answer.status_code == 409
    assert change.read()["plan"] == change.sold.team["id"]
