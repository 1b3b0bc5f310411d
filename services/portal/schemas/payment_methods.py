"""Cards: what they are known by. No field here can hold a number."""

import marshmallow as ma

from services.portal.schemas.base import moment, page_of, reference, shown, shown_number, text
from shared.web.fields import Schema
from shared.web.paging import PageArgs


class PaymentMethod(Schema):
    """A card that is kept at the processor."""

    id = shown("`pm_…`")
    customer = shown("Whose it is")
    brand = shown("`visa`, `mastercard`, …")
    last4 = shown("The last four digits")
    exp_month = shown_number("Its last month")
    exp_year = shown_number("The year of that")
    is_default = ma.fields.Boolean(metadata={"description": "Charged unless a subscription has its own"})
    position = shown_number("The order in which cards are tried after a final no")
    created_at = moment("When it was added")
    removed_at = moment("When it was removed", allow_none=True)
    revision = shown_number("Grows with every change")


PaymentMethodPage = page_of(PaymentMethod)


class PaymentMethodArgs(PageArgs):
    """Which cards."""

    customer = reference("Those of this customer", load_default=None)


class NewSetup(Schema):
    """A card is to be added. The customer enters it on the processor's own page, never here."""

    customer = reference("Whose card it will be", required=True)
    subscription = reference("The one it is for; for all if left out", load_default=None)


class Setup(Schema):
    """Where the customer enters the card."""

    url = shown("The processor's page; it leads back to the customer's portal")


class Assignment(Schema):
    """A card becomes one subscription's own."""

    subscription = text(40, "Which subscription", required=True)
