"""A vendor's time moved ahead, and what happened in it."""

import itertools
from datetime import datetime
from typing import Any, Final

from sqlalchemy import select

from services.portal.actions.operations import billing_run
from services.portal.actions.subscriptions.start import start
from services.portal.models import Payment
from services.portal.queries import time
from services.portal.queries.test_clocks import Present
from shared.bus import codec
from shared.database.tables import outbox
from shared.events import Envelope
from tests.integration.portal import cards
from tests.integration.portal.shop import Shop

_NUMBER: Final = itertools.count(1)


def advance(shop: Shop, by: str | None = None, *, to: datetime | None = None) -> dict[str, Any]:
    """Through the API."""
    body = {"by": by} if to is None else {"to": to.isoformat()}
    found: dict[str, Any] = shop.post("/v1/test_clock/advance", body)
    assert found["status"] == "ready"
    return found


def now(shop: Shop) -> datetime:
    with shop.inside() as session:
        return time.now(session)


def run(shop: Shop, *, at: datetime) -> int:
    """What is due for this vendor at a moment, as a worker does it."""
    present = Present(at=at, vendor=shop.vendor, mode=shop.mode)
    return billing_run.run(shop.database.begin, cards.adapters(shop).processors, present=present).total


def subscriber(
    shop: Shop, number: str | None = cards.PAYS, *, at: datetime | None = None, **more: Any
) -> dict[str, Any]:
    """A subscription, new `at` a moment, that the engine charges to a card with this number; None: without a card."""
    customer = shop.customer(f"c{next(_NUMBER)}@example.com")
    if number is not None:
        cards.card(shop, customer["id"], number)
    plan = more.pop("plan", None) or shop.plan(**more.pop("of_plan", {}))
    given = {"customer": customer["id"], "plan": plan["id"], "quantity": 2, "collection": "automatic", **more}
    with shop.inside() as session:
        made = start(session, now=at or time.now(session), **given)
    if made.intent is not None:
        cards.carry_out(shop, made.intent)
    return read(shop, made.id)


def read(shop: Shop, subscription: str) -> dict[str, Any]:
    """As the API shows it."""
    found: dict[str, Any] = shop.get(f"/v1/subscriptions/{subscription}")
    return found


def payments(shop: Shop, subscription: dict[str, Any]) -> list[Payment]:
    """Its payments, oldest first."""
    with shop.inside() as session:
        found = select(Payment).where(Payment.subscription == subscription["id"]).order_by(Payment.id)
        return list(session.scalars(found))


def story(shop: Shop) -> list[tuple[str, str]]:
    """The vendor's events in order: name and day."""
    return [(each.event.name, each.time.date().isoformat()) for each in envelopes(shop)]


def envelopes(shop: Shop) -> list[Envelope]:
    with shop.database.begin() as session:
        bodies = session.execute(select(outbox.c.body).order_by(outbox.c.recorded_at, outbox.c.id)).scalars()
        found = [codec.decode(body.encode()) for body in bodies]
    return [each for each in found if (each.vendor, each.mode) == (shop.vendor, shop.mode)]
