"""How mails are laid out: words, values, escaping, looks."""

import re
from collections.abc import Mapping, Sequence
from typing import Any

import pytest

from services.notifications.adapters.mjml import Brand, Layout, visible_line
from services.notifications.rules.messages import MESSAGES, Kind
from shared.i18n import LANGUAGES, direction

LAYOUT = Layout()
BRAND = Brand(
    name="Larkfield", color="#0b7a5b", support_url="https://larkfield.test/help", imprint="Larkfield GmbH, Hamburg"
)
AROUND = {"host": "localhost:8080", "is_test": True, "home": "http://localhost:8080/p/larkfield", "name": "Mira"}
PLAN = {"plan_name": "Team", "subscription": "sub_1"}
EARLIER, LATER = "2026-11-18T10:00:00+00:00", "2026-12-18T10:00:00+00:00"
ENDPOINT = {"endpoint": "we_1", "url": "https://shop.test/hooks", "server": "shop.test"}
OWED = {
    "payment": "pay_1",
    "order_number": "7KQ2M9XT4B",
    "description": "Team plan",
    "total": 5800,
    "currency": "EUR",
}
FAILED = {**AROUND, **OWED, "reason": "declined", "method": "Visa **** 4242", "failed_at": EARLIER, "retry_at": LATER}
TRIAL = {**AROUND, **PLAN, "total": 5800, "currency": "EUR", "trial_end": LATER, "has_payment_method": True}
PLAN_CHANGE = {
    **AROUND,
    **PLAN,
    "previous_plan_name": "Starter",
    "quantity": 2,
    "unit_amount": 2437,
    "currency": "EUR",
    "interval": "month",
    "interval_count": 1,
    "scheduled": False,
    "takes_effect_at": EARLIER,
}
QUANTITY_CHANGE = {
    **AROUND,
    **PLAN,
    "previous_quantity": 3,
    "quantity": 5,
    "scheduled": False,
    "takes_effect_at": EARLIER,
}
PAUSE = {**AROUND, **PLAN, "scheduled": False, "paused_at": EARLIER, "resumes_at": LATER}
REFUND = {**AROUND, "amount": 2900, "currency": "EUR", "order_number": "7KQ2M9XT4B"}
TICKET = {**AROUND, "ticket": "tkt_1", "subject_line": "Refund for Team", "message": ["It never worked.", "", "Mira"]}
TO_HELPDESK = {
    **TICKET,
    "name": None,
    "customer_name": "Mira Okafor",
    "customer_email": "mira@example.com",
    "reply_to": "mira@example.com",
}
SEALED = {
    **AROUND,
    "code": "482913",
    "link": "http://localhost:8080/p/larkfield/sign-in/permanent#t=secret",
    "device": "Firefox on Linux",
    "requested_at": "2026-11-22T14:32:10+00:00",
    "minutes": 10,
}
INVITED = {
    **AROUND,
    "customer_name": "Mira Okafor",
    "role": "accountant",
    "portal_url": "http://localhost:8080/p/larkfield",
}
COPY = {**INVITED, **REFUND, "kind": "invoice", "number": "118", "description": "Team", "total": 5800} | {
    "issued_at": "2026-11-18T10:00:00+00:00",
    "link": "http://localhost:8080/p/larkfield/recipient/unsubscribe/secret",
}
SIGN_IN = {
    "host": "localhost:8080",
    "is_test": False,
    "code": "482913",
    "link": "http://localhost:8080/p/larkfield/sign-in#t=secret",
    "device": "Firefox on Linux",
    "requested_at": "2026-11-22T14:32:10+00:00",
    "minutes": 10,
}
FACTS: Mapping[Kind, Mapping[str, Any]] = {
    Kind.NEW_EMAIL: SEALED,
    Kind.SUBSCRIBER_LINK: SEALED,
    Kind.CUSTOMER_INVITATION: SEALED,
    Kind.STAFF_INVITATION: {**SEALED, "inviter": "Ada Lovelace", "role": "support"},
    Kind.DIRECT_ACTIONS_ON: {**SEALED, "by": "Ada Lovelace", "portal": "Widget", "ways": "hmac_v1,order_number"},
    Kind.SIGN_IN_NOTICE: {**SEALED, "reason": "new_device"},
    Kind.EMAIL_CHANGED: {**AROUND, "new_email": "mi•••@example.com"},
    Kind.EXPORT_READY: {**AROUND, "expires_at": "2026-12-31T12:00:00+00:00"},
    Kind.CUSTOMER_ERASED: {**AROUND, "kept_until": "2036-12-31T00:00:00+00:00"},
    Kind.DELEGATE_INVITED: INVITED,
    Kind.RECIPIENT_INVITED: {**SEALED, **INVITED},
    Kind.DOCUMENT_COPY: COPY,
    Kind.DIRECT_ACTION: {**AROUND, "action": "cancel", "way_in": "order_number"},
    Kind.SIGN_IN: SIGN_IN,
    Kind.SIGN_IN_CODE: SIGN_IN,
    Kind.RECEIPT: {
        **AROUND,
        "total": 5800,
        "currency": "EUR",
        "number": "LF-118",
        "order_number": "7KQ2M9XT4B",
        "description": "Team, November",
        "issued_at": "2026-11-18T10:00:00+00:00",
    },
    Kind.CANCELLATION: {
        **AROUND,
        **PLAN,
        "canceled_at": "2026-11-18T10:00:00+00:00",
        "ends_at": "2026-12-18T10:00:00+00:00",
    },
    Kind.UNCANCELLATION: {**AROUND, **PLAN, "renews_at": "2026-12-18T10:00:00+00:00"},
    Kind.ENDED: {**AROUND, **PLAN, "ended_at": "2026-12-18T10:00:00+00:00"},
    Kind.PAYMENT_FAILED: FAILED,
    Kind.PAYMENT_ACTION_REQUIRED: {**AROUND, **OWED},
    Kind.CARD_ADDED: {**AROUND, "last4": "4242"},
    Kind.CARD_REMOVED: {**AROUND, "last4": "4242"},
    Kind.CARD_EXPIRING: {**AROUND, "last4": "4242", "expires": "11/2026"},
    Kind.TRIAL_ENDING: TRIAL,
    Kind.RECOVERED: {**AROUND, **PLAN},
    Kind.PLAN_CHANGED: PLAN_CHANGE,
    Kind.QUANTITY_CHANGED: QUANTITY_CHANGE,
    Kind.PAUSED: PAUSE,
    Kind.RESUMING: {**AROUND, **PLAN, "total": 5800, "currency": "EUR", "resumes_at": LATER},
    Kind.RESUMED: {**AROUND, **PLAN, "resumed_at": EARLIER, "withdrawn": False, "period_end": LATER},
    Kind.REFUND_REQUESTED: {**REFUND, "ticket": "tkt_1"},
    Kind.REFUND_SUCCEEDED: {**REFUND, "refunded_at": EARLIER},
    Kind.REFUND_FAILED: REFUND,
    Kind.TICKET_OPENED: TICKET,
    Kind.TICKET_ANSWERED: TICKET,
    Kind.TICKET_RESOLVED: {**TICKET, "resolution": "approved"},
    Kind.TICKET_INTAKE: TO_HELPDESK,
    Kind.TICKET_INTAKE_ANSWER: TO_HELPDESK,
    Kind.TICKET_REMINDER: TO_HELPDESK,
    Kind.WEBHOOK_DISABLED: {**AROUND, **ENDPOINT, "reason": "failing", "since": EARLIER, "console": "http://x.test"},
}
VARIANTS: Sequence[tuple[Kind, Mapping[str, Any], str]] = [
    (Kind.WEBHOOK_DISABLED, {"reason": "gone"}, "answered that it is gone (410)"),
    (Kind.PAYMENT_FAILED, {"retry_at": None}, "We do not try again by ourselves."),
    (Kind.PAYMENT_FAILED, {"reason": "no_payment_method", "method": None}, "Add a card and pay €58.00"),
    (Kind.TRIAL_ENDING, {"has_payment_method": False}, "http://localhost:8080/p/larkfield/payment-methods"),
    (Kind.TRIAL_ENDING, {"total": 0, "has_payment_method": False}, "After that, your subscription goes on."),
    (Kind.PLAN_CHANGED, {"scheduled": True}, "you can undo the change"),
    (Kind.PLAN_CHANGED, {"interval_count": 3}, "€24.37 every 3 months"),
    (Kind.QUANTITY_CHANGED, {"scheduled": True}, "changes from 3 to 5"),
    (Kind.PAUSED, {"scheduled": True}, "you can withdraw it"),
    (Kind.PAUSED, {"resumes_at": None}, "It stays paused until you resume it."),
    (Kind.RESUMING, {"total": 0}, "ends by itself on 18 December 2026."),
    (Kind.RESUMED, {"withdrawn": True}, "is withdrawn"),
    (Kind.TICKET_RESOLVED, {"resolution": "declined", "message": []}, "Larkfield declined your request."),
    (Kind.TICKET_RESOLVED, {"resolution": "closed"}, "Larkfield closed your request."),
    (Kind.TICKET_INTAKE, {"customer_name": None, "reply_to": None}, "New ticket. mira@example.com wrote:"),
    (Kind.RECEIPT, {"total": 0}, "Nothing was charged."),
]


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("kind", Kind)
def test_every_mail_is_whole_in_every_language(kind: Kind, language: str) -> None:
    mail = LAYOUT.render(kind, locale=language, brand=BRAND, facts=FACTS[kind])

    assert mail.language == language
    assert f'<html lang="{language}" dir="{direction(language)}"' in mail.html
    assert mail.text.startswith(mail.subject + "\n")
    assert "prefers-color-scheme: dark" in mail.html
    for told in ("mails.", "{{", "{%", "<mj-"):
        assert told not in mail.html
        assert told not in mail.text
    assert not re.search(r"\{[a-z_]+\}", mail.text)


