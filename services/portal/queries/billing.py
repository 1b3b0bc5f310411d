"""How the vendor of the scope bills: its settings, completed with the defaults."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from services.portal.models import BillingSettings
from services.portal.queries import sources
from services.portal.rules.operations import billing
from services.portal.rules.operations.billing import Billing
from shared.database import scope

_KNOWN: Final = "portal.billing.settings"
_STORED: Final = select(BillingSettings.settings)


@dataclass(frozen=True, kw_only=True)
class SettingsView:
    """Billing settings as the API shows them; revision 0 are the defaults, never changed.

    `billing_source` is who bills what is new.
    """

    time_zone: str
    retry_days: list[int]
    after_last_retry: str
    trial_notice_days: int
    card_notice_days: list[int]
    resume_notice_days: int
    po_number_required: bool
    billing_source: str
    revision: int


def settings(session: Session) -> Billing:
    """Those of the scope's vendor and mode. One statement a transaction."""
    here = scope.current()
    known = _known(session)
    if (here.vendor, here.mode) not in known:
        keep(session, session.scalar(_STORED), vendor=here.vendor, mode=here.mode)
    return known[here.vendor, here.mode]


def keep(session: Session, stored: Mapping[str, Any] | None, *, vendor: str, mode: str) -> None:
    """They were read along with something else: don't ask again in this transaction. None: never changed."""
    _known(session)[vendor, mode] = billing.calculate(stored or {})


def forget(session: Session) -> None:
    """They were changed in this transaction: ask again."""
    _known(session).clear()


def record(session: Session) -> SettingsView:
    """As the API shows them."""
    row = session.scalars(select(BillingSettings)).one_or_none()
    return view(session, row.settings if row else {}, revision=row.revision if row else 0)


def view(session: Session, stored: Mapping[str, Any], *, revision: int) -> SettingsView:
    """Stored settings as the API shows them."""
    return SettingsView(**billing.calculate(stored).stored(), billing_source=sources.name(session), revision=revision)


def _known(session: Session) -> dict[tuple[str, str], Billing]:
    """By vendor and mode: a job's session meets many."""
    known: dict[tuple[str, str], Billing] = session.info.setdefault(_KNOWN, {})
    return known
