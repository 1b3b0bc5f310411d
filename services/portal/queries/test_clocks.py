"""Test clocks: what time it is for whom, and what will happen next on a vendor's own time."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, cast

from sqlalchemy import ColumnElement, and_, func, not_, select
from sqlalchemy.orm import Session

from services.portal.models import Payment, PaymentMethod, Subscription, TestClock, Vendor
from services.portal.queries import billing, time
from services.portal.rules.payments import card_expiry
from services.portal.rules.subscriptions import trial
from services.portal.rules.subscriptions.lifecycle import Status
from shared.database import VendorScoped, scope
from shared.events import Mode


@dataclass(frozen=True, kw_only=True)
class ClockView:
    """A test clock as the API shows it."""

    now: datetime
    offset_seconds: int
    status: str
    advancing_to: datetime | None


@dataclass(frozen=True, kw_only=True)
class Present:
    """A moment, and whose present it is: one vendor's in a mode, or that of all who have no clock of their own."""

    at: datetime
    vendor: str | None = None
    mode: Mode | None = None
    besides: tuple[str, ...] = ()

    def covers(self, model: type[VendorScoped]) -> ColumnElement[bool]:
        """The condition that a row lives in this present, of a vendor whose clock goes on."""
        parts: list[ColumnElement[bool]] = []
        if self.vendor is not None:
            parts.append(cast("Any", model.vendor) == self.vendor)
        if self.mode is not None:
            parts.append(cast("Any", model.mode) == self.mode)
        # Of a vendor that is suspended or closed nothing is charged, nor told, by the clock.
        parts.append(cast("Any", model.vendor).not_in(select(Vendor.id).where(Vendor.standing != "active")))
        if self.besides:
            parts.append(not_(and_(cast("Any", model.mode) == "test", cast("Any", model.vendor).in_(self.besides))))
        return and_(True, *parts)


def record(session: Session) -> ClockView:
    """The clock of the scope's vendor; in live mode and without one it is the system's."""
    row = session.scalars(select(TestClock)).one_or_none()
    return ClockView(
        now=time.now(session),
        offset_seconds=row.offset_seconds if row else 0,
        status="advancing" if row and row.advancing_to else "ready",
        advancing_to=row.advancing_to if row else None,
    )


def presents(session: Session, *, now: datetime) -> tuple[Present, ...]:
    """Every present moment there is at `now` of the system. A clock on its way is its mover's business."""
    with scope.platform():
        clocks = session.scalars(select(TestClock).order_by(TestClock.vendor)).all()
    own = tuple(
        Present(at=now + timedelta(seconds=each.offset_seconds), vendor=each.vendor, mode="test")
        for each in clocks
        if each.advancing_to is None
    )
    return (Present(at=now, besides=tuple(each.vendor for each in clocks)), *own)


def abandoned(session: Session, *, since: datetime) -> list[tuple[str, datetime]]:
    """Clocks on their way that nobody has moved `since`: vendor and target."""
    with scope.platform():
        rows = session.execute(
            select(TestClock.vendor, TestClock.advancing_to).where(
                TestClock.advancing_to.is_not(None), TestClock.changed_at < since
            )
        ).all()
    return [(vendor, target) for vendor, target in rows if target is not None]


def next_moment(session: Session, *, now: datetime) -> datetime | None:
    """When something happens next in the scope's vendor and mode; None when nothing is ahead."""
    return min((moment for moment in _moments(session, now) if moment is not None), default=None)


def next_renewal(session: Session) -> datetime | None:
    """When the next subscription of the scope's vendor and mode renews, or begins to be paid after its trial."""
    renews = (Status.ACTIVE, Status.TRIALING)
    return session.scalar(
        select(func.min(Subscription.due_at)).where(Subscription.due_at.is_not(None), Subscription.status.in_(renews))
    )


def _moments(session: Session, now: datetime) -> Iterator[datetime | None]:
    known = billing.settings(session)
    yield session.scalar(select(func.min(Subscription.due_at)).where(Subscription.due_at.is_not(None)))
    yield session.scalar(
        select(func.min(Payment.retry_at)).where(Payment.retry_at.is_not(None), Payment.status == "open")
    )
    trials = session.execute(
        select(Subscription.created_at, Subscription.trial_end).where(
            Subscription.status == Status.TRIALING, Subscription.trial_notice_at.is_(None)
        )
    )
    for began_at, ends_at in trials:
        if ends_at is None:
            continue
        yield trial.calculate(began_at=began_at, ends_at=ends_at, notice_days=known.trial_notice_days)
    pauses = session.execute(
        select(Subscription.paused_at, Subscription.resumes_at).where(
            Subscription.status == Status.PAUSED,
            Subscription.resume_notice_at.is_(None),
            Subscription.resumes_at.is_not(None),
        )
    )
    for paused_at, resumes_at in pauses:
        yield trial.calculate(
            began_at=paused_at or now, ends_at=resumes_at or now, notice_days=known.resume_notice_days
        )
    cards = session.execute(
        select(PaymentMethod.exp_year, PaymentMethod.exp_month, PaymentMethod.noticed_days)
        .where(PaymentMethod.removed_at.is_(None))
        .distinct()
    )
    for year, month, noticed in cards:
        yield card_expiry.next_at(
            exp_year=year, exp_month=month, notice_days=known.card_notice_days, noticed=noticed, now=now
        )
