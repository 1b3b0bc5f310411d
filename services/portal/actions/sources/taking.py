"""Taking over what another source has, one thing at a time: what it refers to first, the newest reading wins.

Nothing that a source sends is believed: what it is about is read anew. Each reading has a number, given before the
source is asked, and an older reading never overwrites a newer one; so messages may come in any order and twice.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from services.portal.actions.sources import catalog, copying, paid
from services.portal.actions.sources.reading import Missing, Reading, Unusable
from services.portal.adapters.sources import Account, Facts, Kind, NoSource, Sources
from services.portal.models import SourceConnection
from services.portal.queries import sources as queries
from shared.database import Begin

TRIES: Final = 3
_TAKE: Final[dict[Kind, Callable[..., bool]]] = {
    Kind.PRODUCTS: catalog.take_product,
    Kind.PLANS: catalog.take_plan,
    Kind.COUPONS: catalog.take_coupon,
    Kind.CUSTOMERS: catalog.take_customer,
    Kind.SUBSCRIPTIONS: copying.take_subscription,
    Kind.INVOICES: paid.take_invoice,
}


@dataclass(frozen=True, kw_only=True)
class Keys:
    """What opens a vendor's account, and what its messages are signed with."""

    source: str
    secret_key: str
    webhook_secret: str


def keys(session: Session, sources: Sources) -> Keys:
    """Those of the scope's vendor and mode. Raises NoSource, SealBroken."""
    found = queries.connection(session)
    if found is None:
        raise NoSource(source="")
    return Keys(source=found.source, **sources.open(found.sealed))


def account(session: Session, sources: Sources) -> Account:
    """The vendor's account. Raises NoSource, SealBroken."""
    found = keys(session, sources)
    return sources.of(found.source).account(found.secret_key)


def begin_reading(session: Session, *, is_history: bool = False, now: datetime) -> Reading:
    """A number for what is about to be read. Raises NoSource."""
    row = session.scalars(select(SourceConnection).with_for_update()).one_or_none()
    if row is None:
        raise NoSource(source="")
    row.reads += 1
    return Reading(number=row.reads, source=row.source, is_history=is_history, now=now)


def read(begin: Begin, account: Account, *, kind: Kind, found_id: str, now: datetime) -> str | None:
    """Read one thing anew and take it over. What is wrong with it, as a code; None when nothing is.

    Raises Unavailable.
    """
    with begin() as session:
        reading = begin_reading(session, now=now)
    found = account.find(kind, found_id)
    if found is None:
        return None
    return take(begin, account, kind=kind, found=found, reading=reading).problem


@dataclass(frozen=True, kw_only=True)
class Taken:
    """What became of one thing: `added` when it was not here before, `problem` (a code) when it can't be used."""

    added: bool = False
    problem: str | None = None


def take(begin: Begin, account: Account, *, kind: Kind, found: Facts, reading: Reading) -> Taken:
    """Take it over, and before it what it refers to. Raises Unavailable."""
    for _ in range(TRIES * len(Kind)):
        try:
            return Taken(added=_put_in(begin, kind, found, reading))
        except Missing as missing:
            referred = account.find(missing.kind, missing.found_id)
            if referred is None:
                return Taken(problem="source_object_missing")
            first = take(begin, account, kind=missing.kind, found=referred, reading=reading)
            if first.problem is not None:
                return first
        except Unusable as unusable:
            return Taken(problem=unusable.code)
    return Taken(problem="source_object_missing")


def _put_in(begin: Begin, kind: Kind, found: Any, reading: Reading) -> bool:
    """In one transaction. Somebody else may put the same thing in meanwhile; then we look again."""
    for _ in range(TRIES):
        try:
            with begin() as session:
                return _TAKE[kind](session, found, reading=reading)
        except IntegrityError as error:
            collision = error
    raise collision
