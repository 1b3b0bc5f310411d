"""DECIDES how much of a payment may still go back, and until when.

Never more than was paid goes back in all, in the payment's own currency; refunds that are under way count, and so does
unused time that was given back in another way: as credit, or taken off another plan. Customers
are also bound by the refund period: so many days, counted from the second of the payment, the last day included. The
plan's period counts before the product's, the product's before the portal's; 0 is never, none at all is no limit. The
period holds whether a refund runs by itself or a person decides. A vendor's own key is not bound by it.

Worked example: 50.00 EUR paid on 1 March at 10:00:00, a period of 14 days on the product, of 30 in the portal. Until
15 March, 10:00:00, the customer may ask for up to 50.00; after 20.00 of them for up to 30.00; a second later for
nothing, `refund_window_over`.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from services.portal.rules.reasons import REFUSALS, Reason
from shared.errors import Conflict, FieldError, Invalid
from shared.money import Money


class PaymentNotPaid(Conflict):
    """Nothing has arrived that could go back."""

    code = "payment_not_paid"


class RefundExceedsPayment(Conflict):
    """More than is left of the payment."""

    code = "refund_exceeds_payment"


@dataclass(frozen=True, kw_only=True)
class Window:
    """The refund period in days, as each level has it; None leaves it to the next."""

    plan: int | None = None
    product: int | None = None
    portal: int | None = None

    @property
    def days(self) -> int | None:
        """The most specific; None is no limit."""
        for days in (self.plan, self.product, self.portal):
            if days is not None:
                return days
        return None


@dataclass(frozen=True, kw_only=True)
class Refundable:
    """What may go back: `left` in minor units, the last moment (None: no limit), and why not, if not."""

    left: Money
    until: datetime | None
    limit: Reason | None


def calculate(
    *,
    paid_at: datetime | None,
    paid: Money,
    refunded: Money,
    given_back: Money | None = None,
    window: Window,
    now: datetime,
) -> Refundable:
    """What is left of a payment, for a customer; a vendor passes an empty `window`. `paid_at` None: not paid.

    `given_back` is what of it was credited or taken off another plan.
    """
    gone = refunded if given_back is None else refunded + given_back
    left = Money(max(paid.amount - gone.amount, 0), (paid - gone).currency)
    if paid_at is None:
        return Refundable(left=Money(0, paid.currency), until=None, limit=Reason.INVALID_STATE)
    until = None if window.days is None else paid_at + timedelta(days=window.days)
    if left.amount <= 0:
        return Refundable(left=left, until=until, limit=Reason.ALREADY_REFUNDED)
    if until is not None and (window.days == 0 or now > until):
        return Refundable(left=left, until=until, limit=Reason.REFUND_WINDOW_OVER)
    return Refundable(left=left, until=until, limit=None)


def decide(*, refundable: Refundable, amount: int | None) -> Money:
    """What goes back: `amount`, or all that is left.

    Raises PaymentNotPaid, AlreadyRefunded, RefundWindowOver, RefundExceedsPayment, Invalid.
    """
    if refundable.limit is Reason.INVALID_STATE:
        raise PaymentNotPaid
    if refundable.limit is not None:
        raise REFUSALS[refundable.limit](until=refundable.until)
    wanted = refundable.left if amount is None else Money(amount, refundable.left.currency)
    if wanted.amount <= 0:
        raise Invalid(FieldError.of("amount", "not_positive"))
    if wanted.amount > refundable.left.amount:
        raise RefundExceedsPayment(left=refundable.left)
    return wanted
