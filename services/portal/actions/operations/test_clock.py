"""Moving a test-mode vendor's clock ahead, from one thing that happens to the next, each at its own time.

The clock is set to the next moment at which something is due, what is due is done, and so on until the target. Each
move is a transaction that keeps the target, so a mover that was killed is followed by another (`continue_abandoned`).
"""

from collections.abc import Callable
from datetime import datetime, timedelta
from threading import Event
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from services.portal.actions.operations import action_log, billing_run
from services.portal.adapters.processors import Processors
from services.portal.models import Subscription, TestClock
from services.portal.queries import billing, test_clocks, time
from services.portal.queries.test_clocks import ClockView, Present
from services.portal.rules.operations import test_clock
from shared import clock, ids
from shared.database import Begin, scope

JOB: Final = "test_clock"
ABANDONED_AFTER: Final = timedelta(seconds=60)
FOREVER: Final = timedelta(days=1)
MOST_IN_VAIN: Final = 100
PATIENCE: Final = timedelta(seconds=240)  # how long a request waits for the clock to arrive

_Step = Callable[[datetime], None]


def advance(
    begin: Begin,
    processors: Processors,
    *,
    to: datetime | None = None,
    by: str | None = None,
    patience: timedelta = PATIENCE,
    step: _Step | None = None,
) -> ClockView:
    """Move it to a moment, or by so much. After `patience` it answers, and a worker goes on.

    `step` is told every moment it stops at. Raises LiveHasNoTestClock, ClockGoesBack, ClockIsMoving, Invalid.
    """
    with begin() as session:
        target = _set_out(session, to=to, by=by)
    _move(begin, processors, target=target, until=clock.now() + patience, step=step)
    with begin() as session:
        return test_clocks.record(session)


def begin_at(session: Session, *, at: datetime) -> None:
    """Give a vendor that has no clock one that shows a moment of the past, so that a history can happen on it.

    It moves ahead like any other. Raises LiveHasNoTestClock, ClockGoesBack where a clock or a subscription is there.
    """
    now = clock.now()
    if scope.current().mode != "test":
        raise test_clock.LiveHasNoTestClock
    has_begun = session.scalar(select(TestClock.id)) or session.scalar(select(Subscription.id).limit(1))
    if has_begun or at > now:
        raise test_clock.ClockGoesBack(now=time.now(session).isoformat())
    behind = int((at - now).total_seconds())
    session.add(TestClock(id=ids.new("clk"), offset_seconds=behind, changed_at=now, advancing_to=None, revision=1))
    time.forget(session)


def catch_up(begin: Begin, processors: Processors) -> None:
    """Bring a clock that is behind to the system's time; what is due on the way happens."""
    while True:
        with begin() as session:
            seconds = session.scalar(select(TestClock.offset_seconds))
        if seconds is None or seconds >= 0:
            return
        advance(begin, processors, to=clock.now())


def continue_abandoned(begin: Begin, processors: Processors, *, patience: timedelta) -> int:
    """Go on with clocks whose mover is gone. How many were looked after."""
    with begin() as session:
        found = test_clocks.abandoned(session, since=clock.now() - ABANDONED_AFTER)
    for vendor, target in found:
        with scope.system(vendor=vendor, mode="test", job=JOB):
            _move(begin, processors, target=target, until=clock.now() + patience, step=None)
    return len(found)


def _set_out(session: Session, *, to: datetime | None, by: str | None) -> datetime:
    """The target, written down. A clock that is on its way already may be asked for the same again."""
    mode = scope.current().mode
    row = session.scalars(select(TestClock).with_for_update()).one_or_none()
    target = test_clock.decide(mode=mode, now=time.now(session), to=to, by=by, zone=billing.settings(session).zone)
    if row is None:
        row = TestClock(id=ids.new("clk"), offset_seconds=0, revision=0)
        session.add(row)
    elif row.advancing_to not in (None, target) and row.changed_at > clock.now() - ABANDONED_AFTER:
        raise test_clock.ClockIsMoving
    row.advancing_to, row.changed_at = target, clock.now()
    row.revision += 1
    after = {"to": target.isoformat()}
    action_log.write(session, action="test_clock.advanced", of=row.id, before=None, after=after, now=time.now(session))
    return target


def _move(begin: Begin, processors: Processors, *, target: datetime, until: datetime, step: _Step | None) -> None:
    here = scope.current()
    in_vain = 0
    while clock.now() < until:
        with begin() as session:
            now = time.now(session)
            moment = test_clocks.next_moment(session, now=now)
            has_arrived = moment is None or moment > target
            stop = target if has_arrived else max(moment or now, now)
            _set(session, stop, target=None if has_arrived else target)
        if has_arrived:
            return
        if step is not None:
            step(stop)
        done = billing_run.run(begin, processors, present=Present(at=stop, vendor=here.vendor, mode=here.mode))
        in_vain = 0 if done.total else in_vain + 1
        if in_vain > MOST_IN_VAIN:
            raise RuntimeError(f"nothing could be done at {stop.isoformat()}, though something was due")
        if in_vain:
            Event().wait(0.1)  # somebody else holds what is due, and is about to be done with it


def _set(session: Session, moment: datetime, *, target: datetime | None) -> None:
    """The clock shows `moment`, or is ahead of it already; it never goes back."""
    row = session.scalars(select(TestClock).with_for_update()).one()
    ahead = moment - clock.now()
    seconds = -(-ahead // timedelta(seconds=1))
    row.offset_seconds = max(row.offset_seconds, seconds)
    row.advancing_to, row.changed_at = target, clock.now()
    row.revision += 1
    time.forget(session)
