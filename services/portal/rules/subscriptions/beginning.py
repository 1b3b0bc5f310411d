"""DECIDES how a new subscription begins: in a trial, active, or owing its first charge; and who collects the money.

A subscription is `automatic` (the engine charges it) where the caller says so, names a payment method, or the customer
has one; else its vendor collects (`external`). One that began before today can only be external: its past was paid
elsewhere. A plan with trial days begins with a trial and is charged at its end. Otherwise an automatic one is charged
now, and until that is paid it is past due; without a payment method it can't begin, unless the vendor lets it.

Worked example: 14 trial days, started on 1 March: in its trial until 15 March. No trial, customer with a card: charged
on 1 March, active from then.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from services.portal.rules.subscriptions.lifecycle import Status
from services.portal.rules.subscriptions.pause import NoPaymentMethod
from shared.errors import Conflict, FieldError, Invalid

AUTOMATIC = "automatic"
EXTERNAL = "external"


class StartDeclined(Conflict):
    """Its first charge was declined: nothing runs, and nothing is owed."""

    code = "start_declined"


class ResumeDeclined(Conflict):
    """The charge for going on was declined: the pause goes on, and nothing is owed."""

    code = "resume_declined"


@dataclass(frozen=True, kw_only=True)
class Beginning:
    """The first state, who collects, and when the trial ends (None: there is none)."""

    status: Status
    collection: str
    trial_end: datetime | None
    is_charged_now: bool


def decide(
    *,
    collection: str | None,
    names_payment_method: bool,
    has_payment_method: bool,
    began_earlier: bool,
    trial_days: int,
    allow_past_due: bool,
    anchor: datetime,
    now: datetime,
) -> Beginning:
    """How it begins. Raises Invalid, NoPaymentMethod."""
    trial_end = anchor + timedelta(days=trial_days) if trial_days else None
    in_trial = trial_end is not None and trial_end > now
    is_automatic = collection == AUTOMATIC or (collection is None and has_payment_method and not began_earlier)
    if names_payment_method and collection == EXTERNAL:
        raise Invalid(FieldError.of("payment_method", "only_automatic"))
    if is_automatic and began_earlier:
        raise Invalid(FieldError.of("started_at", "only_external"))
    is_charged_now = is_automatic and not in_trial
    if is_charged_now and not has_payment_method and not allow_past_due:
        raise NoPaymentMethod
    status = Status.TRIALING if in_trial else Status.PAST_DUE if is_charged_now else Status.ACTIVE
    return Beginning(
        status=status,
        collection=AUTOMATIC if is_automatic else EXTERNAL,
        trial_end=trial_end if in_trial else None,
        is_charged_now=is_charged_now,
    )
