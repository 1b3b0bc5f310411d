"""ROLES: what a vendor's own people may do in the console, and what they may hand on, as tables.

Whatever a table does not name is denied. Roles are nested: each may do what the one below it may. What hands out power
or opens doors is done by whoever signed in within the last 30 minutes. Nobody grants more than they have, be it a
person or a key: a role is worth the scopes of `SCOPES_OF`, and only who has all of those gives it, or takes it away.
A vendor's last owner stays.

Worked example: an administrator who signed in 31 minutes ago asks for a code before a new key is made, and is refused
a secret key (`sk`) all the same, since that one could name owners, which only owners may.
"""

from collections.abc import Collection, Mapping
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

from services.auth.rules.api_key import SCOPES
from shared.errors import Conflict, Forbidden


class Role(StrEnum):
    """What somebody is for a vendor, the most powerful first."""

    OWNER = "owner"
    ADMIN = "admin"
    SUPPORT = "support"
    READ_ONLY = "read_only"


class Ability(StrEnum):
    """What can be done in the console."""

    ENTER = "enter"
    SEE_PEOPLE = "see_people"
    SEE_CUSTOMERS = "see_customers"
    SEE_SESSIONS = "see_sessions"
    SEE_REFUSALS = "see_refusals"
    SEE_WAYS_IN = "see_ways_in"
    SEE_COMPANY = "see_company"
    CHECK_IDENTITY = "check_identity"
    SEE_API_REQUESTS = "see_api_requests"
    USE_LINKS = "use_links"
    END_SESSIONS = "end_sessions"
    VIEW_AS = "view_as"
    MANAGE_KEYS = "manage_keys"
    MANAGE_SECRETS = "manage_secrets"
    ACCEPT_DIRECT_ACTIONS = "accept_direct_actions"
    MANAGE_COMPANY = "manage_company"
    MANAGE_PEOPLE = "manage_people"
    CLOSE_ACCOUNT = "close_account"


_READ_ONLY: Final = frozenset(
    {
        Ability.ENTER,
        Ability.SEE_PEOPLE,
        Ability.SEE_CUSTOMERS,
        Ability.SEE_SESSIONS,
        Ability.SEE_REFUSALS,
        Ability.SEE_WAYS_IN,
        Ability.SEE_COMPANY,
    }
)
_SUPPORT: Final = _READ_ONLY | {
    Ability.CHECK_IDENTITY,
    Ability.SEE_API_REQUESTS,
    Ability.USE_LINKS,
    Ability.END_SESSIONS,
    Ability.VIEW_AS,
}
_ADMIN: Final = _SUPPORT | {
    Ability.MANAGE_KEYS,
    Ability.MANAGE_SECRETS,
    Ability.ACCEPT_DIRECT_ACTIONS,
    Ability.MANAGE_COMPANY,
}

ROLES: Final[Mapping[Role, frozenset[Ability]]] = {
    Role.OWNER: _ADMIN | {Ability.MANAGE_PEOPLE, Ability.CLOSE_ACCOUNT},
    Role.ADMIN: _ADMIN,
    Role.SUPPORT: _SUPPORT,
    Role.READ_ONLY: _READ_ONLY,
}

SENSITIVE: Final = frozenset(
    {
        Ability.MANAGE_KEYS,
        Ability.MANAGE_SECRETS,
        Ability.ACCEPT_DIRECT_ACTIONS,
        Ability.MANAGE_COMPANY,
        Ability.MANAGE_PEOPLE,
        Ability.CLOSE_ACCOUNT,
    }
)
"""What needs a sign-in of the last `FRESH`."""

FRESH: Final = timedelta(minutes=30)

_OPENS_DOORS: Final = "subscriber_links:read"
_HELPS: Final = tuple(
    "credits customers portal_sessions refunds sign_in_links subscriber_links subscriptions tickets".split()
)
_LOOKS: Final = frozenset(scope for scope in SCOPES if scope.endswith(":read")) - {_OPENS_DOORS}

SCOPES_OF: Final[Mapping[Role, frozenset[str]]] = {
    Role.OWNER: frozenset(SCOPES),
    Role.ADMIN: frozenset(SCOPES) - {"vendor_users:write"},
    Role.SUPPORT: _LOOKS | {_OPENS_DOORS, *(f"{resource}:write" for resource in _HELPS)},
    Role.READ_ONLY: _LOOKS,
}
"""What of the API a role is worth. A permanent link can be used by whoever reads it, so reading it is no mere look."""


class RoleExceedsOwn(Forbidden):
    """Nobody gives, or takes away, a role that is worth more than what they have."""

    code = "role_exceeds_own"


class LastOwner(Conflict):
    """The vendor would have no owner."""

    code = "last_owner"


def may(role: Role, ability: Ability) -> bool:
    """Whether the role has the ability."""
    return ability in ROLES[role]


def least(ability: Ability) -> Role:
    """The least powerful role that has it."""
    return [role for role in Role if ability in ROLES[role]][-1]


def at_or_below(role: Role) -> tuple[Role, ...]:
    """This role and those that may do less."""
    ordered = tuple(Role)
    return ordered[ordered.index(role) :]


def is_fresh(*, proven_at: datetime | None, now: datetime) -> bool:
    """Whether somebody who proved themselves then may do what is `SENSITIVE`."""
    return proven_at is not None and now - proven_at <= FRESH


def check_grant(role: Role, *, own: Collection[str] | None) -> None:
    """Raises RoleExceedsOwn unless whoever has the scopes `own` may give or take this role. None: the operator."""
    if own is not None and not SCOPES_OF[role] <= set(own):
        raise RoleExceedsOwn(role=role)


def check_owner_stays(*, role: Role, new_role: Role | None, owners: int) -> None:
    """Raises LastOwner where one of `owners` owners would go (`new_role` None) or become less, and is the last."""
    if role is Role.OWNER and new_role is not Role.OWNER and owners <= 1:
        raise LastOwner
