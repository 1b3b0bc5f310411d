"""What is due is done: periods follow one another, trials and pauses end, what was canceled is over.

A batch is claimed in one transaction, which moves every subscription on and records what is owed and the attempt to
collect it; then the processor is called, with no transaction open; then the outcomes are recorded in another. A worker
that is killed in between leaves attempts that others take over, under the same keys. Rows that others hold are skipped.
"""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from typing import Final, cast

from sqlalchemy import select
from sqlalchemy.orm import Session

from services.portal.actions.payments import collect, many
from services.portal.actions.payments.bills import Bill, Intent
from services.portal.actions.subscriptions import renewed, turns
from services.portal.adapters.processors import Answer, Processors
from services.portal.models import Plan, Subscription
from services.portal.queries.test_clocks import Present
from shared.database import Begin, scope
from shared.events import Mode

JOB: Final = "renewal"
KIND: Final = "renewal"
CALLS_AT_ONCE: Final = 8


@dataclass(frozen=True)
class Group:
    """The calls of one vendor in one mode."""

    vendor: str
    mode: Mode
    intents: Sequence[Intent]


def run(begin: Begin, processors: Processors, *, present: Present, limit: int) -> int:
    """Do one batch. How many subscriptions had something due."""
    with begin() as session:
        count, groups = _claim(session, present=present, limit=limit)
    if groups:
        _collect(begin, processors, groups, now=present.at)
    return count


def _claim(session: Session, *, present: Present, limit: int) -> tuple[int, list[Group]]:
    with scope.platform():
        due = session.execute(
            select(Subscription, Plan.name)
            .join(Plan, Plan.id == Subscription.plan)
            .where(Subscription.due_at <= present.at, present.covers(Subscription))
            .order_by(Subscription.due_at)
            .limit(limit)
            .with_for_update(of=Subscription, skip_locked=True)
        ).all()
    groups = []
    whose = sorted(((row.vendor, row.mode, row, name) for row, name in due), key=lambda each: each[:2])
    for (vendor, mode), rows in groupby(whose, key=lambda each: each[:2]):
        with scope.system(vendor=vendor, mode=cast("Mode", mode), job=JOB):
            intents = _turn_all(session, [(row, name) for _, _, row, name in rows], now=present.at)
            session.flush()
        if intents:
            groups.append(Group(vendor, cast("Mode", mode), intents))
    return len(due), groups


def _turn_all(session: Session, rows: Sequence[tuple[Subscription, str]], *, now: datetime) -> list[Intent]:
    """One vendor's: what each turn leaves to be collected."""
    turned = turns.turn_all(session, rows, now=now)
    owed = [each for each in turned if isinstance(each, Bill)]
    return [*(each for each in turned if isinstance(each, Intent)), *many.open_bills(session, owed, now=now)]


def _collect(begin: Begin, processors: Processors, groups: Sequence[Group], *, now: datetime) -> None:
    answers = _call(processors, [intent for group in groups for intent in group.intents])
    following: list[Group] = []
    with begin() as session:
        for group in groups:
            with scope.system(vendor=group.vendor, mode=group.mode, job=JOB):
                told = {intent.attempt: answers[intent.attempt] for intent in group.intents}
                more = many.settle_all(session, told, kind=KIND, all_paid=renewed.renewed_all, now=now)
                session.flush()
            following.append(Group(group.vendor, group.mode, more))
    for group in following:
        with scope.system(vendor=group.vendor, mode=group.mode, job=JOB):
            for intent in group.intents:
                collect.carry_out(begin, processors=processors, intent=intent, now_of=lambda _session: now)


def _call(processors: Processors, intents: Sequence[Intent]) -> dict[str, Answer]:
    """What the processor says of each attempt. Several at once, since a call is mostly waiting."""
    if not intents:
        return {}
    with ThreadPoolExecutor(max_workers=min(CALLS_AT_ONCE, len(intents))) as pool:
        answers = pool.map(lambda intent: collect.charge(processors, intent), intents)
        return {intent.attempt: answer for intent, answer in zip(intents, answers, strict=True)}
