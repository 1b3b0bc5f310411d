"""Portal configurations: the one every vendor starts with in each mode, those it adds, and what it changes."""

import re
from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from services.portal.actions import changes, portal_references
from services.portal.actions.operations import action_log
from services.portal.models import PortalConfiguration, Vendor
from services.portal.queries import portals as queries
from services.portal.queries.portals import ConfigurationView, PortalView
from services.portal.rules.portals import configuration
from services.portal.rules.portals.configuration import Draft
from services.portal.rules.portals.features import merged
from services.portal.rules.portals.presets import PRESETS
from shared import ids
from shared.bus import outbox
from shared.database import scope
from shared.errors import Conflict, NotFound
from shared.events import PortalConfigurationPublished, PortalConfigurationPublishedV2

_LONGEST_SLUG: Final = 63
_PARTS: Final = ("features", "appearance", "languages", "links", "scope", "sign_in")


class PortalSlugTaken(Conflict):
    """Another portal of this installation has the address."""

    code = "portal_slug_taken"


class DefaultPortalRequired(Conflict):
    """One portal is the default: it changes by naming another one."""

    code = "default_portal_required"


def create_default(session: Session, *, vendor: Vendor, slug: str, now: datetime) -> PortalView:
    """The portal every vendor has in the scope's mode, under `slug` or, where that is taken, a number behind it."""
    draft = _new_draft(vendor, slug=_free_slug(session, slug), kind="hosted", preset=None, values={})
    row = _add(session, configuration.decide(draft), is_default=True, active=True, now=now)
    return queries.view(row)


def create(
    session: Session,
    *,
    slug: str | None = None,
    kind: str = "hosted",
    preset: str | None = None,
    values: Mapping[str, Any],
    now: datetime,
) -> ConfigurationView:
    """A further portal: as the preset has it, but for what `values` say. Raises Invalid, PortalSlugTaken."""
    vendor = session.get_one(Vendor, scope.current().vendor, with_for_update=True if values.get("is_default") else None)
    address = slug or _free_slug(session, _slug_of(vendor, values["name"]))
    if slug is not None and _is_taken(session, slug):
        raise PortalSlugTaken
    draft = _new_draft(vendor, slug=address, kind=kind, preset=preset, values=values)
    known = portal_references.look_up(session, features=draft.features, scope=draft.scope, named_before={})
    checked = configuration.decide(draft, known=known)
    row = _add(session, checked, is_default=False, active=values.get("active", True), now=now)
    if values.get("is_default"):
        _take_over_default(session, row, now)
        row.is_default = True
    return queries.configuration_view(row)


def update(
    session: Session,
    *,
    configuration_id: str,
    values: Mapping[str, Any],
    check: changes.Check = changes.anything,
    now: datetime,
) -> ConfigurationView:
    """Change what is given, deeply: `{"links": {"terms": …}}` leaves the other links.

    Raises NotFound, Invalid, DefaultPortalRequired.
    """
    if "is_default" in values:
        session.get_one(Vendor, scope.current().vendor, with_for_update=True)
    row = session.scalars(
        select(PortalConfiguration).where(PortalConfiguration.id == configuration_id).with_for_update()
    ).one_or_none()
    if row is None:
        raise NotFound
    check(row.revision)
    if values.get("is_default") is False and row.is_default:
        raise DefaultPortalRequired
    if values.get("is_default") and not row.is_default:
        _take_over_default(session, row, now)
    _change(session, row, values, now)
    return queries.configuration_view(row)


def follow_vendor(session: Session, *, vendor: Vendor, previous: Mapping[str, Any], now: datetime) -> None:
    """Portals that still show the vendor's previous name, color, logo or support page show the new one."""
    rows = session.scalars(select(PortalConfiguration).with_for_update()).all()
    for row in rows:
        values: dict[str, Any] = {}
        if row.display_name == previous["display_name"]:
            values["display_name"] = vendor.display_name
        for field in ("brand_color", "logo"):
            if row.appearance.get(field) == previous["profile"].get(field):
                values.setdefault("appearance", {})[field] = vendor.profile.get(field)
        if row.links.get("support") == previous["profile"].get("support_url"):
            values["links"] = {"support": vendor.profile.get("support_url")}
        _change(session, row, values, now)


def _new_draft(vendor: Vendor, *, slug: str, kind: str, preset: str | None, values: Mapping[str, Any]) -> Draft:
    """Defaults, then the preset, then what is given."""
    parts: dict[str, dict[str, Any]] = {
        "features": dict(configuration.DEFAULT_FEATURES.get(kind, {})),
        "appearance": {"headline": None, "description": None}
        | {field: vendor.profile.get(field) for field in ("brand_color", "logo")},
        "languages": {"auto_detect": True, "default_locale": vendor.default_locale},
        "links": {"support": vendor.profile.get("support_url")},
        "scope": dict(configuration.DEFAULT_SCOPE),
        "sign_in": dict(configuration.DEFAULT_SIGN_IN),
    }
    begins_as = PRESETS[preset] if preset else {}
    return Draft(
        slug=slug,
        kind=kind,
        name=values.get("name", "Customer portal"),
        display_name=values.get("display_name", vendor.display_name),
        **{
            part: merged(merged(default, begins_as.get(part, {})), values.get(part, {}))
            for part, default in parts.items()
        },
    )


