"""CALCULATES when a customer is told that a free trial or a pause ends soon by itself.

Both end with a charge, so both are announced the vendor's number of days ahead, once. One that is shorter than that is
announced as soon as it has begun; with 0 days, never. A trial ends by turning into a paid subscription: the first
period begins at `trial_end` and is charged then. Without a payment method that charge fails at once, and the
subscription is past due like after any other failed charge.

Worked example: a trial of 14 days from 1 March, notice 3 days: announced on 12 March, charged on 15 March.
"""

from datetime import datetime, timedelta


def calculate(*, began_at: datetime, ends_at: datetime, notice_days: int) -> datetime | None:
    """The moment of the notice; None when there is none to be given."""
    if notice_days == 0 or ends_at <= began_at:
        return None
    return max(began_at, ends_at - timedelta(days=notice_days))
