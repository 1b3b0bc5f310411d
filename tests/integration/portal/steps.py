"""A customer's steps of canceling, as the pages take them."""

from typing import Any

from services.portal.actions import subscriptions
from services.portal.actions.subscriptions import CancellationPreview
from shared import clock
from tests.integration.portal.shop import KEY, Shop, Who


def prepare(shop: Shop, subscription: dict[str, Any], who: Who | None = None) -> CancellationPreview:
    with shop.as_customer(subscription["customer"]) as session:
        return subscriptions.prepare_cancellation(
            session, subscription_id=subscription["id"], by=who or shop.who(), key=KEY, now=clock.now()
        )


def cancel(
    shop: Shop, subscription: dict[str, Any], confirmation: str | None, who: Who | None = None, **more: Any
) -> subscriptions.Canceled:
    with shop.as_customer(subscription["customer"]) as session:
        return subscriptions.cancel(
            session,
            subscription_id=subscription["id"],
            by=who or shop.who(),
            key=KEY,
            confirmation=confirmation,
            now=clock.now(),
            **more,
        )


def undo(shop: Shop, subscription: dict[str, Any], who: Who | None = None) -> subscriptions.Uncanceled:
    with shop.as_customer(subscription["customer"]) as session:
        return subscriptions.undo_cancel(
            session, subscription_id=subscription["id"], by=who or shop.who(), now=clock.now()
        )
