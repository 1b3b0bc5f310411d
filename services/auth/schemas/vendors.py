"""Vendors on the wire."""

from marshmallow import Schema, fields, validate

from shared.entitlements import Entitlement
from shared.web.fields import File, Int

_LONGEST = validate.Length(max=2000)


def _text(description: str) -> fields.String:
    return fields.String(allow_none=True, validate=_LONGEST, metadata={"description": description})


class Profile(Schema):
    """What documents and mails print of the seller; null where it is not known."""

    legal_name = _text("The seller on invoices")
    address = fields.List(
        fields.String(validate=_LONGEST), allow_none=True, metadata={"description": "One to six lines"}
    )
    country = _text("ISO 3166-1, two capital letters")
    tax_id = _text("As it is printed")
    email = _text("Where replies to mails go")
    website = _text("https://…")
    support_url = _text("https://…, where customers get help")
    brand_color = _text("#rrggbb")
    fiscal_year_start = Int(
        allow_none=True, metadata={"description": "Month, 1 to 12, in which the financial year begins; January if null"}
    )


class ProfileOut(Profile):
    """A profile as it is kept."""

    logo = fields.String(allow_none=True, metadata={"description": "SHA-256 of the picture that is shown"})
    logo_dark = fields.String(
        allow_none=True, metadata={"description": "SHA-256 of the one that is shown on dark ground instead"}
    )


class VendorIn(Schema):
    """A new vendor."""

    display_name = fields.String(
        required=True, validate=_LONGEST, metadata={"description": "What customers know it as"}
    )
    email = fields.String(required=True, validate=_LONGEST, metadata={"description": "The first staff user, an owner"})
    slug = fields.String(
        load_default=None,
        validate=_LONGEST,
        metadata={"description": "The portal's address under /p/, for ever; made of the name when left out"},
    )
    default_locale = fields.String(
        load_default="en", validate=_LONGEST, metadata={"description": "Language where a customer has none"}
    )
    profile = fields.Nested(Profile, load_default=dict)


class VendorPatch(Schema):
    """What is named changes; of the profile, too, only the fields that are named. Null clears one."""

    display_name = fields.String(validate=_LONGEST)
    default_locale = fields.String(validate=_LONGEST)
    profile = fields.Nested(Profile)


class EntitlementsIn(Schema):
    """What is withheld from a vendor."""

    withheld = fields.List(
        fields.String(validate=validate.OneOf(tuple(Entitlement))),
        required=True,
        metadata={"description": "Names of entitlements; none gives everything back"},
    )
    reason = fields.String(
        load_default=None, allow_none=True, validate=_LONGEST, metadata={"description": "What the vendor reads of why"}
    )
    ask = fields.String(
        load_default=None, allow_none=True, validate=_LONGEST, metadata={"description": "Whom the vendor may ask"}
    )


class EntitlementsOut(Schema):
    """What is withheld, why, and whom to ask."""

    withheld = fields.List(fields.String())
    reason = fields.String(allow_none=True)
    ask = fields.String(allow_none=True)


class NothingIn(Schema):
    """An empty object."""


class LogoIn(Schema):
    """A form with a picture."""

    file = File("A PNG, JPEG or WebP", required=True)


class VendorOut(Schema):
    """A vendor."""

    id = fields.String()
    slug = fields.String()
    display_name = fields.String()
    profile = fields.Nested(ProfileOut)
    default_locale = fields.String()
    standing = fields.String(metadata={"description": "`active`, `suspended` or `closed`"})
    entitlements = fields.Nested(
        EntitlementsOut, allow_none=True, metadata={"description": "What the operator withholds; null: nothing"}
    )
    revision = fields.Integer()
    created_at = fields.AwareDateTime()


class VendorMade(VendorOut):
    """A new vendor with its keys, which are shown this once: null when the answer is given again."""

    portal = fields.String(metadata={"description": "Address of the live portal"})
    test_portal = fields.String(metadata={"description": "Address of the test portal"})
    test_key = fields.String(allow_none=True, metadata={"description": "The whole test key, this once"})
    live_key = fields.String(allow_none=True, metadata={"description": "The whole live key, this once"})


class VendorPage(Schema):
    """Vendors, newest first."""

    data = fields.List(fields.Nested(VendorOut))
    has_more = fields.Boolean()
