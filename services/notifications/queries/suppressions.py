"""Addresses that are not written to, and why."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import Select, func, select

from services.notifications.models import Suppression
from services.notifications.rules.suppression import Reason
from shared import addresses
from shared.database import Session
from shared.errors import NotFound

ROW: Final = Suppression
"""What `listing` yields, for whoever cuts pages of it."""

Written = tuple[str, str, str]
"""A vendor, its mode, and an address as it is stored."""


@dataclass(frozen=True, kw_only=True)
class SuppressionView:
    """An address that is not written to. `message` is the mail that came back, where one of ours did."""

    id: str
    address: str
    reason: str
    message: str | None
    detail: str | None
    created_at: datetime


def listing(*, address: str | None = None, reason: str | None = None) -> Select[Suppression]:
    """The scope's suppressed addresses that fit, by a part of the address in any case; the page is cut elsewhere."""
    statement = select(Suppression)
    if address is not None:
        statement = statement.where(func.lower(Suppression.address).contains(address.lower(), autoescape=True))
    return statement if reason is None else statement.where(Suppression.reason == reason)


def view(row: Suppression) -> SuppressionView:
    """A row as the vendor sees it."""
    return SuppressionView(
        id=row.id,
        address=row.address,
        reason=row.reason,
        message=row.message,
        detail=row.detail,
        created_at=row.created_at,
    )


def get(session: Session, *, suppression_id: str) -> SuppressionView:
    """One of the scope's. Raises NotFound."""
    row = session.scalar(select(Suppression).where(Suppression.id == suppression_id))
    if row is None:
        raise NotFound
    return view(row)


def of_address(session: Session, address: str) -> SuppressionView | None:
    """What stops mails of the scope to this address, if anything does."""
    key = key_of(address)
    row = None if key is None else session.scalar(select(Suppression).where(Suppression.key == key))
    return None if row is None else view(row)


def for_mails(session: Session, mails: Collection[Written]) -> Mapping[Written, Reason]:
    """Why these addresses are not written to, those that are not. Asks across vendors."""
    keys = {mail: key_of(mail[2]) for mail in mails}
    wanted = {key for key in keys.values() if key is not None}
    if not wanted:
        return {}
    rows = session.execute(
        select(Suppression.vendor, Suppression.mode, Suppression.key, Suppression.reason).where(
            Suppression.vendor.in_({vendor for vendor, _mode, _address in mails}),
            Suppression.mode.in_({mode for _vendor, mode, _address in mails}),
            Suppression.key.in_(wanted),
        )
    )
    found = {(row.vendor, row.mode, row.key): Reason(row.reason) for row in rows}
    return {mail: found[(*mail[:2], key)] for mail, key in keys.items() if key and (*mail[:2], key) in found}


def key_of(address: str) -> str | None:
    """What addresses are compared by; None for what is not the address of one mailbox, and so gets no mail."""
    try:
        return addresses.parse(address).key
    except addresses.BadAddress:
        return None
