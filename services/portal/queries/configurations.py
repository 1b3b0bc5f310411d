"""Portal configurations as the API shows them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Select, select
from sqlalchemy.orm import Session, undefer

from services.portal.models import PortalConfiguration
from services.portal.rules.portals import appearance, configuration, features, getting_in, places
from services.portal.rules.portals.styles import Verdict
from services.portal.rules.portals.texts import Ignored
from shared.errors import NotFound


@dataclass(frozen=True, kw_only=True)
class ConfigurationView:
    """A portal configuration as the API shows it; `domain` with what proves it.

    `css_report` says what became of each rule of style rules that were just saved; None where none were.
    `ignored_texts` are those of own texts just saved that are not kept.
    """

    id: str
    slug: str
    kind: str
    name: str
    display_name: str
    is_default: bool
    active: bool
    features: dict[str, Any]
    scope: dict[str, Any]
    sign_in: dict[str, Any]
    appearance: dict[str, Any]
    languages: dict[str, Any]
    texts: dict[str, dict[str, str]]
    links: dict[str, Any]
    embed: dict[str, Any]
    domain: dict[str, Any]
    login_page: dict[str, Any]
    default_return_url: str | None
    created_at: datetime
    revision: int
    css_report: tuple[Verdict, ...] | None = None
    ignored_texts: tuple[Ignored, ...] | None = None


def record(session: Session, *, configuration_id: str) -> ConfigurationView:
    """One configuration as the API shows it. Raises NotFound."""
    return view(row(session, configuration_id=configuration_id))


def row(session: Session, *, configuration_id: str) -> PortalConfiguration:
    """One configuration as it is stored. Raises NotFound."""
    found = session.scalars(select(PortalConfiguration).where(PortalConfiguration.id == configuration_id)).one_or_none()
    if found is None:
        raise NotFound
    return found


def all_of_them(session: Session) -> Sequence[PortalConfiguration]:
    """Every portal of the vendor in this mode."""
    return session.scalars(select(PortalConfiguration).options(undefer(PortalConfiguration.custom_css))).all()


def listing(
    *, kind: str | None = None, active: bool | None = None, is_default: bool | None = None
) -> Select[PortalConfiguration]:
    """All configurations, or those that are so."""
    statement = select(PortalConfiguration).options(undefer(PortalConfiguration.custom_css))
    if kind is not None:
        statement = statement.where(PortalConfiguration.kind == kind)
    if active is not None:
        statement = statement.where(PortalConfiguration.active == active)
    if is_default is not None:
        statement = statement.where(PortalConfiguration.is_default == is_default)
    return statement


def view(row: PortalConfiguration) -> ConfigurationView:
    """A row as the API shows it."""
    return ConfigurationView(
        id=row.id,
        slug=row.slug,
        kind=row.kind,
        name=row.name,
        display_name=row.display_name,
        is_default=row.is_default,
        active=row.active,
        features=features.complete(row.features),
        scope={**configuration.DEFAULT_SCOPE, **row.scope},
        sign_in=getting_in.complete(row.sign_in),
        appearance={**appearance.DEFAULT, **row.appearance, "custom_css": row.custom_css},
        languages=row.languages,
        texts=row.languages.get("texts", {}),
        links=row.links,
        embed={**places.DEFAULT_EMBED, **row.embed},
        domain=_domain(row),
        login_page={**configuration.DEFAULT_LOGIN_PAGE, **row.login_page},
        default_return_url=row.default_return_url,
        created_at=row.created_at,
        revision=row.revision,
    )


def _domain(row: PortalConfiguration) -> dict[str, Any]:
    """With the record that proves it, which has to stay."""
    host = row.domain_host
    record = None if host is None else {"name": places.record_name(host), "value": places.record_value(row.id)}
    is_proven = host is not None and row.domain_verified_at is not None
    return {"host": host, "path": row.domain_path, "verified": is_proven, "record": record}
