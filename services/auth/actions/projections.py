"""Keeps what the portal service said, the newest revision of it."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from sqlalchemy.dialects import postgresql, sqlite

from services.auth.models import Identity, Portal
from services.auth.models.base import table_of
from services.auth.rules import address
from services.auth.rules.link import CrossDevice
from shared.database import scope
from shared.database.session import Session

_TOLD_LATER: Final[Mapping[str, Any]] = {
    "cross_device": CrossDevice.CONFIRM,
    "sign_in": {},
    "kind": "hosted",
    "is_default": False,
    "embed": {},
    "host": None,
    "path": None,
    "return_url": None,
}
"""What a portal is until an event tells of it."""


def keep_identity(
    session: Session,
    *,
    customer: str,
    email: str,
    display_name: str | None,
    reference: str | None,
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
        reference=reference,
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
    appearance: dict[str, Any],
    languages: dict[str, Any],
    links: dict[str, Any],
    revision: int,
    told: Mapping[str, Any],
) -> None:
    """A portal as it was published; older news than what is kept change nothing.

    `told` are the columns that only later versions of the event tell of (`_TOLD_LATER`). An event that tells less
    leaves the others as they were, and changes nothing once the same revision is known from one that tells more.
    """
    _keep(
        session,
        Portal,
        or_equal=bool(told),
        untouched=[name for name in _TOLD_LATER if name not in told],
        **{**_TOLD_LATER, **told},
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
