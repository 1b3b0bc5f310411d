"""Further addresses on their pages: the customer adds them, their owners agree or end it without signing in."""

import re
from datetime import timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from shared import clock, mail_links
from shared.events import DirectActionTaken, RecipientChanged, RecipientInvited
from shared.mail_links import Purpose
from tests.integration.portal.shop import LINK_KEY, Shop
from tests.integration.portal_pages.conftest import Visitor
from tests.integration.portal_pages.test_ways_pages import configure

PAGE = "/details/recipients"
BOOKS = "books@tessaly.example"
ORIGIN = {"Origin": "http://localhost:8080"}


def add(visitor: Visitor, email: str = BOOKS, *kinds: str) -> TestResponse:
    form: dict[str, Any] = {**visitor.hidden(PAGE), "email": email, "documents": list(kinds or ("invoice",))}
    return visitor.post(PAGE, form)


def added(visitor: Visitor) -> str:
    assert add(visitor).status_code == 303
    return str(visitor.shop.said(RecipientInvited)[-1].recipient)


def link(shop: Shop, recipient: str, purpose: Purpose, **changes: str) -> str:
    """What a mail brings to the owner of the address."""
    claims = {"vendor": shop.vendor, "mode": shop.mode, "recipient": recipient, **changes}
    return mail_links.make(LINK_KEY, purpose, **claims)


@pytest.fixture
def stranger(visitor: Visitor) -> FlaskClient:
    """A browser of somebody who never signed in."""
    return visitor.shop.app.test_client()


def press(stranger: FlaskClient, visitor: Visitor, token: str, path: str = "") -> TestResponse:
    """What the script of the page sends."""
    page = stranger.get(f"{visitor.home}/recipient/confirm").text
    csrf = re.findall(r'data-csrf="([^"]+)"', page)[0]
    form = {"csrf_token": csrf, "token": token}
    return stranger.post(f"{visitor.home}/recipient/confirm{path}", data=form, headers=ORIGIN)


@pytest.mark.feature("F05")
def test_a_customer_adds_an_address_and_its_owner_agrees_without_signing_in(
    visitor: Visitor, stranger: FlaskClient
) -> None:
    assert "Further addresses for your documents" in visitor.get("/details").text

    answer = add(visitor)

    assert answer.headers["Location"].endswith("&done=added")
    assert 'data-recipient="pending"' in visitor.get(PAGE).text
    (invited,) = visitor.shop.said(RecipientInvited)
    token = link(visitor.shop, invited.recipient, Purpose.CONFIRM)
    asked = press(stranger, visitor, token, "/describe")
    assert BOOKS in asked.text
    assert visitor.shop.said(RecipientChanged) == []  # looking changes nothing
    done = press(stranger, visitor, token)
    assert (done.status_code, "Confirmed" in done.text) == (200, True)
    assert "Set-Cookie" not in done.headers or "bursar" not in done.headers["Set-Cookie"]
    assert [each.status for each in visitor.shop.said(RecipientChanged)] == ["confirmed"]
    assert 'data-recipient="confirmed"' in visitor.get(PAGE).text
    assert "Your documents go to 1 further address." in visitor.get("/details").text


@pytest.mark.feature("F05")
def test_one_post_of_a_mail_program_ends_that_address_alone(visitor: Visitor, stranger: FlaskClient) -> None:
    first = added(visitor)
    add(visitor, "tax@adviser.example")
    for each in visitor.shop.said(RecipientInvited):
        press(stranger, visitor, link(visitor.shop, each.recipient, Purpose.CONFIRM))
    address = f"{visitor.home}/recipient/unsubscribe/{link(visitor.shop, first, Purpose.UNSUBSCRIBE)}"

    looked = stranger.get(address)
    assert "Send me no more documents" in looked.text
    assert looked.headers["Referrer-Policy"] == "no-referrer"
    for _ in range(2):  # RFC 8058: no cookie, no origin, this body
        ended = visitor.shop.app.test_client().post(address, data={"List-Unsubscribe": "One-Click"})
        assert (ended.status_code, "You are unsubscribed" in ended.text) == (200, True)
    page = visitor.get(PAGE).text
    assert page.count('data-recipient="unsubscribed"') == 1
    assert page.count('data-recipient="confirmed"') == 1


@pytest.mark.parametrize("old", ["removed", "unsubscribed", "expired", "made_up", "of_another", "gone"])
def test_a_link_that_is_no_good_any_more_says_the_same_whatever_it_was(
    visitor: Visitor, other: Shop, stranger: FlaskClient, old: str
) -> None:
    recipient = added(visitor)
    token = link(visitor.shop, recipient, Purpose.CONFIRM)
    match old:
        case "removed":
            visitor.post(f"{PAGE}/{recipient}/removal", visitor.hidden(PAGE))
        case "unsubscribed":
            end = link(visitor.shop, recipient, Purpose.UNSUBSCRIBE)
            stranger.post(f"{visitor.home}/recipient/unsubscribe/{end}")
        case "expired":
            from cryptography.fernet import Fernet

            at = int((clock.now() - timedelta(days=8)).timestamp())
            opened = Fernet(LINK_KEY).decrypt(token + "=" * (-len(token) % 4))
            token = Fernet(LINK_KEY).encrypt_at_time(opened, at).decode().rstrip("=")
        case "made_up":
            token = "A" * 200
        case "of_another":
            token = link(visitor.shop, recipient, Purpose.CONFIRM, vendor=other.vendor)
        case "gone":
            token = link(visitor.shop, "rcp_gone", Purpose.CONFIRM)
    before = len(visitor.shop.said(RecipientChanged))

    answers = [press(stranger, visitor, token, path) for path in ("/describe", "")]

    assert {each.status_code for each in answers} == {410}
    assert all("This link does not work any more" in each.text and BOOKS not in each.text for each in answers)
    assert len(visitor.shop.said(RecipientChanged)) == before


