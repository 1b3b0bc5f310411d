"""A customer's subscriptions through everything that may happen to them, in any order, beside naive books of our own.

After every step the state is the model's, every period that began was charged once, and money is conserved, of each
payment and of all of them: what the processor took, less what it gave back and what is kept as credit, is what was
billed. What was shown before is what then happens.
"""

from datetime import datetime, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import precondition, rule, run_state_machine_as_test

from shared.database import Database
from shared.web.app import App
from tests.integration.portal import cards
from tests.integration.portal.clockwork import now, payments, read
from tests.integration.portal.lifecycle import portal
from tests.integration.portal.shop import open_shop
from tests.integration.portal.subscriber_machine import PLANS, PRICES, SEATS, Subscriber
from tests.integration.portal.test_dunning import heal, spoil

AT_ONCE = {"mode": "customer_choice", "proration_behavior": "create_prorations"}


class Lifecycle(Subscriber):
    """Every rule does something through the API, and the same to the model."""

    @rule(days=st.sampled_from([1, 3, 8, 16, 35]), part=st.sampled_from([700, 0, 0]))
    def time_passes(self, days: int, part: int) -> None:
        self.pass_until(now(self.shop) + timedelta(days=days))
        if part and any(each.money for each in self.model.paid):
            self.some_money_goes_back(part)

    @precondition(lambda self: self.purse.card_pays)
    @rule(days=st.sampled_from([0, 0, 16, 35]))
    def the_card_stops_paying(self, days: int) -> None:
        spoil(self.shop, self.subscription)
        self.purse.card_pays = False
        if days:
            self.time_passes(days, 0)

    @precondition(lambda self: self.model.status == "active" and self.purse.card_pays and not self.model.is_pausing)
    @rule(then=st.sampled_from(["another card", "by hand", "by hand, in vain"]))
    def a_renewal_is_declined(self, then: str) -> None:
        spoil(self.shop, self.subscription)
        self.purse.card_pays = False
        self.pass_until(self.model.end + timedelta(days=1))
        if then == "by hand":
            self.the_card_pays_again()
        if self.model.owed is None:
            return  # credit was enough
        if then == "another card":
            self.another_card_pays_what_is_open()
        else:
            self.what_is_open_is_tried_by_hand()

    @precondition(lambda self: not self.purse.card_pays)
    @rule()
    def the_card_pays_again(self) -> None:
        heal(self.shop, self.subscription)
        self.purse.card_pays = True

    @precondition(lambda self: self.model.status == "past_due")
    @rule()
    def another_card_pays_what_is_open(self) -> None:
        cards.card(self.shop, self.customer, subscription=self.subscription["id"])
        heal(self.shop, self.subscription)
        self.purse.card_pays = True
        self.model.settle()

    @precondition(lambda self: self.model.owed is not None)
    @rule()
    def what_is_open_is_tried_by_hand(self) -> None:
        (payment,) = (each for each in payments(self.shop, self.subscription) if each.status == "open")
        assert self.model.owed is not None
        assert payment.total == self.model.owed.money
        key = {"Idempotency-Key": f"machine-{next(self.numbers)}"}
        answer = self.shop.ask("POST", f"/v1/payments/{payment.id}/pay", json={}, headers=key)
        assert answer.status_code == 200, answer.text
        assert (answer.json["status"] == "succeeded") is self.purse.card_pays
        if self.purse.card_pays:
            self.model.settle()

    @precondition(lambda self: self.model.status in ("active", "trialing"))
    @rule()
    def it_is_canceled(self) -> None:
        self.good("cancel", {"timing": "at_period_end"})
        self.model.before_cancel, self.model.status = self.model.status, "canceled"

    @precondition(lambda self: self.model.status in ("active", "trialing", "past_due", "paused"))
    @rule(how=st.sampled_from(["refund", "credit", "credit"]))
    def it_is_canceled_at_once(self, how: str) -> None:
        portal(self.shop, subscription_cancel={**AT_ONCE, "unused_time": how})
        foreseen = self.good("preview", {"action": "cancel", "timing": "immediately"})
        shown, bill = foreseen["given_back"], foreseen["last_bill"]
        ended = self.good("cancel", {"timing": "immediately"})
        last = [each.total for each in payments(self.shop, self.subscription) if each.kind == "final"]
        assert len(last) == (bill is not None)
        assert all(abs(total - bill["total"]) <= 2 for total in last)
        at = datetime.fromisoformat(ended["ended_at"])
        money, credit = self.model.cancel_now(at=at, as_money=how == "refund", gives_back=True)
        seen = (0, 0) if shown is None else (shown["amount"] - shown["credit"], shown["credit"])
        assert abs(seen[0] - money) <= 1
        assert abs(seen[1] - credit) <= 1

    @precondition(lambda self: self.model.status == "active" and not self.model.is_pausing)
    @rule(then=st.sampled_from(["stays", "is withdrawn", "goes on by hand", "goes on by hand"]))
    def it_is_to_pause_for_a_month(self, then: str) -> None:
        self.good("pause", {"interval": "month", "interval_count": 1})
        self.model.is_pausing = True
        if then == "is withdrawn":
            self.the_pause_is_withdrawn()
        elif then == "goes on by hand":
            self.pass_until(self.model.end + timedelta(days=3))
            self.it_goes_on_by_hand()

    @precondition(lambda self: self.model.status == "active" and self.model.is_pausing)
    @rule()
    def the_pause_is_withdrawn(self) -> None:
        self.good("resume")
        self.model.is_pausing = False

    @precondition(lambda self: self.model.status == "paused")
    @rule()
    def it_goes_on_by_hand(self) -> None:
        shown = self.good("preview", {"action": "resume"})["due_now"]
        answer = self.ask("resume")
        made = payments(self.shop, self.subscription)[-1]
        assert made.period_start is not None
        assert made.total == shown["total"]
        done = self.model.resume(made.period_start)
        assert (answer.status_code, made.status) == ((200, "succeeded") if done else (409, "voided"))

    @precondition(lambda self: self.model.status == "canceled")
    @rule()
    def the_cancel_is_undone(self) -> None:
        self.good("undo_cancel")
        self.model.status = self.model.before_cancel

    @precondition(lambda self: self.model.status in ("active", "trialing"))
    @rule(plan=PLANS, seats=SEATS, waits=st.booleans())
    def plan_and_quantity_change_now(self, plan: str, seats: int, waits: bool) -> None:
        proration = "create_prorations" if waits else "always_invoice"
        wanted = {
            "plan": self.plans[plan]["id"],
            "quantity": seats,
            "timing": "now",
            "proration_behavior": proration,
        }
        if read(self.shop, self.subscription["id"])["plan"] == wanted["plan"]:
            del wanted["plan"]
            if seats == self.model.seats:
                wanted["quantity"] = seats = seats + 1
        price = PRICES[plan] if "plan" in wanted else self.model.price
        shown = self.good("preview", {"action": "change", **wanted})
        answer = self.ask("change", wanted)
        if waits and self.model.status == "active":
            assert (answer.status_code, shown["due_now"]) == (200, None)
            assert self.model.change(price, seats, at=self.changed_at(), waits=True)
            return
        made = payments(self.shop, self.subscription)[-1]
        assert made.period_start is not None
        done = self.model.change(price, seats, at=made.period_start)
        assert (answer.status_code, made.status) == ((200, "succeeded") if done else (409, "voided")), answer.text
        assert abs(made.total - shown["due_now"]["total"]) <= 1

    @precondition(lambda self: self.model.status == "active" and not self.model.is_pausing)
    @rule(plan=PLANS, seats=SEATS, at_once=st.booleans(), pays=st.booleans())
    def it_ends_before_a_change_is_charged(self, plan: str, seats: int, at_once: bool, pays: bool) -> None:
        self.plan_and_quantity_change_now(plan, seats, waits=True)
        if self.purse.card_pays and not pays:
            self.the_card_stops_paying(0)
        if at_once:
            self.it_is_canceled_at_once("credit")
            return
        self.it_is_canceled()
        self.pass_until(self.model.end + timedelta(days=1))
        if self.model.owed is not None:
            self.what_is_open_is_tried_by_hand()

    @precondition(lambda self: self.model.status == "active")
    @rule(plan=PLANS, seats=SEATS, stays=st.booleans())
    def plan_and_quantity_change_later(self, plan: str, seats: int, stays: bool) -> None:
        wanted = {"plan": self.plans[plan]["id"], "quantity": seats, "timing": "at_period_end"}
        if read(self.shop, self.subscription["id"])["plan"] == wanted["plan"]:
            wanted["quantity"] = seats = seats + (seats == self.model.seats)
            del wanted["plan"]
        price = PRICES[plan] if "plan" in wanted else self.model.price
        self.good("change", wanted)
        self.model.scheduled = price, seats
        if not stays:
            self.the_change_is_withdrawn()

    @precondition(lambda self: self.model.scheduled is not None and self.model.status == "active")
    @rule()
    def the_change_is_withdrawn(self) -> None:
        self.good("undo_change")
        self.model.scheduled = None

    @precondition(lambda self: self.model.status in ("active", "trialing"))
    @rule(periods=st.sampled_from([1, 2, 5]), stays=st.booleans())
    def a_coupon_is_applied(self, periods: int, stays: bool) -> None:
        code = f"OFF{next(self.numbers)}"
        many = {"duration": "repeating", "periods": periods} if periods > 1 else {"duration": "once"}
        self.shop.post("/v1/coupons", {"code": code, "name": code, "percent_off": 2000, **many})
        self.good("coupon", {"code": code})
        self.model.coupon = periods
        if not stays:
            self.the_coupon_is_taken_off()

    @precondition(lambda self: self.model.coupon > 0 and self.model.status in ("active", "trialing"))
    @rule()
    def the_coupon_is_taken_off(self) -> None:
        gone = self.shop.ask("DELETE", f"/v1/subscriptions/{self.subscription['id']}/coupon")
        assert gone.status_code == 200, gone.text
        self.model.coupon = 0

    @precondition(lambda self: self.model.status == "ended")
    @rule(plan=PLANS, seats=SEATS)
    def they_come_back(self, plan: str, seats: int) -> None:
        for action in ("cancel", "undo_cancel", "pause"):
            answer = self.ask(action)
            assert answer.status_code in (409, 422), (action, answer.text)
        self.subscribe(self.plans[plan], PRICES[plan], seats)

    @precondition(lambda self: self.model.status in ("active", "trialing", "past_due"))
    @rule(how=st.sampled_from(["refund", "credit", "credit"]), plan=PLANS, seats=SEATS)
    def they_leave_and_come_back(self, how: str, plan: str, seats: int) -> None:
        self.it_is_canceled_at_once(how)
        self.they_come_back(plan, seats)

    @precondition(lambda self: any(each.money for each in self.model.paid))
    @rule(part=st.one_of(st.integers(1, 3000), st.just(0)))
    def some_money_goes_back(self, part: int) -> None:
        paid = [each for each in payments(self.shop, self.subscription) if each.status == "succeeded"]
        number = max(number for number, each in enumerate(self.model.paid) if each.money)
        left = self.model.paid[number].refundable
        wanted = part or left + 1
        key = {"Idempotency-Key": f"machine-{next(self.numbers)}"}
        body = {"payment": paid[number].id, "amount": wanted}
        answer = self.shop.ask("POST", "/v1/refunds", json=body, headers=key)
        assert (answer.status_code == 201) is (wanted <= left), (left, answer.text)
        self.model.paid[number].refunded += wanted if wanted <= left else 0


@pytest.mark.feature("C29", "D06")
def test_whatever_happens_in_whatever_order_the_books_balance(app: App, database: Database) -> None:
    machine: Any = type("Machine", (Lifecycle,), {"make_shop": staticmethod(lambda: open_shop(app, database))})
    bounded = settings(
        max_examples=14,
        stateful_step_count=14,
        deadline=None,
        derandomize=True,
        database=None,
        suppress_health_check=list(HealthCheck),
    )

    run_state_machine_as_test(machine, settings=bounded)
