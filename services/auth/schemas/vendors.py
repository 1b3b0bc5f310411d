"""Vendors on the wire."""

from marshmallow import Schema, fields, validate

from shared.web.fields import File

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


class ProfileOut(Profile):
    """A profile as it is kept."""

    logo = fields.String(allow_none=True, metadata={"description": "SHA-256 of the picture that is shown"})


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
