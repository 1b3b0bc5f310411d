"""How the vendor of the scope bills: its settings, completed with the defaults."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from services.portal.models import BillingSettings
from services.portal.rules.operations import billing
from services.portal.rules.operations.billing import Billing
from shared.database import scope

_KNOWN: Final = "portal.billing.settings"


@dataclass(frozen=True, kw_only=True)
class SettingsView:
    """Billing settings as the API shows them; revision 0 are the defaults, never changed."""

    time_zone: str
    retry_days: list[int]
    after_last_retry: str
    trial_notice_days: int
    card_notice_days: list[int]
    resume_notice_days: int
    revision: int


def settings(session: Session) -> Billing:
    """Those of the scope's vendor and mode. One statement a transaction."""
    here = scope.current()
    known: dict[tuple[str, str], Billing] = session.info.setdefault(_KNOWN, {})
    whose = (here.vendor, here.mode)
    if whose not in known:
        stored = session.scalar(select(BillingSettings.settings))
        known[whose] = billing.calculate(stored or {})
    return known[whose]


def forget(session: Session) -> None:
    """They were changed in this transaction: ask again."""
    session.info.pop(_KNOWN, None)


def record(session: Session) -> SettingsView:
    """As the API shows them."""
    row = session.scalars(select(BillingSettings)).one_or_none()
    return view(row.settings if row else {}, revision=row.revision if row else 0)


def view(stored: Mapping[str, Any], *, revision: int) -> SettingsView:
    """Stored settings as the API shows them."""
    return SettingsView(**billing.calculate(stored).stored(), revision=revision)
