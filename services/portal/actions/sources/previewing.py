"""What a change would come to where it is billed: the source's own figures, for the very moment that is shown.

The change itself is asked for as of that moment, so that the source charges what it told.
"""

from dataclasses import replace
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from services.portal.actions.sources import taking
from services.portal.actions.subscriptions.loading import Loaded
from services.portal.actions.subscriptions.planned import Planned
from services.portal.actions.subscriptions.preview import Due, Preview
from services.portal.adapters.sources import Order, Sources
from services.portal.models import Coupon, Plan
from services.portal.rules.portals.features import Proration
from services.portal.rules.sources import paid, support
from shared.i18n import DEFAULT, text
from shared.totals import calculate as totals_of


def ordered(session: Session, ahead: Planned) -> dict[str, Any]:
    """What its source is to change. The plan only where it is another one."""
    target = ahead.target
    plan = session.scalar(select(Plan.source_id).where(Plan.id == target.plan))
    coupon = None if target.discount is None else target.discount["coupon"]
    return {
        "plan": None if target.plan == ahead.origin.plan else plan,
        "quantity": target.quantity,
        "proration": ahead.proration.value,
        "at": ahead.change.effective_at.isoformat(),
        "coupon": None if coupon is None else session.scalar(select(Coupon.source_id).where(Coupon.id == coupon)),
    }


def completed(session: Session, loaded: Loaded, ahead: Planned, found: Preview, *, sources: Sources | None) -> Preview:
    """A preview with what the source would charge now. Raises Unavailable."""
    due = None if sources is None else _due_now(session, loaded, ahead, sources=sources)
    return found if due is None else replace(found, due_now=due)


def _due_now(session: Session, loaded: Loaded, ahead: Planned, *, sources: Sources) -> Due | None:
    """What the source would charge now; None where it charges nothing, or the engine here bills. Raises Unavailable."""
    row = loaded.row
    if not support.is_elsewhere(row.source) or ahead.proration is not Proration.ALWAYS_INVOICE:
        return None
    order = Order(
        action="change",
        subscription=row.source_id or "",
        item=(row.source_state or {}).get("item"),
        params=ordered(session, ahead),
    )
    found = taking.account(session, sources).preview(order)
    if found.total <= 0:
        return None
    printed = paid.calculate(found, description=ahead.target.plan_name, tax_name=text("portal.source.tax", DEFAULT))
    totals = totals_of(printed.lines, found.currency, printed.tax_behavior)
    return Due(lines=printed.lines, net=totals.net, tax=totals.tax, total=totals.total, currency=found.currency)
