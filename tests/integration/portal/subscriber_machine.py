"""A customer with a card, what the naive books say of them, and what has to hold after whatever happened to them."""

import itertools
from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Any, ClassVar

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant
from sqlalchemy import func, select
from werkzeug.test import TestResponse

from services.portal.actions.subscriptions.start import start
from services.portal.models import Attempt, Credit, Payment, Subscription
from services.portal.models.sandbox import SandboxCharge
from services.portal.queries import books, time
from shared.database import scope, steady
from tests.integration.portal import cards
from tests.integration.portal.changing import plans
from tests.integration.portal.clockwork import advance, payments, read
from tests.integration.portal.naive_books import Model
from tests.integration.portal.naive_payments import Purse
from tests.integration.portal.shop import Shop

PRICES = {"solo": 900, "team": 2500, "pro": 6000}
PLANS = st.sampled_from(sorted(PRICES))
SEATS = st.integers(1, 4)


class Subscriber(RuleBasedStateMachine):
    """The machine without its rules."""

    make_shop: ClassVar[Callable[[], Shop]]
    numbers: ClassVar[Iterator[int]] = itertools.count(1)

    @initialize(plan=PLANS, seats=SEATS, trial_days=st.sampled_from([0, 0, 0, 14]))
    def begin(self, plan: str, seats: int, trial_days: int) -> None:
        self.shop = type(self).make_shop()
        self.purse = Purse()
        self.customer = self.shop.customer(f"machine{next(self.numbers)}@example.com")["id"]
        cards.card(self.shop, self.customer)
        sold = plans(self.shop)
        self.plans: dict[str, dict[str, Any]] = {"solo": sold.solo, "team": sold.team, "pro": sold.pro}
        on_trial = {"product": sold.product, "plan_group": sold.group["id"], "unit_amount": PRICES[plan]}
        first = self.shop.plan(**on_trial, trial_days=trial_days) if trial_days else self.plans[plan]
        self.subscriptions: list[tuple[dict[str, Any], Model]] = []
        self.subscribe(first, PRICES[plan], seats, trial_days=trial_days)

    @property
    def model(self) -> Model:
        return self.subscriptions[-1][1]

    @property
    def subscription(self) -> dict[str, Any]:
        return self.subscriptions[-1][0]

    def subscribe(self, plan: dict[str, Any], price: int, seats: int, *, trial_days: int = 0) -> None:
        with self.shop.inside() as session:
            made = start(
                session,
                customer=self.customer,
                plan=plan["id"],
                quantity=seats,
                collection="automatic",
                now=time.now(session),
            )
        if made.intent is not None:
            cards.carry_out(self.shop, made.intent)
        subscription = read(self.shop, made.id)
        began = datetime.fromisoformat(subscription["started_at"])
        self.subscriptions.append(
            (subscription, Model(self.purse, began, price=price, seats=seats, trial_days=trial_days))
        )

    def pass_until(self, target: datetime) -> None:
        advance(self.shop, to=target)
        for _subscription, model in self.subscriptions:
            model.pass_until(target)

    def ask(self, verb: str, body: dict[str, Any] | None = None) -> TestResponse:
        key = {"Idempotency-Key": f"machine-{next(self.numbers)}"}
        path = f"/v1/subscriptions/{self.subscription['id']}/{verb}"
        return self.shop.ask("POST", path, json=body or {}, headers=key)

    def good(self, verb: str, body: dict[str, Any] | None = None) -> dict[str, Any]:
        answer = self.ask(verb, body)
        assert answer.status_code == 200, (verb, answer.text)
        found: dict[str, Any] = answer.json
        return found

    def changed_at(self) -> datetime:
        """The moment of the last change that waits to be charged."""
        with self.shop.inside() as session:
            found = select(Subscription.pending_lines).where(Subscription.id == self.subscription["id"])
            lines = session.scalars(found).one()
            return datetime.fromisoformat(lines[-1]["period_start"]) if lines else time.now(session)

    def of_all(self) -> list[Payment]:
        """The customer's payments, oldest first."""
        with self.shop.inside() as session:
            found = select(Payment).where(Payment.customer == self.customer).order_by(Payment.id)
            return list(session.scalars(found))

    @invariant()
    def the_state_is_the_models(self) -> None:
        if not hasattr(self, "subscriptions"):
            return
        for subscription, model in self.subscriptions:
            found = read(self.shop, subscription["id"])
            assert found["status"] == model.status
            if model.status in ("active", "trialing", "canceled"):
                assert datetime.fromisoformat(found["current_period_end"]) == model.end
                assert (found["quantity"], found["unit_amount"]) == (model.seats, model.price)

    @invariant()
    def every_payment_is_the_models(self) -> None:
        if not hasattr(self, "subscriptions"):
            return
        for subscription, model in self.subscriptions:
            made = payments(self.shop, subscription)
            taken = [(each.total, each.refunded) for each in made if each.status == "succeeded"]
            assert taken == [(each.money, each.refunded) for each in model.paid]
            periods = [each.period_start for each in made if each.status != "voided" and each.kind != "final"]
            assert len(periods) == len(set(periods))
            assert [each.kind for each in made].count("final") <= 1

    @invariant()
    def money_is_conserved(self) -> None:
        if not hasattr(self, "subscriptions"):
            return
        made = self.of_all()
        taken = [each for each in made if each.status == "succeeded"]
        with self.shop.inside() as session:
            keys = select(Attempt.key).where(Attempt.customer == self.customer)
            charged, back = session.execute(
                select(
                    func.coalesce(func.sum(SandboxCharge.amount), 0), func.coalesce(func.sum(SandboxCharge.refunded), 0)
                ).where(SandboxCharge.key.in_(keys), SandboxCharge.status == "succeeded")
            ).one()
            credit = int(session.scalar(select(func.sum(Credit.remaining))) or 0)
        assert int(charged) == sum(each.total for each in taken)
        assert int(back) == sum(each.refunded for each in taken)
        assert credit == self.purse.credit
        billed = sum(line["amount"] for each in taken for line in each.lines if line["period_end"] is not None)
        in_use = sum(used["amount"] for each in made if each not in taken for used in each.credited or ())
        assert int(charged) - credit == billed - self.purse.granted + in_use

    @invariant()
    def no_more_goes_back_than_was_paid(self) -> None:
        if not hasattr(self, "subscriptions"):
            return
        for each in self.of_all():
            notes = (each.after or {}).get("given_back", ())
            assert each.refunded + sum(note["kept"] for note in notes) <= each.total
            ends = each.period_end and each.period_end.isoformat()
            own = sum(line["amount"] for line in each.lines if line["period_end"] == ends)
            assert sum(note["credit"] for note in notes) <= max(own - each.total, 0)
        with self.shop.database.begin(read_only=True) as session, scope.platform():
            steady(session)
            assert books.verify(session, vendor=self.shop.vendor) == ()
