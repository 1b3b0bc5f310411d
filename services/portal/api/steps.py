"""Views in steps that move money, under an `Idempotency-Key`: what an earlier try began is carried on, not begun anew.

The first step notes what it made, in its own transaction. A request that comes back after its process was killed finds
the note, makes the calls that nobody made, under the keys they were recorded with, and answers for the one effect.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Protocol, TypeVar

from services.portal.actions.payments import calls, collect
from services.portal.actions.payments.bills import Intent
from services.portal.actions.payments.calls import Calls
from services.portal.adapters import Adapters
from services.portal.adapters.processors import Processors
from services.portal.queries import time
from services.portal.queries.payments import PaymentView
from services.portal.rules.payments.outcome import Result
from shared.database import Session
from shared.web import adapters, begin
from shared.web.idempotency import KeyInUse, begun, note


class Charging(Protocol):
    """What an action that may open a payment returns."""

    @property
    def intent(self) -> Intent | None: ...
    @property
    def payment(self) -> str | None: ...


T = TypeVar("T", bound=Charging)


@dataclass(frozen=True, kw_only=True)
class Done:
    """What the action made, as noted; and what came of its payment, by id. Without one, all three are None.

    `settled` is the payment as it is now, where a processor was asked.
    """

    facts: Mapping[str, Any]
    payment: str | None
    outcome: Result | None
    settled: PaymentView | None


def charge(act: Callable[[Session], T], *, facts: Callable[[T], dict[str, Any]]) -> Done:
    """Do it and make its charge, or carry on with what an earlier try did. `facts` (JSON) are what the answer needs.

    Raises KeyInUse while somebody else is at the charge, and what `act` raises.
    """
    earlier = begun()
    if earlier is not None:
        return _carried_on(earlier)

    def noted(step: Session) -> T:
        made = act(step)
        note(facts=facts(made), payment=made.payment)
        return made

    collected = collect.run(begin(), processors=_processors(), act=noted)
    made = collected.result
    return Done(facts=facts(made), payment=made.payment, outcome=collected.outcome, settled=collected.payment)


def call(act: Callable[[Session], Calls]) -> None:
    """Do it and make its calls, or those that an earlier try left. Raises what `act` raises."""
    earlier = begun()
    with begin()() as step:
        if earlier is not None:
            left = calls.taken_over(step, **earlier, now=time.now(step))
        else:
            left = act(step)
            note(
                refunds=[each.refund for each in left.refunds],
                payments=[each.payment for each in left.payments],
                sources=list(left.sources),
            )
    calls.carry_out(begin(), processors=_processors(), calls=left)


def call_once(act: Callable[[Session], Calls]) -> None:
    """As `call`, for a request that carries no key: what it leaves, the clock does. Raises what `act` raises."""
    with begin()() as step:
        left = act(step)
    calls.carry_out(begin(), processors=_processors(), calls=left)


def _carried_on(earlier: Mapping[str, Any]) -> Done:
    facts, payment = earlier["facts"], earlier["payment"]
    if payment is None:
        return Done(facts=facts, payment=None, outcome=None, settled=None)
    done = collect.carry_on(begin(), processors=_processors(), payment_id=payment)
    if done is None:
        raise KeyInUse
    return Done(facts=facts, payment=payment, outcome=done.result, settled=done.payment)


def _processors() -> Processors:
    return adapters(Adapters).processors
