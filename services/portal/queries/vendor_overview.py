"""How a vendor's business stands: what runs and brings in, week by week, who leaves and why, what waits."""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import ColumnElement, Integer, Row, Select, and_, case, exists, func, literal_column, or_, select
from sqlalchemy.orm import Session

from services.portal.models import Entry, Payment, PaymentMethod, Subscription, Ticket
from services.portal.rules.subscriptions import recurring_revenue
from services.portal.rules.subscriptions.lifecycle import Status
from services.portal.rules.subscriptions.recurring_revenue import COUNTED, Charged
from services.portal.rules.support.ticket import TicketStatus
from shared.money import Money

WEEKS: Final = 12
RECENTLY: Final = timedelta(days=30)
ASKED_FOR: Final = timedelta(days=90)
"""How far back reasons are counted: in a month there are too few to say anything."""

_WEEK: Final = timedelta(weeks=1)
_BEGAN, _UNDONE, _STAYED = "subscription.past_due", "subscription.uncanceled", "subscription.offer_taken"
_NEVER_STOPPED: Final = and_(
    Subscription.canceled_at.is_(None), Subscription.paused_at.is_(None), Subscription.ended_at.is_(None)
)
_WAITING: Final = (TicketStatus.OPEN.value, TicketStatus.ANSWERED.value)


@dataclass(frozen=True, kw_only=True)
class Week:
    """How things stood at its end `at`, and what happened in it. `revenue` is that of a month, by currency.

    Before the present, what had begun and was neither a trial, paused, canceled nor over by then, at today's prices.
    """

    at: datetime
    revenue: tuple[Money, ...]
    active: int
    past_due: int
    canceled: int


@dataclass(frozen=True, kw_only=True)
class Reason:
    """Why some left: what they chose, or None for those who said nothing; how many."""

    feedback: str | None
    count: int


@dataclass(frozen=True, kw_only=True)
class Attention:
    """What waits. `late` of the `tickets` should have been answered before now; `owed` is what failed payments are
    about; `cards` run out by the end of next month, or did, and are what a running subscription is charged to.
    """

    tickets: int
    late: int
    answer_by: datetime | None
    payments: int
    owed: tuple[Money, ...]
    retry_at: datetime | None
    cards: int


@dataclass(frozen=True, kw_only=True)
class BusinessView:
    """All of it. `weeks` end with the present; `revenue` and `active` are those of the last. `states` counts
    subscriptions that are not over. `canceled` and `undone` are of the last 30 days; `reasons` and `stayed` (who took
    an offer instead, or took the cancel back) of the last 90.
    """

    at: datetime
    revenue: tuple[Money, ...]
    active: int
    past_due: int
    canceled: int
    undone: int
    states: dict[str, int]
    weeks: tuple[Week, ...]
    reasons: tuple[Reason, ...]
    stayed: int
    attention: Attention


def business(session: Session, *, now: datetime) -> BusinessView:
    """Of the scope's vendor and mode, as it stands at `now`. Six statements, however much there is."""
    ends = tuple(now - _WEEK * back for back in reversed(range(WEEKS)))
    rows = session.execute(_subscriptions(ends)).all()
    happened = {row.action: row for row in session.execute(_happened(ends, now=now))}
    left = session.execute(_left(ends, now=now)).all()
    weeks = tuple(_week(rows, left, happened.get(_BEGAN), number, at) for number, at in enumerate(ends))
    states: Counter[str] = Counter()
    for row in rows:
        states[row.status.value] += row.how_many
    return BusinessView(
        at=now,
        revenue=weeks[-1].revenue,
        active=weeks[-1].active,
        past_due=states[Status.PAST_DUE.value],
        canceled=sum(int(row.recently) for row in left),
        undone=int(happened[_UNDONE].recently) if _UNDONE in happened else 0,
        states={each.value: states[each.value] for each in Status if each is not Status.ENDED},
        weeks=weeks,
        reasons=_reasons(left),
        stayed=sum(happened[each].how_many for each in (_UNDONE, _STAYED) if each in happened),
        attention=_attention(session, now=now),
    )


def _subscriptions(ends: Sequence[datetime]) -> Select[Any]:
    """Subscriptions alike in a row, also in the weeks in which they ran: each is looked at once, not twelve times.

    One that was over before the first of the weeks counts nowhere.
    """
    alike = (
        Subscription.status,
        Subscription.currency,
        Subscription.interval,
        Subscription.interval_count,
        Subscription.tax_behavior,
        Subscription.tax_rate,
    )
    present = literal_column(str(WEEKS - 1), Integer)
    beyond = case((_NEVER_STOPPED, present), else_=_first_week(_stopped, ends))  # most of them: they cost no search
    ran = (_first_week(_begun, ends).label("first"), beyond.label("beyond"))
    amount = func.sum(Subscription.unit_amount * Subscription.quantity + Subscription.addons_amount).label("amount")
    columns: tuple[Any, ...] = (*alike, *ran, func.count().label("how_many"), amount)
    statement: Select[Any] = select(*columns)
    counts = or_(Subscription.status != Status.ENDED, Subscription.ended_at > ends[0])
    return statement.where(counts).group_by(*alike, *ran)


