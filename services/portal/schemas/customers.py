"""Customers. What is allowed in them, `rules.customers.details` decides."""

import marshmallow as ma

from services.portal.rules.subscriptions.lifecycle import Status
from services.portal.schemas.base import ID, Versioned, choice, page_of, shown
from shared.web.fields import Schema, Str
from shared.web.paging import PageArgs

_ABOUT = {
    "email": "Where mails go",
    "display_name": "How the customer is called",
    "company": "The company on invoices",
    "reference": "The vendor's own id of this customer, unique",
    "address": "Up to six lines, as they are printed; with `postal_address` they follow from it",
    "postal_address": "The address in the fields of its `country`; replaces `address`. Give one of the two",
    "country": "ISO 3166-1, two capitals",
    "tax_id": "VAT number or the like, of the country; its form and check digits are checked",
    "po_number": "Purchase order number, printed on invoices from the next one on; 100 characters",
    "next_po_number": "Purchase order number of the next invoice alone, before all others; null once it is printed",
    "shipping": "Where goods go; null: nowhere else",
    "phone": "Telephone",
    "locale": "Language tag, such as `de` or `pt-BR`",
}

_PARTS = {
    "line1": "Street and number",
    "line2": "Floor, building, care of",
    "district": "District, neighborhood or townland, where the country has it in addresses",
    "city": "City",
    "state": "State, province, prefecture: by its code or name where the country has a closed list",
    "postal_code": "Postal code, in the country's form",
}


class PostalAddress(Schema):
    """An address in the fields that its country has; the others stay null."""

    line1 = Str(load_default=None, allow_none=True, metadata={"description": _PARTS["line1"]})
    line2 = Str(load_default=None, allow_none=True, metadata={"description": _PARTS["line2"]})
    district = Str(load_default=None, allow_none=True, metadata={"description": _PARTS["district"]})
    city = Str(load_default=None, allow_none=True, metadata={"description": _PARTS["city"]})
    state = Str(load_default=None, allow_none=True, metadata={"description": _PARTS["state"]})
    postal_code = Str(load_default=None, allow_none=True, metadata={"description": _PARTS["postal_code"]})


class Shipping(PostalAddress):
    """Where goods go."""

    name = Str(load_default=None, allow_none=True, metadata={"description": "Who receives them"})
    phone = Str(load_default=None, allow_none=True, metadata={"description": "For whoever brings them"})
    country = Str(load_default=None, allow_none=True, metadata={"description": _ABOUT["country"]})


class NewCustomer(Schema):
    """A customer to be made."""

    email = Str(required=True, metadata={"description": _ABOUT["email"]})
    display_name = Str(load_default=None, allow_none=True, metadata={"description": _ABOUT["display_name"]})
    company = Str(load_default=None, allow_none=True, metadata={"description": _ABOUT["company"]})
    reference = Str(load_default=None, allow_none=True, metadata={"description": _ABOUT["reference"]})
    address = ma.fields.List(Str(), load_default=list, metadata={"description": _ABOUT["address"]})
    postal_address = ma.fields.Nested(
        PostalAddress, load_default=None, allow_none=True, metadata={"description": _ABOUT["postal_address"]}
    )
    country = Str(load_default=None, allow_none=True, metadata={"description": _ABOUT["country"]})
    tax_id = Str(load_default=None, allow_none=True, metadata={"description": _ABOUT["tax_id"]})
    po_number = Str(load_default=None, allow_none=True, metadata={"description": _ABOUT["po_number"]})
    next_po_number = Str(load_default=None, allow_none=True, metadata={"description": _ABOUT["next_po_number"]})
    shipping = ma.fields.Nested(
        Shipping, load_default=None, allow_none=True, metadata={"description": _ABOUT["shipping"]}
    )
    phone = Str(load_default=None, allow_none=True, metadata={"description": _ABOUT["phone"]})
    locale = Str(load_default=None, allow_none=True, metadata={"description": _ABOUT["locale"]})


class CustomerChange(Schema):
    """What may change about a customer: everything."""

    email = Str(metadata={"description": _ABOUT["email"]})
    display_name = Str(allow_none=True, metadata={"description": _ABOUT["display_name"]})
    company = Str(allow_none=True, metadata={"description": _ABOUT["company"]})
    reference = Str(allow_none=True, metadata={"description": _ABOUT["reference"]})
    address = ma.fields.List(Str(), metadata={"description": _ABOUT["address"]})
    postal_address = ma.fields.Nested(
        PostalAddress, allow_none=True, metadata={"description": _ABOUT["postal_address"]}
    )
    country = Str(allow_none=True, metadata={"description": _ABOUT["country"]})
    tax_id = Str(allow_none=True, metadata={"description": _ABOUT["tax_id"]})
    po_number = Str(allow_none=True, metadata={"description": _ABOUT["po_number"]})
    next_po_number = Str(allow_none=True, metadata={"description": _ABOUT["next_po_number"]})
    shipping = ma.fields.Nested(Shipping, allow_none=True, metadata={"description": _ABOUT["shipping"]})
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
    postal_address = ma.fields.Nested(
        PostalAddress, allow_none=True, metadata={"description": _ABOUT["postal_address"]}
    )
    country = shown(_ABOUT["country"], allow_none=True)
    tax_id = shown(_ABOUT["tax_id"], allow_none=True)
    tax_id_standing = shown(
        "`unverified`: its form is right; `verified`: the register of the European Union (VIES) has confirmed it",
        allow_none=True,
    )
    tax_id_verified_at = ma.fields.AwareDateTime(
        allow_none=True, metadata={"description": "When the register confirmed it"}
    )
    po_number = shown(_ABOUT["po_number"], allow_none=True)
    next_po_number = shown(_ABOUT["next_po_number"], allow_none=True)
    shipping = ma.fields.Nested(Shipping, allow_none=True, metadata={"description": _ABOUT["shipping"]})
    phone = shown(_ABOUT["phone"], allow_none=True)
    locale = shown(_ABOUT["locale"], allow_none=True)
    erased_at = ma.fields.AwareDateTime(
        allow_none=True,
        metadata={"description": "When the customer was erased: then the address leads nowhere and the rest is null"},
    )


CustomerPage = page_of(Customer)


class CustomerArgs(PageArgs):
    """Which customers."""

    email = Str(load_default=None, metadata={"description": "Those with this address"})
    reference = Str(load_default=None, metadata={"description": "The one with this reference of yours"})
    search = Str(
        load_default=None,
        validate=ma.validate.Length(1, 200),
        metadata={
            "description": "Those whose address, name, company or reference begins like this, or with this very id, "
            "order number or subscription"
        },
    )
    status = choice(tuple(each.value for each in Status), "Those with a subscription in this state", load_default=None)
    plan = Str(load_default=None, validate=ID, metadata={"description": "Those with a subscription to this plan"})
