"""What customers have to their credit."""

from typing import Final

import marshmallow as ma

from services.portal.schemas.base import choice, moment, page_of, reference, shown, shown_number, text
from shared.money import LARGEST
from shared.web.fields import Int, Schema, Str
from shared.web.paging import PageArgs

DESCRIPTION: Final = 200
SOURCES: Final = ("unused", "granted", "topped_up")
_POSITIVE: Final = ma.validate.Range(1, LARGEST)


class NewCredit(Schema):
    """Credit that the vendor grants. It is a discount: it has the tax rates of what it is taken off."""

    customer = reference("Whose it is", required=True)
    amount = Int(required=True, validate=_POSITIVE, metadata={"description": "Minor units, as in a line"})
    currency = Str(required=True, validate=ma.validate.Length(3, 3), metadata={"description": "ISO 4217, capitals"})
    description = text(DESCRIPTION, "What for: the customer reads it, and it is the line of the invoice", required=True)


class Credit(Schema):
    """A credit: `remaining` of `amount` is taken off the next charges in its currency, the oldest credit first."""

    id = shown("`cr_…`")
    customer = shown("Whose it is")
    source = shown("`granted` by the vendor; `unused` time that was given back; `topped_up` by the customer")
    subscription = shown("Whose unused time it is", allow_none=True)
    payment = shown("The payment it was topped up with", allow_none=True)
    description = shown("What for")
    currency = shown("ISO 4217")
    tax_rate = shown_number("Basis points; null: that of what it is taken off", allow_none=True)
    tax_behavior = shown("It comes off such charges alone; null: off any", allow_none=True)
    amount = shown_number("Minor units, as in a line")
    remaining = shown_number("What is left of it")
    withdrawn = shown_number("What was taken back, or paid back as money")
    withdrawn_at = moment("When it was, the last time", allow_none=True)
    created_at = moment("When it came")


CreditPage = page_of(Credit)


class CreditArgs(PageArgs):
    """Which credits."""

    customer = reference("Those of this customer", load_default=None)
    source = choice(SOURCES, "Those from here", load_default=None)


class TopUp(Schema):
    """An advance by card."""

    amount = Int(required=True, validate=_POSITIVE, metadata={"description": "Minor units"})
    currency = Str(required=True, validate=ma.validate.Length(3, 3), metadata={"description": "ISO 4217, capitals"})


class NewTopUp(TopUp):
    """An advance by card, to be charged. Customers bring the confirmation of the preview; a key needs none."""

    payment_method = reference("The card; the default one if left out", load_default=None)
    confirmation = Str(
        load_default=None, validate=ma.validate.Length(1, 2000), metadata={"description": "From the preview"}
    )


class TopUpPreview(Schema):
    """What topping up would do."""

    customer = shown("Whose credit it becomes")
    charged = ma.fields.Integer(attribute="amount.amount", metadata={"description": "Minor units, at once"})
    currency = ma.fields.String(attribute="amount.currency", metadata={"description": "ISO 4217"})
    payment_method = ma.fields.String(
        attribute="card.id", dump_default=None, metadata={"description": "The card; missing: there is none"}
    )
    confirmation = shown("What a customer agrees to this with, once")
    expires_at = moment("Until when it is good")


class Left(Schema):
    """What is left in a currency."""

    currency = shown("ISO 4217")
    amount = shown_number("Minor units")


class Moved(Schema):
    """Credit that came (a positive amount) or went."""

    kind = shown("`granted`, `unused`, `topped_up`, `used`, `withdrawn` or `paid_back`")
    at = moment("When")
    amount = ma.fields.Integer(attribute="amount.amount", metadata={"description": "Minor units"})
    currency = ma.fields.String(attribute="amount.currency", metadata={"description": "ISO 4217"})
    description = shown("What for", allow_none=True)
    credit = shown("Which credit, where it is one", allow_none=True)
    payment = shown("The payment that it was taken off, or topped up with", allow_none=True)
    invoice = shown("That payment's invoice", allow_none=True)


class Balance(Schema):
    """What a customer has to their credit. All that came and went in a currency sums to what is left."""

    customer = shown("Whose it is")
    left = ma.fields.List(ma.fields.Nested(Left), metadata={"description": "By currency; empty: nothing is left"})
    history = ma.fields.List(ma.fields.Nested(Moved), metadata={"description": "A page, the newest first"})
    next_cursor = shown("Give it as `after` for older ones; null: there are none", allow_none=True)


class BalanceArgs(Schema):
    """Which page."""

    after = reference("The `next_cursor` of the page before", load_default=None)
