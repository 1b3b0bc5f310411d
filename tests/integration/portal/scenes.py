"""What is asked of portal about money, each with what has to be there first."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import select

from services.portal.models import PaymentMethod, SandboxCharge, SandboxRefund
from tests.integration.portal import adding_on, cards, changing, clockwork, refunding
from tests.integration.portal.lifecycle import portal, post
from tests.integration.portal.shop import Shop
from tests.integration.portal.test_payment_methods import open_payment


@dataclass(frozen=True)
class Request:
    """A POST to be made with an idempotency key."""

    path: str
    body: dict[str, Any] = field(default_factory=dict)


Scene = Callable[[Shop], Request]


def pay(shop: Shop) -> Request:
    payment, good_card = _owed(shop)
    return Request(f"/v1/payments/{payment}/pay", {"payment_method": good_card})


def make_default(shop: Shop) -> Request:
    _payment, good_card = _owed(shop)
    return Request(f"/v1/payment_methods/{good_card}/make_default")


def upgrade(shop: Shop) -> Request:
    sold = changing.plans(shop)
    return _change(clockwork.subscriber(shop, plan=sold.team, quantity=1), sold.pro)


def downgrade(shop: Shop) -> Request:
    sold = changing.plans(shop)
    return _change(clockwork.subscriber(shop, plan=sold.team, quantity=1), sold.solo)


def declined_upgrade(shop: Shop) -> Request:
    sold = changing.plans(shop)
    subscription = clockwork.subscriber(shop, plan=sold.team, quantity=1)
    changing.swap_card(shop, subscription, cards.KEPT_WITHOUT_MONEY)
    return _change(subscription, sold.pro)


def upgrade_at_the_bank(shop: Shop) -> Request:
    sold = changing.plans(shop)
    subscription = clockwork.subscriber(shop, plan=sold.team, quantity=1)
    changing.swap_card(shop, subscription, cards.NEVER_ANSWERS)
    return _change(subscription, sold.pro)


def add_on(shop: Shop) -> Request:
    subscription = clockwork.subscriber(shop, quantity=1)
    of = adding_on.addon(shop, subscription["product"])
    return Request(f"/v1/subscriptions/{subscription['id']}/addons", {"addon": of["id"], "quantity": 2})


def start(shop: Shop) -> Request:
    return _start(shop, cards.PAYS)


def declined_start(shop: Shop) -> Request:
    return _start(shop, cards.KEPT_WITHOUT_MONEY)


def resubscribe(shop: Shop) -> Request:
    subscription = clockwork.subscriber(shop)
    assert post(shop, subscription, "cancel", {"timing": "immediately"}).status_code == 200
    return Request(f"/v1/subscriptions/{subscription['id']}/resubscribe")


def resume(shop: Shop) -> Request:
    subscription = clockwork.subscriber(shop)
    assert post(shop, subscription, "pause").status_code == 200
    end = datetime.fromisoformat(subscription["current_period_end"])
    clockwork.advance(shop, to=end + timedelta(days=3))
    return Request(f"/v1/subscriptions/{subscription['id']}/resume")


def refund(shop: Shop) -> Request:
    payment = refunding.charged(shop, shop.customer()["id"])
    return Request("/v1/refunds", {"payment": payment, "amount": 2000})


def cancel_with_money_back(shop: Shop) -> Request:
    back = {"mode": "immediately", "proration_behavior": "create_prorations", "unused_time": "refund"}
    portal(shop, subscription_cancel=back)
    subscription = clockwork.subscriber(shop)
    return Request(f"/v1/subscriptions/{subscription['id']}/cancel", {"timing": "immediately"})


def approve_refund(shop: Shop) -> Request:
    refunding.offers(shop, execution="manual", helpdesk=shop.post("/v1/helpdesks", {"name": "Billing"})["id"])
    customer = shop.customer()["id"]
    ticket = refunding.asked(shop, customer, refunding.charged(shop, customer)).ticket
    assert ticket is not None
    return Request(f"/v1/tickets/{ticket.id}/approve")


def moved(shop: Shop) -> tuple[list[tuple[str, int]], list[tuple[str, int]]]:
    """What the processor has charged to this vendor's cards and given back: status and amount of each."""
    with shop.inside() as session:
        tokens = session.scalars(select(PaymentMethod.token)).all()
    with shop.database.begin() as session:
        charges = session.scalars(select(SandboxCharge).where(SandboxCharge.card.in_(tokens))).all()
        back = session.scalars(select(SandboxRefund).where(SandboxRefund.charge.in_([each.id for each in charges])))
        return (
            sorted((each.status, each.amount) for each in charges),
            sorted((each.status, each.amount) for each in back),
        )


def _owed(shop: Shop) -> tuple[str, str]:
    """An open payment, and a second card of its customer that could pay it."""
    customer = shop.customer()
    cards.card(shop, customer["id"], cards.KEPT_WITHOUT_MONEY)
    elsewhere = shop.subscription(customer=customer, collection="external")
    good = cards.card(shop, customer["id"], cards.PAYS, subscription=elsewhere["id"])
    return open_payment(shop, customer["id"]), good


def _change(subscription: dict[str, Any], plan: dict[str, Any]) -> Request:
    return Request(f"/v1/subscriptions/{subscription['id']}/change", {"plan": plan["id"]})


def _start(shop: Shop, number: str) -> Request:
    customer = shop.customer()["id"]
    cards.card(shop, customer, number)
    return Request("/v1/subscriptions", {"customer": customer, "plan": shop.plan()["id"], "collection": "automatic"})


SCENES: Final[tuple[Scene, ...]] = (
    pay,
    make_default,
    upgrade,
    downgrade,
    declined_upgrade,
    upgrade_at_the_bank,
    add_on,
    start,
    declined_start,
    resubscribe,
    resume,
    refund,
    cancel_with_money_back,
    approve_refund,
)