@pytest.mark.parametrize(("kind", "changes", "told"), VARIANTS)
def test_a_mail_says_what_is_so(kind: Kind, changes: Mapping[str, Any], told: str) -> None:
    mail = LAYOUT.render(kind, locale="en", brand=BRAND, facts={**FACTS[kind], **changes})

    assert told in " ".join(mail.text.split())
    assert told in " ".join(re.sub(r"</?(?:strong|bdi)>", "", mail.html).split())


@pytest.mark.parametrize(("kind", "changes", "told"), VARIANTS)
def test_a_mail_is_whole_in_german_whatever_is_so(kind: Kind, changes: Mapping[str, Any], told: str) -> None:
    mail = LAYOUT.render(kind, locale="de", brand=BRAND, facts={**FACTS[kind], **changes})

    assert told not in mail.text or told.startswith("http")
    assert "mails." not in mail.text + mail.html
    assert not re.search(r"\{[a-z_]+\}", mail.text)


WITHOUT_A_WAY_ON = (  # a code to type; an address that is nobody's now; nobody who could go on; a document
    Kind.SIGN_IN_CODE,
    Kind.NEW_EMAIL,
    Kind.EMAIL_CHANGED,
    Kind.CUSTOMER_ERASED,
    Kind.DOCUMENT_COPY,
)
TO_CUSTOMERS = [kind for kind in Kind if MESSAGES[kind].audience == "customer" and kind not in WITHOUT_A_WAY_ON]


