"""Mail over SMTP: one connection for a batch, one recipient a mail, no line break in any header.

A reply of 5xx to the mail itself is final; 4xx, silence and a lost connection are not. What the server says
before it has seen a mail (greeting, TLS, login) is never a mail's fault.
"""

import base64
import binascii
import smtplib
import ssl
import unicodedata
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP as SMTP_POLICY
from email.utils import format_datetime
from typing import Final
from urllib.parse import unquote, urlsplit

from services.notifications.adapters.transport import Attachment, Connection, HandedOver, Mail, Unreachable
from services.notifications.rules.delivery import Answer
from services.notifications.rules.suppression import Reply, status_of
from shared import addresses

TIMEOUT: Final = 10.0
"""Seconds for each step of the conversation."""

_PORTS: Final = {"smtp": 25, "smtps": 465, "smtp+starttls": 587}
_POLICY: Final = SMTP_POLICY.clone(cte_type="7bit", max_line_length=76)
_POLICY_UTF8: Final = SMTP_POLICY.clone(utf8=True, max_line_length=76)
_BOUNDARY: Final = "=_bursar"  # no quoted-printable or base64 text has this in it (RFC 2046, 5.1.1)
_OUTER: Final = "=_outside"


class BadMailUrl(ValueError):
    """MAIL_URL is of no form we know."""


class UnsafeHeader(ValueError):
    """A value would break out of its header."""


@dataclass(frozen=True, kw_only=True)
class Smtp:
    """Where the mail server is, how to speak to it, and as whom. The password prints as nothing."""

    scheme: str
    host: str
    port: int
    user: str | None = None
    password: str | None = None

    def __repr__(self) -> str:
        return f"Smtp({self.scheme}://{self.host}:{self.port})"

    @contextmanager
    def connect(self) -> Iterator[Connection]:
        client = self._open()
        try:
            yield SmtpConnection(client)
        finally:
            _hang_up(client)

    def _open(self) -> smtplib.SMTP:
        try:
            client = self._greet()
        except (OSError, smtplib.SMTPException) as error:
            raise Unreachable(_said(error)) from error
        try:
            if self.scheme == "smtp+starttls":
                client.starttls(context=ssl.create_default_context())
            if self.user is not None:
                client.login(self.user, self.password or "")
            client.ehlo_or_helo_if_needed()
        except (OSError, smtplib.SMTPException) as error:
            _hang_up(client)
            raise Unreachable(_said(error)) from error
        return client

    def _greet(self) -> smtplib.SMTP:
        if self.scheme == "smtps":
            context = ssl.create_default_context()
            return smtplib.SMTP_SSL(self.host, self.port, timeout=TIMEOUT, context=context)
        return smtplib.SMTP(self.host, self.port, timeout=TIMEOUT)


@dataclass(frozen=True)
class SmtpConnection:
    """An open conversation with the mail server."""

    client: smtplib.SMTP

    def hand_over(self, mail: Mail) -> HandedOver:
        try:
            message = compose(mail)
        except ValueError as error:
            return HandedOver(answer=Answer.REFUSED, detail=f"not a mail: {error}")
        options = [] if mail.address.isascii() else ["SMTPUTF8"]
        try:
            self.client.sendmail(mail.sender_address, [mail.address], message, mail_options=options)
        except smtplib.SMTPServerDisconnected as error:
            raise Unreachable(_said(error)) from error
        except smtplib.SMTPNotSupportedError as error:
            return HandedOver(answer=Answer.REFUSED, detail=_said(error))
        except (smtplib.SMTPResponseException, smtplib.SMTPRecipientsRefused) as error:
            return _judged(error)
        except (OSError, smtplib.SMTPException) as error:
            raise Unreachable(_said(error)) from error
        return HandedOver(answer=Answer.ACCEPTED)


def parse(mail_url: str) -> Smtp:
    """`smtp://[user:password@]host[:port]`, `smtps://…` or `smtp+starttls://…`. Raises BadMailUrl."""
    parts = urlsplit(mail_url)
    if parts.scheme not in _PORTS or not parts.hostname or parts.path not in ("", "/"):
        raise BadMailUrl("MAIL_URL must be smtp://, smtps:// or smtp+starttls:// with a host, or log:")
    return Smtp(
        scheme=parts.scheme,
        host=parts.hostname,
        port=parts.port or _PORTS[parts.scheme],
        user=unquote(parts.username) if parts.username else None,
        password=unquote(parts.password) if parts.password else None,
    )


