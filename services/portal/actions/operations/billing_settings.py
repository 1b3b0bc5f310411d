"""Changing how the vendor bills. What is left out stays as it is, a null goes back to the default."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from services.portal.actions.changes import Check, anything
from services.portal.actions.operations import action_log
from services.portal.models import BillingSettings
from services.portal.queries import billing as queries
from services.portal.queries.billing import SettingsView
from services.portal.rules.operations import billing
from shared import ids


def update(session: Session, *, values: Mapping[str, Any], check: Check = anything, now: datetime) -> SettingsView:
    """Save them; they count from the next moment the clock looks. Raises Invalid, PreconditionFailed."""
    row = session.scalars(select(BillingSettings).with_for_update()).one_or_none()
    before = dict(row.settings) if row else {}
    check(row.revision if row else 0)
    after = {name: value for name, value in {**before, **values}.items() if value is not None}
    billing.calculate(after)
    if after == before:
        return queries.record(session)
    if row is None:
        row = BillingSettings(id=ids.new("bset"), settings={}, created_at=now, revision=0)
        session.add(row)
    row.settings, row.revision = after, row.revision + 1
    action_log.write(session, action="billing_settings.updated", of=row.id, before=before, after=after, now=now)
    queries.forget(session)
    return queries.view(after, revision=row.revision)
