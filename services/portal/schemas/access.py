"""What a customer can get at."""

import marshmallow as ma

from services.portal.schemas.base import reference, shown, text
from services.portal.schemas.products import AccessLink
from shared.web.fields import Schema

LICENSE_KEY_LENGTH = 200


class AccessArgs(Schema):
    """As which portal shows it."""

    portal_configuration = reference("As this portal shows it; the default one if left out", load_default=None)


class ProductAccess(Schema):
    """A product that a customer has, with what is for them alone where the policy allows it."""

    product = shown("`prod_…`")
    customer = shown("Who has it")
    name = shown("What it is called")
    description = shown("What it is", allow_none=True)
    decision = shown("`allowed`, `needs_approval` or `denied`", attribute="access.decision")
    reason = shown("Why not", attribute="access.reason", allow_none=True)
    links = ma.fields.List(ma.fields.Nested(AccessLink), metadata={"description": "With everything filled in"})
    license_keys = ma.fields.List(ma.fields.String(), metadata={"description": "Of what they bought"})


class ProductAccessList(Schema):
    """All of them: there are no further pages."""

    data = ma.fields.List(ma.fields.Nested(ProductAccess))
    has_more = ma.fields.Boolean(metadata={"description": "Always false"})


class NewLicenseKey(Schema):
    """The license key of one purchase."""

    license_key = text(LICENSE_KEY_LENGTH, "Shown to who has it; null takes it away", required=True, allow_none=True)


class LicenseKey(Schema):
    """The license key of one purchase."""

    purchase = shown("`sub_…` or `pay_…`")
    license_key = shown("Shown to who has it", allow_none=True)
