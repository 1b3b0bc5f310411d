"""A vendor's people on the wire."""

from marshmallow import Schema as OutSchema
from marshmallow import fields, validate

from services.auth.rules.roles import Role
from shared.web.fields import Schema, Str

_ROLE = "owner, admin, support or read_only; worth no more than the key that names it"


class VendorUserIn(Schema):
    """Somebody to invite."""

    email = Str(required=True, validate=validate.Length(max=254), metadata={"description": "Where they sign in"})
    role = fields.Enum(Role, by_value=True, required=True, metadata={"description": _ROLE})
    name = Str(load_default=None, allow_none=True, validate=validate.Length(max=200))


class VendorUserPatch(Schema):
    """What somebody may do from now on."""

    role = fields.Enum(Role, by_value=True, required=True, metadata={"description": _ROLE})


class VendorUserOut(OutSchema):
    """Somebody of the vendor's staff, who works in test and live mode."""

    id = fields.String()
    email = fields.String()
    name = fields.String(allow_none=True)
    role = fields.Enum(Role, by_value=True)
    invited_by = fields.String(allow_none=True, metadata={"description": "A user's or a key's id"})
    created_at = fields.AwareDateTime(metadata={"description": "When they were invited"})
    accepted_at = fields.AwareDateTime(allow_none=True, metadata={"description": "When they first signed in"})


class VendorUserPage(OutSchema):
    """People, newest first."""

    data = fields.List(fields.Nested(VendorUserOut))
    has_more = fields.Boolean()
