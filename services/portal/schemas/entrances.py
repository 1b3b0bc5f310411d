"""What auth asks of portal, on the wire between the two."""

import marshmallow as ma

from shared.web.fields import Int, Schema, Str

_ID = ma.validate.Length(max=40)


class Whose(Schema):
    """Whose customers are meant."""

    vendor = Str(required=True, validate=_ID)
    mode = Str(required=True, validate=ma.validate.OneOf(("test", "live")))


class FindIn(Whose):
    """Exactly one of the last three."""

    customer = Str(load_default=None, allow_none=True, validate=_ID)
    email_key = Str(load_default=None, allow_none=True, validate=ma.validate.Length(max=320))
    reference = Str(load_default=None, allow_none=True, validate=ma.validate.Length(max=200))


class FlowIn(Whose):
    """Everything that a flow names."""

    customer = Str(required=True, validate=_ID)
    subscription = Str(load_default=None, allow_none=True, validate=_ID)
    payment = Str(load_default=None, allow_none=True, validate=_ID)
    invoice = Str(load_default=None, allow_none=True, validate=_ID)
    plan = Str(load_default=None, allow_none=True, validate=_ID)
    coupon = Str(load_default=None, allow_none=True, validate=_ID)


class EmailIn(Whose):
    """A customer's new address, proven; who asks for it, by which session of which portal, and when that was proven."""

    customer = Str(required=True, validate=_ID)
    email = Str(required=True, validate=ma.validate.Length(max=320))
    portal = Str(required=True, validate=ma.validate.Length(max=80))
    session = Str(required=True, validate=_ID)
    delegate = Str(load_default=None, allow_none=True, validate=_ID)
    role = Str(load_default=None, allow_none=True, validate=_ID)
    proven_at = Int(required=True, metadata={"description": "Unix seconds"})
    client = Str(load_default="", validate=ma.validate.Length(max=45))
    request_id = Str(load_default="", validate=ma.validate.Length(max=80))
