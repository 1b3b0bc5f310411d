"""A subscription through everything that may happen to it, in any order, beside a naive model of our own.

The model knows a calendar of months and a list of amounts, nothing else. After every step the state is the model's,
every period that began was charged once, and money is conserved: what the processor took, less what it gave back, is
what the payments say, less their refunds.
"""

import itertools
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, ClassVar

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)
from sqlalchemy import func, select

from services.portal.models.sandbox import SandboxCharge
from shared.database import Database, migrations
from tests.integration.portal.clockwork import advance, now, payments, read, subscriber
from tests.integration.portal.shop import Shop, application, open_shop
from tests.integration.portal.test_dunning import heal, spoil

PRICE = 2500
SEATS = 2
RETRIES = (2, 7, 14, 21)


def month_after(start: datetime, number: int) -> datetime:
    """So many months later; a day that a month lacks becomes its last."""
    year, month = divmod(start.month - 1 + number, 12)
    for day in range(start.day, 0, -1):
        try:
            return start.replace(year=start.year + year, month=month + 1, day=day)
        except ValueError:
            continue
    raise AssertionError("every month has a first day")


class Model:
    """What ought to be, month by month: naive, and without a line of ours."""

    def __init__(self, start: datetime, *, trial_days: int) -> None:
        self.anchor = start + timedelta(days=trial_days)
        self.status = "trialing" if trial_days else "active"
        self.end = self.anchor if trial_days else self.month(1)
        self.months = 0 if trial_days else 1
        self.card_pays = True
        self.charged = [] if trial_days else [PRICE * SEATS]
        self.failed_at: datetime | None = None
        self.tries = 0
        self.before_cancel = self.status
        self.is_pausing = False
        self.resumes_at: datetime | None = None

    def month(self, number: int) -> datetime:
        """The anchor moved by months."""
        return month_after(self.anchor, number)

    def next(self) -> datetime | None:
        """When something happens by itself."""
        if self.status == "past_due" and self.failed_at is not None:
            return self.failed_at + timedelta(days=RETRIES[self.tries]) if self.tries < len(RETRIES) else None
        if self.status == "paused":
            return self.resumes_at
        return self.end if self.status in ("trialing", "active", "canceled") else None

    def pass_until(self, target: datetime) -> None:
        while (moment := self.next()) is not None and moment <= target:
            if self.status == "canceled":
                self.status = "ended"
            elif self.status == "past_due":
                self._try(moment)
            elif self.is_pausing:
                self.status, self.is_pausing = "paused", False
                self.resumes_at = month_after(self.end, 1)
            elif self.status == "paused":
                self.anchor, self.months = moment, 0
                self._begin(moment)
            else:
                self._begin(moment)

    def _begin(self, moment: datetime) -> None:
        self.status = "active"
        self.months += 1
        self.end = self.month(self.months)
        self._charge(moment)

    def _charge(self, moment: datetime) -> None:
        if self.card_pays:
            self.charged.append(PRICE * SEATS)
        else:
            self.status, self.failed_at, self.tries = "past_due", moment, 0

    def _try(self, moment: datetime) -> None:
        self.tries += 1
        if self.card_pays:
            self.charged.append(PRICE * SEATS)
            self.status, self.failed_at = "active", None
        elif self.tries == len(RETRIES):
            self.status = "ended"


