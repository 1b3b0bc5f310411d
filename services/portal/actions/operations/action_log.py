"""Who did what to which thing, with its values before and after, for ever.

Lines are written with what they tell of, without waiting for one another; `sealing` chains them a moment later.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final

from sqlalchemy import inspect
from sqlalchemy.orm import Session
from sqlalchemy.orm.util import identity_key

from services.portal.models import Credit, Entry, Payment, PaymentMethod, Refund, Subscription, Ticket
from shared import ids
from shared.database import CustomerScoped, scope
from shared.database.scope import Scope

_ID_LENGTH: Final = 80
_ADDRESS_LENGTH: Final = 45
_RULES: Final = "portal.action_log.rules"
_OWNED: Final[dict[str, type[CustomerScoped]]] = {
    "sub": Subscription,
    "pay": Payment,
    "pm": PaymentMethod,
    "re": Refund,
    "tkt": Ticket,
    "cr": Credit,
}


def decided(session: Session, *, of: str, rule: str) -> None:
    """The policy has let somebody act on `of`, at this level: what this transaction writes of it says so."""
    session.info.setdefault(_RULES, {})[of] = rule


def write(
    session: Session,
    *,
    action: str,
    of: str,
    before: Mapping[str, Any] | None,
    after: Mapping[str, Any] | None,
    customer: str | None = None,
    rule: str | None = None,
    now: datetime,
) -> None:
    """Add a line about the thing with the id `of`. The scope says who acts, on which request, from which address.

    `customer` is whose account it happened on; left out, the one that `of`, its row, `after` or the scope names. `rule`
    is the level of the policy that decided; left out, the one that was told to `decided`.
    """
    here = scope.current()
    session.add(
        Entry(
            id=ids.new("log"),
            actor_kind=here.actor.kind,
            actor_id=here.actor.id[:_ID_LENGTH],
            action=action,
            object=of,
            customer=customer or _customer(session, of, after, here),
            rule=rule or session.info.get(_RULES, {}).get(of),
            before=None if before is None else dict(before),
            after=None if after is None else dict(after),
            request_id=here.request_id[:_ID_LENGTH],
            client_address=here.client_address[:_ADDRESS_LENGTH] if here.client_address else None,
            at=now,
        )
    )


def _customer(session: Session, of: str, after: Mapping[str, Any] | None, here: Scope) -> str | None:
    """Whose account it plainly is. A session for several customers does not tell by itself."""
    if of.startswith("cus_"):
        return of
    named = (after or {}).get("customer")
    owner = named if isinstance(named, str) else _owner(session, of)
    if owner is not None:
        return owner
    return here.customers[0] if here.customers is not None and len(here.customers) == 1 else None


def _owner(session: Session, of: str) -> str | None:
    """Whose the row is, where the transaction has it at hand, as writers do; nothing is asked for."""
    kind = _OWNED.get(of.partition("_")[0])
    if kind is None:
        return None
    row = session.identity_map.get(identity_key(kind, of))
    if row is None:
        row = next((each for each in session.new if isinstance(each, kind) and getattr(each, "id", None) == of), None)
    owner = None if row is None else inspect(row).dict.get("customer")
    return owner if isinstance(owner, str) else None
