"""ROLES: what a customer's own people may do for them, as one table.

The customer, and an owner whom they named, may do everything. A billing manager does all but what decides who the
customer is: the address, and the people. An accountant gets the documents and pays what is open. A viewer looks.
What a role may not do is refused whatever the vendor's portal allows.

Worked example: an accountant downloads an invoice and pays another; canceling is `role_not_allowed`.
"""

from collections.abc import Mapping
from enum import StrEnum
from typing import Final

from services.portal.rules.policy import Action


class Role(StrEnum):
    """Of a delegate."""

    OWNER = "owner"
    BILLING_MANAGER = "billing_manager"
    ACCOUNTANT = "accountant"
    VIEWER = "viewer"


ROLES: Final[Mapping[Role, frozenset[Action]]] = {
    Role.OWNER: frozenset(Action),
    Role.BILLING_MANAGER: frozenset(Action) - {Action.CHANGE_EMAIL},
    Role.ACCOUNTANT: frozenset({Action.DOWNLOAD_INVOICE, Action.PAY_INVOICE}),
    Role.VIEWER: frozenset({Action.DOWNLOAD_INVOICE, Action.ACCESS_PRODUCT}),
}


def is_allowed(action: Action, *, role: str | None) -> bool:
    """Whether the role covers it; None is the customer. A role that nobody knows covers nothing."""
    return role is None or (role in set(Role) and action in ROLES[Role(role)])
