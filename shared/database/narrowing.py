"""Criteria that are put on every statement, at the price of the first time.

An option that is made once, with values that are looked up when the statement runs, leaves the statement's key in
SQLAlchemy's cache alone. A statement that a module keeps is narrowed once and remembered; what is kept beside it goes
when the statement goes.
"""

from typing import Final
from weakref import WeakKeyDictionary

from sqlalchemy import Executable
from sqlalchemy.orm.interfaces import ORMOption

Options = tuple[ORMOption, ...]
_NARROWED: Final[WeakKeyDictionary[Executable, dict[Options, Executable]]] = WeakKeyDictionary()


def narrowed(statement: Executable, *options: ORMOption) -> Executable:
    """The statement with these options, the same object each time."""
    known = _NARROWED.setdefault(statement, {})
    found = known.get(options)
    if found is None:
        found = known[options] = statement.options(*options)
    return found
