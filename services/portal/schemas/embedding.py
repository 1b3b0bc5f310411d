"""Why a page does not show a portal."""

import marshmallow as ma

from services.portal.rules.portals.embed_check import LONGEST_POLICY, State
from services.portal.schemas.base import moment, shown
from shared import i18n, origins
from shared.web.fields import Schema, Str


class EmbedCheck(Schema):
    """A page to be looked at; nothing is asked of it."""

    page = Str(
        required=True,
        validate=ma.validate.Length(1, origins.LONGEST),
        metadata={"description": "Its address, such as `https://shop.example/account`"},
    )
    policy = Str(
        load_default="",
        validate=ma.validate.Length(0, LONGEST_POLICY),
        metadata={"description": "The `Content-Security-Policy` that it sends, if it sends one"},
    )


class EmbedStep(Schema):
    """One thing that was looked at."""

    code = shown("A stable code")
    state = ma.fields.Enum(State, by_value=True, metadata={"description": "Does it stand in the way"})
    detail = ma.fields.Function(
        lambda step: i18n.text(f"console.embed.step.{step.code}", i18n.DEFAULT, about=step.about, meant=step.meant),
        metadata={"type": "string", "description": "The same as a sentence"},
    )


class Seen(Schema):
    """A page that showed the portal."""

    origin = shown("Of the page")
    seen_at = moment("When it was last")


class EmbedReport(Schema):
    """What was found."""

    works = ma.fields.Boolean(metadata={"description": "Nothing stands in the way"})
    origin = shown("Of the page; null: it has none", allow_none=True)
    steps = ma.fields.List(ma.fields.Nested(EmbedStep), metadata={"description": "In the order of looking"})
    frame_ancestors = shown("What is sent with the frame")
    needed_policy = shown("What the page's own policy has to allow, if it has one")
    seen = ma.fields.List(ma.fields.Nested(Seen), metadata={"description": "On pages of that origin, latest first"})
