"""Rows of an imported file that are running subscriptions: they need a plan that is here."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from services.portal.actions.operations.batches import Numbered, Outcome, Problem, new_ones, resolve, store
from services.portal.actions.subscriptions.start import columns, started
from services.portal.models import Customer, Plan, Product, Subscription
from services.portal.rules.operations import cells
from services.portal.rules.operations.cells import CellRefused
from services.portal.rules.operations.import_row import SubscriptionRow
from services.portal.rules.subscriptions.lifecycle import Status
from shared.bus import outbox
from shared.database import scope
from shared.errors import FieldError


@dataclass(frozen=True)
class Usable:
    """A row with its plan and its price in minor units."""

    numbered: Numbered
    row: SubscriptionRow
    plan: Plan
    product: Product
    unit_amount: int


def add_subscriptions(session: Session, rows: Sequence[Numbered], *, now: datetime) -> Outcome:
    """Take over those that are not here yet, with customers made as needed; no money moves."""
    outcome = Outcome()
    usable = usable_of(session, rows, outcome)
    fresh = {
        each.key: each.line for each in new_ones(session, Subscription.__table__, [each.numbered for each in usable])
    }
    wanted = [each for each in usable if fresh.get(each.numbered.key) == each.numbered.line]
    found = resolve(session, [each.row.customer for each in wanted], now=now)
    made = [_subscription(each, buyer, now) for each, buyer in zip(wanted, found.customers, strict=True)]
    store(session, Subscription.__table__, made)
    told = [started(row, plan_name=each.plan.name, imported=True) for row, each in zip(made, wanted, strict=True)]
    outbox.record_many(session, [*found.events, *told], at=now)
    outcome.added, outcome.customers_added = len(made), len(found.events)
    outcome.unchanged = len(usable) - len(made)
    return outcome


def usable_of(session: Session, rows: Sequence[Numbered], outcome: Outcome) -> list[Usable]:
    """The rows whose plan is here and whose price is one of its currency; `outcome` is told of the others."""
    plans = _plans(session, {each.row.plan for each in rows if isinstance(each.row, SubscriptionRow)})
    return [ready for each in rows if (ready := _usable(each, plans, outcome)) is not None]


def _plans(session: Session, wanted: set[str]) -> dict[str, list[tuple[Plan, Product]]]:
    """Plans by id and by name; archived ones only by id."""
    by_word: dict[str, list[tuple[Plan, Product]]] = {}
    is_named = Plan.name.in_(wanted) & Plan.archived_at.is_(None)
    statement = select(Plan, Product).join(Product, Product.id == Plan.product)
    for plan, product in session.execute(statement.where(Plan.id.in_(wanted) | is_named)):
        for word in {plan.id, plan.name} & wanted:
            by_word.setdefault(word, []).append((plan, product))
    return by_word


def _usable(each: Numbered, plans: dict[str, list[tuple[Plan, Product]]], outcome: Outcome) -> Usable | None:
    row = each.row
    assert isinstance(row, SubscriptionRow)
    candidates = plans.get(row.plan, [])
    if len(candidates) != 1:
        code = "unknown_plan" if not candidates else "ambiguous_plan"
        outcome.problems.append(Problem(each.line, (FieldError.of("plan", code),)))
        return None
    plan, product = candidates[0]
    try:
        price = plan.unit_amount if row.unit_amount is None else cells.amount(row.unit_amount, plan.currency).amount
    except CellRefused as refused:
        outcome.problems.append(Problem(each.line, (FieldError.of("unit_amount", refused.code, **refused.params),)))
        return None
    return Usable(each, row, plan, product, price)


def _subscription(each: Usable, buyer: Customer, now: datetime) -> Subscription:
    row = each.row
    values = columns(each.plan, each.product, customer=buyer.id, quantity=row.quantity, anchor=row.started_at, now=now)
    is_over = row.ends_at is not None and row.ends_at <= now
    values |= {
        "status": Status.ENDED if is_over else row.status,
        "unit_amount": each.unit_amount,
        "canceled_at": now if row.status is Status.CANCELED else None,
        "ends_at": row.ends_at,
        "ended_at": row.ends_at if is_over else None,
        "canceled_from": Status.ACTIVE.value if row.status is Status.CANCELED else None,
        "due_at": None if is_over else row.ends_at or values["due_at"],
        "source_key": each.numbered.key,
        **scope.values(),
    }
    return Subscription(**values)
