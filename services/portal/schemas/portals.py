"""Portal configurations, in Stripe's words where it has one."""

import marshmallow as ma

from services.portal.rules.portals.appearance import LAYOUTS, THEMES
from services.portal.rules.portals.configuration import KINDS
from services.portal.rules.portals.features import AccessGate
from services.portal.rules.portals.getting_in import CROSS_DEVICE, DIRECT_ACTIONS, IDENTIFY_BY, METHODS
from services.portal.rules.portals.presets import PRESETS
from services.portal.schemas.base import Bool, Versioned, choice, page_of, reference, shown
from services.portal.schemas.portal_features import Features
from services.portal.schemas.portal_styles import CssReport
from services.portal.schemas.portal_texts import IgnoredText, own_texts
from shared.ui import FONTS
from shared.web.fields import Int, Schema, Str
from shared.web.paging import PageArgs


class HeadingTexts(Schema):
    """The heading in one language."""

    headline = Str(allow_none=True, metadata={"description": "Plain text, at most 200 characters"})
    description = Str(allow_none=True, metadata={"description": "Plain text, at most 1,000 characters"})


class Appearance(Schema):
    """How it looks."""

    brand_color = Str(
        allow_none=True, metadata={"description": "Any `#rrggbb`; what is drawn with it is made readable"}
    )
    background_color = Str(
        allow_none=True, metadata={"description": "`#rrggbb` that pages lie on; what is written on it stays readable"}
    )
    font = Str(metadata={"description": f"One that is shipped: {', '.join(f'`{name}`' for name in FONTS)}"})
    show_heading = Bool(metadata={"description": "False: the heading shows to screen readers alone"})
    headline = Str(
        allow_none=True, metadata={"description": "Above the first page, at most 200 characters; null: its own name"}
    )
    description = Str(allow_none=True, metadata={"description": "Below the headline, at most 1,000 characters"})
    translations = ma.fields.Dict(
        keys=Str(),
        values=ma.fields.Nested(HeadingTexts, allow_none=True),
        metadata={
            "description": "The heading by language, where it is another than the one for all; null takes it away"
        },
    )
    powered_by = Bool(metadata={"description": "True: the footer names Bursar"})
    custom_css = Str(
        allow_none=True,
        metadata={"description": "Style rules of your own, 50 kB and 1,000 rules at most; cleaned, see `css_report`"},
    )
    actions_layout = choice(LAYOUTS, "Are actions a row of buttons or a menu")
    theme = choice(THEMES, "Light, dark, or as the device is")


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


def _words(words: tuple[str, ...], about: str) -> ma.fields.List[str]:
    return ma.fields.List(Str(validate=ma.validate.OneOf(words)), metadata={"description": about})


class SignIn(Schema):
    """How customers get in."""

    methods = _words(METHODS, "The ways in; any other behaves like a wrong credential")
    identify_by = choice(IDENTIFY_BY, "What a vendor's backend names a customer by")
    direct_actions = _words(DIRECT_ACTIONS, "Who comes by these may act without a code; weak, so think twice")
    cross_device = choice(CROSS_DEVICE, "A mailed link in another browser: confirm signs it in, code does not")
    require_hash = Bool(metadata={"description": "False, in test mode only: a widget takes an unsigned name"})
    redirect_url = Str(
        allow_none=True, metadata={"description": "The page of the widget, which a mailed link leads back to"}
    )
    sender_name = Str(allow_none=True, metadata={"description": "Whom mails come from; null: the vendor's name"})
    reply_to = Str(allow_none=True, metadata={"description": "Where answers to mails go; null: the vendor's address"})
    invitation_email = Bool(metadata={"description": "Mail a customer the way in with their first subscription"})
    link_minutes = Int(metadata={"description": "How long mailed links and codes work, 1 to 10"})
    session_idle_minutes = Int(metadata={"description": "When an unused session ends, 5 to 30"})
    session_hours = Int(metadata={"description": "When a session ends in any case, 1 to 12"})


class Embed(Schema):
    """Where it may be embedded, and what it tells the page around it."""

    allowed_origins = ma.fields.List(Str(), metadata={"description": "Each `https://host[:port]`, exactly"})
    events = Bool(metadata={"description": "Does the page around it hear what happens"})
    debug = Bool(metadata={"description": "In test mode: say why something was refused"})
    help_url = Str(
        allow_none=True, metadata={"description": "Kind helpdesk: where the help icon leads instead; null: the portal"}
    )


