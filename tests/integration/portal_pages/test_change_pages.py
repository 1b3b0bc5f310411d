"""Changing plan and quantity, withdrawing it, and coupons, as a browser does it without scripts."""

import re
from dataclasses import dataclass
from typing import Any

import pytest
from werkzeug.test import TestResponse

from services.portal.actions.subscriptions.start import start
from services.portal.queries import time
from shared.events import CouponApplied, SubscriptionPlanChanged, SubscriptionQuantityChanged
from tests.integration.portal import cards, changing, clockwork
from tests.integration.portal.changing import Plans
from tests.integration.portal_pages.conftest import Visitor


@dataclass
class Change:
    """Ada has Team at 25 EUR a month, paid with a card, and may change it."""

    visitor: Visitor
    sold: Plans
    id: str

    @property
    def path(self) -> str:
        return f"/subscriptions/{self.id}"

    def read(self) -> dict[str, Any]:
        return clockwork.read(self.visitor.shop, self.id)

    def look(self, query: str, *, what: str = "change") -> TestResponse:
        return self.visitor.get(f"{self.path}/{what}?{query}")

    def confirm(self, query: str, *, what: str = "change", **more: str) -> TestResponse:
        form = {**self.visitor.hidden(f"{self.path}/{what}?{query}"), **dict([query.split("=")]), **more}
        return self.visitor.post(f"{self.path}/{what}", form)

    def follow(self, answer: TestResponse) -> str:
        assert answer.status_code == 303, f"{answer.status_code} {answer.text}"
        found: str = self.visitor.browser.get(answer.headers["Location"], headers=self.visitor._passport()).text
        return found


@pytest.fixture
def change(visitor: Visitor) -> Change:
    shop = visitor.shop
    sold = changing.plans(shop)
    changing.allow(shop, show_plan_picker=True)
    cards.card(shop, visitor.customers[0])
    with shop.inside() as session:
        bought = {"customer": visitor.customers[0], "plan": sold.team["id"], "collection": "automatic"}
        made = start(session, **bought, now=time.now(session))
    assert made.intent is not None
    cards.carry_out(shop, made.intent)
    return Change(visitor, sold, made.id)


@pytest.mark.feature("C08", "C10")
def test_the_picker_shows_the_plans_with_the_current_one_marked(change: Change) -> None:
    page = change.visitor.get(f"{change.path}/change").text
    yearly = change.visitor.get(f"{change.path}/change?interval=year").text

    assert [shown.count('type="radio"') for shown in (page, yearly)] == [3, 1]
    assert re.search(rf'value="{change.sold.team["id"]}" checked disabled', page)
    assert page.count("Your plan") == 1
    assert "<strong>€60.00</strong>" in page
    assert "Yearly" in page


@pytest.mark.feature("C10")
def test_nobody_sees_the_plans_who_has_none(change: Change) -> None:
    stranger = change.visitor.shop.customer("eve@example.com")["id"]
    change.visitor.customers = (stranger,)

    assert change.visitor.get(f"{change.path}/change").status_code == 404


@pytest.mark.feature("C08", "C18")
def test_the_confirm_page_says_what_is_due_and_the_button_does_it(change: Change) -> None:
    query = f"plan={change.sold.pro['id']}"

    page = change.look(query).text
    before = change.read()
    done = change.follow(change.confirm(query))

    due = re.search(r"Change and pay (€[\d.]+)", page)
    payment = clockwork.payments(change.visitor.shop, before)[-1]
    assert due is not None
    assert due[1] == f"€{payment.total / 100:.2f}"
    assert "Unused time of Team" in page
    assert re.search(r"The next charge is €60\.00 on \d+ \w+ \d{4}", page)
    assert before["plan"] == change.sold.team["id"]
    assert change.read()["plan"] == change.sold.pro["id"]
    assert "you now have Pro" in done


@pytest.mark.feature("C08")
def test_a_decline_says_so_and_keeps_the_plan(change: Change) -> None:
    changing.swap_card(change.visitor.shop, change.read(), cards.KEPT_BUT_DECLINED)

    answer = change.confirm(f"plan={change.sold.pro['id']}")

    assert answer.status_code == 402
    assert "Your card was declined, so you keep Team" in answer.text
    assert "Change and pay" in answer.text
    assert change.read()["plan"] == change.sold.team["id"]


