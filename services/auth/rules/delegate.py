"""DECIDES whom a customer may let in beside themselves, as what, and who may say so.

The customer and an owner whom they named decide; others see themselves in the list and may leave. A customer has at
most 50 people and invites at most 20 an hour. Nobody is made an owner by one side alone: until the invited person
accepts, they stay what they are, or look on. The customer is always an owner, so the last one stays.
What a role may do is portal's to decide (`portal/rules/roles.py`).
Worked example: Mira asks Noor, her accountant, to be an owner: Noor stays accountant until she accepts it herself.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from typing import Final

from shared.errors import Conflict, FieldError, Forbidden, Invalid, TooMany

MOST: Final = 50
INVITED_PER_HOUR: Final = 20
LONGEST_NAME: Final = 200
HOUR: Final = timedelta(hours=1)


class Role(StrEnum):
    """What somebody is for a customer."""

    OWNER = "owner"
    BILLING_MANAGER = "billing_manager"
    ACCOUNTANT = "accountant"
    VIEWER = "viewer"


class DelegateExists(Conflict):
    """This address is one of the customer's people already, or the customer's own."""

    code = "delegate_exists"


class TooManyDelegates(Conflict):
    """The customer has as many people as there may be."""

    code = "too_many_delegates"


class TooManyInvitations(TooMany):
    """Invitations are mails to anybody: so many an hour and no more."""

    code = "too_many_people_invited"


class DelegateGone(Conflict):
    """Access was taken back before."""

    code = "delegate_revoked"


class NothingOffered(Conflict):
    """Nobody asked this person to be an owner."""

    code = "ownership_not_offered"


class RoleNotAllowed(Forbidden):
    """This person's role does not cover it."""

    code = "role_not_allowed"


@dataclass(frozen=True)
class Grant:
    """The role that somebody has from now on, and the one that waits until they accept it."""

    role: str
    offered: str | None


def may_manage(role: str | None) -> bool:
    """Whether somebody decides who else is let in. None is the customer."""
    return role is None or role == Role.OWNER


def require_manager(role: str | None) -> None:
    """Raises RoleNotAllowed."""
    if not may_manage(role):
        raise RoleNotAllowed


def grant(wanted: str, *, now_is: str | None) -> Grant:
    """What asking for this role gives at once. `now_is` None: nobody yet. Raises Invalid for an unknown role."""
    if wanted not in set(Role):
        raise Invalid(FieldError.of("role", "not_a_choice"))
    if wanted == Role.OWNER and now_is != Role.OWNER:
        return Grant(role=now_is or Role.VIEWER.value, offered=Role.OWNER.value)
    return Grant(role=wanted, offered=None)


def check_invitation(*, key: str, taken: Collection[str], people: int, invited_last_hour: int) -> None:
    """Raises DelegateExists, TooManyDelegates, TooManyInvitations. `taken` are the keys that are in already."""
    if key in taken:
        raise DelegateExists
    if people >= MOST:
        raise TooManyDelegates(most=MOST)
    if invited_last_hour >= INVITED_PER_HOUR:
        raise TooManyInvitations(retry_after=int(HOUR.total_seconds()))
