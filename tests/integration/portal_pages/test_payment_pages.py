"""Cards and open payments on pages: added at the processor's, charged once, explained in words."""

import re
from urllib.parse import urlsplit

import pytest
from sqlalchemy import update
from werkzeug.test import TestResponse

from services.portal.models import PaymentMethod
from services.portal.pages import sandbox
from shared import clock
from shared.events import PaymentMethodAdded, PaymentSucceeded
from tests.integration.portal import cards
from tests.integration.portal.test_payment_methods import open_payment
from tests.integration.portal_pages.conftest import Visitor

ORIGIN = {"Origin": "http://localhost:8080"}
CARDS = "/payment-methods"


def path_of(answer: TestResponse) -> str:
    """Where an answer leads, as a path and query."""
    assert answer.status_code == 303, answer.text
    parts = urlsplit(answer.headers["Location"])
    return parts.path + (f"?{parts.query}" if parts.query else "")


def at_processor(visitor: Visitor, path: str, form: dict[str, str] | None = None) -> TestResponse:
    """A page of the processor's own, which knows nobody."""
    if form is None:
        return visitor.browser.get(path)
    token = dict(re.findall(r'name="(csrf_token)" value="([^"]+)"', visitor.browser.get(path).text))
    return visitor.browser.post(path, data={**token, **form}, headers=ORIGIN)


def follow(visitor: Visitor, path: str) -> TestResponse:
    """A page of the portal, wherever it leads in the end."""
    answer = visitor.get(path.removeprefix(visitor.home))
    while answer.status_code == 303:
        answer = visitor.get(path_of(answer).removeprefix(visitor.home))
    return answer


def add(visitor: Visitor, number: str, *, confirms: bool = True, query: str = "") -> TestResponse:
    """Through all pages: ours, the processor's, the bank's, and back. The page where it ends."""
    form = visitor.hidden(f"{CARDS}/new{query}")
    started = visitor.post(f"{CARDS}/new{query}", form)
    entered = at_processor(visitor, path_of(started), {"cardnumber": number, "expiry": "12/40", "cvc": "123"})
    back = path_of(entered)
    if back.startswith("/sandbox/challenge/"):
        back = path_of(at_processor(visitor, back, {"answer": "confirm" if confirms else "refuse"}))
    return follow(visitor, back)


@pytest.mark.feature("D01", "D02")
def test_a_card_is_entered_at_the_processor_and_known_by_four_digits(visitor: Visitor) -> None:
    page = add(visitor, "4242 4242 4242 4242")

    assert "The card was added" in page.text
    assert "Visa ending in 4242" in page.text
    assert "expires 12/2040" in page.text
    assert len(visitor.shop.said(PaymentMethodAdded)) == 1


def test_the_processors_page_is_its_own(visitor: Visitor) -> None:
    started = visitor.post(f"{CARDS}/new", visitor.hidden(f"{CARDS}/new"))

    page = at_processor(visitor, path_of(started))

    assert page.headers["Content-Security-Policy"] == sandbox.POLICY
    assert "script" not in page.headers["Content-Security-Policy"]
    assert "<script" not in page.text
    assert "brand-" not in page.text  # no vendor's stylesheet
    assert "Larkfield" not in page.text


@pytest.mark.feature("D05")
@pytest.mark.parametrize(
    ("number", "sentence"),
    [
        ("4000000000009995", "There was not enough money on this card."),
        ("4000000000000069", "This card has expired."),
        ("4000000000000127", "The card number, expiry date or security code is not right."),
        ("4000000000000119", "Something went wrong on the way to your bank."),
        ("4000000000000002", "Your bank declined this card."),
        ("4000000000009987", "Your bank declined this card."),
        ("4000000000009979", "Your bank declined this card."),
    ],
)
def test_a_card_that_is_refused_is_explained_and_its_number_is_not_shown_again(
    visitor: Visitor, number: str, sentence: str
) -> None:
    started = visitor.post(f"{CARDS}/new", visitor.hidden(f"{CARDS}/new"))

    page = at_processor(visitor, path_of(started), {"cardnumber": number, "expiry": "12/40", "cvc": "123"})

    assert page.status_code == 422
    assert sentence in page.text
    assert number not in page.text
    assert "lost" not in page.text + sentence
    assert visitor.shop.said(PaymentMethodAdded) == []


