"""Keeps what the portal service said, the newest revision of it."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy.dialects import postgresql, sqlite

from services.auth.models import Identity, Portal
from services.auth.models.base import table_of
from services.auth.rules import address
from services.auth.rules.link import CrossDevice
from shared.database import scope
from shared.database.session import Session


def keep_identity(
    session: Session,
    *,
    customer: str,
    email: str,
    display_name: str | None,
    locale: str | None,
    revision: int,
) -> None:
    """A customer's address; older news than what is kept change nothing."""
    _keep(
        session,
        Identity,
        id=customer,
        email=email,
        email_key=address.key_of(email),
        display_name=display_name,
        locale=locale,
        revision=revision,
    )


def keep_portal(
    session: Session,
    *,
    configuration: str,
    slug: str,
    active: bool,
    display_name: str,
    sign_in_methods: list[str],
    cross_device: CrossDevice | None,
    appearance: dict[str, Any],
    languages: dict[str, Any],
    links: dict[str, Any],
    revision: int,
) -> None:
    """A portal as it was published; older news than what is kept change nothing.

    Without `cross_device` it is told by the event's first version, whose second is on its way: that stays as it was.
    """
    is_whole = cross_device is not None
    _keep(
        session,
        Portal,
        or_equal=is_whole,
        untouched=() if is_whole else ("cross_device",),
        cross_device=cross_device or CrossDevice.CONFIRM,
        id=configuration,
        slug=slug,
        active=active,
        display_name=display_name,
        sign_in_methods=sign_in_methods,
        appearance=appearance,
        languages=languages,
        links=links,
        revision=revision,
    )


def _keep(
    session: Session,
    table: type[Identity] | type[Portal],
    *,
    or_equal: bool = False,
    untouched: Sequence[str] = (),
    **values: Any,
) -> None:
    """One statement: insert, or overwrite an older (`or_equal`) revision of the same vendor and mode."""
    dialect = postgresql if session.connection().dialect.name == "postgresql" else sqlite
    statement = dialect.insert(table_of(table)).values(**values, **scope.values())
    new = statement.excluded
    is_newer = table.revision <= new["revision"] if or_equal else table.revision < new["revision"]
    session.execute(
        statement.on_conflict_do_update(
            index_elements=["id"],
            set_={name: new[name] for name in values if name not in ("id", *untouched)},
            where=(is_newer & (table.vendor == new["vendor"]) & (table.mode == new["mode"])),
        )
    )
