"""How mails are laid out: words, values, escaping, looks."""

import re
from collections.abc import Mapping
from typing import Any

import pytest

from services.notifications.adapters.mjml import Brand, Layout, visible_line
from services.notifications.rules.messages import Kind

LAYOUT = Layout()
BRAND = Brand(
    name="Larkfield", color="#0b7a5b", support_url="https://larkfield.test/help", imprint="Larkfield GmbH, Hamburg"
)
AROUND = {"host": "localhost:8080", "is_test": True, "home": "http://localhost:8080/p/larkfield", "name": "Mira"}
PLAN = {"plan_name": "Team", "subscription": "sub_1"}
FACTS: Mapping[Kind, Mapping[str, Any]] = {
    Kind.SIGN_IN: {
        "host": "localhost:8080",
        "is_test": False,
        "code": "482913",
        "link": "http://localhost:8080/p/larkfield/sign-in#t=secret",
        "device": "Firefox on Linux",
        "requested_at": "2026-11-22T14:32:10+00:00",
        "minutes": 10,
    },
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
}


@pytest.mark.parametrize("language", ["en", "de"])
@pytest.mark.parametrize("kind", Kind)
def test_every_mail_is_whole_in_every_language(kind: Kind, language: str) -> None:
    mail = LAYOUT.render(kind, locale=language, brand=BRAND, facts=FACTS[kind])

    assert mail.language == language
    assert f'<html lang="{language}" dir="ltr"' in mail.html
    assert mail.text.startswith(mail.subject + "\n")
    assert "prefers-color-scheme: dark" in mail.html
    for told in ("mails.", "{{", "{%", "<mj-"):
        assert told not in mail.html
        assert told not in mail.text


@pytest.mark.parametrize("kind", Kind)
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
