"""Changing how the vendor bills. What is left out stays as it is, a null goes back to the default."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from services.portal.actions.changes import Check, anything
from services.portal.actions.operations import action_log
from services.portal.actions.sources import connecting
from services.portal.adapters.sources import Sources
from services.portal.models import BillingSettings
from services.portal.queries import billing as queries
from services.portal.queries.billing import SettingsView
from services.portal.rules.operations import billing
from shared import ids

OF_SOURCE = ("billing_source", "stripe")


def update(
    session: Session, *, values: Mapping[str, Any], sources: Sources, check: Check = anything, now: datetime
) -> SettingsView:
    """Save them; they count from the next moment the clock looks.

    Raises Invalid, PreconditionFailed, SourceInUse.
    """
    row = session.scalars(select(BillingSettings).with_for_update()).one_or_none()
    before = dict(row.settings) if row else {}
    check(row.revision if row else 0)
    own = {name: value for name, value in values.items() if name not in OF_SOURCE}
    after = {name: value for name, value in {**before, **own}.items() if value is not None}
    billing.calculate(after)
    of_source = {name: values[name] for name in OF_SOURCE if name in values}
    is_other_source = bool(of_source) and connecting.choose(session, given=of_source, sources=sources, now=now)
    if after == before and not is_other_source:
        return queries.record(session)
    if row is None:
        row = BillingSettings(id=ids.new("bset"), settings={}, created_at=now, revision=0)
        session.add(row)
    row.settings, row.revision = after, row.revision + 1
    action_log.write(session, action="billing_settings.updated", of=row.id, before=before, after=after, now=now)
    queries.forget(session)
    return queries.view(session, after, revision=row.revision)