def test_who_goes_back_without_a_card_finds_everything_as_it_was(visitor: Visitor) -> None:
    started = visitor.post(f"{CARDS}/new", visitor.hidden(f"{CARDS}/new"))

    left = at_processor(visitor, path_of(started), {"leave": "1"})

    assert "No card was added" in follow(visitor, path_of(left)).text
    assert visitor.shop.said(PaymentMethodAdded) == []


@pytest.mark.feature("D04")
@pytest.mark.parametrize(("confirms", "said"), [(True, "The card was added"), (False, "No card was added")])
def test_the_bank_is_asked_before_a_card_is_kept_and_leads_back(visitor: Visitor, confirms: bool, said: str) -> None:
    page = add(visitor, cards.CONFIRMS_ONCE, confirms=confirms)

    assert said in page.text


@pytest.mark.feature("D03")
def test_a_new_card_pays_what_is_open(visitor: Visitor) -> None:
    open_payment(visitor.shop, visitor.customers[0])
    before = (visitor.get(CARDS).text, visitor.get().text)
    asked = visitor.get(f"{CARDS}/new").text

    page = add(visitor, cards.PAYS)

    assert all("A payment of €11.90 is open" in each for each in before)
    assert all("Pay now" in each for each in before)
    assert "€11.90 for Reeds" in asked
    assert "is open" not in page.text + visitor.get().text
    assert len(visitor.shop.said(PaymentSucceeded)) == 1


@pytest.mark.feature("D03", "D05")
def test_a_new_card_that_is_declined_leads_to_the_reason(visitor: Visitor) -> None:
    open_payment(visitor.shop, visitor.customers[0])

    page = add(visitor, cards.KEPT_WITHOUT_MONEY)

    assert "The payment was declined" in page.text
    assert "There was not enough money on this card." in page.text


@pytest.mark.feature("D10")
def test_what_is_open_is_paid_with_a_click_and_a_second_click_changes_nothing(visitor: Visitor) -> None:
    good = cards.card(visitor.shop, visitor.customers[0], cards.PAYS)
    cards.card(visitor.shop, visitor.customers[0], cards.KEPT_WITHOUT_MONEY)
    payment = open_payment(visitor.shop, visitor.customers[0])
    form = {**visitor.hidden(f"/payments/{payment}/pay"), "payment_method": good}

    first, second = (visitor.post(f"/payments/{payment}/pay", form) for _ in range(2))

    assert "paid. Thank you!" in follow(visitor, path_of(first)).text
    assert path_of(second) == path_of(first)
    assert visitor.shop.get(f"/v1/payments/{payment}")["attempts"] == 2
    assert len(visitor.shop.said(PaymentSucceeded)) == 1


@pytest.mark.feature("D04", "D10")
@pytest.mark.parametrize("confirms", [True, False])
def test_paying_may_lead_to_the_bank_and_back(visitor: Visitor, confirms: bool) -> None:
    cards.card(visitor.shop, visitor.customers[0], cards.CONFIRMS_ALWAYS)
    payment = open_payment(visitor.shop, visitor.customers[0])
    form = visitor.hidden(f"/payments/{payment}/pay")

    first = visitor.post(f"/payments/{payment}/pay", form)
    second = visitor.post(f"/payments/{payment}/pay", form)
    waiting = visitor.get(f"/payments/{payment}/pay").text
    answered = at_processor(visitor, path_of(first), {"answer": "confirm" if confirms else "refuse"})
    page = follow(visitor, path_of(answered)).text

    assert path_of(first).startswith("/sandbox/challenge/")
    assert path_of(second) == f"{visitor.home}/payments/{payment}/pay"
    assert "Your bank wants you to confirm €11.90" in waiting
    assert ("paid. Thank you!" in page) is confirms
    assert ("Your bank wants you to confirm this payment, and that did not happen." in page) is not confirms
    assert len(visitor.shop.said(PaymentSucceeded)) == int(confirms)


