"""The sandbox as a processor: charges, refunds and what became of them, each under its key, for ever."""

import hashlib
from datetime import timedelta
from typing import Final

from sqlalchemy import bindparam, delete, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from services.portal.adapters.processors import Answer, Card, CardPage, Setup
from services.portal.adapters.sandbox.numbers import CHALLENGED_WHEN_CHARGED, Behavior
from services.portal.models.sandbox import SandboxCard, SandboxCharge, SandboxRefund, SandboxSetup
from services.portal.rules.payments.outcome import Result
from shared import clock, ids
from shared.database import Database
from shared.errors import Conflict
from shared.money import Money

NAME: Final = "sandbox"
SETUP_GOOD_FOR: Final = timedelta(hours=1)
CHALLENGE_GOOD_FOR: Final = timedelta(hours=1)
SILENT: Final = "silent"
DISPUTED: Final = "disputed"  # paid, and its bank will ask for it back; recorded, and told to nobody


_BEHAVIOR: Final = select(SandboxCard.behavior).where(SandboxCard.id == bindparam("token"))
_CHARGE: Final = tuple(column.name for column in SandboxCharge.__table__.columns)
_INSERT_SQLITE: Final = sqlite.insert(SandboxCharge).on_conflict_do_nothing().returning(SandboxCharge.key)
_INSERT_POSTGRESQL: Final = postgresql.insert(SandboxCharge).on_conflict_do_nothing().returning(SandboxCharge.key)


class KeyOfAnotherCall(Conflict):
    """This key was used for a call with other values: a mistake in our code, which must not move money."""

    code = "processor_key_reused"


class Sandbox:
    """Implements `Processor`. Every call is a transaction of its own in tables of its own."""

    name = NAME

    def __init__(self, database: Database, *, public_url: str) -> None:
        self.database = database
        self._public_url = public_url.rstrip("/")

    def charge(
        self,
        *,
        key: str,
        token: str,
        amount: Money,
        description: str,  # noqa: ARG002 - for the statements of cards that have any
        off_session: bool,
        return_url: str,
    ) -> Answer:
        """Charge a card. Raises KeyOfAnotherCall."""
        print_of_call = _fingerprint(token, amount.amount, amount.currency)
        with self.database.begin() as session:
            behavior = session.connection().execute(_BEHAVIOR, {"token": token}).scalar_one_or_none()
            made = _new_charge(behavior, key=key, amount=amount, off_session=off_session)
            made.fingerprint, made.card, made.return_url = print_of_call, token, return_url
            if self._insert(session, made):
                return Answer(result=Result.UNKNOWN) if behavior == Behavior.ANSWERS_LATE else self._answer(made)
            earlier = session.get(SandboxCharge, key)
            if earlier is None or earlier.fingerprint != print_of_call:
                raise KeyOfAnotherCall
            return self._answer(earlier)

    def look_up_charge(self, key: str) -> Answer | None:
        """What became of a charge. One that waited too long for its customer is declined now, for good."""
        with self.database.begin() as session:
            row = session.get(SandboxCharge, key, with_for_update=True)
            if row is None:
                return None
            if row.status == Result.ACTION_REQUIRED and clock.now() - row.created_at > CHALLENGE_GOOD_FOR:
                row.status, row.decline_code = Result.DECLINED.value, "authentication_failed"
            return self._answer(row)

    def refund(self, *, key: str, charge: str, amount: Money) -> Answer:
        """Give money back, never more than was charged. Raises KeyOfAnotherCall."""
        with self.database.begin() as session:
            of = session.scalars(
                select(SandboxCharge).where(SandboxCharge.id == charge).with_for_update()
            ).one_or_none()
            earlier = session.get(SandboxRefund, key)
            if earlier is not None:
                if (earlier.charge, earlier.amount) != (charge, amount.amount):
                    raise KeyOfAnotherCall
                return _refunded(earlier)
            is_good = (
                of is not None
                and of.status == Result.SUCCEEDED
                and of.currency == amount.currency
                and of.refunded + amount.amount <= of.amount
            )
            if of is not None and is_good:
                of.refunded += amount.amount
            made = SandboxRefund(
                key=key,
                id=ids.new("sbre"),
                charge=charge,
                amount=amount.amount,
                status=(Result.SUCCEEDED if is_good else Result.DECLINED).value,
                created_at=clock.now(),
            )
            session.add(made)
            return _refunded(made)

    def look_up_refund(self, key: str) -> Answer | None:
        """What became of a refund."""
        with self.database.begin(read_only=True) as session:
            row = session.get(SandboxRefund, key)
            return None if row is None else _refunded(row)

    def start_setup(self, *, reference: str, return_url: str) -> CardPage:
        """Open a visit to the card page."""
        row = SandboxSetup(
            id=ids.new("sbset"),
            reference=reference,
            return_url=return_url,
            status="open",
            card=None,
            expires_at=clock.now() + SETUP_GOOD_FOR,
        )
        with self.database.begin() as session:
            session.add(row)
        return CardPage(id=row.id, url=f"{self._public_url}/sandbox/card/{row.id}")

    def detach(self, token: str) -> None:
        """Forget a card, and whose it was."""
        with self.database.begin() as session:
            session.execute(update(SandboxSetup).where(SandboxSetup.card == token).values(card=None, reference=""))
            session.execute(delete(SandboxCard).where(SandboxCard.id == token))

    def finish_setup(self, setup_id: str) -> Setup | None:
        """What came of a visit."""
        with self.database.begin(read_only=True) as session:
            row = session.get(SandboxSetup, setup_id)
            if row is None:
                return None
            card = session.get(SandboxCard, row.card) if row.card and row.status == "done" else None
            is_open = row.status in ("open", "challenged") and clock.now() < row.expires_at
            return Setup(reference=row.reference, card=None if card is None else _card(card), is_open=is_open)

    def _answer(self, row: SandboxCharge) -> Answer:
        if row.status == SILENT:
            return Answer(result=Result.UNKNOWN)
        result = Result(row.status)
        return Answer(
            result=result,
            reference=row.id,
            decline_code=row.decline_code if result is Result.DECLINED else None,
            action_url=f"{self._public_url}/sandbox/challenge/{row.id}" if result is Result.ACTION_REQUIRED else None,
        )

    def _insert(self, session: Session, row: SandboxCharge) -> bool:
        """False when another call with this key was faster."""
        values = {name: getattr(row, name) for name in _CHARGE}
        statement = _INSERT_SQLITE if self.database.is_sqlite else _INSERT_POSTGRESQL
        return session.connection().execute(statement, values).first() is not None


