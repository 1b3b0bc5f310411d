"""Widgets on the wire: what a page may know of one."""

from marshmallow import fields

from shared.web.fields import Schema


class WidgetOut(Schema):
    """A widget that a page can start."""

    id = fields.String(metadata={"description": "The loader's `widget`, `pcfg_…`"})
    mode = fields.String(metadata={"description": "`test` or `live`, as the key is"})
    name = fields.String(metadata={"description": "The name customers see"})
    sign_in_methods = fields.List(
        fields.String(), metadata={"description": "The ways in: who the page can prove, and how"}
    )
    default_locale = fields.String(metadata={"description": "The language it speaks unless told"})
    script = fields.String(metadata={"description": "The loader's address"})
    url = fields.String(metadata={"description": "The same portal as a page of its own, for where no frame shows"})


class WidgetPage(Schema):
    """Widgets, newest first."""

    data = fields.List(fields.Nested(WidgetOut))
    has_more = fields.Boolean()
