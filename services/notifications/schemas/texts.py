"""A vendor's own texts in mails, as the API takes and shows them."""

from typing import Any

import marshmallow as ma

from services.notifications.rules.own_texts import LONGEST
from shared.i18n import LANGUAGES
from shared.web.fields import Schema, Str
from shared.web.paging import PageArgs


def _said(about: str, **kwargs: Any) -> dict[str, Any]:
    return {"metadata": {"description": about}, **kwargs}


class MessageTextArgs(PageArgs):
    """Query parameters of the list."""

    language = Str(load_default=None, validate=ma.validate.OneOf(LANGUAGES), **_said("Texts of mails in this language"))
    key = Str(load_default=None, **_said("Texts in place of this one"))


class NewMessageTextSchema(Schema):
    """What mails say instead."""

    key = Str(required=True, validate=ma.validate.Length(max=100), **_said("Such as mails.receipt.subject"))
    language = Str(required=True, validate=ma.validate.OneOf(LANGUAGES))
    text = Str(
        required=True,
        validate=ma.validate.Length(max=2 * LONGEST),
        **_said("One line of plain text with the same `{places}` as ours; never HTML, never a template"),
    )


class MessageTextSchema(Schema):
    """A text of the vendor's own in mails."""

    id = Str(required=True)
    key = Str(required=True, **_said("Which text it replaces, such as mails.receipt.subject"))
    language = Str(required=True)
    text = Str(required=True)
    standard = ma.fields.Raw(required=True, **_said("Ours: a text, or an object of its plural forms"))
    is_used = ma.fields.Boolean(
        required=True, **_said("False where its places are no longer those of ours: mails then say ours")
    )
    updated_at = ma.fields.DateTime(format="iso")


class MessageTextPageSchema(Schema):
    """A page of texts, newest first."""

    data = ma.fields.List(ma.fields.Nested(MessageTextSchema), required=True)
    has_more = ma.fields.Boolean(required=True)
