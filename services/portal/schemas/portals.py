"""Portal configurations, in Stripe's words where it has one."""

import marshmallow as ma

from services.portal.rules.portals.configuration import CROSS_DEVICE, KINDS
from services.portal.rules.portals.features import AccessGate
from services.portal.rules.portals.presets import PRESETS
from services.portal.schemas.base import Bool, Versioned, choice, page_of, reference, shown
from services.portal.schemas.portal_features import Features
from shared.web.fields import Schema, Str


class Appearance(Schema):
    """How it looks."""

    brand_color = Str(allow_none=True, metadata={"description": "#rrggbb"})
    headline = Str(allow_none=True, metadata={"description": "Above the page"})
    description = Str(allow_none=True, metadata={"description": "Below the headline"})


class Languages(Schema):
    """Which language it speaks."""

    auto_detect = Bool(metadata={"description": "Take the browser's where we have it"})
    default_locale = Str(metadata={"description": "Else this one"})


class Links(Schema):
    """Where it leads."""

    privacy = Str(allow_none=True)
    terms = Str(allow_none=True)
    return_ = Str(
        allow_none=True, data_key="return", attribute="return", metadata={"description": "Back to the vendor's site"}
    )
    support = Str(allow_none=True)


class SignInChange(Schema):
    """What may change of how customers get in."""

    cross_device = choice(CROSS_DEVICE, "A mailed link in another browser: confirm signs it in, code does not")


class PortalScope(Schema):
    """What exists here."""

    campaigns = ma.fields.List(
        reference("A campaign"), allow_none=True, metadata={"description": "Only their products; none: all"}
    )
    hidden_products = ma.fields.List(reference("A product"), metadata={"description": "These don't show"})
    access_gate = choice(tuple(each.value for each in AccessGate), "Whom a product shows to")


class PortalConfigurationChange(Schema):
    """What may change; what is left out stays."""

    name = Str(metadata={"description": "What the vendor calls it"})
    display_name = Str(metadata={"description": "The name customers see"})
    is_default = Bool(metadata={"description": "True makes it the default one, in place of the other"})
    active = Bool(metadata={"description": "Can it be reached"})
    features = ma.fields.Nested(Features)
    appearance = ma.fields.Nested(Appearance)
    languages = ma.fields.Nested(Languages)
    links = ma.fields.Nested(Links)
    scope = ma.fields.Nested(PortalScope)
    sign_in = ma.fields.Nested(SignInChange)


class NewPortalConfiguration(PortalConfigurationChange):
    """A portal to be made. What is left out comes from the preset, else from the vendor, else has its default."""

    name = Str(required=True, metadata={"description": "What the vendor calls it"})
    slug = Str(metadata={"description": "Its address under `/p/`; made from the name if left out"})
    kind = choice(KINDS, "hosted, or a helpdesk's billing section", load_default="hosted")
    preset = choice(tuple(PRESETS), "Begin as that product's portal is; what is given along wins")


class SignIn(SignInChange):
    """How customers get in."""

    methods = ma.fields.List(ma.fields.String())


class ShownAppearance(Appearance):
    """How it looks, with the logo."""

    logo = shown("SHA-256 of the picture", allow_none=True)


class PortalConfiguration(Versioned):
    """A portal, at `/p/<slug>`."""

    id = shown("`pcfg_…`")
    slug = shown("Its address under `/p/`")
    kind = shown("`hosted` or `helpdesk`")
    name = shown("What the vendor calls it")
    display_name = shown("The name customers see")
    is_default = ma.fields.Boolean(metadata={"description": "Taken where none is named"})
    active = ma.fields.Boolean(metadata={"description": "Can it be reached"})
    features = ma.fields.Nested(Features)
    scope = ma.fields.Nested(PortalScope)
    sign_in = ma.fields.Nested(SignIn)
    appearance = ma.fields.Nested(ShownAppearance)
    languages = ma.fields.Nested(Languages)
    links = ma.fields.Dict(keys=ma.fields.String(), values=ma.fields.String(allow_none=True))


PortalConfigurationPage = page_of(PortalConfiguration)
