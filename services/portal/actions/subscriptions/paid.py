"""EFFECTS and FAILURES: what a payment does to its subscription once it is paid, or declined for now.

Both run in the transaction that records the outcome of the attempt, under a lock on the payment, so they happen once.
An effect locks the subscription itself (`actions.subscriptions.loading.locked`) and must be right whatever became of it
in the meantime: money that arrives late for one that has ended changes nothing about it.
"""

from datetime import datetime
from typing import Final, Protocol

from sqlalchemy.orm import Session

from services.portal.actions.payments import top_up
from services.portal.actions.subscriptions import addon_paid, began, changed, closing, renewed, resumed
from services.portal.actions.subscriptions.period_paid import ADDON
from services.portal.models import Payment


class Effect(Protocol):
    """What happens, in the transaction of the outcome."""

    def __call__(self, session: Session, payment: Payment, *, now: datetime) -> None: ...


def nothing(session: Session, payment: Payment, *, now: datetime) -> None:
    """The payment changes nothing but itself."""


EFFECTS: Final[dict[str, Effect]] = {
    "recorded": nothing,
    "start": began.effect,
    "renewal": renewed.renewed,
    "change": changed.effect,
    ADDON: addon_paid.effect,
    "resume": resumed.effect,
    closing.KIND: nothing,
    top_up.KIND: top_up.became_credit,
}
"""By `Payment.kind`: it was paid."""

FAILURES: Final[dict[str, Effect]] = {
    "recorded": nothing,
    "start": began.failure,
    "renewal": renewed.fell_behind,
    "change": changed.failure,
    ADDON: addon_paid.failure,
    "resume": resumed.failure,
    closing.KIND: closing.declined,
    top_up.KIND: top_up.failed,
}
"""By `Payment.kind`: it was declined this time, and is owed still."""
