"""Portal configurations: those every vendor starts with in each mode, those it adds, and what it changes."""

import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any, Final

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from services.portal.actions import (
    changes,
    portal_publishing,
    portal_references,
    portal_styles,
    portal_texts,
    portal_values,
    portal_versions,
)
from services.portal.actions.operations import action_log
from services.portal.actions.portal_values import NAMES, PARTS
from services.portal.models import PortalConfiguration, Vendor
from services.portal.queries import configurations as queries
from services.portal.queries.configurations import ConfigurationView
from services.portal.rules.portals import appearance, configuration, getting_in, presets
from services.portal.rules.portals.configuration import Draft
from shared import ids
from shared.database import scope
from shared.errors import Conflict, NotFound

_LONGEST_SLUG: Final = 63
_UPDATED: Final = "portal_configuration.updated"


class PortalSlugTaken(Conflict):
    """Another portal of this installation has the address."""

    code = "portal_slug_taken"


class DefaultPortalRequired(Conflict):
    """One portal is the default: it changes by naming another one."""

    code = "default_portal_required"


class DomainTaken(Conflict):
    """Another vendor has proven this host, or another portal of this one is at its path."""

    code = "domain_taken"


def create_defaults(session: Session, *, vendor: Vendor, slug: str, now: datetime) -> None:
    """What every vendor has in the scope's mode: a hosted portal, the default one, and a section of the global portal.

    Each is made once, under `slug` or, where that is taken, with a number behind it.
    """
    mode = scope.current().mode
    hosted, in_global = (slug, f"{slug}-global") if mode == "live" else (f"{slug}-test", f"{slug}-global-test")
    for kind, wanted, name in (("hosted", hosted, "Customer portal"), ("global", in_global, "Global portal")):
        if session.scalar(select(PortalConfiguration.id).where(PortalConfiguration.kind == kind).limit(1)) is None:
            draft = portal_values.new(
                vendor, slug=_free_slug(session, wanted), kind=kind, begins_as={}, values={"name": name}
            )
            _add(session, configuration.decide(draft, mode=mode), is_default=kind == "hosted", active=True, now=now)


def create(
    session: Session,
    *,
    slug: str | None = None,
    kind: str | None = None,
    preset: str | None = None,
    values: Mapping[str, Any],
    installation: str | None = None,
    now: datetime,
) -> ConfigurationView:
    """A further portal: as the preset has it, but for what `values` say; `installation` is our own host.

    Raises Invalid, PortalSlugTaken, AcceptanceRequired, NotEntitled.
    """
    values, style = portal_styles.parted(values)
    values, ignored = portal_texts.parted(values, before={})
    vendor = session.get_one(Vendor, scope.current().vendor, with_for_update=True if values.get("is_default") else None)
    address = slug or _free_slug(session, _slug_of(vendor, values["name"]))
    if slug is not None and _is_taken(session, slug):
        raise PortalSlugTaken
    mode = scope.current().mode
    begins_as = presets.begins_as(preset, mode=mode)
    made_for = kind or begins_as.get("kind", "hosted")
    draft = portal_values.new(vendor, slug=address, kind=made_for, begins_as=begins_as, values=values)
    known = portal_references.look_up(session, features=draft.features, scope=draft.scope, named_before={})
    checked = configuration.decide(draft, mode=mode, installation=installation, known=known)
    getting_in.check_accepted(checked.sign_in, before={}, mode=mode)
    portal_values.check_new(session, checked, style)
    is_default = values.get("is_default", False)
    if is_default:
        _take_over_default(session, now)
    row = _add(session, checked, style=style, is_default=is_default, active=values.get("active", True), now=now)
    return replace(queries.view(row), css_report=style.report if style else None, ignored_texts=ignored)


def update(
    session: Session,
    *,
    configuration_id: str,
    values: Mapping[str, Any],
    check: changes.Check = changes.anything,
    installation: str | None = None,
    now: datetime,
) -> ConfigurationView:
    """Change what is given, deeply: `{"links": {"terms": …}}` leaves the other links; `installation` is our own host.

    Raises NotFound, Invalid, DefaultPortalRequired, DomainTaken, AcceptanceRequired, NotEntitled.
    """
    if "is_default" in values:
        session.get_one(Vendor, scope.current().vendor, with_for_update=True)
    row = locked(session, configuration_id)
    check(row.revision)
    if values.get("is_default") is False and row.is_default:
        raise DefaultPortalRequired
    if values.get("is_default") and not row.is_default:
        _take_over_default(session, now)
    values, style = portal_styles.parted(values)
    values, ignored = portal_texts.parted(values, before=row.languages)
    _change(session, row, values, now, style=style, installation=installation)
    return replace(queries.view(row), css_report=style.report if style else None, ignored_texts=ignored)


