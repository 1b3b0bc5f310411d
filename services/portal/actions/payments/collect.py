"""Money in three steps, each safe to stop after: decide and record, call the processor, record what it said."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Generic, Protocol, TypeVar

from sqlalchemy.orm import Session

from services.portal.actions.payments import pay
from services.portal.actions.payments.bills import Intent
from services.portal.actions.payments.settle import settle
from services.portal.actions.sources import asking
from services.portal.adapters.processors import UNKNOWN, Answer, Processors
from services.portal.queries import payments, time
from services.portal.queries.payments import PaymentView
from services.portal.rules.payments import outcome
from services.portal.rules.payments.outcome import Result
from shared.database import Begin
from shared.errors import Refusal
from shared.logs import log


class WithIntent(Protocol):
    """What an action of step 1 returns."""

    @property
    def intent(self) -> Intent | None: ...


T = TypeVar("T", bound=WithIntent)
NowOf = Callable[[Session], datetime]


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """What became of a payment."""

    result: Result
    payment: PaymentView


@dataclass(frozen=True, kw_only=True)
class Collected(Generic[T]):
    """What step 1 decided, and what came of its call; without a call both others are None."""

    result: T
    outcome: Result | None
    payment: PaymentView | None


def run(begin: Begin, *, processors: Processors, act: Callable[[Session], T], now_of: NowOf = time.now) -> Collected[T]:
    """`act` in a transaction; its call, if it has one, with none open; the outcome in another one. Where it is billed
    elsewhere, the call goes there. Raises what `asking.carry_out` raises."""
    with begin() as session:
        result = act(session)
    for call in getattr(result, "sources", ()):
        asking.carry_out(begin, sources=processors.sources, call_id=call)
    if result.intent is None:
        return Collected(result=result, outcome=getattr(result, "outcome", None), payment=None)
    done = carry_out(begin, processors=processors, intent=result.intent, now_of=now_of)
    return Collected(result=result, outcome=done.result, payment=done.payment)


def carry_out(begin: Begin, *, processors: Processors, intent: Intent, now_of: NowOf = time.now) -> Outcome:
    """Steps 2 and 3 of a call that is recorded; and of its successor, when a backup card is tried."""
    following: Intent | None = intent
    while following is not None:
        answer = charge(processors, following)
        with begin() as session:
            following = settle(session, attempt_id=following.attempt, answer=answer, now=now_of(session))
            payment = payments.record(session, payment_id=intent.payment)
    return Outcome(result=answer.result, payment=payment)


def carry_on(begin: Begin, *, processors: Processors, payment_id: str, now_of: NowOf = time.now) -> Outcome | None:
    """What became of a payment that was opened by somebody who broke off: their call is made, under its own key.

    None: somebody is at it. Raises NotFound.
    """
    with begin() as session:
        intent = pay.taken_over(session, payment_id=payment_id, now=now_of(session))
    if intent is not None:
        carry_out(begin, processors=processors, intent=intent, now_of=now_of)
    with begin() as session:
        payment = payments.record(session, payment_id=payment_id)
    result = outcome.told(payment.status)
    return None if result is None else Outcome(result=result, payment=payment)


def charge(processors: Processors, intent: Intent) -> Answer:
    """The call itself. Whatever goes wrong on the way, the money may have moved: the answer is unknown."""
    try:
        return processors.of(intent.processor).charge(
            key=intent.key,
            token=intent.token,
            amount=intent.amount,
            description=intent.description,
            off_session=intent.off_session,
            return_url=processors.url(intent.return_path),
        )
    except Refusal:
        raise
    except Exception as error:  # noqa: BLE001 - anything at all: it is asked about later, never charged anew
        log.error("processor.failed", attempt=intent.attempt, processor=intent.processor, exc_info=error)
        return UNKNOWN
