"""Portal configurations: the two every vendor starts with, and what a vendor changes about one."""

from collections.abc import Mapping
from copy import deepcopy
from datetime import datetime
from typing import Any, Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from services.portal.actions import changes
from services.portal.actions.operations import action_log
from services.portal.models import PortalConfiguration, Vendor
from services.portal.queries import portals as queries
from services.portal.queries.portals import ConfigurationView, PortalView
from services.portal.rules.portals import configuration
from services.portal.rules.portals.configuration import Draft
from shared import ids
from shared.bus import outbox
from shared.database import scope
from shared.errors import NotFound
from shared.events import PortalConfigurationPublished

_LONGEST_SLUG: Final = 63
SIGN_IN_METHODS: Final = ("email",)


def create_default(session: Session, *, vendor: Vendor, slug: str, now: datetime) -> PortalView:
    """The portal every vendor has in the scope's mode, under `slug` or, where that is taken, a number behind it."""
    draft = configuration.decide(
        Draft(
            slug=_free_slug(session, slug),
            display_name=vendor.display_name,
            features=deepcopy(dict(configuration.DEFAULT_FEATURES)),
            appearance={"headline": None, "description": None}
            | {field: vendor.profile.get(field) for field in ("brand_color", "logo")},
            languages={"auto_detect": True, "default_locale": vendor.default_locale},
            links={"support": vendor.profile.get("support_url")},
        )
    )
    row = PortalConfiguration(
        id=ids.new("pcfg"),
        slug=draft.slug,
        kind="hosted",
        name="Customer portal",
        display_name=draft.display_name,
        is_default=True,
        active=True,
        features=draft.features,
        sign_in={"methods": list(SIGN_IN_METHODS)},
        appearance=draft.appearance,
        languages=draft.languages,
        links=draft.links,
        scope={"campaigns": None, "hidden_products": []},
        created_at=now,
        revision=1,
    )
    session.add(row)
    action_log.write(
        session, action="portal_configuration.created", of=row.id, before=None, after={"slug": row.slug}, now=now
    )
    _publish(session, row)
    session.flush()
    return queries.view(row)


def update(
    session: Session,
    *,
    configuration_id: str,
    values: Mapping[str, Any],
    check: changes.Check = changes.anything,
    now: datetime,
) -> ConfigurationView:
    """Change what is given, deeply: `{"links": {"terms": …}}` leaves the other links. Raises NotFound, Invalid."""
    row = session.scalars(
        select(PortalConfiguration).where(PortalConfiguration.id == configuration_id).with_for_update()
    ).one_or_none()
    if row is None:
        raise NotFound
    check(row.revision)
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


def _change(session: Session, row: PortalConfiguration, values: Mapping[str, Any], now: datetime) -> None:
    draft = configuration.decide(
        Draft(
            slug=row.slug,
            display_name=values.get("display_name", row.display_name),
            features=_merged(row.features, values.get("features", {})),
            appearance=_merged(row.appearance, values.get("appearance", {})),
            languages=_merged(row.languages, values.get("languages", {})),
            links=_merged(row.links, values.get("links", {})),
        )
    )
    wanted = {
        "display_name": draft.display_name,
        "features": draft.features,
        "appearance": draft.appearance,
        "languages": draft.languages,
        "links": draft.links,
    }
    changed = changes.apply(row, wanted)
    if changed:
        before, after = changed.before, changed.after
        action_log.write(session, action="portal_configuration.updated", of=row.id, before=before, after=after, now=now)
        _publish(session, row)


def _publish(session: Session, row: PortalConfiguration) -> None:
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


def _merged(old: Mapping[str, Any], new: Mapping[str, Any]) -> dict[str, Any]:
    """`old` with the values of `new`, dicts within dicts alike; always a new dict, so the change is noticed."""
    result = deepcopy(dict(old))
    for name, value in new.items():
        is_nested = isinstance(value, Mapping) and isinstance(result.get(name), dict)
        result[name] = _merged(result[name], value) if is_nested else value
    return result


def _free_slug(session: Session, wanted: str) -> str:
    """Addresses are unique on the whole installation, so this looks at every vendor's."""
    number = 1
    slug = wanted[:_LONGEST_SLUG]
    with scope.platform():
        while session.scalar(select(PortalConfiguration.id).where(PortalConfiguration.slug == slug)) is not None:
            number += 1
            slug = f"{wanted[: _LONGEST_SLUG - 5]}-{number}"
    return slug
