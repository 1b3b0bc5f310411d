"""What people do on the sandbox's own pages: enter a card, and confirm to their bank.

The id of a visit or a charge is the right to its page: it is known to whom was sent there. A number that is entered
ends here; its meaning, its last four digits and its expiry are kept.
"""

import re
from dataclasses import dataclass
from datetime import datetime
from typing import Final, Literal

from sqlalchemy import select

from services.portal.adapters.sandbox.numbers import CHALLENGED_WHEN_KEPT, REFUSED_AT_ONCE, Behavior, meaning_of
from services.portal.adapters.sandbox.processor import CHALLENGE_GOOD_FOR, Sandbox
from services.portal.models.sandbox import SandboxCard, SandboxCharge, SandboxSetup
from services.portal.rules.payments.outcome import Result
from shared import clock, ids
from shared.errors import NotFound
from shared.money import Money

_NUMBER: Final = re.compile(r"[0-9]{12,19}")
_CVC: Final = re.compile(r"[0-9]{3,4}")
_EXPIRY: Final = re.compile(r"(0?[1-9]|1[0-2]) ?/ ?(?:20)?([0-9]{2})")

Status = Literal["open", "challenged", "done", "failed"]


@dataclass(frozen=True, kw_only=True)
class Visit:
    """A visit to the card page. `back` is where it leads when it is over."""

    id: str
    is_open: bool
    back: str


@dataclass(frozen=True, kw_only=True)
class Entered:
    """What came of a card: where to go next, or why it was refused (a decline code)."""

    next_url: str | None
    decline_code: str | None


@dataclass(frozen=True, kw_only=True)
class Challenge:
    """What a bank asks. `amount` is None where a card is only kept; `is_open` false once it was answered."""

    id: str
    amount: Money | None
    is_open: bool
    back: str


def visit(sandbox: Sandbox, *, setup_id: str) -> Visit:
    """The visit of this id. Raises NotFound."""
    with sandbox.database.begin(read_only=True) as session:
        row = session.get(SandboxSetup, setup_id)
        if row is None:
            raise NotFound
        return Visit(id=row.id, is_open=_is_open(row), back=_back(row))


def enter(sandbox: Sandbox, *, setup_id: str, number: str, expiry: str, cvc: str) -> Entered:
    """A card is entered. Raises NotFound."""
    digits = re.sub(r"[ -]", "", number)
    code = _wrong(digits, expiry, cvc)
    meaning = meaning_of(digits)
    if code is None and meaning.behavior in REFUSED_AT_ONCE:
        code = meaning.decline_code
    with sandbox.database.begin() as session:
        row = session.get(SandboxSetup, setup_id, with_for_update=True)
        if row is None:
            raise NotFound
        if not _is_open(row):
            return Entered(next_url=_back(row), decline_code=None)
        if code is not None:
            return Entered(next_url=None, decline_code=code)
        month, year = _month_of(expiry)
        card = SandboxCard(
            id=ids.new("sbcard"),
            behavior=":".join(filter(None, (meaning.behavior.value, meaning.decline_code))),
            brand=meaning.brand,
            last4=digits[-4:],
            exp_month=month,
            exp_year=year,
            created_at=clock.now(),
        )
        session.add(card)
        row.card = card.id
        if meaning.behavior in CHALLENGED_WHEN_KEPT:
            row.status = "challenged"
            return Entered(next_url=f"/sandbox/challenge/{row.id}", decline_code=None)
        row.status = "done"
        return Entered(next_url=_back(row), decline_code=None)


def leave(sandbox: Sandbox, *, setup_id: str) -> str:
    """Back without a card. Raises NotFound."""
    with sandbox.database.begin() as session:
        row = session.get(SandboxSetup, setup_id, with_for_update=True)
        if row is None:
            raise NotFound
        if row.status in ("open", "challenged"):
            row.status = "failed"
        return _back(row)


def challenge(sandbox: Sandbox, *, challenge_id: str) -> Challenge:
    """What is asked: about a charge or about keeping a card. Raises NotFound."""
    with sandbox.database.begin(read_only=True) as session:
        setup = session.get(SandboxSetup, challenge_id)
        if setup is not None:
            is_open = setup.status == "challenged" and clock.now() < setup.expires_at
            return Challenge(id=setup.id, amount=None, is_open=is_open, back=_back(setup))
        charge = session.scalars(select(SandboxCharge).where(SandboxCharge.id == challenge_id)).one_or_none()
        if charge is None:
            raise NotFound
        return Challenge(
            id=charge.id,
            amount=Money(charge.amount, charge.currency),
            is_open=_waits(charge, clock.now()),
            back=charge.return_url or "/",
        )


def answer(sandbox: Sandbox, *, challenge_id: str, confirms: bool) -> str:
    """The customer confirms to their bank, or does not; counts once. Where they go on. Raises NotFound."""
    with sandbox.database.begin() as session:
        setup = session.get(SandboxSetup, challenge_id, with_for_update=True)
        if setup is not None:
            if setup.status == "challenged":
                setup.status = "done" if confirms and clock.now() < setup.expires_at else "failed"
            return _back(setup)
        charge = session.scalars(
            select(SandboxCharge).where(SandboxCharge.id == challenge_id).with_for_update()
        ).one_or_none()
        if charge is None:
            raise NotFound
        if _waits(charge, clock.now()):
            card = session.get(SandboxCard, charge.card)
            is_vain = card is None or card.behavior.startswith(Behavior.CONFIRMS_IN_VAIN)
            is_paid = confirms and not is_vain
            charge.status = (Result.SUCCEEDED if is_paid else Result.DECLINED).value
            charge.decline_code = None if is_paid else "authentication_failed"
        return charge.return_url or "/"


def _wrong(digits: str, expiry: str, cvc: str) -> str | None:
    """What can be seen to be wrong without asking a bank, as its decline code."""
    if not _NUMBER.fullmatch(digits):
        return "invalid_number"
    if not _EXPIRY.fullmatch(expiry.strip()):
        return "invalid_expiry_year"
    month, year = _month_of(expiry)
    now = clock.now()
    if (year, month) < (now.year, now.month):
        return "expired_card"
    return None if _CVC.fullmatch(cvc.strip()) else "invalid_cvc"


def _month_of(expiry: str) -> tuple[int, int]:
    found = _EXPIRY.fullmatch(expiry.strip())
    assert found is not None, "checked before"
    return int(found[1]), 2000 + int(found[2])


def _is_open(row: SandboxSetup) -> bool:
    return row.status == "open" and clock.now() < row.expires_at


def _waits(row: SandboxCharge, now: datetime) -> bool:
    return row.status == Result.ACTION_REQUIRED and now - row.created_at <= CHALLENGE_GOOD_FOR


def _back(row: SandboxSetup) -> str:
    return f"{row.return_url}{'&' if '?' in row.return_url else '?'}setup={row.id}"
