"""Telling the other services what a portal is from now on."""

from typing import Any

from sqlalchemy.orm import Session

from services.portal.models import PortalConfiguration
from services.portal.rules.portals import appearance, configuration, features, getting_in, places
from shared.bus import outbox
from shared.events import PortalConfigurationPublishedV3


def publish(session: Session, row: PortalConfiguration) -> None:
    """As it is in this transaction. Its own host counts once it is proven."""
    is_proven = row.domain_host is not None and row.domain_verified_at is not None
    outbox.record(
        session,
        PortalConfigurationPublishedV3(
            configuration=row.id,
            slug=row.slug,
            kind=row.kind,
            is_default=row.is_default,
            active=row.active,
            display_name=row.display_name,
            sign_in=_sign_in(row),
            embed={**places.DEFAULT_EMBED, **row.embed},
            domain={"host": row.domain_host, "path": row.domain_path} if is_proven else None,
            default_return_url=row.default_return_url,
            appearance={**appearance.DEFAULT, **row.appearance},
            languages=row.languages,
            links=row.links,
            revision=row.revision,
        ),
    )


def _sign_in(row: PortalConfiguration) -> dict[str, Any]:
    """Also whether the sign-in page is open, and whether customers may change the address that they sign in with."""
    offered = features.calculate(row.features)
    return {
        **getting_in.complete(row.sign_in),
        "login_page": bool({**configuration.DEFAULT_LOGIN_PAGE, **row.login_page}["enabled"]),
        "email_change": "email" in offered.details,
    }
