"""Which coupon comes with the change that a portal session was made for (B21)."""

from typing import Any

import pytest

from services.portal.rules.portals.flows import own_discount

ITEM: dict[str, Any] = {"plan": "plan_pro"}


def flow(*, kind: str = "subscription_update_confirm", **own: Any) -> dict[str, Any]:
    change = {"subscription": "sub_1", "items": [ITEM], "discounts": [{"coupon": "cpn_1"}], **own}
    return {"type": kind, kind: change}


def asked(given: dict[str, Any] | None, **changed: Any) -> str | None:
    return own_discount(given, **{"subscription": "sub_1", "plan": "plan_pro", "quantity": None, **changed})


@pytest.mark.feature("B21")
def test_it_comes_with_the_change_that_was_chosen_beforehand() -> None:
    assert asked(flow()) == "cpn_1"
    assert asked(flow(), quantity="3") == "cpn_1"
    assert asked(flow(items=[{**ITEM, "quantity": 3}]), quantity="3") == "cpn_1"


@pytest.mark.parametrize(
    ("given", "changed"),
    [
        (None, {}),
        (flow(), {"subscription": "sub_2"}),
        (flow(), {"plan": "plan_solo"}),
        (flow(), {"plan": None}),
        (flow(items=[{**ITEM, "quantity": 3}]), {"quantity": "4"}),
        (flow(items=[{**ITEM, "quantity": 3}]), {"quantity": None}),
        (flow(discounts=[]), {}),
        (flow(kind="subscription_update"), {}),
    ],
)
def test_with_any_other_change_none_comes(given: dict[str, Any] | None, changed: dict[str, Any]) -> None:
    assert asked(given, **changed) is None
