"""A customer's own people on the wire."""

from marshmallow import fields, validate

from services.auth.rules.delegate import LONGEST_NAME, Role
from shared.web.fields import Schema, Str
from shared.web.paging import PageArgs

_ROLE = validate.OneOf([role.value for role in Role])
_ID = validate.Length(max=40)


class DelegateArgs(PageArgs):
    """Whose people."""

    customer = Str(load_default=None, validate=_ID, metadata={"description": "Only this customer's, `cus_…`"})


class DelegateIn(Schema):
    """Whom to let in."""

    customer = Str(required=True, validate=_ID, metadata={"description": "A customer, `cus_…`"})
    email = Str(required=True, validate=validate.Length(max=320))
    name = Str(load_default=None, allow_none=True, validate=validate.Length(max=LONGEST_NAME))
    role = Str(required=True, validate=_ROLE, metadata={"description": "An owner looks on until they accept"})


class DelegatePatch(Schema):
    """What they are from now on."""

    role = Str(required=True, validate=_ROLE, metadata={"description": "To be an owner they must accept first"})


class DelegateOut(Schema):
    """Somebody who sees a customer's portal by an address of their own."""

    id = fields.String()
    customer = fields.String()
    email = fields.String()
    name = fields.String(allow_none=True)
    role = fields.String(validate=_ROLE)
    offered_role = fields.String(allow_none=True, metadata={"description": "Waits until they accept"})
    state = fields.String(validate=validate.OneOf(["invited", "active", "revoked"]))
    invited_by = fields.String()
    invited_at = fields.AwareDateTime()
    accepted_at = fields.AwareDateTime(allow_none=True)
    revoked_at = fields.AwareDateTime(allow_none=True)


class DelegatePage(Schema):
    """Some of them, newest first."""

    data = fields.List(fields.Nested(DelegateOut))
    has_more = fields.Boolean()
