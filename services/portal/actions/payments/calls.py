"""The calls that one action leaves to be made at a processor: carried out, and taken over where nobody makes them."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy.orm import Session

from services.portal.actions.payments import collect, pay, refund
from services.portal.actions.payments.left import Calls
from services.portal.actions.sources import asking
from services.portal.adapters.processors import Processors
from shared.database import Begin

__all__ = ["Calls", "carry_out", "taken_over"]


def carry_out(begin: Begin, *, processors: Processors, calls: Calls) -> None:
    """Make each call with no transaction open, and record what came of it. Left alone, the clock does.

    Raises SourceRefused, SourceDeclined, SourceSilent and Unavailable for what a source did not do.
    """
    for back in calls.refunds:
        refund.carry_out(begin, processors=processors, intent=back)
    for charge in calls.payments:
        collect.carry_out(begin, processors=processors, intent=charge)
    for call in calls.sources:
        asking.carry_out(begin, sources=processors.sources, call_id=call)


def taken_over(
    session: Session, *, refunds: Sequence[str], payments: Sequence[str], sources: Sequence[str] = (), now: datetime
) -> Calls:
    """Those of these refunds and payments that were to be made by somebody who has been silent for too long."""
    backs = [refund.taken_over(session, refund_id=each, now=now) for each in refunds]
    charges = [pay.taken_over(session, payment_id=each, now=now) for each in payments]
    return Calls(
        refunds=tuple(each for each in backs if each is not None),
        payments=tuple(each for each in charges if each is not None),
        sources=tuple(sources),
    )
