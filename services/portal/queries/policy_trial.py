"""What a change of a portal's features would mean for the subscriptions that run: who gains what, who loses it."""

import json
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Select, select
from sqlalchemy.orm import Session, load_only

from services.portal.models import Plan, PortalConfiguration, Product, Subscription
from services.portal.queries import agreements
from services.portal.queries.explanations import OF_SUBSCRIPTIONS
from services.portal.queries.portals import PortalView, view
from services.portal.rules.assurance import Requester
from services.portal.rules.policy import Action
from services.portal.rules.portals import features
from services.portal.rules.subscriptions.lifecycle import Status
from shared.errors import NotFound

_AT_ONCE: Final = 500


@dataclass(frozen=True, kw_only=True)
class Difference:
    """How many subscriptions may newly do an action, with or without approval, and how many no longer."""

    action: Action
    gain: int
    lose: int


@dataclass(frozen=True, kw_only=True)
class Trial:
    """What would be different, for how many subscriptions in all; only actions with a difference."""

    subscriptions: int
    differences: tuple[Difference, ...]


def trial(
    session: Session, *, configuration_id: str | None, changed: Mapping[str, Any], by: Requester, now: datetime
) -> Trial:
    """Features as stored, with those of `changed` feature by feature, tried on what has not ended. Raises NotFound."""
    chosen = PortalConfiguration.is_default if configuration_id is None else PortalConfiguration.id == configuration_id
    row = session.scalars(select(PortalConfiguration).where(chosen)).first()
    if row is None:
        raise NotFound
    before = view(row)
    after = replace(before, features=features.calculate(features.merged(row.features, changed)))
    gains: Counter[Action] = Counter()
    losses: Counter[Action] = Counter()
    count = 0
    for could, can in _answers(session, before, after, by=by, now=now):
        count += 1
        gains.update(can - could)
        losses.update(could - can)
    different = [action for action in Action if gains[action] or losses[action]]
    return Trial(
        subscriptions=count,
        differences=tuple(Difference(action=each, gain=gains[each], lose=losses[each]) for each in different),
    )


def _answers(
    session: Session, before: PortalView, after: PortalView, *, by: Requester, now: datetime
) -> Iterator[tuple[frozenset[Action], frozenset[Action]]]:
    """What could be done with each subscription, and what can be; asked once for those that are alike."""
    plans = {plan.id: (plan, product) for plan, product in session.execute(_plans())}
    known: dict[tuple[object, ...], tuple[frozenset[Action], frozenset[Action]]] = {}
    for row in session.scalars(_running().execution_options(yield_per=_AT_ONCE)):
        said = (row.cancel, json.dumps(row.policies, sort_keys=True))
        alike = (row.plan, agreements.status_at(row, now=now), row.pauses_at is None, said)
        if alike not in known:
            plan, product = plans[row.plan]
            known[alike] = (
                _possible(before, row, plan, product, by=by, now=now),
                _possible(after, row, plan, product, by=by, now=now),
            )
        yield known[alike]


def _possible(
    portal: PortalView, row: Subscription, plan: Plan, product: Product, *, by: Requester, now: datetime
) -> frozenset[Action]:
    return frozenset(
        action
        for action in OF_SUBSCRIPTIONS
        if agreements.answer(action, by=by, portal=portal, row=row, plan=plan, product=product, now=now).reason is None
    )


def _plans() -> Select[Plan, Product]:
    return select(Plan, Product).join(Product, Product.id == Plan.product)


def _running() -> Select[Subscription]:
    needed = (
        Subscription.plan,
        Subscription.status,
        Subscription.ends_at,
        Subscription.pauses_at,
        Subscription.cancel,
        Subscription.cancel_message,
        Subscription.policies,
    )
    return select(Subscription).where(Subscription.status != Status.ENDED).options(load_only(*needed))
