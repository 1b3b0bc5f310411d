"""API keys on the wire."""

from marshmallow import Schema, fields, validate

from services.auth.rules.api_key import SCOPES, KeyKind

_DAY = 86_400


class KeyIn(Schema):
    """A new key, of the vendor and mode of the key that asks."""

    name = fields.String(required=True, validate=validate.Length(max=200), metadata={"description": "What it is for"})
    kind = fields.Enum(
        KeyKind,
        by_value=True,
        load_default=KeyKind.RESTRICTED,
        metadata={
            "description": "sk: everything; rk: its scopes; pk: starts a widget (`GET /v1/widgets`) and nothing else"
        },
    )
    scopes = fields.List(
        fields.String(validate=validate.Length(max=60)),
        load_default=list,
        validate=validate.Length(max=len(SCOPES)),
        metadata={"description": "Of a restricted key: `<resource>:read` or `:write`"},
    )


class KeyRoll(Schema):
    """How long the old key goes on working beside its successor."""

    overlap = fields.Integer(strict=True, load_default=_DAY, metadata={"description": "Seconds, 0 to 604800"})


class KeyOut(Schema):
    """A key without its secret."""

    id = fields.String()
    mode = fields.String()
    name = fields.String()
    kind = fields.String()
    scopes = fields.List(fields.String())
    created_by = fields.String()
    created_at = fields.AwareDateTime()
    last_used_at = fields.AwareDateTime(allow_none=True, metadata={"description": "To the minute"})
    expires_at = fields.AwareDateTime(allow_none=True, metadata={"description": "Set when the key was rolled"})
    revoked_at = fields.AwareDateTime(allow_none=True)
    replaced_by = fields.String(allow_none=True, metadata={"description": "The key it was rolled to"})


class KeyMade(KeyOut):
    """A new key."""

    secret = fields.String(
        allow_none=True, metadata={"description": "The whole key, this once; null when the answer is given again"}
    )


class KeyPage(Schema):
    """Keys, newest first."""

    data = fields.List(fields.Nested(KeyOut))
    has_more = fields.Boolean()
