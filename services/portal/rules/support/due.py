"""CALCULATES by when staff are to have answered a ticket, and how long before that they are warned.

A helpdesk may promise an answer within so many hours. They count from when the customer began to wait: from the opening
of the ticket, or from the first word after staff answered. Who writes once more before that waits no longer for it, and
no shorter: the time stays. While the ticket waits for the customer, and once it is over, nothing is due; nor where
the helpdesk promises nothing. Another promise of the helpdesk counts from the next ticket or word on.

Worked example: 24 hours. Opened Monday at 9:00, due Tuesday at 9:00; answered on Monday, nothing is due; the customer
writes on Thursday at 15:00 and again at 17:00: due Friday at 15:00.
"""

from datetime import datetime, timedelta
from typing import Final

from services.portal.rules.support.ticket import TicketStatus

LEAST_HOURS: Final = 1
MOST_HOURS: Final = 720
"""Thirty days."""
LEAD: Final = timedelta(hours=1)
SHORT: Final = (1, 2, 3)
"""Promises, in hours, of which an hour would be too much to be warned ahead."""


def calculate(
    *,
    before: TicketStatus | None,
    after: TicketStatus,
    due_at: datetime | None,
    answer_hours: int | None,
    now: datetime,
) -> datetime | None:
    """When the answer is due after a move from `before` (None: it was opened) to `after`; None where nothing is.

    `due_at` is when it was due so far, `answer_hours` what the helpdesk promises now.
    """
    if after is not TicketStatus.OPEN:
        return None
    if before is TicketStatus.OPEN:
        return due_at
    return None if answer_hours is None else now + timedelta(hours=answer_hours)


def lead(answer_hours: int | None) -> timedelta:
    """How long before an answer is due staff are warned: a quarter of what was promised, an hour at most; an hour where
    nothing is promised any more."""
    return LEAD if answer_hours is None else min(LEAD, timedelta(hours=answer_hours) / 4)