def compose(mail: Mail) -> bytes:
    """The mail as it travels: plain text, the same as HTML, and a PDF if there is one.

    Raises ValueError for what is no header value.

    The standard library encodes and folds what people wrote. The rest is put together here: its way of making a
    multipart message parses every header several times, and was most of the time that a mail took.
    """
    message = EmailMessage(policy=_POLICY if mail.address.isascii() else _POLICY_UTF8)
    message["From"] = _address(mail.sender_address, name=mail.sender_name)
    message["To"] = _recipient(mail.address)
    if mail.reply_to:
        message["Reply-To"] = _address(mail.reply_to, name=mail.reply_to_name)
    message["Subject"] = _one_line(mail.subject)
    own = (
        f"Date: {format_datetime(mail.date)}",
        f"Message-ID: {_one_line(mail.message_id)}",
        "Auto-Submitted: auto-generated",  # RFC 3834: no out-of-office answers
        f"Content-Language: {_one_line(mail.language)}",
        *_ways_out(mail.unsubscribe),
        "MIME-Version: 1.0",
    )
    told = _part("plain", mail.text) + _part("html", mail.html) + f"--{_BOUNDARY}--\r\n".encode()
    kind = f'Content-Type: multipart/alternative; boundary="{_BOUNDARY}"\r\n'
    head = "\r\n".join(own).encode("ascii") + b"\r\n"
    if mail.attachment is None:
        return head + kind.encode() + message.as_bytes() + told
    outer = f'Content-Type: multipart/mixed; boundary="{_OUTER}"\r\n'.encode()
    inner = f"--{_OUTER}\r\n{kind}\r\n".encode()
    return head + outer + message.as_bytes() + inner + told + _attached(mail.attachment)


def _ways_out(unsubscribe: str | None) -> tuple[str, ...]:
    """What lets a mail program end such mails with one click of its own (RFC 2369, RFC 8058)."""
    if unsubscribe is None:
        return ()
    return (f"List-Unsubscribe: <{_one_line(unsubscribe)}>", "List-Unsubscribe-Post: List-Unsubscribe=One-Click")


def _attached(file: Attachment) -> bytes:
    head = (
        f"--{_OUTER}\r\nContent-Type: application/pdf\r\n"
        f'Content-Disposition: attachment; filename="{_one_line(file.name)}"\r\n'
        "Content-Transfer-Encoding: base64\r\n\r\n"
    )
    body = base64.encodebytes(file.content).replace(b"\n", b"\r\n")
    return head.encode("ascii") + body + f"--{_OUTER}--\r\n".encode()


def _part(subtype: str, text: str) -> bytes:
    head = (
        f"--{_BOUNDARY}\r\nContent-Type: text/{subtype}; charset=utf-8\r\n"
        "Content-Transfer-Encoding: quoted-printable\r\n\r\n"
    )
    lines = "\r\n".join([*text.splitlines(), ""])
    return head.encode() + binascii.b2a_qp(lines.encode(), istext=True)


def _address(address: str, *, name: str = "") -> Address:
    """One mailbox of ours: the platform's or the vendor's."""
    user, _, domain = _one_line(address).rpartition("@")
    return Address(display_name=_one_line(name), username=user, domain=domain)


def _recipient(address: str) -> Address:
    """Exactly one mailbox, as it is stored. The standard parser has taken more than it should (CVE-2023-27043)."""
    try:
        is_stored_form = addresses.parse(address).written == address
    except addresses.BadAddress:
        is_stored_form = False
    if not is_stored_form:
        raise UnsafeHeader("not the address of one mailbox")
    return _address(address)


def _one_line(value: str) -> str:
    if any(unicodedata.category(character) in ("Cc", "Zl", "Zp") for character in value):
        raise UnsafeHeader("a line break or control character in a header")
    return value


def _judged(error: smtplib.SMTPResponseException | smtplib.SMTPRecipientsRefused) -> HandedOver:
    code: int
    reply: bytes | str
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        code, reply = next(iter(error.recipients.values()))
    else:
        code, reply = error.smtp_code, error.smtp_error
    if code == 421:
        raise Unreachable(_text(code, reply)) from error  # RFC 5321: the server closes the connection with this
    said = _readable(reply)
    return HandedOver(
        answer=Answer.REFUSED if code >= 500 else Answer.DEFERRED,
        detail=_text(code, reply),
        reply=Reply(code=code, status=status_of(said)),
    )


def _said(error: Exception) -> str:
    if isinstance(error, smtplib.SMTPResponseException):
        return _text(error.smtp_code, error.smtp_error)
    return f"{type(error).__name__}: {error}"


def _text(code: int, reply: bytes | str) -> str:
    return f"{code} {_readable(reply)}"


def _readable(reply: bytes | str) -> str:
    return reply.decode(errors="replace") if isinstance(reply, bytes) else reply


def _hang_up(client: smtplib.SMTP) -> None:
    """Say goodbye; a server that is gone already needs none."""
    try:
        client.quit()
    except (OSError, smtplib.SMTPException):
        client.close()