def _new_charge(behavior: str | None, *, key: str, amount: Money, off_session: bool) -> SandboxCharge:
    status, decline_code = _decided(behavior, off_session=off_session)
    return SandboxCharge(
        key=key,
        id=ids.new("sbch"),
        amount=amount.amount,
        currency=amount.currency,
        status=status,
        decline_code=decline_code,
        refunded=0,
        created_at=clock.now(),
    )


def _decided(told: str | None, *, off_session: bool) -> tuple[str, str | None]:
    """Status and decline code of a first call to a card that was `told` how to behave."""
    if told is None:
        return Result.DECLINED.value, "generic_decline"
    behavior = Behavior(told.partition(":")[0])
    if behavior is Behavior.NEVER_ANSWERS:
        return SILENT, None
    if behavior in CHALLENGED_WHEN_CHARGED:
        if off_session:
            return Result.DECLINED.value, "authentication_required"
        return Result.ACTION_REQUIRED.value, None
    if behavior in (Behavior.ATTACHES_ONLY, Behavior.DECLINES):
        return Result.DECLINED.value, told.partition(":")[2] or "generic_decline"
    return Result.SUCCEEDED.value, DISPUTED if behavior is Behavior.DISPUTES else None


def _refunded(row: SandboxRefund) -> Answer:
    result = Result(row.status)
    code = "refund_refused" if result is Result.DECLINED else None
    return Answer(result=result, reference=row.id, decline_code=code)


def _card(row: SandboxCard) -> Card:
    return Card(token=row.id, brand=row.brand, last4=row.last4, exp_month=row.exp_month, exp_year=row.exp_year)


def _fingerprint(*values: object) -> str:
    return hashlib.sha256("\n".join(str(value) for value in values).encode()).hexdigest()
