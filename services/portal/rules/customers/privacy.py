"""DECIDES who may have a customer's data put together, and who may have the customer erased.

The customer themselves, and an owner whom they named, may do both; a billing manager may have the data. The vendor's
administrators may do both in the console, whose pages let nobody below them in. Staff who look on may do neither. Both
want proof of at most 30 minutes, whatever the portal lets weak ways in do, since both would
turn a weak way in into everything. A vendor's key proves itself with each request.

Worked example: who came by an order number is asked for a code first, also where the portal has
`direct_actions: [order_number]`; a billing manager reads that only an owner may erase.
"""

from datetime import datetime
from enum import StrEnum
from typing import Final

from services.portal.rules.assurance import FRESH_FOR, Requester
from services.portal.rules.reasons import ReadOnlySession, RoleNotAllowed
from services.portal.rules.roles import Role
from shared.errors import StepUpRequired


class Right(StrEnum):
    """What the law gives a person with their own data."""

    EXPORT = "export"
    ERASE = "erase"


_ROLES: Final = {
    Right.EXPORT: frozenset({Role.OWNER, Role.BILLING_MANAGER}),
    Right.ERASE: frozenset({Role.OWNER}),
}


def require(right: Right, *, by: Requester, now: datetime) -> None:
    """Return when `by` may, and has proven enough. Raises ReadOnlySession, RoleNotAllowed, StepUpRequired."""
    if by.kind == "key":
        return
    require_role(right, by=by)
    is_known = by.kind == "staff" or by.assurance == "verified"
    if not is_known or by.proven_at is None or now - by.proven_at > FRESH_FOR:
        raise StepUpRequired(action=right.value)


def has_role(right: Right, *, by: Requester) -> bool:
    """Whether the role covers it; no role is the customer."""
    return by.role is None or by.role in _ROLES[right]


def require_role(right: Right, *, by: Requester) -> None:
    """Return when `by` may, once they have proven who they are. Raises ReadOnlySession, RoleNotAllowed."""
    if by.kind == "staff" and by.portal is None:  # in the console
        return
    if by.kind != "customer":
        raise ReadOnlySession(message=None, action=right.value, status="")
    if not has_role(right, by=by):
        raise RoleNotAllowed(message=None, action=right.value, status="")
