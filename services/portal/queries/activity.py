"""What happened on a customer's account, as they read it: lines of the action log without their values."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Select, select, tuple_
from sqlalchemy.orm import Session

from services.portal.models import Entry, Payment, Plan, Refund, Subscription
from services.portal.queries import delegates
from services.portal.queries.portals import PortalView
from services.portal.queries.showing import hidden_products
from services.portal.rules.customers import activity
from services.portal.rules.customers.activity import Who
from shared.database import scope
from shared.errors import NotFound


@dataclass(frozen=True, kw_only=True)
class ActivityRow:
    """One line. `name` is that of the customer's own person who did it, if one did. `about` is the plan, what was paid
    for, whom access was given, or the reason; None where it is about the account itself.
    """

    id: str
    at: datetime
    sentence: str
    who: Who
    name: str | None
    about: str | None


@dataclass(frozen=True, kw_only=True)
class ActivityPage:
    """A page of them, newest first. `next_cursor` is None on the last."""

    rows: tuple[ActivityRow, ...]
    next_cursor: str | None


def page(
    session: Session, *, portal: PortalView, cursor: str | None = None, about: str | None = None, limit: int = 25
) -> ActivityPage:
    """What happened to the customers in scope, without what this portal hides. Raises NotFound for a foreign cursor.

    A gate keeps nothing back: as with invoices, it is their own record. `about` is the one thing it happened to.
    """
    statement = _own(hidden_products(session, portal=portal, is_gated=False))
    if about is not None:
        statement = statement.where(Entry.object == about)
    if cursor is not None:
        last = session.execute(statement.with_only_columns(Entry.at, Entry.id).where(Entry.id == cursor)).one_or_none()
        if last is None:
            raise NotFound
        statement = statement.where(tuple_(Entry.at, Entry.id) < tuple_(*last))
    found = session.scalars(statement.order_by(Entry.at.desc(), Entry.id.desc()).limit(limit + 1)).all()
    shown = found[:limit]
    names = _names(session, {row.object for row in shown})
    names |= delegates.names(session, {each for row in shown for each in (row.object, row.actor_id)})
    return ActivityPage(
        rows=tuple(_view(row, names) for row in shown),
        next_cursor=shown[-1].id if len(found) > limit else None,
    )


def _own(hidden: Collection[str]) -> Select[Entry]:
    """Lines of the customers in scope. The log itself is the vendor's, so their ids are asked for here."""
    customers = scope.current().customers or ()
    own = select(Entry).where(Entry.customer.in_(customers), Entry.action.not_in(activity.SILENT))
    if not hidden:
        return own
    for table in (Subscription, Payment):
        own = own.where(Entry.object.not_in(select(table.id).where(table.product.in_(hidden))))
    refunds = select(Refund.id).join(Payment, Payment.id == Refund.payment).where(Payment.product.in_(hidden))
    return own.where(Entry.object.not_in(refunds))


def _view(row: Entry, names: dict[str, str]) -> ActivityRow:
    told = activity.decide(action=row.action, actor_kind=row.actor_kind)
    return ActivityRow(
        id=row.id,
        at=row.at,
        sentence=told.sentence,
        who=told.who,
        name=names.get(row.actor_id),
        about=_about(row, names),
    )


def _about(row: Entry, names: dict[str, str]) -> str | None:
    """What the line is about; where staff looked on, for what reason."""
    if row.action == activity.VIEWED:
        return (row.after or {}).get("reason")
    return names.get(row.object)


def _names(session: Session, objects: Collection[str]) -> dict[str, str]:
    """What subscriptions, payments and refunds are about. At most three statements."""
    statements: Sequence[tuple[str, Select[str, str]]] = (
        ("sub_", select(Subscription.id, Plan.name).join(Plan, Plan.id == Subscription.plan)),
        ("pay_", select(Payment.id, Payment.description)),
        ("re_", select(Refund.id, Payment.description).join(Payment, Payment.id == Refund.payment)),
    )
    names: dict[str, str] = {}
    for prefix, statement in statements:
        wanted = [each for each in objects if each.startswith(prefix)]
        if wanted:
            column = statement.column_descriptions[0]["expr"]
            names.update(session.execute(statement.where(column.in_(wanted))).all())
    return names
