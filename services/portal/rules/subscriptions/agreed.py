"""TARGET: the terms a change leads to, as they are kept while it waits for its money or for the end of the period.

They are those of the moment at which the change was agreed to: whatever becomes of the plan while it waits, the
subscriber gets what was shown.

Worked example: a change to Solo at 9 EUR, agreed to on 10 May for 31 May, is to Solo at 9 EUR, even if Solo was put
away on 20 May.
"""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any, cast

from services.portal.rules.subscriptions.addons import Fit, Item
from services.portal.rules.subscriptions.period import Interval
from services.portal.rules.subscriptions.renewal import Terms
from shared.totals import TaxBehavior


@dataclass(frozen=True, kw_only=True)
class Target:
    """Plan, quantity, price and tax to come. `at` (ISO 8601) is when; `keeps_discount`: the coupon fits the plan.

    `discount`, as a subscription keeps it, is that of a coupon which comes with the change, in place of any other.
    """

    plan: str
    plan_name: str
    product: str
    quantity: int
    unit_amount: int
    currency: str
    interval: str
    interval_count: int
    tax_rate: int
    tax_behavior: str
    keeps_discount: bool
    at: str
    discount: dict[str, Any] | None = None

    def stored(self) -> dict[str, Any]:
        """As a row keeps it."""
        return asdict(self)

    @property
    def fit(self) -> Fit:
        """What an add-on must have to stay."""
        return Fit(
            product=self.product,
            currency=self.currency,
            interval=self.interval,
            interval_count=self.interval_count,
            tax_behavior=self.tax_behavior,
        )

    @property
    def moment(self) -> datetime:
        """When it takes effect."""
        return datetime.fromisoformat(self.at)


def of(stored: Mapping[str, Any] | None) -> Target | None:
    """As a row keeps it, to what actions take."""
    return None if stored is None else Target(**stored)


def terms(target: Target, *, anchor: datetime, addons: Sequence[Item] = ()) -> Terms:
    """As the next charge counts it."""
    return Terms(
        description=target.plan_name,
        quantity=target.quantity,
        unit_amount=target.unit_amount,
        currency=target.currency,
        tax_rate=target.tax_rate,
        tax_behavior=cast("TaxBehavior", target.tax_behavior),
        interval=Interval(target.interval),
        interval_count=target.interval_count,
        anchor=anchor,
        addons=addons,
    )
