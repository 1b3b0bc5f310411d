"""What people are told of money, cards and subscriptions, where it leads them, and what brings no mail."""

from typing import Any

import pytest

from services.notifications.handlers import TELLING
from shared import events
from shared.events import Event
from tests.integration.notifications.billing_events import FIELDS, of
from tests.integration.notifications.builders import CUSTOMER, canceled, customer, ended, invoice, uncanceled
from tests.integration.notifications.office import MailServer, Office

HOME = "http://localhost:8080/p/larkfield-test"
PAY = f"{HOME}/payments/pay_1/pay"
SUBSCRIPTION = f"{HOME}#sub_1"
CARDS = f"{HOME}/payment-methods"


def text_of(mail_server: MailServer, number: int = -1) -> str:
    """What the plain text says, in one line."""
    plain = next(mail_server.mails()[number].iter_parts())
    return " ".join(plain.get_content().split())


@pytest.mark.parametrize(
    ("event", "subject", "told"),
    [
        (events.PaymentFailed, "We couldn’t charge your card", ("€58.00", "18 November 2026", "22 November 2026", PAY)),
        (events.PaymentActionRequired, "Please confirm your payment of €58.00", ("Nothing is charged until", PAY)),
        (events.PaymentMethodAdded, "A card ending 4242 was added", ("If it wasn’t, remove the card", CARDS)),
        (events.PaymentMethodRemoved, "The card ending 4242 was removed", ("Nothing will be charged to it", CARDS)),
        (events.PaymentMethodExpiring, "Your card ending 4242 expires soon", ("11/2026", CARDS)),
        (
            events.SubscriptionTrialEnding,
            "Your trial of Team ends on 18 December 2026",
            ("€58.00 is charged", "There is no card for it yet", CARDS),
        ),
        (events.SubscriptionRecovered, "Your Team subscription is active again", (SUBSCRIPTION,)),
        (
            events.SubscriptionPlanChanged,
            "Your plan is now Team",
            ("from Starter to Team", "€24.37 per month", SUBSCRIPTION),
        ),
        (events.SubscriptionQuantityChanged, "Your Team subscription: quantity 5", ("from 3 to 5", SUBSCRIPTION)),
        (
            events.SubscriptionPaused,
            "Your Team subscription pauses on 18 December 2026",
            ("stays paused until you resume it", SUBSCRIPTION),
        ),
        (
            events.SubscriptionResuming,
            "Your Team subscription resumes on 18 December 2026",
            ("€58.00 is charged", SUBSCRIPTION),
        ),
        (
            events.SubscriptionResumed,
            "Your Team subscription is running again",
            ("resumed on 18 November 2026", SUBSCRIPTION),
        ),
        (
            events.RefundRequested,
            "We received the request to refund €29.00",
            ("decides on it personally", f"{HOME}/tickets/tkt_1"),
        ),
        (
            events.CreditNoteIssued,
            "You get €29.00 back",
            ("18 November 2026", "CN-3", "7KQ2M9XT4B", f"{HOME}/invoices"),
        ),
        (events.RefundFailed, "Your refund of €29.00 did not go through", ("did not carry it out", f"{HOME}/tickets")),
    ],
)
def test_a_fact_is_told_with_the_page_that_helps(
    office: Office, mail_server: MailServer, event: type[Event], subject: str, told: tuple[str, ...]
) -> None:
    office.hear(of(event), event_id="evt_1")
    office.hear(of(event), event_id="evt_1")  # once

    assert office.deliver() == 1

    assert (office.row().state, office.row().customer) == ("sent", CUSTOMER)
    assert mail_server.rcpts == ["Mira.Okafor@example.com"]
    assert mail_server.mails()[0]["Subject"] == subject
    text = text_of(mail_server)
    for each in told:
        assert each in text, each


@pytest.mark.parametrize("event", [event for event in FIELDS if TELLING[event]])
def test_every_mail_of_the_engine_can_be_read_in_german(
    office: Office, mail_server: MailServer, event: type[Event]
) -> None:
    office.hear(customer(locale="de", revision=2))
    office.hear(of(event))

    office.deliver()

    (mail,) = mail_server.mails()
    assert mail["Content-Language"] == "de"
    assert "Guten Tag, Mira Okafor!" in text_of(mail_server)


