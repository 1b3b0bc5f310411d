"""Confirming tax ids with the register: in the background, with nothing locked meanwhile."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final, cast

from sqlalchemy import select

from services.portal.actions.operations import action_log
from services.portal.adapters.vies import Vies
from services.portal.models import Customer
from services.portal.queries import customers
from services.portal.rules.customers import tax_id
from services.portal.rules.customers.tax_id import Standing
from shared.database import Begin, scope
from shared.database.scope import Scope
from shared.errors import Unavailable
from shared.events import Actor, Mode
from shared.logs import log

JOB: Final = "check_tax_ids"
BATCH: Final = 20
AGAIN: Final = timedelta(hours=1)
"""When one is asked for anew that nobody could tell of."""


@dataclass(frozen=True, kw_only=True)
class _Asked:
    customer: str
    vendor: str
    mode: Mode
    number: str


def check_due(begin: Begin, *, vies: Vies, now: datetime) -> int:
    """Ask for those whose time has come. How many got an answer; where the register is off, nothing is asked."""
    if not vies.is_on:
        return 0
    return sum(_check(begin, vies, asked, now=now) for asked in _claim(begin, now=now))


def _claim(begin: Begin, *, now: datetime) -> list[_Asked]:
    with begin() as session, scope.platform():
        rows = session.scalars(
            select(Customer)
            .where(Customer.tax_id_check_at <= now)
            .order_by(Customer.tax_id_check_at)
            .limit(BATCH)
            .with_for_update(skip_locked=True)
        ).all()
        for row in rows:
            row.tax_id_check_at = now + AGAIN
        session.flush()  # while every vendor's rows may be written
        return [
            _Asked(customer=row.id, vendor=row.vendor, mode=cast("Mode", row.mode), number=row.tax_id or "")
            for row in rows
        ]


def _check(begin: Begin, vies: Vies, asked: _Asked, *, now: datetime) -> int:
    entry = tax_id.in_register(asked.number)
    try:
        is_valid = entry is not None and vies.is_valid(state=entry[0], number=entry[1])
    except Unavailable:
        log.warning("tax_id.not_checked", customer=asked.customer)
        return 0
    here = Scope(vendor=asked.vendor, mode=asked.mode, actor=Actor(kind="system", id="portal"), request_id=JOB)
    with scope.use(here), begin() as session:
        row = customers.held(session, asked.customer)
        if row is None or row.tax_id != asked.number:
            return 0  # another number meanwhile, which has its own turn
        row.tax_id_check_at = None
        if is_valid:
            row.tax_id_standing = Standing.VERIFIED.value
            row.tax_id_verified_at = now
            row.revision += 1
            fields = {"fields": ["tax_id_standing", "tax_id_verified_at"]}
            action_log.write(session, action="customer.updated", of=row.id, before=None, after=fields, now=now)
        return 1
