"""Canceling in two steps and taking it back, as a browser does it without scripts."""

import re
from typing import Any

import pytest

from shared.events import SubscriptionCanceled, SubscriptionUncanceled
from tests.integration.portal.lifecycle import portal
from tests.integration.portal.shop import ago
from tests.integration.portal_pages.conftest import Visitor, invoiced


@pytest.fixture
def path(visitor: Visitor) -> str:
    made = visitor.shop.subscription(customer={"id": visitor.customers[0]}, started_at=ago(days=3))
    return f"/subscriptions/{made['id']}"


@pytest.mark.feature("C03")
def test_the_first_page_says_what_happens_and_changes_nothing(visitor: Visitor, path: str) -> None:
    page = visitor.get(f"{path}/cancellation").text

    assert re.search(r"You can use everything until \d+ \w+ \d{4}\.", page)
    assert re.search(r"The €50\.00 due on \d+ \w+ \d{4} will not be charged", page)
    assert page.count('type="radio"') == 8
    assert " checked" not in page
    assert visitor.shop.said(SubscriptionCanceled) == []


@pytest.mark.feature("C03")
def test_the_second_cancels_and_leads_back_to_a_page_that_says_so(visitor: Visitor, path: str) -> None:
    form = {**visitor.hidden(f"{path}/cancellation"), "feedback": "unused", "comment": "Thanks!\r\nAda"}

    answer = visitor.post(f"{path}/cancellation", form)
    page = visitor.browser.get(answer.headers["Location"], headers=visitor._passport()).text

    (said,) = visitor.shop.said(SubscriptionCanceled)
    assert answer.status_code == 303
    assert said.cancellation_details["feedback"] == "unused"
    assert said.cancellation_details["comment"] == "Thanks!\nAda"
    assert "is canceled" in page
    assert re.search(r"Ends on \d+ \w+ \d{4}", page)
    assert "Undo cancellation" in page


@pytest.mark.feature("C03")
@pytest.mark.parametrize("offers", [[], [{"reasons": [], "kind": "contact"}]], ids=["no offers", "offers"])
def test_each_page_says_how_many_are_left(visitor: Visitor, path: str, offers: list[dict[str, Any]]) -> None:
    portal(visitor.shop, subscription_cancel={"offers": offers})

    first = visitor.get(f"{path}/cancellation").text

    assert f'aria-label="Step 1 of {2 + len(offers)}"' in first
    assert re.search(r'<li aria-current="step"><span[^>]*>1</span>Your decision</li>', first)
    assert ("Options</li>" in first) == bool(offers)
    if offers:
        second = visitor.post(f"{path}/cancellation", visitor.hidden(f"{path}/cancellation")).text
        assert 'aria-label="Step 2 of 3"' in second
        assert re.search(r'<li aria-current="step"><span[^>]*>2</span>Options</li>', second)


@pytest.mark.feature("C03")
@pytest.mark.parametrize("mode", ["at_period_end", "immediately"])
def test_who_has_left_finds_the_last_invoice_where_it_says_so(visitor: Visitor, path: str, mode: str) -> None:
    portal(visitor.shop, subscription_cancel={"mode": mode})
    customer, subscription = visitor.customers[0], path.rsplit("/", 1)[1]
    last = invoiced(visitor.shop, customer, number="INV-8", subscription=subscription)
    invoiced(visitor.shop, customer, number="INV-7", subscription=subscription, days_ago=30)
    invoiced(visitor.shop, customer, number="INV-9")

    answer = visitor.post(f"{path}/cancellation", visitor.hidden(f"{path}/cancellation"))
    page = visitor.browser.get(answer.headers["Location"], headers=visitor._passport()).text

    assert f'<a href="{visitor.home}/invoices/{last}/pdf">Your last invoice, INV-8 (PDF)</a>' in page
    assert "Your last invoice" not in visitor.get().text


