"""Texts of a vendor's own, in place of ours."""

import marshmallow as ma

from services.portal.schemas.base import shown
from shared.i18n import DEFAULT, LANGUAGES
from shared.i18n.overrides import Why
from shared.web.fields import Schema, Str


class IgnoredText(Schema):
    """A text that was given and is not kept."""

    language = shown("Of which language")
    key = shown("As it was given")
    why = ma.fields.Enum(Why, by_value=True, metadata={"description": "Why the standard text stays"})


class TextsArgs(Schema):
    """Which texts."""

    locale = Str(load_default=DEFAULT, metadata={"description": f"One of {', '.join(LANGUAGES)}"})
    beginning = Str(load_default="", metadata={"description": "Of keys that begin so, such as `portal.cancel.`"})


class ReplaceableText(Schema):
    """A text of ours, and what stands in its place."""

    key = shown("As `texts` takes it; `portal.` may be left out")
    standard = ma.fields.Dict(
        keys=ma.fields.String(),
        values=ma.fields.String(),
        metadata={"description": "Ours, by plural form; a text without them is `other` alone"},
    )
    places = ma.fields.List(ma.fields.String(), metadata={"description": "Which `{places}` one of yours has to have"})
    own = shown("Yours; null: ours shows", allow_none=True)


class ReplaceableTexts(Schema):
    """The texts of one language."""

    language = shown("Which one")
    texts = ma.fields.List(ma.fields.Nested(ReplaceableText))


def own_texts() -> ma.fields.Dict:
    """The field of a configuration."""
    return ma.fields.Dict(
        keys=Str(),
        values=ma.fields.Dict(keys=Str(), values=Str(allow_none=True), allow_none=True),
        metadata={"description": "Texts of your own by language and key, in place of ours; null takes one away"},
    )
