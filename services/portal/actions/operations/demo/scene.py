"""What the demo's stories happen in: a vendor's catalog on its own clock, and those who act there."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from services.portal.adapters import Adapters
from services.portal.queries import time
from shared.database import Begin, scope
from shared.database.scope import Scope
from shared.events import Actor


@dataclass(frozen=True, kw_only=True)
class By:
    """Whoever acts: the vendor's key, or a customer who has just signed in."""

    kind: str = "key"
    id: str = "demo"
    assurance: str | None = None
    proven_at: datetime | None = None
    session: str | None = None
    portal: str | None = None
    way_in: str | None = None
    role: str | None = None


@dataclass(kw_only=True)
class Scene:
    """Ids by name: of plans, of customers (their address), and of a customer's subscriptions in order."""

    begin: Begin
    adapters: Adapters
    plans: dict[str, str] = field(default_factory=dict)
    customers: dict[str, str] = field(default_factory=dict)
    subscriptions: dict[str, list[str]] = field(default_factory=dict)
    opened: dict[str, str] = field(default_factory=dict)
    """A customer's newest ticket."""

    @contextmanager
    def step(self) -> Iterator[tuple[Session, datetime]]:
        """One transaction, and what time it is in it."""
        with self.begin() as session:
            yield session, time.now(session)

    @contextmanager
    def as_customer(self, email: str) -> Iterator[tuple[Session, datetime, Any]]:
        """One transaction of a customer who has just signed in."""
        here, customer = scope.current(), self.customers[email]
        actor = Actor(kind="customer", id=customer)
        own = Scope(vendor=here.vendor, mode=here.mode, actor=actor, request_id="", customers=(customer,))
        with scope.use(own), self.step() as (session, now):
            by = By(kind="customer", id=customer, assurance="verified", proven_at=now, session=f"demo-{customer}")
            yield session, now, by
