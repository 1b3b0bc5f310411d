"""What a customer should know first, the most urgent at the top: nothing here is said that is not so."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Final

from services.portal.queries import payment_methods
from services.portal.queries.overview import OverviewView
from services.portal.queries.payment_methods import CardRow
from services.portal.queries.subscriptions import SubscriptionCard
from services.portal.rules.subscriptions.lifecycle import Status

SOON: Final = timedelta(days=7)
"""From when on the end of a trial or of a canceled subscription is said at the top as well as on its card."""


@dataclass(frozen=True, kw_only=True)
class Alert:
    """One of them. The texts are `portal.alert.<what>.title` and `.text`; `at` is the day they name, `path` where the
    button leads, below the portal's home."""

    kind: str
    what: str
    path: str
    at: datetime | None = None
    params: dict[str, Any] = field(default_factory=dict)


def stack(view: OverviewView, cards: tuple[CardRow, ...], *, now: datetime) -> list[Alert]:
    """After what is unpaid: cards that run out, what ends soon, trials that end soon, answers that wait."""
    return [
        *(alert for row in cards for alert in _of_card(row)),
        *(alert for card in view.subscriptions for alert in _of_end(card, now)),
        *(alert for card in view.subscriptions for alert in _of_trial(card, now)),
        *(
            Alert(kind="info", what="answered", path=f"/tickets/{each.id}", params={"subject": each.subject})
            for each in view.answered
        ),
    ]


def cards_of(view: OverviewView, *, now: datetime) -> tuple[CardRow, ...]:
    """The cards that the subscriptions shown are charged to, each once; the default ones also where nothing runs."""
    found = {}
    for card in view.subscriptions:
        for method in (card.payment_method, card.default_method):
            if method is not None:
                found[method.id] = method
    return tuple(payment_methods.aged(each, now=now) for each in found.values())


def _of_card(row: CardRow) -> Iterator[Alert]:
    params = {"brand": row.card.brand_name, "digits": row.card.last4}
    if row.is_expired:
        yield Alert(kind="danger", what="card_expired", path="/payment-methods/new", params=params)
    elif row.days_left is not None:
        yield Alert(kind="warning", what="card_expires", path="/payment-methods/new", at=row.last_day, params=params)


def _of_end(card: SubscriptionCard, now: datetime) -> Iterator[Alert]:
    if card.status is Status.CANCELED and card.ends_at is not None and now < card.ends_at <= now + SOON:
        yield Alert(
            kind="warning",
            what="ends",
            path=f"/subscriptions/{card.id}",
            at=card.ends_at,
            params={"plan": card.plan_name},
        )


def _of_trial(card: SubscriptionCard, now: datetime) -> Iterator[Alert]:
    if card.status is Status.TRIALING and card.trial_end is not None and now < card.trial_end <= now + SOON:
        yield Alert(
            kind="info",
            what="trial",
            path=f"/subscriptions/{card.id}",
            at=card.trial_end,
            params={"plan": card.plan_name},
        )