@pytest.mark.parametrize(
    "event",
    [
        of(events.PaymentMethodUpdated),
        of(events.CouponApplied),
        of(events.SubscriptionRenewed),
        of(events.SubscriptionPastDue),
        of(events.RefundRequested, ticket=None),
        of(events.RefundFailed, reason="declined"),
    ],
    ids=lambda event: event.key(),
)
def test_what_is_told_elsewhere_brings_no_second_mail(office: Office, event: Event) -> None:
    office.hear(event)

    assert office.rows() == []


@pytest.mark.feature("D06")
def test_each_failed_attempt_is_told_and_the_last_one_says_so(office: Office, mail_server: MailServer) -> None:
    office.hear(of(events.PaymentFailed, attempt=1))
    office.hear(of(events.PaymentFailed, attempt=2, reason="card_expired", retry_at=None))

    office.deliver()

    assert "We try again on 22 November 2026." in text_of(mail_server, 0)
    assert "Reason given: Not enough funds" in text_of(mail_server, 0)
    assert "We do not try again by ourselves." in text_of(mail_server, 1)
    assert "The card has expired. Add the new one." in text_of(mail_server, 1)


def test_an_older_attempt_is_not_told_after_a_newer_one(office: Office) -> None:
    office.hear(of(events.PaymentFailed, attempt=2))
    office.hear(of(events.PaymentFailed, attempt=1))
    office.hear(of(events.PaymentFailed, attempt=1, payment="pay_2"))

    assert [row.about for row in office.rows()] == ["pay_1", "pay_2"]


def test_without_a_card_the_mail_asks_for_one(office: Office, mail_server: MailServer) -> None:
    office.hear(of(events.PaymentFailed, reason="no_payment_method", method=None))

    office.deliver()

    assert mail_server.mails()[0]["Subject"] == "There is no card to charge €58.00 to"
    assert "Add a card and pay €58.00" in text_of(mail_server)


def test_a_reason_that_is_not_known_here_is_told_as_a_plain_decline(office: Office, mail_server: MailServer) -> None:
    office.hear(of(events.PaymentFailed, reason="from_a_newer_portal"))

    office.deliver()

    assert "Reason given: Declined by your bank" in text_of(mail_server)


def test_nothing_to_pay_is_no_payment(office: Office, mail_server: MailServer) -> None:
    office.hear(invoice(total=0, net=0, tax=0))

    office.deliver()

    assert mail_server.mails()[0]["Subject"] == "Invoice LF-2026-0118: nothing to pay"
    assert "Nothing was charged." in text_of(mail_server)


def test_dates_come_from_the_event_and_mails_leave_at_once(office: Office, mail_server: MailServer) -> None:
    """A vendor's test clock may be years ahead of the wall."""
    office.hear(of(events.PaymentFailed, failed_at="2031-03-01T00:00:00+00:00", retry_at="2031-03-03T00:00:00+00:00"))

    assert office.deliver() == 1

    assert "On 1 March 2031" in text_of(mail_server)


@pytest.mark.parametrize(
    ("newer", "older", "kinds"),
    [
        (ended(revision=5), of(events.SubscriptionResuming, revision=4), ["ended"]),
        (ended(revision=5), of(events.SubscriptionTrialEnding, revision=4), ["ended"]),
        (of(events.SubscriptionResumed, revision=5), of(events.SubscriptionPaused, revision=4), ["resumed"]),
        (uncanceled(revision=4), canceled(revision=3), ["uncancellation"]),
        (
            of(events.SubscriptionPlanChanged, revision=5),
            of(events.SubscriptionPlanChanged, revision=4),
            ["plan_changed"],
        ),
        (canceled(revision=5), of(events.SubscriptionPlanChanged, revision=4), ["cancellation", "plan_changed"]),
        (
            of(events.SubscriptionQuantityChanged, revision=5),
            of(events.SubscriptionPlanChanged, revision=4),
            ["quantity_changed", "plan_changed"],
        ),
    ],
)  # fmt: skip
def test_an_older_state_is_not_told_after_a_newer_one_and_another_matter_is(
    office: Office, newer: Any, older: Any, kinds: list[str]
) -> None:
    office.hear(newer)
    office.hear(older)

    assert [row.kind for row in office.rows()] == kinds
