"""What a portal is made of: put together from what is stored and what is wanted, and checked as one.

A change names what it changes and nothing else, deeply: `{"links": {"terms": …}}` leaves the other links.
"""

from collections.abc import Mapping
from typing import Any, Final

from sqlalchemy.orm import Session

from services.portal.actions import portal_references, portal_styles, portal_texts
from services.portal.models import PortalConfiguration, Vendor
from services.portal.queries import entitlements
from services.portal.rules import entitlements as rule
from services.portal.rules.portals import appearance, configuration, getting_in, places
from services.portal.rules.portals.configuration import Draft
from services.portal.rules.portals.features import merged

PARTS: Final = ("features", "appearance", "languages", "links", "scope", "sign_in", "embed", "login_page")
NAMES: Final = ("name", "display_name", "default_return_url")


def new(vendor: Vendor, *, slug: str, kind: str, begins_as: Mapping[str, Any], values: Mapping[str, Any]) -> Draft:
    """A portal to be made: defaults, then the preset, then what is given."""
    parts: dict[str, dict[str, Any]] = {
        "features": dict(configuration.DEFAULT_FEATURES.get(kind, {})),
        "appearance": dict(appearance.DEFAULT) | {field: vendor.profile.get(field) for field in appearance.OF_VENDOR},
        "languages": {"auto_detect": True, "default_locale": vendor.default_locale},
        "links": {"support": vendor.profile.get("support_url")},
        "scope": configuration.default_scope(kind),
        "sign_in": dict(getting_in.DEFAULT),
        "embed": dict(places.DEFAULT_EMBED),
        "login_page": dict(configuration.DEFAULT_LOGIN_PAGE),
    }
    return Draft(
        slug=slug,
        kind=kind,
        name=values.get("name", "Customer portal"),
        display_name=values.get("display_name", vendor.display_name),
        default_return_url=values.get("default_return_url"),
        domain=values.get("domain", places.NO_DOMAIN),
        **{
            part: merged(merged(default, begins_as.get(part, {})), values.get(part, {}))
            for part, default in parts.items()
        },
    )


def changed(row: PortalConfiguration, values: Mapping[str, Any]) -> Draft:
    """The portal with `values` changed, unchecked; style rules and texts were parted from them."""
    stored: dict[str, Mapping[str, Any]] = {
        **{part: getattr(row, part) for part in PARTS},
        "languages": portal_texts.replaced(row.languages, values),
        "scope": {**configuration.DEFAULT_SCOPE, **row.scope},
        "sign_in": getting_in.complete(row.sign_in),
        "embed": {**places.DEFAULT_EMBED, **row.embed},
        "login_page": {**configuration.DEFAULT_LOGIN_PAGE, **row.login_page},
    }
    parts: dict[str, Any] = {part: merged(stored[part], values.get(part, {})) for part in PARTS}
    at = {"host": row.domain_host, "path": row.domain_path}
    return Draft(
        slug=row.slug,
        kind=row.kind,
        **{name: values.get(name, getattr(row, name)) for name in NAMES},
        **parts,
        domain={**at, **values.get("domain", {})},
    )


def decided(
    session: Session,
    row: PortalConfiguration,
    given: Draft,
    *,
    installation: str | None,
    style: portal_styles.Wanted | None = None,
) -> Draft:
    """The portal as it would be published. Raises Invalid, AcceptanceRequired, NotEntitled."""
    before = portal_references.named(row.features, row.scope)
    known = portal_references.look_up(session, features=given.features, scope=given.scope, named_before=before)
    draft = configuration.decide(given, mode=row.mode, installation=installation, known=known)
    getting_in.check_accepted(draft.sign_in, before=row.sign_in, mode=row.mode)
    had = rule.used(host=row.domain_host, features=row.features, css=row.custom_css)
    entitlements.check(session, rule.newly(had, _used(draft, style or portal_styles.Wanted(row.custom_css, None))))
    return draft


def check_new(session: Session, draft: Draft, style: portal_styles.Wanted | None) -> None:
    """Return when the vendor may have all that a new portal uses. Raises NotEntitled."""
    entitlements.check(session, rule.newly(None, _used(draft, style)))


def _used(draft: Draft, style: portal_styles.Wanted | None) -> rule.Used:
    css = style.css if style is not None else None
    return rule.used(host=draft.domain["host"], features=draft.features, css=css)


def as_row(row: PortalConfiguration, draft: Draft, style: portal_styles.Wanted | None) -> PortalConfiguration:
    """The portal as it would be, as a row of no session: for whoever looks at a draft, never to be saved."""
    css = {"custom_css": row.custom_css, "css_digest": row.css_digest}
    if style is not None:
        css = {"custom_css": style.css, **portal_styles.address(style)}
    same = {name: getattr(row, name) for name in ("id", "vendor", "mode", "is_default", "active", "created_at")}
    proven = {"domain_verified_at": row.domain_verified_at if draft.domain["host"] == row.domain_host else None}
    return PortalConfiguration(
        slug=draft.slug,
        kind=draft.kind,
        **same,
        **{name: getattr(draft, name) for name in NAMES},
        **{part: dict(getattr(draft, part)) for part in PARTS},
        domain_host=draft.domain["host"],
        domain_path=draft.domain["path"],
        **proven,
        **css,
        revision=row.revision,
    )
