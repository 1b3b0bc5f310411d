"""A shop with a plan group, and a customer's steps of changing, as the pages take them."""

import itertools
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, TypeVar

from werkzeug.test import TestResponse

from services.portal.actions.payments import collect
from services.portal.actions.payments.collect import Collected
from services.portal.actions.subscriptions.change import Changed, change
from services.portal.actions.subscriptions.planned import Wanted
from services.portal.actions.subscriptions.prepare_change import ChangePreview, prepare_change
from services.portal.queries import time
from shared.database import scope
from shared.events import Actor
from tests.integration.portal import cards, clockwork
from tests.integration.portal.shop import KEY, Shop, Who

T = TypeVar("T")
_NUMBER: Final = itertools.count(1)
SEATS: Final = {"enabled": True, "minimum": 1, "maximum": 10}
ALL: Final = ["price", "quantity", "promotion_code"]


@dataclass(frozen=True)
class Plans:
    """A product's plans in one group: Solo 9 EUR, Team 25 EUR and Pro 60 EUR a month, Team yearly 250 EUR."""

    group: dict[str, Any]
    product: dict[str, Any]
    solo: dict[str, Any]
    team: dict[str, Any]
    pro: dict[str, Any]
    yearly: dict[str, Any]


def plans(shop: Shop, **product: Any) -> Plans:
    group = shop.post("/v1/plan_groups", {"name": "Studio"})
    of = shop.product(adjustable_quantity=SEATS, **product)

    def plan(name: str, amount: int, **more: Any) -> dict[str, Any]:
        return shop.plan(product=of, name=name, unit_amount=amount, plan_group=group["id"], **more)

    yearly = plan("Team yearly", 25_000, interval="year")
    return Plans(group, of, plan("Solo", 900), plan("Team", 2500), plan("Pro", 6000), yearly)


def allow(shop: Shop, **more: Any) -> None:
    """The portal lets customers change everything, but for what is said otherwise."""
    (portal,) = shop.get("/v1/portal_configurations?is_default=true")["data"]
    feature = {"enabled": True, "default_allowed_updates": ALL, **more}
    shop.patch(f"/v1/portal_configurations/{portal['id']}", {"features": {"subscription_update": feature}})


def ask(shop: Shop, subscription: dict[str, Any], body: dict[str, Any], **headers: str) -> TestResponse:
    """The vendor's key asks for a change."""
    given = {"Idempotency-Key": f"change-{next(_NUMBER)}", **headers}
    return shop.ask("POST", f"/v1/subscriptions/{subscription['id']}/change", json=body, headers=given)


def done(answer: TestResponse) -> dict[str, Any]:
    assert answer.status_code == 200, f"{answer.status_code} {answer.text}"
    found: dict[str, Any] = answer.json
    return found


def preview(shop: Shop, subscription: dict[str, Any], body: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = shop.post(f"/v1/subscriptions/{subscription['id']}/preview", {"action": "change", **body})
    return found


def prepare(shop: Shop, subscription: dict[str, Any], who: Who | None = None, **wanted: Any) -> ChangePreview:
    with shop.as_customer(subscription["customer"]) as session:
        now = time.now(session)
        return prepare_change(
            session,
            subscription_id=subscription["id"],
            wanted=Wanted(**wanted),
            by=time.seen_by(session, who or shop.who()),
            key=KEY,
            now=now,
        )


def confirm(
    shop: Shop, subscription: dict[str, Any], confirmation: str | None, who: Who | None = None, **wanted: Any
) -> Collected[Changed]:
    actor = Actor(kind="customer", id=subscription["customer"])
    here = scope.Scope(
        vendor=shop.vendor,
        mode=shop.mode,
        actor=actor,
        request_id="req_test",
        customers=(subscription["customer"],),
    )
    with scope.use(here):
        return collect.run(
            shop.database.begin,
            processors=cards.adapters(shop).processors,
            act=lambda session: change(
                session,
                subscription_id=subscription["id"],
                wanted=Wanted(**wanted),
                by=time.seen_by(session, who or shop.who()),
                key=KEY,
                confirmation=confirmation,
                now=time.now(session),
            ),
        )


def halfway(shop: Shop, subscription: dict[str, Any]) -> None:
    """The vendor's clock goes to the middle of the running period."""
    start, end = (datetime.fromisoformat(subscription[f"current_period_{each}"]) for each in ("start", "end"))
    clockwork.advance(shop, to=start + (end - start) / 2)


def swap_card(shop: Shop, subscription: dict[str, Any], number: str) -> str:
    """Another card pays for the subscription from now on."""
    return cards.card(shop, subscription["customer"], number, subscription=subscription["id"])


def at_once(*acts: Callable[[], T]) -> list[T]:
    """All of them at the same time; their answers in order."""
    with ThreadPoolExecutor(len(acts)) as threads:
        return [each.result() for each in [threads.submit(act) for act in acts]]