def _begun(at: datetime) -> ColumnElement[bool]:
    """Whether it was charged by then."""
    return and_(Subscription.started_at <= at, or_(Subscription.trial_end.is_(None), Subscription.trial_end <= at))


def _stopped(at: datetime) -> ColumnElement[bool]:
    """Whether it was not to be charged any more, as far as a row still says."""
    return or_(Subscription.canceled_at <= at, Subscription.paused_at <= at, Subscription.ended_at <= at)


def _first_week(reached: Callable[[datetime], ColumnElement[bool]], ends: Sequence[datetime]) -> ColumnElement[int]:
    """The first of the past weeks by whose end it was `reached`; where in none, that of the present."""

    def halved(low: int, high: int) -> ColumnElement[int]:
        if low == high:
            return literal_column(str(low), Integer)
        middle = (low + high) // 2
        return case((reached(ends[middle]), halved(low, middle)), else_=halved(middle + 1, high))

    present = len(ends) - 1
    return case((reached(ends[0]), literal_column("0", Integer)), else_=halved(1, present))


def _left(ends: Sequence[datetime], *, now: datetime) -> Select[Any]:
    """Who canceled, by what they gave as a reason."""
    at, given = Subscription.canceled_at, Subscription.cancellation_feedback
    weekly = [_count(and_(at > end - _WEEK, at <= end)).label(f"canceled_{n}") for n, end in enumerate(ends)]
    recently = _count(at > now - RECENTLY).label("recently")
    columns: tuple[Any, ...] = (given.label("feedback"), func.count().label("how_many"), recently, *weekly)
    statement: Select[Any] = select(*columns)
    return statement.where(at > now - ASKED_FOR).group_by(given)


def _happened(ends: Sequence[datetime], *, now: datetime) -> Select[Any]:
    """Of the log, because a subscription itself forgets what was undone."""
    weekly = [_count(and_(Entry.at > at - _WEEK, Entry.at <= at)).label(f"week_{n}") for n, at in enumerate(ends)]
    recently = _count(Entry.at > now - RECENTLY).label("recently")
    columns: tuple[Any, ...] = (Entry.action, func.count().label("how_many"), recently, *weekly)
    statement: Select[Any] = select(*columns)
    known = Entry.action.in_((_BEGAN, _UNDONE, _STAYED))
    return statement.where(known, Entry.at > now - ASKED_FOR, Entry.at <= now).group_by(Entry.action)


def _week(
    rows: Sequence[Row[Any]], left: Sequence[Row[Any]], began: Row[Any] | None, number: int, at: datetime
) -> Week:
    is_present = number == WEEKS - 1
    ran = [row for row in rows if (row.status in COUNTED if is_present else row.first <= number < row.beyond)]
    revenue = recurring_revenue.calculate(map(_charged, ran))
    return Week(
        at=at,
        revenue=tuple(Money(amount, currency) for currency, amount in revenue.items()),
        active=sum(row.how_many for row in ran),
        past_due=0 if began is None else int(getattr(began, f"week_{number}")),
        canceled=sum(int(getattr(row, f"canceled_{number}")) for row in left),
    )


def _charged(row: Row[Any]) -> Charged:
    return Charged(
        amount=int(row.amount),
        currency=row.currency,
        interval=row.interval,
        interval_count=row.interval_count,
        tax_behavior=row.tax_behavior,
        tax_rate=row.tax_rate,
    )


def _reasons(left: Sequence[Row[Any]]) -> tuple[Reason, ...]:
    """The most frequent first."""
    told = (Reason(feedback=row.feedback, count=row.how_many) for row in left)
    return tuple(sorted(told, key=lambda each: (-each.count, each.feedback or "")))


def _attention(session: Session, *, now: datetime) -> Attention:
    late = _count(Ticket.due_at < now)
    waiting = select(func.count(), func.coalesce(late, 0), func.min(Ticket.due_at)).where(Ticket.status.in_(_WAITING))
    tickets, overdue, answer_by = session.execute(waiting).one()
    failed = session.execute(
        select(Payment.currency, func.count(), func.sum(Payment.total), func.min(Payment.retry_at))
        .where(Payment.status == "open")
        .group_by(Payment.currency)
        .order_by(Payment.currency)
    ).all()
    return Attention(
        tickets=tickets,
        late=int(overdue),
        answer_by=answer_by,
        payments=sum(count for _, count, _, _ in failed),
        owed=tuple(Money(int(total), currency) for currency, _, total, _ in failed),
        retry_at=min((moment for *_, moment in failed if moment is not None), default=None),
        cards=session.scalar(_cards(now)) or 0,
    )


def _cards(now: datetime) -> Select[int]:
    """Those that customers are charged with by themselves, good no longer than to the end of next month."""
    charged = exists().where(
        Subscription.customer == PaymentMethod.customer,
        Subscription.status.in_((*COUNTED, Status.TRIALING)),
        Subscription.collection == "automatic",
    )
    last = now.year * 12 + now.month + 1
    return select(func.count(PaymentMethod.id)).where(
        PaymentMethod.removed_at.is_(None),
        PaymentMethod.is_default,
        PaymentMethod.exp_year * 12 + PaymentMethod.exp_month <= last,
        charged,
    )


def _count(which: ColumnElement[bool]) -> ColumnElement[int]:
    return func.sum(case((which, 1), else_=0))