@pytest.mark.feature("C08")
def test_the_bank_is_asked_and_the_change_follows(change: Change) -> None:
    shop = change.visitor.shop
    changing.swap_card(shop, change.read(), cards.CONFIRMS_ALWAYS)

    answer = change.confirm(f"plan={change.sold.pro['id']}")
    waiting = change.visitor.get(f"{change.path}/change").text
    cards.answer(shop, answer.headers["Location"], confirms=True)
    cards.come_back(shop, clockwork.payments(shop, change.read())[-1].id)

    assert (answer.status_code, "/sandbox/challenge/" in answer.headers["Location"]) == (303, True)
    assert "as soon as you have confirmed the payment at your bank" in waiting
    assert change.read()["plan"] == change.sold.pro["id"]


@pytest.mark.feature("C19", "C20")
def test_a_downgrade_is_planned_shown_with_its_date_and_withdrawn(change: Change) -> None:
    query = f"plan={change.sold.solo['id']}"

    page = change.look(query).text
    planned = change.follow(change.confirm(query))
    again = change.look(f"plan={change.sold.yearly['id']}").text
    withdrawn = change.follow(
        change.visitor.post(f"{change.path}/unchange", change.visitor.hidden(f"{change.path}/change"))
    )

    assert re.search(r"You have Solo from \d+ \w+ \d{4}", page)
    assert "Nothing is charged now" in page
    assert re.search(r"Solo from \d+ \w+ \d{4}\.", planned)
    assert re.search(r"This replaces the change to Solo that was planned for \d+ \w+ \d{4}", again)
    assert "Team stays as it is" in withdrawn
    assert [each.scheduled for each in change.visitor.shop.said(SubscriptionPlanChanged)] == [True]


@pytest.mark.feature("C09", "M19")
def test_denied_plans_are_shown_with_the_reason_and_not_to_be_had(change: Change) -> None:
    shop, sold = change.visitor.shop, change.sold
    changing.allow(shop, allow_downgrade=False, show_plan_picker=True)
    denied = {"to": sold.pro["id"], "decision": "denied"}
    shop.patch(f"/v1/plan_groups/{sold.group['id']}", {"switches": [denied]})

    page = change.visitor.get(f"{change.path}/change").text
    answers = [change.look(f"plan={plan['id']}") for plan in (sold.solo, sold.pro)]

    assert "Smaller plans are not available here" in page
    assert "Not available from your plan" in page
    assert [each.status_code for each in answers] == [409, 409]
    assert "Nothing was changed" in answers[0].text


@pytest.mark.feature("C15")
def test_the_quantity_is_shown_first_and_then_changed(change: Change) -> None:
    page = change.look("quantity=3", what="quantity").text

    done = change.follow(change.confirm("quantity=3", what="quantity"))

    assert "Team, 3 units, as soon as you confirm" in page
    assert "you now have Team" in done
    assert change.read()["quantity"] == 3
    assert len(change.visitor.shop.said(SubscriptionQuantityChanged)) == 1


@pytest.mark.feature("C15")
@pytest.mark.parametrize("wanted", ["0", "11", "2.5", "-1", "many"])
def test_a_quantity_that_is_none_names_the_bounds(change: Change, wanted: str) -> None:
    answer = change.look(f"quantity={wanted}", what="quantity")

    assert answer.status_code == 409
    assert "from 1 to 10" in answer.text


@pytest.mark.feature("C21")
def test_the_page_says_that_the_trial_ends(visitor: Visitor) -> None:
    shop = visitor.shop
    sold = changing.plans(shop)
    changing.allow(shop)
    cards.card(shop, visitor.customers[0])
    trial = shop.plan(product=sold.product, plan_group=sold.group["id"], trial_days=14)
    with shop.inside() as session:
        made = start(session, customer=visitor.customers[0], plan=trial["id"], now=time.now(session))

    page = visitor.get(f"/subscriptions/{made.id}/change?plan={sold.pro['id']}").text

    assert "Your free trial ends with this change" in page
    assert "Change and pay €60.00" in page


@pytest.mark.parametrize("confirmation", ["", "forged"])
def test_without_a_good_confirmation_nothing_happens(change: Change, confirmation: str) -> None:
    answer = change.confirm(f"plan={change.sold.pro['id']}", confirmation=confirmation)

    assert answer.status_code == 409
    assert "Nothing was changed" in answer.text
    assert change.read()["plan"] == change.sold.team["id"]


@pytest.mark.feature("C18")
def test_figures_that_have_moved_come_back_as_they_are_now(change: Change) -> None:
    shop, query = change.visitor.shop, f"plan={change.sold.pro['id']}"
    form = {**change.visitor.hidden(f"{change.path}/change?{query}"), "plan": change.sold.pro["id"]}
    shop.post("/v1/coupons", {"code": "HALF", "name": "Half", "percent_off": 5000, "duration": "forever"})
    shop.post(f"/v1/subscriptions/{change.id}/coupon", {"code": "HALF"})

    answer = change.visitor.post(f"{change.path}/change", form)

    assert answer.status_code == 409
    assert "The next charge is €30.00" in answer.text
    assert change.read()["plan"] == change.sold.team["id"]