def _add(session: Session, draft: Draft, *, is_default: bool, active: bool, now: datetime) -> PortalConfiguration:
    row = PortalConfiguration(
        id=ids.new("pcfg"),
        slug=draft.slug,
        kind=draft.kind,
        name=draft.name,
        display_name=draft.display_name,
        is_default=is_default,
        active=active,
        **{part: dict(getattr(draft, part)) for part in _PARTS},
        created_at=now,
        revision=1,
    )
    session.add(row)
    after = {"slug": row.slug, "kind": row.kind}
    action_log.write(session, action="portal_configuration.created", of=row.id, before=None, after=after, now=now)
    _publish(session, row)
    try:
        session.flush()
    except IntegrityError:  # somebody took the address this very moment
        raise PortalSlugTaken from None
    return row


def _change(session: Session, row: PortalConfiguration, values: Mapping[str, Any], now: datetime) -> None:
    stored: dict[str, Mapping[str, Any]] = {
        **{part: getattr(row, part) for part in _PARTS},
        "scope": {**configuration.DEFAULT_SCOPE, **row.scope},
        "sign_in": {**configuration.DEFAULT_SIGN_IN, **row.sign_in},
    }
    given = Draft(
        slug=row.slug,
        kind=row.kind,
        name=values.get("name", row.name),
        display_name=values.get("display_name", row.display_name),
        **{part: merged(stored[part], values.get(part, {})) for part in _PARTS},
    )
    before = portal_references.named(row.features, row.scope)
    known = portal_references.look_up(session, features=given.features, scope=given.scope, named_before=before)
    draft = configuration.decide(given, known=known)
    wanted = {name: getattr(draft, name) for name in ("name", "display_name", *_PARTS)}
    switches = {name: values[name] for name in ("is_default", "active") if name in values}
    changed = changes.apply(row, {**wanted, **switches})
    if changed:
        action_log.write(
            session,
            action="portal_configuration.updated",
            of=row.id,
            before=changed.before,
            after=changed.after,
            now=now,
        )
        _publish(session, row)


def _take_over_default(session: Session, row: PortalConfiguration, now: datetime) -> None:
    """The one that was the default is it no more. The vendor's row is locked, so that two can't take over at once."""
    others = session.scalars(select(PortalConfiguration).where(PortalConfiguration.is_default).with_for_update())
    for other in others:
        if other is not row:
            changed = changes.apply(other, {"is_default": False})
            before, after = changed.before, changed.after
            action = "portal_configuration.updated"
            action_log.write(session, action=action, of=other.id, before=before, after=after, now=now)


def _publish(session: Session, row: PortalConfiguration) -> None:
    """In both versions of the event, until nobody listens to the first."""
    outbox.record(
        session,
        PortalConfigurationPublished(
            configuration=row.id,
            slug=row.slug,
            active=row.active,
            display_name=row.display_name,
            sign_in_methods=list(row.sign_in["methods"]),
            appearance=row.appearance,
            languages=row.languages,
            links=row.links,
            revision=row.revision,
        ),
    )
    outbox.record(
        session,
        PortalConfigurationPublishedV2(
            configuration=row.id,
            slug=row.slug,
            active=row.active,
            display_name=row.display_name,
            sign_in={**configuration.DEFAULT_SIGN_IN, **row.sign_in},
            appearance=row.appearance,
            languages=row.languages,
            links=row.links,
            revision=row.revision,
        ),
    )


def _free_slug(session: Session, wanted: str) -> str:
    """The wanted address or, where it is taken, a number behind it."""
    number = 1
    slug = wanted[:_LONGEST_SLUG]
    while _is_taken(session, slug):
        number += 1
        slug = f"{wanted[: _LONGEST_SLUG - 5]}-{number}"
    return slug


def _is_taken(session: Session, slug: str) -> bool:
    """Addresses are unique on the whole installation, so this looks at every vendor's."""
    with scope.platform():
        return session.scalar(select(PortalConfiguration.id).where(PortalConfiguration.slug == slug)) is not None


def _slug_of(vendor: Vendor, name: str) -> str:
    """Made from the vendor's address and what the portal is called: `larkfield-music`."""
    words = re.sub(r"[^a-z0-9]+", "-", f"{vendor.slug} {name}".lower()).strip("-")[:_LONGEST_SLUG].strip("-")
    return words if scope.current().mode == "live" else f"{words[: _LONGEST_SLUG - 5].strip('-')}-test"
