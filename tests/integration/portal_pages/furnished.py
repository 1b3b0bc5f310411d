"""A customer with something on every page: what runs, what ended, what is owed, asked and answered."""

import itertools
from typing import Any, Final

from tests.integration.portal import cards
from tests.integration.portal.lifecycle import portal
from tests.integration.portal_pages.conftest import Visitor, invoiced
from tests.support.every_page import FEATURES

_NUMBER: Final = itertools.count(1)


def furnish(visitor: Visitor) -> list[str]:
    """Returns the paths of the portal's pages, each once."""
    shop, customer = visitor.shop, visitor.customers[0]
    portal(shop, **FEATURES)
    cards.card(shop, customer)
    group = shop.post("/v1/plan_groups", {"name": "Plans"})["id"]
    product = shop.product(name="1002", adjustable_quantity={"enabled": True, "minimum": 1, "maximum": 50})
    plans = [
        shop.plan(product=product, plan_group=group, name=name, unit_amount=amount)
        for name, amount in (("2001", 2900), ("2002", 5900))
    ]
    made = [_subscribe(visitor, plan) for plan in (plans[0], plans[0], plans[0], shop.plan(name="2003"))]
    _do(visitor, made[1], "cancel", {"timing": "at_period_end"})
    _do(visitor, made[2], "pause", {})
    _do(visitor, made[3], "cancel", {"timing": "immediately"})
    for number in range(4):
        invoiced(shop, customer, number=f"3-{number:03}", days_ago=number * 40, description="4001")
    of, gone = f"/subscriptions/{made[0]['id']}", f"/subscriptions/{made[3]['id']}"
    return [
        "",
        of,
        *(f"{of}/{name}" for name in ("cancellation", "pause", "change", "quantity", "coupon")),
        f"{of}/change?plan={plans[1]['id']}",
        f"{gone}/resubscription",
        *(
            "/invoices",
            "/payment-methods",
            "/details",
            "/products",
            "/payments",
            "/tickets",
            "/tickets/new",
            "/activity",
        ),
        "/nowhere",
    ]


def _subscribe(visitor: Visitor, plan: dict[str, Any]) -> dict[str, Any]:
    body = {"customer": visitor.customers[0], "plan": plan["id"], "quantity": 2}
    made: dict[str, Any] = visitor.shop.post(
        "/v1/subscriptions", body, headers={"Idempotency-Key": f"s{next(_NUMBER)}"}
    )
    return made


def _do(visitor: Visitor, subscription: dict[str, Any], what: str, body: dict[str, Any]) -> None:
    path = f"/v1/subscriptions/{subscription['id']}/{what}"
    visitor.shop.post(path, body, headers={"Idempotency-Key": f"{what}-{subscription['id']}"})
