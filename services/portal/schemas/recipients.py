"""Further addresses of a customer's documents. What is allowed, `rules.customers.recipients` decides."""

import marshmallow as ma

from services.portal.rules.customers.recipients import DOCUMENTS, MOST
from services.portal.schemas.base import shown
from shared.web.fields import Schema, Str

_KINDS = "Which documents go there: " + ", ".join(DOCUMENTS)


class NewRecipient(Schema):
    """An address to be asked."""

    email = Str(required=True, metadata={"description": "The address; its owner is asked by mail first"})
    documents = ma.fields.List(Str(), required=True, metadata={"description": _KINDS})


class RecipientChange(Schema):
    """What may change about a recipient."""

    documents = ma.fields.List(Str(), required=True, metadata={"description": _KINDS})


class Recipient(Schema):
    """A further address of a customer's documents. It is no sign-in and sees no portal."""

    id = shown("`rcp_…`")
    customer = shown("`cus_…`")
    email = shown("The address, as it was given")
    documents = ma.fields.List(ma.fields.String(), metadata={"description": _KINDS})
    status = shown(
        "`pending` until its owner has agreed, `confirmed`, or `unsubscribed` by its owner; only `confirmed` gets any"
    )
    created_at = ma.fields.AwareDateTime(metadata={"description": "When it was added"})
    confirmed_at = ma.fields.AwareDateTime(allow_none=True, metadata={"description": "When its owner agreed"})


class RecipientPage(Schema):
    """All of a customer's, oldest first."""

    data = ma.fields.List(ma.fields.Nested(Recipient), metadata={"description": f"At most {MOST}"})
    has_more = ma.fields.Boolean(metadata={"description": "Always false: there are never more"})
