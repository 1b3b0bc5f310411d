"""Tickets found by words of their subject or of what was said in them, or by whose they are.

A word may be cut short at its end; of several, each has to occur. Whose they are is found as customers are
(`customer_search`). PostgreSQL has an index of the words. SQLite reads the vendor's tickets, and finds a word
within another as well.
"""

import re
from typing import Any, Final

from sqlalchemy import ColumnElement, and_, func, literal_column, or_, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from services.portal.models import Customer, Ticket, TicketMessage
from services.portal.queries import customer_search, time
from services.portal.queries.customer_search import Wanted

MOST: Final = 500
"""Of so many customers, and of so many messages, the newest, the tickets are found: a search for `a` stays quick."""
_WORD: Final = re.compile(r"[^\W_]+")
_PLAIN: Final[ColumnElement[Any]] = literal_column("'simple'::regconfig")


def matching(session: Session, words: str) -> ColumnElement[bool]:
    """What a ticket fulfills that is meant by `words`. Each of its parts has an index."""
    given = words.strip()
    known = customer_search.listing(session, Wanted(search=given), now=time.now(session))
    newest = known.with_only_columns(Customer.id).order_by(customer_search.Found.id.desc())
    customers = session.scalars(newest.limit(MOST)).all()
    found: list[ColumnElement[bool]] = [Ticket.id == given, Ticket.customer.in_(customers)]
    if _WORD.search(given):
        said = select(TicketMessage.ticket).where(_says(session, TicketMessage.body, given))
        threads = session.scalars(said.order_by(TicketMessage.id.desc()).limit(MOST)).all()
        found += [Ticket.id.in_(set(threads)), _says(session, Ticket.subject, given)]
    return or_(*found)


def _says(session: Session, column: InstrumentedAttribute[str], words: str) -> ColumnElement[bool]:
    parts = _WORD.findall(words)
    if session.get_bind().dialect.name == "postgresql":
        wanted = func.to_tsquery(_PLAIN, " & ".join(f"{each}:*" for each in parts))
        return func.to_tsvector(_PLAIN, column).bool_op("@@")(wanted)
    return and_(*(or_(*(column.icontains(form, autoescape=True) for form in _forms(each))) for each in parts))


def _forms(word: str) -> set[str]:
    """As it may be written: SQLite knows capitals of ASCII alone."""
    return {word} if word.isascii() else {word, word.lower(), word.capitalize(), word.upper()}