@pytest.mark.feature("D13")
def test_what_the_processor_has_not_answered_is_being_checked(visitor: Visitor) -> None:
    cards.card(visitor.shop, visitor.customers[0], cards.NEVER_ANSWERS)
    payment = open_payment(visitor.shop, visitor.customers[0])

    page = visitor.get(f"/payments/{payment}/pay").text

    assert "being checked" in page
    assert "Pay now" not in page
    assert "declined" not in page


@pytest.mark.feature("E02", "D10")
def test_what_is_open_stands_among_the_invoices_with_the_way_to_pay_it(visitor: Visitor) -> None:
    payment = open_payment(visitor.shop, visitor.customers[0])

    page = visitor.get().text

    row = page.split('<table class="table invoices">')[1].split("</table>")[0]
    assert "Numbered once paid" in row
    assert "€11.90" in row
    assert f"/payments/{payment}/pay" in row


@pytest.mark.parametrize(("assurance", "minutes_ago"), [("viewer", 1), ("verified", 31)], ids=["weak", "long ago"])
def test_proof_that_is_weak_or_old_leads_to_the_code(visitor: Visitor, assurance: str, minutes_ago: int) -> None:
    visitor.assurance, visitor.minutes_ago = assurance, minutes_ago

    answer = visitor.get(f"{CARDS}/new")

    assert path_of(answer) == f"{visitor.home}/sign-in?next={visitor.home}{CARDS}/new&reason=step_up"


@pytest.mark.feature("D02")
def test_a_card_number_in_another_field_is_refused(visitor: Visitor) -> None:
    answer = visitor.post(f"{CARDS}/new", {"customer": "4242 4242 4242 4242"})

    assert answer.status_code in (400, 403)
    assert "4242 4242" not in answer.text


def test_no_other_site_can_answer_the_bank(visitor: Visitor) -> None:
    cards.card(visitor.shop, visitor.customers[0], cards.CONFIRMS_ALWAYS)
    payment = open_payment(visitor.shop, visitor.customers[0])
    challenge = path_of(visitor.post(f"/payments/{payment}/pay", visitor.hidden(f"/payments/{payment}/pay")))

    answer = visitor.browser.post(challenge, data={"answer": "confirm"}, headers={"Origin": "https://evil.example"})

    assert answer.status_code == 403
    assert visitor.shop.get(f"/v1/payments/{payment}")["status"] == "action_required"


def test_pages_of_the_processor_that_are_not_there_say_so(visitor: Visitor) -> None:
    assert {visitor.browser.get(f"/sandbox/{each}/x").status_code for each in ("card", "challenge")} == {404}


def test_a_card_that_runs_out_soon_or_has_is_marked(visitor: Visitor) -> None:
    now = clock.now()
    setup_id = cards.visit(visitor.shop, visitor.customers[0])
    cards.enter(visitor.shop, setup_id, cards.PAYS, expiry=f"{now.month}/{now.year}")
    cards.finish(visitor.shop, setup_id)

    soon = visitor.get(CARDS).text
    with visitor.shop.inside() as session:
        session.execute(update(PaymentMethod).values(exp_year=2020))

    assert re.search(r"Expires in \d+ days?", soon)
    assert "Expired" in visitor.get(CARDS).text


def test_german_is_spoken(visitor: Visitor) -> None:
    add(visitor, cards.PAYS)

    assert "Visa, endet auf 4242" in visitor.get(f"{CARDS}?locale=de").text
