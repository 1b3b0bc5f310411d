"""The request log as the API shows it."""

from typing import Any, Final

import marshmallow as ma

from shared.database.api_requests import KINDS
from shared.web.fields import Schema, Str
from shared.web.paging import PageArgs

METHODS: Final = ("GET", "POST", "PUT", "PATCH", "DELETE")
STATUS: Final = r"[1-5](xx|\d\d)"


def _said(about: str, **kwargs: Any) -> dict[str, Any]:
    return {"metadata": {"description": about}, **kwargs}


class ApiRequestArgs(PageArgs):
    """Query parameters of the list."""

    kind = Str(
        load_default=None,
        validate=ma.validate.OneOf(KINDS),
        **_said("refused: what was answered with 400 or more; write: all but reads, which are kept if refused"),
    )
    method = Str(load_default=None, validate=ma.validate.OneOf(METHODS), **_said("Requests of this method"))
    status = Str(
        load_default=None,
        validate=ma.validate.Regexp(rf"^{STATUS}\Z"),
        **_said("Answered with this status, 409, or class, 4xx"),
    )
    code = Str(load_default=None, validate=ma.validate.Length(max=80), **_said("Refused with this problem code"))
    key = Str(load_default=None, validate=ma.validate.Length(max=40), **_said("Made with the API key of this id"))
    request_id = Str(
        load_default=None, validate=ma.validate.Length(max=64), **_said("With this X-Request-Id in the answer")
    )
    created_from = ma.fields.AwareDateTime(
        load_default=None, format="iso", **_said("Requests of this moment and after it, with its offset from UTC")
    )
    created_to = ma.fields.AwareDateTime(
        load_default=None, format="iso", **_said("Requests before this moment, with its offset from UTC")
    )


class ApiRequestSchema(Schema):
    """A request that wrote, or was refused; neither its body nor its query is kept."""

    id = Str(required=True)
    mode = Str(required=True)
    key = Str(required=True, **_said("Id of the API key that asked"))
    request_id = Str(required=True, **_said("The X-Request-Id of the answer; events that it caused have it too"))
    method = Str(required=True)
    route = Str(required=True, **_said("The address with names in braces where ids stood"))
    ids = ma.fields.Dict(
        keys=ma.fields.String(),
        values=ma.fields.String(),
        required=True,
        **_said("Those ids by name; what cannot be an id is left out"),
    )
    status = ma.fields.Integer(required=True, **_said("Of the answer"))
    code = Str(required=True, **_said("Of the problem document, where the answer was one", allow_none=True))
    refused_fields = ma.fields.List(
        ma.fields.String(), required=True, attribute="fields", **_said("Names of the fields that were refused")
    )
    idempotency_key = Str(required=True, **_said("Its first 64 characters, where one was sent", allow_none=True))
    replayed = ma.fields.Boolean(
        required=True, attribute="is_replayed", **_said("Whether an answer of before was given again")
    )
    milliseconds = ma.fields.Integer(required=True, **_said("How long it took"))
    created_at = ma.fields.DateTime(format="iso", required=True)


class ApiRequestPageSchema(Schema):
    """A page of requests, newest first."""

    data = ma.fields.List(ma.fields.Nested(ApiRequestSchema), required=True)
    has_more = ma.fields.Boolean(required=True)