class Domain(Schema):
    """The vendor's own address for the portal."""

    host = Str(allow_none=True, metadata={"description": "Such as `billing.example.com`; null: none"})
    path = Str(allow_none=True, metadata={"description": "Such as `/account`; empty: all of the host"})


class LoginPage(Schema):
    """The portal's own sign-in page."""

    enabled = Bool(metadata={"description": "Off: it points to the vendor's site; one-time addresses go on working"})


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
    texts = own_texts()
    links = ma.fields.Nested(Links)
    scope = ma.fields.Nested(PortalScope)
    sign_in = ma.fields.Nested(SignIn)
    embed = ma.fields.Nested(Embed)
    domain = ma.fields.Nested(Domain)
    login_page = ma.fields.Nested(LoginPage)
    default_return_url = Str(allow_none=True, metadata={"description": 'Where "Back to …" leads'})


class NewPortalConfiguration(PortalConfigurationChange):
    """A portal to be made. What is left out comes from the preset, else from the vendor, else has its default."""

    name = Str(required=True, metadata={"description": "What the vendor calls it"})
    slug = Str(metadata={"description": "Its address under `/p/`; made from the name if left out"})
    kind = choice(KINDS, "What it is: hosted, unless the preset is made for another kind")
    preset = choice(tuple(PRESETS), "Begin as that product's portal is; what is given along wins")


class ShownAppearance(Appearance):
    """How it looks, with the logos."""

    logo = shown("SHA-256 of the picture", allow_none=True)
    logo_dark = shown("SHA-256 of the one for dark ground", allow_none=True)


class TxtRecord(Schema):
    """A TXT record to be set."""

    name = shown("Where")
    value = shown("What it says")


class ShownDomain(Schema):
    """The vendor's own address for the portal, and what proves it."""

    host = shown("Null: none", allow_none=True)
    path = shown("Empty: all of the host", allow_none=True)
    verified = ma.fields.Boolean(metadata={"description": "It is proven, so links lead there"})
    record = ma.fields.Nested(TxtRecord, allow_none=True, metadata={"description": "What proves it"})


class ShownLoginPage(LoginPage):
    """The portal's own sign-in page, and where it is."""

    url = shown("Its address")


class PortalConfiguration(Versioned):
    """A portal, at `/p/<slug>`."""

    id = shown("`pcfg_…`")
    slug = shown("Its address under `/p/`")
    kind = shown("`hosted`, `widget`, `global` or `helpdesk`")
    name = shown("What the vendor calls it")
    display_name = shown("The name customers see")
    is_default = ma.fields.Boolean(metadata={"description": "Taken where none is named"})
    active = ma.fields.Boolean(metadata={"description": "Can it be reached"})
    features = ma.fields.Nested(Features)
    scope = ma.fields.Nested(PortalScope)
    sign_in = ma.fields.Nested(SignIn)
    appearance = ma.fields.Nested(ShownAppearance)
    languages = ma.fields.Nested(Languages)
    texts = own_texts()
    links = ma.fields.Dict(keys=ma.fields.String(), values=ma.fields.String(allow_none=True))
    embed = ma.fields.Nested(Embed)
    domain = ma.fields.Nested(ShownDomain)
    login_page = ma.fields.Nested(ShownLoginPage)
    default_return_url = shown('Where "Back to …" leads', allow_none=True)
    css_report = ma.fields.List(
        ma.fields.Nested(CssReport),
        allow_none=True,
        metadata={"description": "When `custom_css` was just saved: what became of each rule"},
    )
    ignored_texts = ma.fields.List(
        ma.fields.Nested(IgnoredText),
        allow_none=True,
        metadata={"description": "When `texts` were just saved: those that are not kept, so that ours stay"},
    )


PortalConfigurationPage = page_of(PortalConfiguration)


class PortalConfigurationArgs(PageArgs):
    """Which configurations."""

    kind = choice(KINDS, "Of this kind", load_default=None)
    active = ma.fields.Boolean(load_default=None, metadata={"description": "That can be reached, or can't"})
    is_default = ma.fields.Boolean(load_default=None, metadata={"description": "The default one, or all others"})
