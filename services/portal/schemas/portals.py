"""Portal configurations, in Stripe's words where it has one."""

import marshmallow as ma

from services.portal.rules.portals.configuration import REASONS
from services.portal.rules.subscriptions.cancellation import Timing
from services.portal.schemas.base import Bool, Versioned, choice, page_of, shown
from shared.web.fields import Schema, Str


class CancellationReason(Schema):
    """Is the customer asked why, and what can be answered."""

    enabled = Bool()
    options = ma.fields.List(Str(validate=ma.validate.OneOf(REASONS)))


class SubscriptionCancel(Schema):
    """May customers cancel here, and when does it take effect."""

    enabled = Bool()
    mode = choice(tuple(each.value for each in Timing), "When it takes effect")
    confirmation_message = Str(allow_none=True, metadata={"description": "Shown before the last step"})
    cancellation_reason = ma.fields.Nested(CancellationReason)


class InvoiceHistory(Schema):
    """Do customers see their invoices here."""

    enabled = Bool()


class Features(Schema):
    """What customers can do here."""

    subscription_cancel = ma.fields.Nested(SubscriptionCancel)
    invoice_history = ma.fields.Nested(InvoiceHistory)


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


class PortalConfigurationChange(Schema):
    """What may change; what is left out stays."""

    display_name = Str(metadata={"description": "The name customers see"})
    features = ma.fields.Nested(Features)
    appearance = ma.fields.Nested(Appearance)
    languages = ma.fields.Nested(Languages)
    links = ma.fields.Nested(Links)


class SignIn(Schema):
    """How customers get in."""

    methods = ma.fields.List(ma.fields.String())


class ShownAppearance(Appearance):
    """How it looks, with the logo."""

    logo = shown("SHA-256 of the picture", allow_none=True)


class PortalConfiguration(Versioned):
    """A portal, at `/p/<slug>`."""

    id = shown("`pcfg_…`")
    slug = shown("Its address under `/p/`")
    kind = shown("`hosted`")
    name = shown("What the vendor calls it")
    display_name = shown("The name customers see")
    is_default = ma.fields.Boolean(metadata={"description": "The vendor's first"})
    active = ma.fields.Boolean(metadata={"description": "Can it be reached"})
    features = ma.fields.Nested(Features)
    sign_in = ma.fields.Nested(SignIn)
    appearance = ma.fields.Nested(ShownAppearance)
    languages = ma.fields.Nested(Languages)
    links = ma.fields.Dict(keys=ma.fields.String(), values=ma.fields.String(allow_none=True))


PortalConfigurationPage = page_of(PortalConfiguration)
