"""Messages as the API shows them, and sign-in mails as auth asks for them."""

from typing import Any

from marshmallow import EXCLUDE, Schema, ValidationError, fields, validate

from services.notifications.rules.messages import MESSAGES, Kind
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
    customer = fields.String(
        **_said("Whom it is about; null for a sign-in mail to an address of several", allow_none=True)
    )
    to = fields.String(**_said("The address, as it is stored"))
    locale = fields.String()
    subject = fields.String(**_said("Null before the first attempt", allow_none=True))
    state = fields.String(
        required=True,
        **_said("queued, sending, sent, failed, or suppressed: not tried, for its address is not written to"),
    )
    attempts = fields.Integer()
    last_error = fields.String(**_said("What the mail server said last, unless the mail was sent", allow_none=True))
    next_attempt_at = fields.DateTime(format="iso", allow_none=True)
    created_at = fields.DateTime(format="iso")
    sent_at = fields.DateTime(format="iso", allow_none=True)
    repeats = fields.String(**_said("The message that staff sent again as this one", allow_none=True))


class DeliverySchema(Schema):
    """An attempt to hand a mail over."""

    attempt = fields.Integer(required=True, **_said("From 1"))
    at = fields.String(required=True, **_said("When it was answered, RFC 3339"))
    answer = fields.String(required=True, **_said("accepted, deferred, refused, expired or suppressed"))
    detail = fields.String(required=True, **_said("What the mail server said; empty where it took the mail"))


class MessageSchema(MessageListItemSchema):
    """A mail with its texts, which hold no sign-in link and no code."""

    html = fields.String(**_said("Null before the first attempt", allow_none=True))
    text = fields.String(**_said("Null before the first attempt", allow_none=True))
    headers = fields.Dict(
        keys=fields.String(),
        values=fields.String(),
        **_said("What a mail program shows of its head; null before the first attempt", allow_none=True),
    )
    deliveries = fields.List(fields.Nested(DeliverySchema), required=True)


class MessagePageSchema(Schema):
    """A page of messages, newest first."""

    data = fields.List(fields.Nested(MessageListItemSchema), required=True)
    has_more = fields.Boolean(required=True)


class SealedMailOrderSchema(Schema):
    """What auth asks for: the same `id` again is the same mail."""

    id = fields.String(required=True, validate=validate.Length(1, 100))
    kind = fields.String(required=True, validate=validate.OneOf([each for each in Kind if MESSAGES[each].sealed]))
    sealed = fields.String(required=True, validate=validate.Length(1, 20_000))


class SealedMailOrdersSchema(Schema):
    """Several at once: auth hands over what is due in one go."""

    mails = fields.List(fields.Nested(SealedMailOrderSchema), required=True, validate=validate.Length(1, 100))


class WithheldSchema(Schema):
    """Whom of a vendor's addresses a kind of mail would not reach."""

    vendor = fields.String(required=True)
    mode = fields.String(required=True, validate=validate.OneOf(["test", "live"]))
    kind = fields.String(required=True, validate=validate.OneOf(list(Kind)))
    addresses = fields.List(fields.String(), required=True, validate=validate.Length(max=100))


class SealedBrandSchema(Schema):
    """In whose name the mail comes."""

    class Meta:
        unknown = EXCLUDE  # auth may say more than this version knows

    name = fields.String(required=True)
    color = fields.String(required=True, allow_none=True)
    reply_to = fields.String(required=True, allow_none=True, validate=_one_mailbox)
    sender_name = fields.String(allow_none=True, validate=validate.Length(max=100))


class SealedMailSchema(Schema):
    """What is under the seal of a mail. Its kind says whether it needs a code and a link."""

    class Meta:
        unknown = EXCLUDE  # auth may say more than this version knows

    vendor = fields.String(required=True)
    mode = fields.String(required=True, validate=validate.OneOf(["test", "live"]))
    to = fields.String(required=True, validate=_one_mailbox)
    name = fields.String(allow_none=True)
    customer = fields.String(load_default=None, allow_none=True, validate=validate.Length(1, 40))
    locale = fields.String(required=True, validate=validate.Length(1, 35))
    code = fields.String(validate=validate.Regexp(r"[0-9]{6}\Z"))
    link = fields.String(validate=validate.Regexp(r"https?://[^\s]+\Z"))
    brand = fields.Nested(SealedBrandSchema, required=True)
    device = fields.String(allow_none=True)
    facts = fields.Dict(keys=fields.String(), values=fields.String(allow_none=True))
    requested_at = fields.AwareDateTime(required=True)
    expires_at = fields.AwareDateTime(required=True)

    def __init__(self, kind: Kind) -> None:
        super().__init__()
        for name in MESSAGES[kind].needs:
            self.fields[name].required = True
