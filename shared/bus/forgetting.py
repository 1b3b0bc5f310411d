"""What an erase leaves on its way, masked or dropped a moment later: events that were published, answers that were kept
for repeated requests, dead letters.
"""

import json
from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final

from sqlalchemy import ColumnElement, LargeBinary, exists, func, literal, or_, select, update
from sqlalchemy.orm import Session

from shared import bus as buses
from shared.bus import codec
from shared.bus.protocol import DeadLetter
from shared.database import erased
from shared.database.session import Begin
from shared.database.tables import erased_customers, idempotency_keys, outbox
from shared.events import BY_KEY
from shared.events.personal import PERSONAL
from shared.logs import log

JOB: Final = "mask_erased"
_AT_ONCE: Final = 20  # customers a round
_GONE: Final = 410
_KEYS: Final = [event.key() for event in PERSONAL]


def mask(begin: Begin, *, now: datetime, adapters: Any) -> int:  # noqa: ARG001 - every job takes adapters
    """Mask what was published of customers who are erased; done with one once nothing of theirs waits to be.

    Each round looks at all of them: those whose events still wait hold up nobody.
    """
    after = ""
    while customers := _unmasked(begin, after=after):
        for customer in customers:
            with begin() as session:
                _drop_answers(session, customer)
                if _mask_outbox(session, customer):
                    done = update(erased_customers).where(erased_customers.c.customer == customer)
                    session.connection().execute(done.values(masked_at=now))
        after = customers[-1]
    return 0


def _unmasked(begin: Begin, *, after: str) -> Sequence[str]:
    column = erased_customers.c.customer
    some = select(column).where(erased_customers.c.masked_at.is_(None), column > after).order_by(column).limit(_AT_ONCE)
    with begin() as session:
        return session.connection().execute(some).scalars().all()


def discard_letters(begin: Begin, *, queue: str, bus_url: str) -> int:
    """Dead letters that would bring an erased customer back are discarded. How many."""
    with begin() as session:
        if session.connection().execute(select(exists(select(erased_customers.c.customer)))).scalar() is not True:
            return 0
    bus = buses.connect(bus_url)
    try:
        letters = bus.dead(queue)
        with begin() as session:
            moot = [letter for letter in letters if _is_moot(session, letter)]
        return bus.discard(moot) if moot else 0
    finally:
        bus.close()


def _is_moot(session: Session, letter: DeadLetter) -> bool:
    try:
        return erased.is_refused(session, codec.decode(letter.body).event)
    except codec.Undecodable:
        return False


def _mask_outbox(session: Session, customer: str) -> bool:
    """Mask what the relay is done with. True when nothing with personal fields is left to publish."""
    connection = session.connection()
    theirs = outbox.c.key.in_(_KEYS) & outbox.c.body.contains(f'"{customer}"', autoescape=True)
    is_done = or_(outbox.c.published_at.is_not(None), outbox.c.parked_at.is_not(None))
    masked = 0
    for row in connection.execute(select(outbox.c.id, outbox.c.key, outbox.c.body).where(theirs, is_done)).all():
        body = masked_body(row.key, row.body)
        if body != row.body:
            connection.execute(update(outbox).where(outbox.c.id == row.id).values(body=body))
            masked += 1
    if masked:
        log.info("outbox.masked", customer=customer, events=masked)
    return connection.execute(select(outbox.c.id).where(theirs, ~is_done).limit(1)).first() is None


def masked_body(key: str, body: str) -> str:
    """An event as it travels, without what is personal in it."""
    told = json.loads(body)
    told["data"] = {**told["data"], **PERSONAL[BY_KEY[key]]}
    return json.dumps(told)


def _drop_answers(session: Session, customer: str) -> None:
    """Answers that were kept for a repeated request: the key stays used, what was said is gone.

    But for the erase itself, whose receipt names nobody.
    """
    connection, answers = session.connection(), idempotency_keys.c
    names_them: ColumnElement[bool]
    if connection.dialect.name == "sqlite":
        names_them = func.instr(answers.body, literal(customer.encode(), LargeBinary)) > 0
    else:
        names_them = func.strpos(func.encode(answers.body, "escape"), customer) > 0
    is_about = or_(names_them, answers.path.contains(customer, autoescape=True))
    connection.execute(
        update(idempotency_keys)
        .where(is_about, answers.status.is_not(None), answers.path.not_like("%/erase"))
        .values(status=_GONE, headers={}, body=b"")
    )
