"""What a source tells by itself: certainly its own words, and heard once. What it is about is read anew."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import delete, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from services.portal.actions.sources import taking
from services.portal.adapters.sources import Account, Heard, NoSource, SignatureWrong, Sources
from services.portal.models import SourceEvent
from services.portal.queries import vendors
from shared import clock, ids
from shared.database import Begin, scope
from shared.errors import Invalid, NotFound
from shared.events import Mode
from shared.logs import log

KEPT: Final = timedelta(days=30)  # Stripe sends a message again for three
_MODES: Final[tuple[Mode, ...]] = ("live", "test")


class SourceEventMisplaced(Invalid):
    """It is about the other mode, or about another account."""

    code = "source_event_misplaced"


@dataclass(frozen=True, kw_only=True)
class _Message:
    """As it came."""

    source: str
    body: bytes
    signature: str


def hear(begin: Begin, *, sources: Sources, source: str, vendor: str, body: bytes, signature: str) -> None:
    """Take in what came for this vendor (id or slug). The same message again does nothing.

    Raises NotFound, SignatureWrong, SourceEventMisplaced, Unavailable when it can't be read just now: it comes again.
    """
    with begin() as session:
        whose = vendors.by_word(session, word=vendor).id
    message = _Message(source=source, body=body, signature=signature)
    is_connected = False
    for mode in _MODES:
        with scope.system(vendor=whose, mode=mode, job=source):
            try:
                _hear(begin, sources, message, mode)
            except NoSource:
                continue
            except SignatureWrong:
                is_connected = True
            else:
                return
    if not is_connected:
        raise NotFound
    raise SignatureWrong


def _hear(begin: Begin, sources: Sources, message: _Message, mode: Mode) -> None:
    """In the scope of a mode. Raises NoSource and SignatureWrong where it can't be this one's."""
    with begin() as session:
        keys = taking.keys(session, sources)
        if keys.source != message.source:
            raise NoSource(source=message.source)
        heard = sources.of(keys.source).hear(
            message.body, signature=message.signature, secret=keys.webhook_secret, now=clock.now()
        )
        if heard.mode != mode or heard.is_of_another_account:
            raise SourceEventMisplaced
        if session.scalar(select(SourceEvent.id).where(SourceEvent.source_id == heard.id)) is not None:
            return
        account = sources.of(keys.source).account(keys.secret_key)
    _take(begin, account, heard)
    _note(begin, heard)


def _take(begin: Begin, account: Account, heard: Heard) -> None:
    if heard.kind is None or heard.about is None:
        return
    problem = taking.read(begin, account, kind=heard.kind, found_id=heard.about, now=clock.now())
    if problem is not None:
        log.warning("source_event.unusable", kind=heard.kind.value, about=heard.about, reason=problem)


def _note(begin: Begin, heard: Heard) -> None:
    """Afterwards: what was only half taken in when a process died is heard again."""
    try:
        with begin() as session:
            session.add(SourceEvent(id=ids.new("heard"), source_id=heard.id, heard_at=clock.now()))
    except IntegrityError:
        log.info("source_event.heard_twice", about=heard.about)


def forget(session: Session, *, now: datetime) -> None:
    """Drop those that won't come again."""
    session.execute(delete(SourceEvent).where(SourceEvent.heard_at < now - KEPT))
