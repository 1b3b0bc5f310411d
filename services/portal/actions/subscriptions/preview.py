"""What every look ahead at an action on a subscription answers. The action itself calls the same rules and saves."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from sqlalchemy.orm import Session

from services.portal.actions.subscriptions.loading import Loaded
from services.portal.queries.subscriptions import NextChargeView
from services.portal.rules.assurance import Requester
from services.portal.rules.policy import Decision
from shared.money import Money
from shared.totals import Line, TaxBehavior
from shared.totals import calculate as totals_of


@dataclass(frozen=True, kw_only=True)
class Due:
    """What is charged now: its lines and what they come to, in minor units."""

    lines: tuple[Line, ...]
    net: int
    tax: int
    total: int
    currency: str


@dataclass(frozen=True, kw_only=True)
class LastBill(Due):
    """What is settled when it ends, at `at`; `becomes_credit` of it where less than nothing is owed, with tax."""

    at: datetime
    becomes_credit: int

    @property
    def money(self) -> Money:
        """What is charged."""
        return Money(self.total, self.currency)

    @property
    def kept(self) -> Money:
        """What becomes credit."""
        return Money(self.becomes_credit, self.currency)


@dataclass(frozen=True, kw_only=True)
class GivenBack:
    """Unused time that is given back. `how` is `credit`, or `refund`: as money, but for what was paid with credit.

    `amount` is all of it, `credit` what of that becomes credit.
    """

    amount: Money
    how: str
    credit: Money

    @property
    def money(self) -> Money:
        """What goes back to where it was paid from."""
        return self.amount - self.credit


@dataclass(frozen=True, kw_only=True)
class Preview:
    """What would happen. `is_immediate` actions take effect when confirmed, others at `effective_at`.

    `due_now` is None where nothing is charged now; `never_charged` is what would have been charged next; `last_bill`
    is what earlier changes left to be settled when it ends. `addon_quantity` is how many of an `addon` there will be,
    `ends_addons` the names of those that end with it. `plan`, `quantity`, `ends_at`, `resumes_at` and
    `next_charge` are those after the action. `decision` is `needs_approval` where a ticket would be opened instead,
    `denied` (with the `reason`, and without figures) where it is refused.
    """

    action: str
    subscription: str
    decision: Decision = Decision.ALLOWED
    reason: str | None = None
    message: str | None = None
    is_immediate: bool = True
    effective_at: datetime | None = None
    due_now: Due | None = None
    given_back: GivenBack | None = None
    next_charge: NextChargeView | None = None
    never_charged: NextChargeView | None = None
    last_bill: LastBill | None = None
    plan: str | None = None
    quantity: int | None = None
    ends_at: datetime | None = None
    resumes_at: datetime | None = None
    addon: str | None = None
    addon_quantity: int | None = None
    ends_addons: tuple[str, ...] = ()

    def facts(self) -> tuple[object, ...]:
        """The amounts and dates that a confirmation stands for (`confirmations.fingerprint(*preview.facts())`).

        A moment that is only "now" is none of them.
        """
        due, back, following = self.due_now, self.given_back, self.next_charge
        return (
            self.action,
            "now" if self.is_immediate else self.effective_at,
            None if due is None else (due.total, due.currency),
            None if back is None else (back.amount.amount, back.amount.currency, back.how),
            None if following is None else (following.at, following.total.amount, following.total.currency),
            self.plan,
            self.quantity,
            None if self.is_immediate and self.action == "cancel" else self.ends_at,
            self.resumes_at,
            self.addon,
            self.addon_quantity,
            self.ends_addons,
        )


def due_of(lines: Sequence[Line], *, currency: str, tax_behavior: TaxBehavior) -> Due:
    """Lines with what they come to."""
    totals = totals_of(lines, currency, tax_behavior)
    return Due(lines=tuple(lines), net=totals.net, tax=totals.tax, total=totals.total, currency=currency)


class Previewer(Protocol):
    """Looks ahead at one action. Raises what the action would raise for wrong input (unknown plan, coupon, amount)."""

    def __call__(
        self, session: Session, loaded: Loaded, *, given: Mapping[str, Any], by: Requester, now: datetime
    ) -> Preview: ...
