"""What happens to money, a verb a file: `bills` decides, `collect` calls the processor, `settle` records its answer."""

from services.portal.actions.payments.bills import Bill, Intent, Opened, open_bill, try_again
from services.portal.actions.payments.collect import Collected, Outcome, carry_out
from services.portal.actions.payments.record import columns, record, succeeded

__all__ = [
    "Bill",
    "Collected",
    "Intent",
    "Opened",
    "Outcome",
    "carry_out",
    "columns",
    "open_bill",
    "record",
    "succeeded",
    "try_again",
]
