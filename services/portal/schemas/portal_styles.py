"""A vendor's own style rules, and what became of them."""

import marshmallow as ma

from services.portal.rules.portals.styles import State
from services.portal.schemas.base import shown, shown_number
from shared import i18n
from shared.web.fields import Schema, Str


class CssCheck(Schema):
    """Style rules to be looked at; nothing is saved."""

    css = Str(required=True, metadata={"description": "At most 50 kB and 1,000 rules"})


class CssDropped(Schema):
    """A part that is not kept."""

    line = shown_number("Where it stands, counted from 1")
    what = shown("It, in one line")
    why = shown("A stable code")
    detail = ma.fields.Function(
        lambda dropped: i18n.text(f"portal.css.{dropped.why}", i18n.DEFAULT),
        metadata={"type": "string", "description": "The reason as a sentence"},
    )


class CssReport(Schema):
    """What became of one rule."""

    line = shown_number("Where it stands, counted from 1")
    rule = shown("Whom it is about, as it was given")
    state = ma.fields.Enum(State, by_value=True, metadata={"description": "`partly`: kept without what is listed"})
    dropped = ma.fields.List(ma.fields.Nested(CssDropped))


class CssChecked(Schema):
    """What would be kept."""

    css = shown("The rules as they would be read; pages get them for themselves alone, in the last layer")
    rules = ma.fields.List(ma.fields.Nested(CssReport))