@pytest.mark.parametrize("kind", TO_CUSTOMERS)
def test_a_mail_has_one_button_and_loads_nothing(kind: Kind) -> None:
    html = LAYOUT.render(kind, locale="en", brand=BRAND, facts=FACTS[kind]).html

    buttons = re.findall(r'<a href="([^"]+)"[^>]*border-radius', html)
    assert len(buttons) == 1
    assert f"{buttons[0]}\n" in LAYOUT.render(kind, locale="en", brand=BRAND, facts=FACTS[kind]).text
    assert not re.search(r"<img|<link|@import|url\(|<script", html)


def test_a_mail_is_in_the_nearest_language_offered() -> None:
    facts = FACTS[Kind.CANCELLATION]

    assert "18. Dezember 2026" in LAYOUT.render(Kind.CANCELLATION, locale="de-AT", brand=BRAND, facts=facts).subject
    assert "18 December 2026" in LAYOUT.render(Kind.CANCELLATION, locale="tlh", brand=BRAND, facts=facts).subject


EVIL = "<script>alert(1)</script>{{ 7 * 7 }}{% raw %}\"'&"


def test_what_vendors_and_customers_wrote_is_text_in_each_format() -> None:
    facts = {**FACTS[Kind.RECEIPT], "description": EVIL, "name": EVIL}
    brand = Brand(name=EVIL, imprint=EVIL)

    mail = LAYOUT.render(Kind.RECEIPT, locale="en", brand=brand, facts=facts)

    assert "<script" not in mail.html
    assert "&lt;script&gt;alert(1)&lt;/script&gt;{{ 7 * 7 }}" in mail.html
    assert EVIL in mail.text.replace("\n", " ")
    assert "49" not in mail.text


