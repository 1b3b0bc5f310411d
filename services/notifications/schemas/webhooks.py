"""Webhook endpoints and deliveries, as the API takes and shows them."""

from typing import Any

import marshmallow as ma

from services.notifications.rules.targets import LONGEST
from services.notifications.rules.webhooks import DEFAULT_OVERLAP, EVERYTHING, Fault, Off, State
from shared.web.fields import Int, Schema, Str
from shared.web.paging import PageArgs


def _said(about: str, **kwargs: Any) -> dict[str, Any]:
    return {"metadata": {"description": about}, **kwargs}


_URL = "Where events are posted to: https, a public host's name, one of the installation's ports"
_EVENTS = f"Types of the catalog of events, or `{EVERYTHING}` for all that there are and will be"
_CONTACT = "Whom to mail when it is switched off; the vendor's own address where there is none"


def _events(**kwargs: Any) -> "ma.fields.List[Any]":
    return ma.fields.List(Str(validate=ma.validate.Length(max=60)), **_said(_EVENTS, **kwargs))


class NewWebhookEndpointSchema(Schema):
    """An endpoint to send events to."""

    url = Str(required=True, validate=ma.validate.Length(1, LONGEST), **_said(_URL))
    events = _events(load_default=lambda: [EVERYTHING], validate=ma.validate.Length(1, 100))
    description = Str(load_default=None, allow_none=True, validate=ma.validate.Length(max=200), **_said("For staff"))
    contact = Str(load_default=None, allow_none=True, validate=ma.validate.Length(max=320), **_said(_CONTACT))


class WebhookEndpointPatchSchema(Schema):
    """What may change; what is left out stays."""

    url = Str(validate=ma.validate.Length(1, LONGEST), **_said(_URL))
    events = _events(validate=ma.validate.Length(1, 100))
    description = Str(allow_none=True, validate=ma.validate.Length(max=200), **_said("For staff"))
    contact = Str(allow_none=True, validate=ma.validate.Length(max=320), **_said(_CONTACT))
    is_on = ma.fields.Boolean(
        truthy={True}, falsy={False}, **_said("Off: nothing is sent to it, and what waits for it fails. On again: anew")
    )


class WebhookEndpointSchema(Schema):
    """An endpoint, without its secret."""

    id = Str(required=True)
    url = Str(required=True, **_said(_URL))
    description = Str(required=True, **_said("For staff", allow_none=True))
    events = ma.fields.List(Str(), required=True, **_said(_EVENTS))
    contact = Str(required=True, **_said(_CONTACT, allow_none=True))
    is_on = ma.fields.Boolean(required=True)
    off_reason = Str(required=True, **_said(f"Why it is off: {', '.join(Off)}", allow_none=True))
    off_at = ma.fields.DateTime(format="iso", required=True, allow_none=True)
    failing_since = ma.fields.DateTime(
        format="iso", required=True, **_said("Of the first failure after the last delivery", allow_none=True)
    )
    before_until = ma.fields.DateTime(
        format="iso", required=True, **_said("Until when the secret before the last roll signs too", allow_none=True)
    )
    created_at = ma.fields.DateTime(format="iso", required=True)


class WebhookEndpointMadeSchema(WebhookEndpointSchema):
    """An endpoint and, this once, its secret."""

    secret = Str(required=True, **_said("`whsec_…`, shown now and never again", allow_none=True))


class WebhookEndpointPageSchema(Schema):
    """A page of endpoints, newest first."""

    data = ma.fields.List(ma.fields.Nested(WebhookEndpointSchema), required=True)
    has_more = ma.fields.Boolean(required=True)


class WebhookRollSchema(Schema):
    """Replacing a secret."""

    overlap = Int(
        load_default=int(DEFAULT_OVERLAP.total_seconds()),
        **_said("Seconds for which the old secret signs beside the new one, at most seven days"),
    )


class WebhookResendSchema(Schema):
    """Which events are sent to it, again or after all."""

    types = ma.fields.List(
        Str(validate=ma.validate.Length(max=60)),
        load_default=list,
        validate=ma.validate.Length(max=100),
        **_said("Events of these types; of all that it asks for, if left out"),
    )
    created_from = ma.fields.AwareDateTime(
        load_default=None, format="iso", **_said("Events of this moment and after it, with its offset from UTC")
    )
    created_to = ma.fields.AwareDateTime(
        load_default=None, format="iso", **_said("Events before this moment, with its offset from UTC")
    )
    arrived_too = ma.fields.Boolean(
        load_default=False, truthy={True}, falsy={False}, **_said("Also those that arrived there already")
    )


class WebhookResentSchema(Schema):
    """How many were queued, the oldest first; at most 10,000 at once."""

    count = ma.fields.Integer(required=True)


class WebhookDeliveryArgs(PageArgs):
    """Query parameters of the list."""

    endpoint = Str(load_default=None, validate=ma.validate.Length(max=40), **_said("Deliveries to this endpoint"))
    state = ma.fields.Enum(
        State, by_value=True, load_default=None, **_said("Deliveries that stand so; waiting and sending are one")
    )
    type = Str(load_default=None, validate=ma.validate.Length(max=60), **_said("Deliveries of events of this type"))
    event = Str(load_default=None, validate=ma.validate.Length(max=40), **_said("Deliveries of this event"))


class WebhookAnswerSchema(Schema):
    """What came of one attempt."""

    attempt = ma.fields.Integer(required=True)
    at = Str(required=True, **_said("ISO 8601, UTC"))
    status = ma.fields.Integer(required=True, **_said("HTTP status, where there was an answer", allow_none=True))
    fault = Str(required=True, **_said(f"Why it failed: {', '.join(Fault)}", allow_none=True))
    milliseconds = ma.fields.Integer(required=True)
    answer = Str(required=True, **_said("The first 1,024 bytes of the answer's body"))


class WebhookDeliverySchema(Schema):
    """One event to one endpoint, however often it is tried."""

    id = Str(required=True)
    endpoint = Str(required=True)
    event = Str(required=True, **_said("Its id is that of the webhook; null for a test", allow_none=True))
    type = Str(required=True)
    state = Str(required=True, **_said("waiting, delivered or failed"))
    attempts = ma.fields.Integer(required=True)
    next_attempt_at = ma.fields.DateTime(format="iso", required=True, allow_none=True)
    status = ma.fields.Integer(required=True, **_said("Of the last attempt", allow_none=True))
    fault = Str(required=True, **_said("Of the last attempt", allow_none=True))
    milliseconds = ma.fields.Integer(required=True, **_said("Of the last attempt", allow_none=True))
    created_at = ma.fields.DateTime(format="iso", required=True)
    delivered_at = ma.fields.DateTime(format="iso", required=True, allow_none=True)


class WebhookDeliveryWithAnswersSchema(WebhookDeliverySchema):
    """A delivery with what came of its attempts, of which the last twenty are kept."""

    answers = ma.fields.List(ma.fields.Nested(WebhookAnswerSchema), required=True, allow_none=True)


class WebhookDeliveryPageSchema(Schema):
    """A page of deliveries, newest first."""

    data = ma.fields.List(ma.fields.Nested(WebhookDeliverySchema), required=True)
    has_more = ma.fields.Boolean(required=True)
