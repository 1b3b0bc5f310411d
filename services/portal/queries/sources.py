"""How a vendor's billing source is reached, and what is under way there."""

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from services.portal.models import SourceCall, SourceConnection, Subscription
from services.portal.rules.sources.support import Source
from services.portal.rules.subscriptions.lifecycle import RUNNING

UNDER_WAY = ("pending", "unknown")


@dataclass(frozen=True, kw_only=True)
class Connection:
    """A vendor's way to its source: whose it is, and the sealed keys."""

    source: str
    sealed: str


def connection(session: Session) -> Connection | None:
    """That of the scope's vendor and mode; None while the engine here bills alone."""
    row = session.scalars(select(SourceConnection)).one_or_none()
    return Connection(source=row.source, sealed=row.sealed) if row is not None and row.is_active else None


def name(session: Session) -> str:
    """Who bills what is new."""
    found = connection(session)
    return Source.NATIVE.value if found is None else found.source


def bills_something(session: Session) -> bool:
    """Does anything run that another source bills?"""
    running = select(Subscription.id).where(
        Subscription.source != Source.NATIVE.value, Subscription.status.in_(RUNNING)
    )
    return session.scalar(running.limit(1)) is not None


def under_way(session: Session, subscription_id: str) -> SourceCall | None:
    """What the source was asked to do to a subscription and has not told the outcome of."""
    return session.scalars(
        select(SourceCall)
        .where(SourceCall.subscription == subscription_id, SourceCall.status.in_(UNDER_WAY))
        .order_by(SourceCall.created_at)
        .limit(1)
    ).first()