@pytest.mark.feature("C13", "H05")
def test_a_code_from_a_link_is_applied_and_the_next_amount_changes(change: Change) -> None:
    shop = change.visitor.shop
    shop.post("/v1/coupons", {"code": "SPRING", "name": "Spring", "percent_off": 2000})
    shop.post("/v1/coupons", {"code": "SUMMER", "name": "Summer", "percent_off": 3000, "duration": "forever"})

    page = change.visitor.get(f"{change.path}/coupon?code=SPRING").text
    form = change.visitor.hidden(f"{change.path}/coupon")
    done = change.follow(change.visitor.post(f"{change.path}/coupon", {**form, "code": "spring"}))
    change.visitor.post(f"{change.path}/coupon", {**form, "code": "SUMMER"})
    removed = change.follow(change.visitor.post(f"{change.path}/coupon/removal", form))

    assert 'value="SPRING"' in page
    assert "The next charge is €25.00" in page
    assert "SPRING is applied" in done
    assert "The next charge is €20.00" in done
    assert re.search(r"SPRING takes 20\s?% off the next charge", done)
    assert "A new code replaces SPRING" in done
    assert "The coupon is off" in removed
    assert [each.code for each in shop.said(CouponApplied)] == ["SPRING", "SUMMER"]


@pytest.mark.feature("C13")
def test_wrong_codes_are_told_apart_and_limited(change: Change) -> None:
    shop = change.visitor.shop
    shop.post("/v1/coupons", {"code": "OLD", "name": "o", "percent_off": 1, "expires_at": "2020-01-01T00:00:00Z"})
    shop.post("/v1/coupons", {"code": "PRO", "name": "p", "percent_off": 1, "plans": [change.sold.pro["id"]]})
    form = change.visitor.hidden(f"{change.path}/coupon")

    said = [change.visitor.post(f"{change.path}/coupon", {**form, "code": code}) for code in ("NO", "OLD", "PRO")]
    for number in range(7):
        change.visitor.post(f"{change.path}/coupon", {**form, "code": f"NO{number}"})
    last = change.visitor.post(f"{change.path}/coupon", {**form, "code": "NO"})

    assert [each.status_code for each in said] == [409, 409, 409]
    assert "There is no such code" in said[0].text
    assert "not valid today" in said[1].text
    assert "for other plans" in said[2].text
    assert last.status_code == 429
    assert "Try again in an hour" in last.text


def test_what_the_portal_does_not_offer_is_refused(change: Change) -> None:
    (portal,) = change.visitor.shop.get("/v1/portal_configurations?is_default=true")["data"]
    off = {"subscription_update": {"enabled": False, "show_plan_picker": False}}
    form = change.visitor.hidden(f"{change.path}/coupon")
    change.visitor.shop.patch(f"/v1/portal_configurations/{portal['id']}", {"features": off})

    looked = change.look(f"plan={change.sold.pro['id']}")
    sent = change.visitor.post(f"{change.path}/coupon", {**form, "code": "X"})

    assert (looked.status_code, sent.status_code) == (403, 403)
    assert 'type="radio"' not in change.visitor.get(f"{change.path}/change").text


def test_old_proof_leads_to_the_code_and_back(change: Change) -> None:
    change.visitor.minutes_ago = 31

    answer = change.look(f"plan={change.sold.pro['id']}")

    assert answer.status_code == 303
    assert "reason=step_up" in answer.headers["Location"]


@pytest.mark.feature("C03", "C08")
def test_canceling_names_what_a_change_left_to_be_charged_and_its_lines(change: Change) -> None:
    changing.halfway(change.visitor.shop, change.read())
    later = {"plan": change.sold.pro["id"], "timing": "now", "proration_behavior": "create_prorations"}
    changing.done(changing.ask(change.visitor.shop, change.read(), later))
    page = change.visitor.get(path := f"{change.path}/cancellation").text
    after = change.follow(change.visitor.post(path, change.visitor.hidden(path)))
    assert re.search(r"What is left of an earlier change, €17\.\d\d, is charged on \d+ \w+ \d{4}\.", page)
    assert re.search(r"The €60\.00 due on \d+ \w+ \d{4} will not be charged", page)
    assert "-€12.5" in page.replace("\u2212", "-")
    assert "Nothing more will be charged" not in page + after
    assert re.search(r"Then €17\.\d\d are charged", after)
