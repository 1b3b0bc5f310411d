"""What an action leaves to be called once it is recorded."""

from dataclasses import dataclass

from services.portal.actions.payments.bills import Intent
from services.portal.actions.payments.refund_rows import RefundIntent


@dataclass(frozen=True, kw_only=True)
class Calls:
    """What is to be called, once it is recorded: at processors, and (by id) at the source that bills."""

    refunds: tuple[RefundIntent, ...] = ()
    payments: tuple[Intent, ...] = ()
    sources: tuple[str, ...] = ()
