"""Identity secrets and signed identities on the wire."""

from typing import Any

from marshmallow import Schema as OutSchema
from marshmallow import ValidationError, fields, validate, validates_schema

from services.auth.rules.signed_identity import LONGEST_PROOF, LONGEST_SUBJECT
from shared.web.fields import Schema, Str

_DAY = 86_400
_V1 = "Whether hashes without expiry (v1) made with it are good, too"


class SecretIn(Schema):
    """A new identity secret, of the vendor and mode of the key that asks."""

    name = Str(required=True, validate=validate.Length(max=200), metadata={"description": "What it is for"})
    takes_v1 = fields.Boolean(load_default=True, truthy={True}, falsy={False}, metadata={"description": _V1})


class SecretPatch(Schema):
    """What changes of an identity secret. Off, `takes_v1` ends every session that began with such a hash."""

    name = Str(validate=validate.Length(max=200), metadata={"description": "What it is for"})
    takes_v1 = fields.Boolean(truthy={True}, falsy={False}, metadata={"description": _V1})


class SecretRoll(Schema):
    """How long the old secret goes on verifying beside its successor."""

    overlap = fields.Integer(strict=True, load_default=_DAY, metadata={"description": "Seconds, 0 to 604800"})


class SecretOut(OutSchema):
    """An identity secret without what it signs with."""

    id = fields.String(metadata={"description": "The key id, `kid`, of v2 tokens"})
    mode = fields.String()
    name = fields.String()
    takes_v1 = fields.Boolean()
    created_by = fields.String()
    created_at = fields.AwareDateTime()
    last_used_at = fields.AwareDateTime(allow_none=True, metadata={"description": "To the minute"})
    expires_at = fields.AwareDateTime(allow_none=True, metadata={"description": "Set when it was rolled"})
    revoked_at = fields.AwareDateTime(allow_none=True)
    replaced_by = fields.String(allow_none=True, metadata={"description": "The secret it was rolled to"})


class SecretMade(SecretOut):
    """A new identity secret."""

    secret = fields.String(
        allow_none=True,
        metadata={"description": "What to sign with, this once; null when the answer is given again"},
    )


class SecretPage(OutSchema):
    """Identity secrets, newest first."""

    data = fields.List(fields.Nested(SecretOut))
    has_more = fields.Boolean()


class CheckIn(Schema):
    """A hash or token, and whom it was sent with: an e-mail address or a customer id. A v2 token may stand alone."""

    email = Str(validate=validate.Length(max=LONGEST_SUBJECT), metadata={"description": "As your page sends it"})
    customer_id = Str(
        validate=validate.Length(max=LONGEST_SUBJECT),
        metadata={"description": "`cus_…` or your own reference, as your page sends it"},
    )
    hash = Str(
        required=True,
        validate=validate.Length(max=LONGEST_PROOF),
        metadata={"description": "A v1 hash, or a v2 token `v2.…`, as your page sends it"},
    )
    configuration = Str(metadata={"description": "The portal that lets in; without it, the default one of this mode"})

    @validates_schema
    def one_subject(self, data: dict[str, Any], **_kwargs: Any) -> None:
        """At most one of the two."""
        if "email" in data and "customer_id" in data:
            raise ValidationError("Name one, not both.", "customer_id")


class CheckOut(OutSchema):
    """Whether it matches, and the likely mistake where it does not."""

    match = fields.Boolean()
    version = fields.String(metadata={"description": "`v1` or `v2`"})
    secret = fields.String(allow_none=True, metadata={"description": "Id of the secret that signed it, where known"})
    mistakes = fields.List(fields.String(), metadata={"description": "The likely mistakes, all of which were made"})
    obstacles = fields.List(
        fields.String(), metadata={"description": "Why a match would not be let in by this portal all the same"}
    )
    customer = fields.String(allow_none=True, metadata={"description": "Whom it names, where that is one customer"})
    expected = fields.String(allow_none=True, metadata={"description": "The right v1 hash; in test mode only"})
    detail = fields.String(metadata={"description": "The same as sentences"})


class RefusalOut(OutSchema):
    """Somebody whom a widget did not let in."""

    id = fields.String()
    portal = fields.String(metadata={"description": "The portal's slug"})
    way_in = fields.String()
    cause = fields.String()
    subject = fields.String(allow_none=True, metadata={"description": "Who was named; an address is masked"})
    at = fields.AwareDateTime()


class RefusalPage(OutSchema):
    """Refusals of the last week, newest first."""

    data = fields.List(fields.Nested(RefusalOut))
    has_more = fields.Boolean()


class CustomerPatch(Schema):
    """Whether hashes without expiry let this customer in. Off, every session that began with one is over."""

    takes_v1 = fields.Boolean(required=True, truthy={True}, falsy={False})


class CustomerOut(OutSchema):
    """How a customer may come in by a signed identity."""

    customer = fields.String()
    takes_v1 = fields.Boolean()
