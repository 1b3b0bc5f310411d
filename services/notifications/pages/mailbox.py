"""/mailbox: the mails that `make run` keeps instead of sending. Where the setting is off, there is no such page."""

import re
from typing import Final

from flask import Blueprint, Response
from markupsafe import Markup, escape

from services.notifications.queries import messages as queries
from services.notifications.settings import Settings
from shared.errors import NotFound
from shared.web import public, render, session, settings

blueprint = Blueprint("mailbox", __name__, url_prefix="/mailbox")

PAGE_POLICY: Final = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; font-src 'self'; connect-src 'self'; "
    "frame-src 'self'; form-action 'self'; base-uri 'none'; object-src 'none'; frame-ancestors 'none'"
)
"""The policy of every page, and a frame of our own."""

MAIL_POLICY: Final = (
    "default-src 'none'; style-src 'unsafe-inline'; img-src 'self'; form-action 'none'; base-uri 'none'; "
    "frame-ancestors 'self'; sandbox allow-popups allow-popups-to-escape-sandbox"
)
"""Mails have their styles inline, and a portal's logo by its address; nothing in one runs or sends, or loads from
elsewhere. Its links open in a tab of their own."""

_LINK: Final = re.compile(r"https?://[^\s<>\"']+[^\s<>\"'.,;:)]")


@blueprint.get("")
@public
def index() -> Response:
    """The newest mails; the list follows what arrives."""
    _only_where_it_is_open()
    return _under(
        PAGE_POLICY, render("notifications/mailbox/index.html", fragment="mails", mails=queries.mailbox(session()))
    )


@blueprint.get("/<message_id>")
@public
def show(message_id: str) -> Response:
    """One mail: as it looks, and its plain text."""
    _only_where_it_is_open()
    mail = queries.mail(session(), message_id)
    first = _LINK.search(mail.text)
    page = render(
        "notifications/mailbox/show.html", mail=mail, text=_linked(mail.text), link=first[0] if first else None
    )
    return _under(PAGE_POLICY, page)


@blueprint.get("/<message_id>/html")
@public
def html(message_id: str) -> Response:
    """The HTML of a mail, byte for byte, for the frame."""
    _only_where_it_is_open()
    return _under(MAIL_POLICY, Response(queries.mail_html(session(), message_id), mimetype="text/html"))


def _only_where_it_is_open() -> None:
    if not settings(Settings).mailbox:
        raise NotFound


def _under(policy: str, answer: Response) -> Response:
    answer.headers["Content-Security-Policy"] = policy
    return answer


def _linked(text: str) -> Markup:
    """The plain text with its lines kept and its addresses as links."""
    parts, end = [], 0
    for link in _LINK.finditer(text):
        parts += [escape(text[end : link.start()]), Markup('<a href="{0}">{0}</a>').format(link[0])]
        end = link.end()
    parts.append(escape(text[end:]))
    return Markup("").join(parts).strip().replace("\n", Markup("<br>\n"))