def test_one_link_is_not_good_for_the_other(visitor: Visitor, stranger: FlaskClient) -> None:
    recipient = added(visitor)

    assert press(stranger, visitor, link(visitor.shop, recipient, Purpose.UNSUBSCRIBE)).status_code == 410
    confirm = link(visitor.shop, recipient, Purpose.CONFIRM)
    assert stranger.get(f"{visitor.home}/recipient/unsubscribe/{confirm}").status_code == 404
    assert stranger.post(f"{visitor.home}/recipient/unsubscribe/{confirm}").status_code == 404
    assert visitor.shop.said(RecipientChanged) == []


def test_agreeing_takes_a_form_of_our_own(visitor: Visitor, stranger: FlaskClient) -> None:
    token = link(visitor.shop, added(visitor), Purpose.CONFIRM)

    for headers in ({}, {"Origin": "https://evil.example"}):
        answer = stranger.post(f"{visitor.home}/recipient/confirm", data={"token": token}, headers=headers)
        assert answer.status_code == 403
    assert visitor.shop.said(RecipientChanged) == []


@pytest.mark.parametrize(
    ("email", "status", "words"),
    [
        ("nobody", 422, "This is not the e-mail address of one mailbox."),
        ("ada@example.com", 422, "This is the customer’s own address"),
        ("<script>alert(1)</script>@x.example", 422, "&lt;script&gt;"),
        (BOOKS, 409, "This address is there already."),
    ],
)
def test_what_can_not_be_added_is_said_at_the_field_and_kept(
    visitor: Visitor, email: str, status: int, words: str
) -> None:
    added(visitor)

    answer = add(visitor, email)

    assert (answer.status_code, words in answer.text) == (status, True)
    assert "<script>alert" not in answer.text
    assert len(visitor.shop.said(RecipientInvited)) == 1


def test_what_goes_there_is_chosen_anew_and_something_must(visitor: Visitor) -> None:
    recipient = added(visitor)
    form: dict[str, Any] = {**visitor.hidden(PAGE), "documents": ["credit_note"]}

    assert visitor.post(f"{PAGE}/{recipient}/documents", form).headers["Location"].endswith("&done=changed")
    assert [each.documents for each in visitor.shop.said(RecipientChanged)] == [["credit_note"]]
    assert visitor.post(f"{PAGE}/{recipient}/documents", visitor.hidden(PAGE)).status_code == 422


def test_asking_again_at_once_is_too_early_and_says_so(visitor: Visitor) -> None:
    recipient = added(visitor)

    answer = visitor.post(f"{PAGE}/{recipient}/resend", visitor.hidden(PAGE))

    assert (answer.status_code, "Please try again later" in answer.text) == (429, True)


@pytest.mark.parametrize(("role", "may"), [("owner", True), ("billing_manager", True), ("accountant", False)])
def test_owners_and_billing_managers_may_and_others_may_not(visitor: Visitor, role: str, may: bool) -> None:
    visitor.more = {"role": role}

    assert (visitor.get(PAGE).status_code == 200) is may
    assert ("Further addresses for your documents" in visitor.get("/details").text) is may


def test_where_details_may_not_be_changed_no_address_may_be_added(visitor: Visitor) -> None:
    form = visitor.hidden(PAGE)
    configure(visitor.shop, features={"customer_update": {"enabled": False}})

    refused = visitor.post(PAGE, {**form, "email": BOOKS, "documents": "invoice"})

    assert refused.status_code == 403
    assert visitor.shop.said(RecipientInvited) == []


def test_a_weak_way_in_is_asked_for_proof_and_where_it_may_act_the_customer_is_told(visitor: Visitor) -> None:
    visitor.assurance, visitor.more = "viewer", {"way_in": "order_number"}
    assert visitor.get(PAGE).status_code != 200

    configure(visitor.shop, sign_in={"direct_actions": ["order_number"]})
    added(visitor)
    assert [each.action for each in visitor.shop.said(DirectActionTaken)] == ["update_details"]


def test_a_customers_own_passport_may_do_the_same_by_the_api_and_for_nobody_else(visitor: Visitor) -> None:
    def ask(customer: str) -> TestResponse:
        body = {"email": BOOKS, "documents": ["invoice"]}
        return visitor.browser.post(f"/v1/customers/{customer}/recipients", json=body, headers=visitor._passport())

    neighbor = visitor.shop.customer("neighbor@example.com")["id"]

    assert ask(neighbor).status_code == 404
    assert ask(visitor.customers[0]).status_code == 201
    visitor.more = {"role": "viewer"}
    assert ask(visitor.customers[0]).json["code"] == "role_not_allowed"  # type: ignore[index]  # a problem has a body
    assert len(visitor.shop.said(RecipientInvited)) == 1
