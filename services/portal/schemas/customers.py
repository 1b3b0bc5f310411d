"""Customers. What is allowed in them, `rules.customers.details` decides."""

import marshmallow as ma

from services.portal.schemas.base import Versioned, page_of, shown
from shared.web.fields import Schema, Str
from shared.web.paging import PageArgs

_ABOUT = {
    "email": "Where mails go",
    "display_name": "How the customer is called",
    "company": "The company on invoices",
    "reference": "The vendor's own id of this customer, unique",
    "address": "Up to six lines, as they are printed",
    "country": "ISO 3166-1, two capitals",
    "tax_id": "VAT number or the like",
    "phone": "Telephone",
    "locale": "Language tag, such as `de` or `pt-BR`",
}


class NewCustomer(Schema):
    """A customer to be made."""

    email = Str(required=True, metadata={"description": _ABOUT["email"]})
    display_name = Str(load_default=None, allow_none=True, metadata={"description": _ABOUT["display_name"]})
    company = Str(load_default=None, allow_none=True, metadata={"description": _ABOUT["company"]})
    reference = Str(load_default=None, allow_none=True, metadata={"description": _ABOUT["reference"]})
    address = ma.fields.List(Str(), load_default=list, metadata={"description": _ABOUT["address"]})
    country = Str(load_default=None, allow_none=True, metadata={"description": _ABOUT["country"]})
    tax_id = Str(load_default=None, allow_none=True, metadata={"description": _ABOUT["tax_id"]})
    phone = Str(load_default=None, allow_none=True, metadata={"description": _ABOUT["phone"]})
    locale = Str(load_default=None, allow_none=True, metadata={"description": _ABOUT["locale"]})


class CustomerChange(Schema):
    """What may change about a customer: everything."""

    email = Str(metadata={"description": _ABOUT["email"]})
    display_name = Str(allow_none=True, metadata={"description": _ABOUT["display_name"]})
    company = Str(allow_none=True, metadata={"description": _ABOUT["company"]})
    reference = Str(allow_none=True, metadata={"description": _ABOUT["reference"]})
    address = ma.fields.List(Str(), metadata={"description": _ABOUT["address"]})
    country = Str(allow_none=True, metadata={"description": _ABOUT["country"]})
    tax_id = Str(allow_none=True, metadata={"description": _ABOUT["tax_id"]})
    phone = Str(allow_none=True, metadata={"description": _ABOUT["phone"]})
    locale = Str(allow_none=True, metadata={"description": _ABOUT["locale"]})


class Customer(Versioned):
    """A customer."""

    id = shown("`cus_…`")
    email = shown(_ABOUT["email"])
    display_name = shown(_ABOUT["display_name"], allow_none=True)
    company = shown(_ABOUT["company"], allow_none=True)
    reference = shown(_ABOUT["reference"], allow_none=True)
    address = ma.fields.List(ma.fields.String(), metadata={"description": _ABOUT["address"]})
    country = shown(_ABOUT["country"], allow_none=True)
    tax_id = shown(_ABOUT["tax_id"], allow_none=True)
    phone = shown(_ABOUT["phone"], allow_none=True)
    locale = shown(_ABOUT["locale"], allow_none=True)


CustomerPage = page_of(Customer)


class CustomerArgs(PageArgs):
    """Which customers."""

    email = Str(load_default=None, metadata={"description": "Those with this address"})
    reference = Str(load_default=None, metadata={"description": "The one with this reference of yours"})
