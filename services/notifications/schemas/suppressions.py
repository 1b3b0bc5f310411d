"""Addresses that are not written to, as the API takes and shows them."""

from typing import Any

import marshmallow as ma

from services.notifications.rules.suppression import Reason
from shared.web.fields import Schema, Str
from shared.web.paging import PageArgs


def _said(about: str, **kwargs: Any) -> dict[str, Any]:
    return {"metadata": {"description": about}, **kwargs}


class SuppressionArgs(PageArgs):
    """Query parameters of the list."""

    address = Str(load_default=None, **_said("Addresses with this in them, in any case"))
    reason = ma.fields.Enum(Reason, by_value=True, load_default=None, **_said("Addresses suppressed for this reason"))


class NewSuppressionSchema(Schema):
    """An address to stay away from."""

    address = Str(required=True, validate=ma.validate.Length(1, 320), **_said("One mailbox"))
    reason = ma.fields.Enum(
        Reason,
        by_value=True,
        load_default=Reason.MANUAL,
        **_said(
            "bounce: nobody is there, only sign-in mails still go; complaint: the reader wants none, only what an "
            "account owes its holder still goes; manual: nothing goes, not even what lets somebody sign in"
        ),
    )
    detail = Str(
        load_default=None,
        allow_none=True,
        validate=ma.validate.Length(max=500),
        **_said("What is known of it, for staff"),
    )


class SuppressionSchema(Schema):
    """An address that is not written to."""

    id = Str(required=True)
    address = Str(required=True, **_said("As it was written; compared without regard to case"))
    reason = Str(required=True, **_said("bounce, complaint or manual"))
    message = Str(required=True, **_said("The mail that came back, where one of ours did", allow_none=True))
    detail = Str(required=True, **_said("What the mail server said, or whoever suppressed it", allow_none=True))
    created_at = ma.fields.DateTime(format="iso", required=True)


class SuppressionPageSchema(Schema):
    """A page of addresses, newest first."""

    data = ma.fields.List(ma.fields.Nested(SuppressionSchema), required=True)
    has_more = ma.fields.Boolean(required=True)
