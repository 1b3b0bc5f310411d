"""Messages as the API shows them, and sign-in mails as auth asks for them."""

from typing import Any

from marshmallow import EXCLUDE, Schema, ValidationError, fields, validate

from services.notifications.rules.messages import Kind
from shared import addresses


def _said(about: str, **kwargs: Any) -> dict[str, Any]:
    return {"metadata": {"description": about}, **kwargs}


def _one_mailbox(value: str) -> None:
    try:
        written = addresses.parse(value).written
    except addresses.BadAddress:
        written = None
    if written != value:
        raise ValidationError("Not the address of one mailbox.")


class MessageListItemSchema(Schema):
    """A mail, from the moment it is owed, without its texts."""

    id = fields.String(required=True)
    kind = fields.String(required=True, **_said("What it is about: " + ", ".join(Kind)))
    may_be_switched_off = fields.Boolean(**_said("Mails of money, law and sign-in may not"))
    customer = fields.String(**_said("Whom it is about; null for a sign-in mail", allow_none=True))
    to = fields.String(**_said("The address, as it is stored"))
    locale = fields.String()
    subject = fields.String(**_said("Null before the first attempt", allow_none=True))
    state = fields.String(required=True, **_said("queued, sending, sent or failed"))
    attempts = fields.Integer()
    last_error = fields.String(**_said("What the mail server said last, unless the mail was sent", allow_none=True))
    next_attempt_at = fields.DateTime(format="iso", allow_none=True)
    created_at = fields.DateTime(format="iso")
    sent_at = fields.DateTime(format="iso", allow_none=True)


class MessageSchema(MessageListItemSchema):
    """A mail with its texts, which hold no sign-in link and no code."""

    html = fields.String(**_said("Null before the first attempt", allow_none=True))
    text = fields.String(**_said("Null before the first attempt", allow_none=True))


class MessagePageSchema(Schema):
    """A page of messages, newest first."""

    data = fields.List(fields.Nested(MessageListItemSchema), required=True)
    has_more = fields.Boolean(required=True)


class SignInMailOrderSchema(Schema):
    """What auth asks for: the same `id` again is the same mail."""

    id = fields.String(required=True, validate=validate.Length(1, 100))
    sealed = fields.String(required=True, validate=validate.Length(1, 20_000))


class SealedBrandSchema(Schema):
    """In whose name the mail comes."""

    class Meta:
        unknown = EXCLUDE  # auth may say more than this version knows

    name = fields.String(required=True)
    color = fields.String(required=True, allow_none=True)
    reply_to = fields.String(required=True, allow_none=True, validate=_one_mailbox)


class SealedMailSchema(Schema):
    """What is under the seal of a sign-in mail."""

    class Meta:
        unknown = EXCLUDE  # auth may say more than this version knows

    vendor = fields.String(required=True)
    mode = fields.String(required=True, validate=validate.OneOf(["test", "live"]))
    to = fields.String(required=True, validate=_one_mailbox)
    locale = fields.String(required=True, validate=validate.Length(1, 35))
    code = fields.String(required=True, validate=validate.Regexp(r"[0-9]{6}\Z"))
    link = fields.String(required=True, validate=validate.Regexp(r"https?://[^\s]+\Z"))
    brand = fields.Nested(SealedBrandSchema, required=True)
    device = fields.String(required=True, allow_none=True)
    requested_at = fields.AwareDateTime(required=True)
    expires_at = fields.AwareDateTime(required=True)
