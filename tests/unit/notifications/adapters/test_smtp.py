"""How a mail looks on the wire, and what never becomes one."""

import dataclasses
from datetime import UTC, datetime
from email import message_from_bytes, policy

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.notifications.adapters import smtp
from services.notifications.adapters.transport import Attachment, Mail

MAIL = Mail(
    message_id="<msg_1@bursar.example>",
    sender_name="Larkfield",
    sender_address="billing@bursar.example",
    reply_to="hello@larkfield.test",
    reply_to_name="Larkfield",
    address="Mira.Okafor@example.com",
    language="en",
    subject="We received your payment of €58.00",
    html="<p>€58.00</p>",
    text="€58.00\n",
    date=datetime(2026, 11, 22, 14, 30, tzinfo=UTC),
)


@pytest.mark.feature("B25")
def test_a_mail_comes_from_the_platforms_address_in_the_vendors_name() -> None:
    message = message_from_bytes(smtp.compose(MAIL), policy=policy.default)

    assert message["From"] == "Larkfield <billing@bursar.example>"
    assert message["Reply-To"] == "Larkfield <hello@larkfield.test>"
    assert message["To"] == "Mira.Okafor@example.com"
    assert message["Subject"] == MAIL.subject
    assert message["Message-ID"] == MAIL.message_id
    assert message["Auto-Submitted"] == "auto-generated"
    assert message["List-Unsubscribe"] is None


def test_a_mail_says_the_same_in_text_and_html() -> None:
    message = message_from_bytes(smtp.compose(MAIL), policy=policy.default)

    assert message.get_content_type() == "multipart/alternative"
    assert [part.get_content_type() for part in message.iter_parts()] == ["text/plain", "text/html"]
    assert [part.get_content().strip() for part in message.iter_parts()] == ["€58.00", "<p>€58.00</p>"]


@given(st.text(max_size=400))
def test_any_text_arrives_as_it_is(text: str) -> None:
    text = f"Dear {text}."  # what a mail ends with is not the wire's to keep
    sent = dataclasses.replace(MAIL, text=text, html=text)

    message = message_from_bytes(smtp.compose(sent), policy=policy.default)

    assert [part.get_content().splitlines() for part in message.iter_parts()] == [text.splitlines()] * 2


def test_every_line_on_the_wire_is_short_and_ascii() -> None:
    sent = dataclasses.replace(MAIL, html="<p>" + "é" * 5000 + "</p>\n.\n", subject="é" * 200)

    lines = smtp.compose(sent).split(b"\r\n")

    assert max(map(len, lines)) <= 78
    assert all(line.isascii() and b"\n" not in line for line in lines)


@pytest.mark.parametrize(
    "address",
    [
        "a@v.com,b@evil.com",
        "a@v.com;b@e.com",
        '"b@evil.com"@v.com',
        "a@v.com\r\nBcc: b@evil.com",
        "a@v.com>",
        "victim＠corp.com",
        "Name <a@v.com>",
        " a@v.com",
        "",
        "nobody",
    ],
)
def test_only_one_plain_mailbox_is_a_recipient(address: str) -> None:
    with pytest.raises(ValueError, match=r"mailbox|header"):
        smtp.compose(dataclasses.replace(MAIL, address=address))


@pytest.mark.parametrize("field", ["sender_name", "reply_to", "subject", "message_id", "language"])
@pytest.mark.parametrize("end", ["\r\n", "\n", "\r", "\u2028", "\x85", "\0"])
def test_no_header_takes_a_line_break(field: str, end: str) -> None:
    with pytest.raises(smtp.UnsafeHeader):
        smtp.compose(dataclasses.replace(MAIL, **{field: f"a@v.com{end}Bcc: b@evil.com"}))


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("smtp://mail.test", ("smtp", "mail.test", 25, None, None)),
        ("smtps://u:p%40ss@mail.test", ("smtps", "mail.test", 465, "u", "p@ss")),
        ("smtp+starttls://u:p@mail.test:2525", ("smtp+starttls", "mail.test", 2525, "u", "p")),
    ],
)
def test_mail_url_says_where_how_and_as_whom(url: str, expected: tuple[object, ...]) -> None:
    assert dataclasses.astuple(smtp.parse(url)) == expected


@pytest.mark.parametrize("url", ["http://mail.test", "smtp://", "smtp://mail.test/x", "mail.test:25", ""])
def test_another_mail_url_is_refused(url: str) -> None:
    with pytest.raises(smtp.BadMailUrl):
        smtp.parse(url)


def test_the_password_is_not_printed() -> None:
    assert "hunter2" not in repr(smtp.parse("smtps://u:hunter2@mail.test"))


WAY_OUT = "https://billing.example/p/larkfield/recipient/unsubscribe/secret"


@pytest.mark.feature("M05")
@pytest.mark.parametrize("address", [MAIL.address, "jörg@bücher.example"])
def test_a_document_travels_along_with_the_way_to_end_such_mails(address: str) -> None:
    content = bytes(range(256)) * 40
    pdf = Attachment(name="invoice-118.pdf", content=content)
    mail = dataclasses.replace(MAIL, address=address, unsubscribe=WAY_OUT, attachment=pdf)

    composed = smtp.compose(mail)

    message = message_from_bytes(composed, policy=policy.default)
    assert message.get_content_type() == "multipart/mixed"
    plain, html = message.get_body(("plain",)), message.get_body(("html",))
    assert plain is not None
    assert html is not None
    assert (plain.get_content().strip(), html.get_content().strip()) == ("€58.00", "<p>€58.00</p>")
    (found,) = message.iter_attachments()
    assert (found.get_content_type(), found.get_filename()) == ("application/pdf", "invoice-118.pdf")
    assert found.get_content() == content
    assert message["List-Unsubscribe"] == f"<{WAY_OUT}>"
    assert message["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert max(map(len, composed.split(b"\r\n"))) <= 998  # RFC 5322


def test_neither_a_file_name_nor_a_way_out_breaks_a_header() -> None:
    for change in (
        {"unsubscribe": WAY_OUT + "\r\nBcc: x@evil.test"},
        {"attachment": Attachment(name="a.pdf\r\nBcc: x@evil.test", content=b"")},
    ):
        with pytest.raises(ValueError, match="header"):
            smtp.compose(dataclasses.replace(MAIL, **change))  # type: ignore[arg-type]