def locked(session: Session, configuration_id: str) -> PortalConfiguration:
    """The row, to be changed. Raises NotFound."""
    statement = select(PortalConfiguration).where(PortalConfiguration.id == configuration_id)
    row = session.scalars(statement.with_for_update()).one_or_none()
    if row is None:
        raise NotFound
    return row


def follow_vendor(session: Session, *, vendor: Vendor, previous: Mapping[str, Any], now: datetime) -> None:
    """Portals that still show the vendor's previous name, color, logo or support page show the new one."""
    rows = session.scalars(select(PortalConfiguration).with_for_update()).all()
    for row in rows:
        values: dict[str, Any] = {}
        if row.display_name == previous["display_name"]:
            values["display_name"] = vendor.display_name
        for field in appearance.OF_VENDOR:
            if row.appearance.get(field) == previous["profile"].get(field):
                values.setdefault("appearance", {})[field] = vendor.profile.get(field)
        if row.links.get("support") == previous["profile"].get("support_url"):
            values["links"] = {"support": vendor.profile.get("support_url")}
        _change(session, row, values, now)


def _add(
    session: Session,
    draft: Draft,
    *,
    style: portal_styles.Wanted | None = None,
    is_default: bool,
    active: bool,
    now: datetime,
) -> PortalConfiguration:
    row = PortalConfiguration(
        id=ids.new("pcfg"),
        slug=draft.slug,
        kind=draft.kind,
        is_default=is_default,
        active=active,
        **{name: getattr(draft, name) for name in NAMES},
        **{part: dict(getattr(draft, part)) for part in PARTS},
        domain_host=draft.domain["host"],
        domain_path=draft.domain["path"],
        **portal_styles.address(style),
        created_at=now,
        revision=1,
    )
    portal_styles.keep(row, style)
    session.add(row)
    after = {"slug": row.slug, "kind": row.kind}
    action_log.write(session, action="portal_configuration.created", of=row.id, before=None, after=after, now=now)
    portal_publishing.publish(session, row)
    try:
        session.flush()
    except IntegrityError:  # somebody took the address this very moment
        raise PortalSlugTaken from None
    portal_versions.keep(session, row, now=now)
    return row


def _change(
    session: Session,
    row: PortalConfiguration,
    values: Mapping[str, Any],
    now: datetime,
    *,
    style: portal_styles.Wanted | None = None,
    installation: str | None = None,
) -> None:
    given = portal_values.changed(row, values)
    draft = portal_values.decided(session, row, given, installation=installation, style=style)
    wanted = {name: getattr(draft, name) for name in (*NAMES, *PARTS)}
    portal_versions.keep_first(session, row)
    switches = {name: values[name] for name in ("is_default", "active") if name in values}
    changed = changes.apply(row, {**wanted, **switches, **_domain(row, draft), **portal_styles.address(style)})
    portal_styles.keep(row, style)
    if changed:
        before, after = changed.before, changed.after
        action_log.write(session, action=_UPDATED, of=row.id, before=before, after=after, now=now)
        portal_publishing.publish(session, row)
        _flush_domain(session)
        portal_versions.keep(session, row, now=now)


def _domain(row: PortalConfiguration, draft: Draft) -> dict[str, Any]:
    """Another host is to be proven anew; another path on a proven one is not."""
    values: dict[str, Any] = {"domain_host": draft.domain["host"], "domain_path": draft.domain["path"]}
    if draft.domain["host"] != row.domain_host:
        values |= {"domain_verified_at": None, "domain_checked_at": None, "domain_missing_since": None}
    return values


def _flush_domain(session: Session) -> None:
    try:
        session.flush()
    except IntegrityError:  # the only thing that a change could make the same as another portal's
        raise DomainTaken from None


def _take_over_default(session: Session, now: datetime) -> None:
    """The one that was the default is it no more. The vendor's row is locked, so that two can't take over at once."""
    for other in session.scalars(select(PortalConfiguration).where(PortalConfiguration.is_default).with_for_update()):
        changed = changes.apply(other, {"is_default": False})
        before, after = changed.before, changed.after
        action_log.write(session, action=_UPDATED, of=other.id, before=before, after=after, now=now)
        portal_publishing.publish(session, other)


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