def test_no_value_breaks_a_line_or_turns_the_direction() -> None:
    facts = {**FACTS[Kind.CANCELLATION], "plan_name": "Team\r\nBcc: x@evil.test\u202e\x00\u2028."}

    mail = LAYOUT.render(Kind.CANCELLATION, locale="en", brand=BRAND, facts=facts)

    assert mail.subject == "Your Team Bcc: x@evil.test . subscription ends on 18 December 2026"
    assert visible_line("می\u200cخواهم") == "می\u200cخواهم"


@pytest.mark.parametrize(
    ("color", "background", "ink"),
    [
        ("#0b7a5b", "#0b7a5b", "#ffffff"),
        ("#ffe14d", "#ffe14d", "#000000"),
        (None, "#0b7a5b", "#ffffff"),
        ('red;}"<b>', "#0b7a5b", "#ffffff"),
    ],
)
def test_the_button_is_readable_in_any_brand_color(color: str | None, background: str, ink: str) -> None:
    brand = Brand(name="Larkfield", color=color)

    html = LAYOUT.render(Kind.ENDED, locale="en", brand=brand, facts=FACTS[Kind.ENDED]).html

    assert f"background:{background};color:{ink}" in html


def test_a_support_address_that_is_no_web_page_is_left_out() -> None:
    brand = Brand(name="Larkfield", support_url="javascript:alert(1)")

    assert "javascript" not in LAYOUT.render(Kind.ENDED, locale="en", brand=brand, facts=FACTS[Kind.ENDED]).html


def test_a_sentence_keeps_its_facts_in_bold() -> None:
    html = LAYOUT.render(Kind.RECEIPT, locale="en", brand=BRAND, facts=FACTS[Kind.RECEIPT]).html

    assert "<strong><bdi>€58.00</bdi></strong>" in html


@pytest.mark.parametrize("kind", [Kind.TICKET_INTAKE, Kind.TICKET_INTAKE_ANSWER, Kind.TICKET_REMINDER])
def test_a_helpdesk_is_not_sent_to_a_page_where_only_the_customer_can_sign_in(kind: Kind) -> None:
    mail = LAYOUT.render(kind, locale="en", brand=BRAND, facts=FACTS[kind])

    assert "/p/larkfield" not in mail.html + mail.text
    assert "A reply to this mail goes to mira@example.com" in mail.text


@pytest.mark.parametrize("kind", [Kind.TICKET_ANSWERED, Kind.TICKET_INTAKE])
def test_what_people_wrote_is_quoted_line_by_line_and_is_text(kind: Kind) -> None:
    message = [EVIL, "", "\u202eevil", "a " * 60]

    mail = LAYOUT.render(kind, locale="en", brand=BRAND, facts={**FACTS[kind], "message": message})

    assert "<script" not in mail.html
    assert "\u202e" not in mail.html + mail.text
    assert f"\n> {EVIL}\n>\n> evil\n> a a" in mail.text
    quoted = [line for line in mail.text.split("\n") if line.startswith(">")]
    assert len(quoted) == 5
    assert max(map(len, quoted)) <= 76
