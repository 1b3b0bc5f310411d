"""Events as the API shows them."""

from typing import Any, get_args

import marshmallow as ma

from shared.events import NAMES, ActorKind
from shared.web.fields import Schema, Str
from shared.web.paging import PageArgs

ACTORS = get_args(ActorKind)


def _said(about: str, **kwargs: Any) -> dict[str, Any]:
    return {"metadata": {"description": about}, **kwargs}


class EventArgs(PageArgs):
    """Query parameters of the list."""

    type = Str(load_default=None, validate=ma.validate.OneOf(NAMES), **_said("Events of this type"))
    customer = Str(load_default=None, validate=ma.validate.Length(max=40), **_said("Events about this customer alone"))
    actor = Str(load_default=None, validate=ma.validate.OneOf(ACTORS), **_said("Events that such a one caused"))
    request_id = Str(load_default=None, validate=ma.validate.Length(max=64), **_said("Events that this request caused"))
    created_from = ma.fields.AwareDateTime(
        load_default=None, format="iso", **_said("Events of this moment and after it, with its offset from UTC")
    )
    created_to = ma.fields.AwareDateTime(
        load_default=None, format="iso", **_said("Events before this moment, with its offset from UTC")
    )


class ActorSchema(Schema):
    """Who caused an event."""

    kind = Str(required=True, **_said("customer, delegate, staff, key, or system for what the clock did"))
    id = Str(required=True, **_said("The customer's, delegate's, vendor user's or key's id, or the name of a job"))


class EventSchema(Schema):
    """Something that happened."""

    id = Str(required=True)
    type = Str(required=True, **_said("As in the catalog of events: subscription.canceled"))
    version = ma.fields.Integer(required=True, **_said("Of the type; its fields never change within one"))
    customer = Str(required=True, **_said("Whom it is about, where that is one", allow_none=True))
    actor = ma.fields.Nested(ActorSchema, required=True)
    request_id = Str(required=True, **_said("Of the request that caused it; empty for what the clock did"))
    data = ma.fields.Dict(
        keys=ma.fields.String(), required=True, **_said("Its fields; none once the customer is erased")
    )
    created_at = ma.fields.DateTime(format="iso", required=True)


class EventPageSchema(Schema):
    """A page of events, newest first."""

    data = ma.fields.List(ma.fields.Nested(EventSchema), required=True)
    has_more = ma.fields.Boolean(required=True)