class Lifecycle(RuleBasedStateMachine):
    """Every rule does something through the API, and the same to the model."""

    make_shop: ClassVar[Callable[[], Shop]]
    numbers: ClassVar[Iterator[int]] = itertools.count(1)

    @initialize(trial_days=st.sampled_from([0, 0, 14]))
    def begin(self, trial_days: int) -> None:
        self.shop = type(self).make_shop()
        self.refunded = 0
        self.subscription = subscriber(self.shop, of_plan={"trial_days": trial_days, "unit_amount": PRICE})
        self.model = Model(datetime.fromisoformat(self.subscription["started_at"]), trial_days=trial_days)
        self.path = f"/v1/subscriptions/{self.subscription['id']}"

    @rule(days=st.sampled_from([1, 3, 8, 16, 35, 70]))
    def time_passes(self, days: int) -> None:
        target = now(self.shop) + timedelta(days=days)
        advance(self.shop, to=target)
        self.model.pass_until(target)

    @precondition(lambda self: self.model.card_pays)
    @rule()
    def the_card_stops_paying(self) -> None:
        spoil(self.shop, self.subscription)
        self.model.card_pays = False

    @precondition(lambda self: not self.model.card_pays)
    @rule()
    def the_card_pays_again(self) -> None:
        heal(self.shop, self.subscription)
        self.model.card_pays = True

    @precondition(lambda self: self.model.status in ("active", "trialing"))
    @rule()
    def it_is_canceled(self) -> None:
        self.shop.post(f"{self.path}/cancel", {"timing": "at_period_end"})
        self.model.before_cancel, self.model.status = self.model.status, "canceled"
        self.model.is_pausing = False

    @precondition(lambda self: self.model.status == "active" and not self.model.is_pausing)
    @rule()
    def it_is_to_pause_for_a_month(self) -> None:
        self.shop.post(f"{self.path}/pause", {"interval": "month", "interval_count": 1})
        self.model.is_pausing = True

    @precondition(lambda self: self.model.is_pausing)
    @rule()
    def the_pause_is_withdrawn(self) -> None:
        self.shop.post(f"{self.path}/resume", {}, headers={"Idempotency-Key": f"machine-{next(self.numbers)}"})
        self.model.is_pausing = False

    @precondition(lambda self: self.model.status == "canceled")
    @rule()
    def the_cancel_is_undone(self) -> None:
        self.shop.post(f"{self.path}/undo_cancel", {})
        self.model.status = self.model.before_cancel

    @precondition(lambda self: self.model.status == "ended")
    @rule()
    def what_has_ended_moves_no_more(self) -> None:
        for action in ("cancel", "undo_cancel", "pause"):
            answer = self.shop.ask("POST", f"{self.path}/{action}", json={})
            assert answer.status_code in (409, 422), (action, answer.text)

    @precondition(lambda self: len(self.model.charged) > 0)
    @rule(part=st.integers(1, PRICE * SEATS))
    def some_money_goes_back(self, part: int) -> None:
        paid = [each for each in payments(self.shop, self.subscription) if each.status == "succeeded"]
        left = paid[-1].total - paid[-1].refunded
        key = {"Idempotency-Key": f"machine-{next(self.numbers)}"}
        answer = self.shop.ask("POST", "/v1/refunds", json={"payment": paid[-1].id, "amount": part}, headers=key)
        assert (answer.status_code == 201) is (part <= left), answer.text
        self.refunded += part if part <= left else 0

    @invariant()
    def the_state_is_the_models(self) -> None:
        if not hasattr(self, "model"):
            return
        found = read(self.shop, self.subscription["id"])
        assert found["status"] == self.model.status
        if self.model.status in ("active", "trialing", "canceled"):
            assert datetime.fromisoformat(found["current_period_end"]) == self.model.end

    @invariant()
    def money_is_conserved(self) -> None:
        if not hasattr(self, "model"):
            return
        made = payments(self.shop, self.subscription)
        taken = [each.total for each in made if each.status == "succeeded"]
        assert taken == self.model.charged
        assert sum(each.refunded for each in made) == self.refunded
        with self.shop.database.begin() as session:
            keys = [f"{each.id}:{number}" for each in made for number in range(1, each.attempts + 1)]
            charged, back = session.execute(
                select(
                    func.coalesce(func.sum(SandboxCharge.amount), 0), func.coalesce(func.sum(SandboxCharge.refunded), 0)
                ).where(SandboxCharge.key.in_(keys), SandboxCharge.status == "succeeded")
            ).one()
        assert (int(charged), int(back)) == (sum(taken), self.refunded)

    @invariant()
    def no_period_is_charged_twice(self) -> None:
        if hasattr(self, "model"):
            periods = [each.period_start for each in payments(self.shop, self.subscription)]
            assert len(periods) == len(set(periods))


@pytest.mark.feature("C29", "D06")
def test_whatever_happens_in_whatever_order_the_books_balance(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/portal.db"
    migrations.upgrade("portal", url)
    database = Database(url)
    app = application(database)
    machine: Any = type("Machine", (Lifecycle,), {"make_shop": staticmethod(lambda: open_shop(app, database))})
    bounded = settings(
        max_examples=12,
        stateful_step_count=14,
        deadline=None,
        derandomize=True,
        database=None,
        suppress_health_check=list(HealthCheck),
    )

    run_state_machine_as_test(machine, settings=bounded)
    database.close()