@pytest.mark.feature("C16")
def test_it_can_be_taken_back(visitor: Visitor, path: str) -> None:
    visitor.post(f"{path}/cancellation", visitor.hidden(f"{path}/cancellation"))

    answer = visitor.post(f"{path}/uncancellation", visitor.hidden(""))
    page = visitor.browser.get(answer.headers["Location"], headers=visitor._passport()).text

    assert len(visitor.shop.said(SubscriptionUncanceled)) == 1
    assert "goes on" in page
    assert "Renews on" in page


def test_pressing_twice_cancels_once_and_ends_at_the_overview(visitor: Visitor, path: str) -> None:
    form = visitor.hidden(f"{path}/cancellation")

    first, second = visitor.post(f"{path}/cancellation", form), visitor.post(f"{path}/cancellation", form)
    third = visitor.get(f"{path}/cancellation")

    assert [each.status_code for each in (first, second, third)] == [303, 303, 303]
    assert first.headers["Location"] == second.headers["Location"]
    assert len(visitor.shop.said(SubscriptionCanceled)) == 1


@pytest.mark.parametrize("confirmation", [None, "", "forged"], ids=["none", "empty", "forged"])
def test_without_a_good_confirmation_nothing_happens_and_the_page_comes_back(
    visitor: Visitor, path: str, confirmation: str | None
) -> None:
    form = {**visitor.hidden(f"{path}/cancellation"), "comment": "my words"}
    form.pop("confirmation")

    answer = visitor.post(
        f"{path}/cancellation", {**form, **({} if confirmation is None else {"confirmation": confirmation})}
    )

    assert answer.status_code == 409
    assert "Nothing was canceled yet" in answer.text
    assert "my words" in answer.text
    assert visitor.shop.said(SubscriptionCanceled) == []


def test_a_confirmation_is_for_one_subscription_only(visitor: Visitor, path: str) -> None:
    other = visitor.shop.subscription(customer={"id": visitor.customers[0]})
    form = visitor.hidden(f"/subscriptions/{other['id']}/cancellation")

    answer = visitor.post(f"{path}/cancellation", form)

    assert answer.status_code == 409
    assert visitor.shop.said(SubscriptionCanceled) == []


@pytest.mark.parametrize("change", [{"feedback": "made_up"}, {"comment": "x" * 1001}], ids=["reason", "comment"])
def test_what_does_not_fit_is_said_and_kept(visitor: Visitor, path: str, change: dict[str, str]) -> None:
    answer = visitor.post(f"{path}/cancellation", {**visitor.hidden(f"{path}/cancellation"), **change})

    assert answer.status_code == 422
    assert change.get("comment", "") in answer.text
    assert visitor.shop.said(SubscriptionCanceled) == []


@pytest.mark.parametrize(("assurance", "minutes_ago"), [("viewer", 1), ("verified", 31)], ids=["weak", "long ago"])
def test_proof_that_is_weak_or_old_leads_to_the_code_and_back(
    visitor: Visitor, path: str, assurance: str, minutes_ago: int
) -> None:
    form = visitor.hidden(f"{path}/cancellation")
    visitor.assurance, visitor.minutes_ago = assurance, minutes_ago

    shown, sent = visitor.get(f"{path}/cancellation"), visitor.post(f"{path}/cancellation", form)

    target = f"{visitor.home}/sign-in?next={visitor.home}{path}/cancellation&reason=step_up"
    assert [each.headers.get("Location") for each in (shown, sent)] == [target, target]
    assert visitor.shop.said(SubscriptionCanceled) == []


def test_another_site_cannot_send_the_form(visitor: Visitor, path: str) -> None:
    form = visitor.hidden(f"{path}/cancellation")

    answer = visitor.post(f"{path}/cancellation", form, Origin="https://evil.example")

    assert answer.status_code == 403
    assert "Larkfield" not in answer.headers.get("Location", "")
    assert visitor.shop.said(SubscriptionCanceled) == []


def test_a_subscription_that_is_not_there_is_a_page_in_the_vendor_s_frame(visitor: Visitor) -> None:
    answer = visitor.get("/subscriptions/sub_unknown/cancellation")

    assert answer.status_code == 404
    assert "Larkfield" in answer.text
