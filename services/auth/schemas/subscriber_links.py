"""Permanent links and links to sign in on the wire."""

from marshmallow import fields, validate

from shared.web.fields import Schema, Str


class LinkIn(Schema):
    """Whose link."""

    customer = Str(required=True, validate=validate.Length(max=40), metadata={"description": "A customer, `cus_…`"})


class LinkOut(Schema):
    """A permanent link that works."""

    id = fields.String()
    customer = fields.String()
    url = fields.String(allow_none=True, metadata={"description": "Opens the portal, to look on; keep it secret"})
    created_at = fields.AwareDateTime()
    last_used_at = fields.AwareDateTime(allow_none=True)


class SignInLinkIn(Schema):
    """Whom to let in, at which portal."""

    email = Str(required=True, validate=validate.Length(max=320), metadata={"description": "A customer's address"})
    configuration = Str(
        validate=validate.Length(max=40), metadata={"description": "A portal, `pcfg_…`; the default one if left out"}
    )


class SignInLinkOut(Schema):
    """A link that signs in once, within ten minutes, in any browser."""

    url = fields.String(allow_none=True, metadata={"description": "In this answer and nowhere else"})
    expires_at = fields.AwareDateTime()


class NoBody(Schema):
    """Nothing to say."""
