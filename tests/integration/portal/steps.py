"""A customer's steps of canceling, as the pages take them."""

from typing import Any

from services.portal.actions import subscriptions
from services.portal.actions.subscriptions import CancellationPreview
from services.portal.queries import time
from tests.integration.portal.shop import KEY, Shop, Who


def prepare(shop: Shop, subscription: dict[str, Any], who: Who | None = None) -> CancellationPreview:
    with shop.as_customer(subscription["customer"]) as session:
        return subscriptions.prepare_cancellation(
            session,
            subscription_id=subscription["id"],
            by=time.seen_by(session, who or shop.who()),
            key=KEY,
            now=time.now(session),
        )


def cancel(
    shop: Shop, subscription: dict[str, Any], confirmation: str | None, who: Who | None = None, **more: Any
) -> subscriptions.Canceled:
    with shop.as_customer(subscription["customer"]) as session:
        return subscriptions.cancel(
            session,
            subscription_id=subscription["id"],
            by=time.seen_by(session, who or shop.who()),
            key=KEY,
            confirmation=confirmation,
            now=time.now(session),
            **more,
        )


def undo(shop: Shop, subscription: dict[str, Any], who: Who | None = None) -> subscriptions.Uncanceled:
    with shop.as_customer(subscription["customer"]) as session:
        return subscriptions.undo_cancel(
            session,
            subscription_id=subscription["id"],
            by=time.seen_by(session, who or shop.who()),
            now=time.now(session),
        )
