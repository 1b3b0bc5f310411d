"""What a customer does with a subscription in two steps, and how a portal is set up for it."""

import itertools
from typing import Any, Final

from services.portal.actions import subscriptions
from services.portal.actions.payments import collect
from services.portal.actions.subscriptions import agreeing
from services.portal.queries import time
from services.portal.rules.policy import Action
from shared.database import scope
from tests.integration.portal import cards
from tests.integration.portal.shop import KEY, Shop, Who

_NUMBER: Final = itertools.count(1)


def portal(shop: Shop, **features: Any) -> None:
    """Change the default portal's features."""
    (found,) = shop.get("/v1/portal_configurations?is_default=true")["data"]
    shop.patch(f"/v1/portal_configurations/{found['id']}", {"features": features})


def post(shop: Shop, subscription: dict[str, Any], verb: str, body: dict[str, Any] | None = None) -> Any:
    """A verb of a subscription, with a key of its own; the answer as it came."""
    path = f"/v1/subscriptions/{subscription['id']}/{verb}"
    return shop.ask("POST", path, json=body or {}, headers={"Idempotency-Key": f"verb-{next(_NUMBER)}"})


def prepared(shop: Shop, subscription: dict[str, Any], action: Action, **given: Any) -> agreeing.Prepared:
    """What a customer is shown of an action that charges."""
    previewers = {
        Action.RESUME: subscriptions.preview_resume,
        Action.RESUBSCRIBE: subscriptions.preview_resubscription,
    }
    with shop.as_customer(subscription["customer"]) as session:
        return agreeing.prepare(
            session,
            subscription_id=subscription["id"],
            action=action,
            previewer=previewers[action],
            given=given,
            by=time.seen_by(session, shop.who()),
            key=KEY,
            now=time.now(session),
        )


def resume(shop: Shop, subscription: dict[str, Any], confirmation: str | None = None) -> Any:
    """A customer goes on, and the charge is made."""
    return _collected(
        shop,
        subscription["customer"],
        lambda session: subscriptions.resume(
            session,
            subscription_id=subscription["id"],
            by=time.seen_by(session, shop.who()),
            key=KEY,
            confirmation=confirmation,
            now=time.now(session),
        ),
    )


def resubscribe(shop: Shop, subscription: dict[str, Any], confirmation: str | None, **given: Any) -> Any:
    """A customer comes back, and the charge is made."""
    return _collected(
        shop,
        subscription["customer"],
        lambda session: subscriptions.resubscribe(
            session,
            subscription_id=subscription["id"],
            by=time.seen_by(session, shop.who()),
            key=KEY,
            confirmation=confirmation,
            now=time.now(session),
            **given,
        ),
    )


def pause(shop: Shop, subscription: dict[str, Any], who: Who | None = None, **given: Any) -> subscriptions.Paused:
    """A customer pauses."""
    with shop.as_customer(subscription["customer"]) as session:
        return subscriptions.pause(
            session,
            subscription_id=subscription["id"],
            by=time.seen_by(session, who or shop.who()),
            now=time.now(session),
            **given,
        )


def offer(shop: Shop, subscription: dict[str, Any], reason: str | None) -> subscriptions.OfferView | None:
    """What is offered to a customer who leaves for this reason."""
    with shop.as_customer(subscription["customer"]) as session:
        return subscriptions.offer(
            session,
            subscription_id=subscription["id"],
            reason=reason,
            by=time.seen_by(session, shop.who()),
            key=KEY,
            now=time.now(session),
        )


def accept(shop: Shop, subscription: dict[str, Any], offered: subscriptions.OfferView) -> Any:
    """The customer takes it."""
    with shop.as_customer(subscription["customer"]) as session:
        return subscriptions.accept(
            session,
            subscription_id=subscription["id"],
            kind=offered.kind.value,
            by=time.seen_by(session, shop.who()),
            key=KEY,
            confirmation=offered.confirmation,
            now=time.now(session),
        )


def _collected(shop: Shop, customer: str, act: Any) -> Any:
    with shop.as_customer(customer):
        here = scope.current()
    with scope.use(here):
        return collect.run(shop.database.begin, processors=cards.adapters(shop).processors, act=act)
