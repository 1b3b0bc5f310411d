"""A shop with add-ons, and the steps of having them."""

import itertools
from collections.abc import Callable
from typing import Any, Final

from werkzeug.test import TestResponse

from services.portal.actions.payments import collect
from services.portal.actions.payments.collect import Collected
from services.portal.actions.subscriptions import agreeing, change_addons, planned_addon
from services.portal.actions.subscriptions.agreeing import Prepared
from services.portal.actions.subscriptions.change_addons import AddonChanged
from services.portal.actions.subscriptions.planned_addon import Wanted
from services.portal.queries import time
from services.portal.rules.policy import Action
from shared.database import Session, scope
from shared.events import Actor
from tests.integration.portal import cards
from tests.integration.portal.shop import KEY, Shop, Who

_NUMBER: Final = itertools.count(1)


def addon(shop: Shop, product: dict[str, Any] | str, **more: Any) -> dict[str, Any]:
    """Backups for 10 EUR a month, five at most."""
    of = product if isinstance(product, str) else product["id"]
    body = {"product": of, "name": "Backups", "currency": "EUR", "unit_amount": 1000, "interval": "month", "maximum": 5}
    made: dict[str, Any] = shop.post("/v1/addons", {**body, **more})
    return made


def ask(shop: Shop, subscription: dict[str, Any], path: str, body: dict[str, Any], **headers: str) -> TestResponse:
    """The vendor's key asks for it."""
    given = {"Idempotency-Key": f"addon-{next(_NUMBER)}", **headers}
    return shop.ask("POST", f"/v1/subscriptions/{subscription['id']}/addons{path}", json=body, headers=given)


def add(shop: Shop, subscription: dict[str, Any], of: dict[str, Any], quantity: int = 1) -> dict[str, Any]:
    return good(ask(shop, subscription, "", {"addon": of["id"], "quantity": quantity}))


def remove(shop: Shop, subscription: dict[str, Any], of: dict[str, Any], **headers: str) -> TestResponse:
    return shop.ask("DELETE", f"/v1/subscriptions/{subscription['id']}/addons/{of['id']}", headers=headers)


def good(answer: TestResponse) -> dict[str, Any]:
    assert answer.status_code == 200, f"{answer.status_code} {answer.text}"
    found: dict[str, Any] = answer.json
    return found


def preview(shop: Shop, subscription: dict[str, Any], of: dict[str, Any], quantity: int) -> dict[str, Any]:
    body = {"action": "change_addons", "addon": of["id"], "quantity": quantity}
    found: dict[str, Any] = shop.post(f"/v1/subscriptions/{subscription['id']}/preview", body)
    return found


def allow(shop: Shop) -> None:
    """The portal lets customers have add-ons."""
    (portal,) = shop.get("/v1/portal_configurations?is_default=true")["data"]
    shop.patch(f"/v1/portal_configurations/{portal['id']}", {"features": {"subscription_addons": {"enabled": True}}})


def prepare(shop: Shop, subscription: dict[str, Any], of: dict[str, Any], quantity: int = 1) -> Prepared:
    with shop.as_customer(subscription["customer"]) as session:
        now = time.now(session)
        return agreeing.prepare(
            session,
            subscription_id=subscription["id"],
            action=Action.CHANGE_ADDONS,
            previewer=planned_addon.preview_addons,
            given={"addon": of["id"], "quantity": quantity},
            by=time.seen_by(session, shop.who()),
            key=KEY,
            now=now,
        )


def confirm(
    shop: Shop,
    subscription: dict[str, Any],
    of: dict[str, Any],
    quantity: int = 1,
    *,
    confirmation: str,
    who: Who | None = None,
    verb: str = "add",
) -> Collected[AddonChanged]:
    def act(session: Session) -> AddonChanged:
        return change_addons.change_addons(
            session,
            subscription_id=subscription["id"],
            wanted=Wanted(addon=of["id"], quantity=quantity, verb=verb),
            by=time.seen_by(session, who or shop.who()),
            key=KEY,
            confirmation=confirmation,
            now=time.now(session),
        )

    return by_customer(shop, subscription, act)


def by_customer(
    shop: Shop, subscription: dict[str, Any], act: Callable[[Session], AddonChanged]
) -> Collected[AddonChanged]:
    here = scope.Scope(
        vendor=shop.vendor,
        mode=shop.mode,
        actor=Actor(kind="customer", id=subscription["customer"]),
        request_id="req_test",
        customers=(subscription["customer"],),
    )
    with scope.use(here):
        return collect.run(shop.database.begin, processors=cards.adapters(shop).processors, act=act)
