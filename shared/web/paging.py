"""Pages of a list: newest first, by id, so that rows that come and go shift nothing.

`starting_after` and `ending_before` name an id of the same list; every page is authorized anew. What is due can be
listed by that instead, the soonest first.
"""

from dataclasses import dataclass
from typing import Any, Final, Generic, TypeVar

import marshmallow as ma
from sqlalchemy import ColumnElement, Select, and_, or_
from sqlalchemy.orm import Session

from shared.errors import Invalid
from shared.web.fields import Schema

Row = TypeVar("Row")
DEFAULT_LIMIT: Final = 25
LARGEST_LIMIT: Final = 100


class InvalidCursor(Invalid):
    """The cursor names nothing in this list."""

    code = "invalid_cursor"


class PageArgs(Schema):
    """Query parameters of every list."""

    limit = ma.fields.Integer(
        load_default=DEFAULT_LIMIT,
        validate=ma.validate.Range(1, LARGEST_LIMIT),
        metadata={"description": "How many, 1 to 100"},
    )
    starting_after = ma.fields.String(
        load_default=None, metadata={"description": "Id of the last one seen: the next page"}
    )
    ending_before = ma.fields.String(
        load_default=None, metadata={"description": "Id of the first one seen: the page before"}
    )

    @ma.validates_schema
    def one_direction(self, data: dict[str, Any], **_kwargs: Any) -> None:
        if data.get("starting_after") and data.get("ending_before"):
            raise ma.ValidationError("Name one cursor, not both.", "ending_before")


@dataclass(frozen=True)
class Page(Generic[Row]):
    """`has_more`: there are more in the direction of travel."""

    data: tuple[Row, ...]
    has_more: bool


def page(session: Session, select: Select[Any], model: Any, args: dict[str, Any], *, by: Any = None) -> Page[Any]:
    """One page of `select`, a statement that yields `model` rows and has no order yet. Raises InvalidCursor.

    Newest first; or in the order of the column `by`, the smallest first and those without one last.
    """
    if by is not None:
        return _page_by(session, select, model, by, args)
    limit, after, before = args["limit"], args["starting_after"], args["ending_before"]
    cursor = after or before
    if cursor and session.scalar(select.with_only_columns(model.id).where(model.id == cursor)) is None:
        raise InvalidCursor(cursor=cursor)
    if before:
        rows = session.scalars(select.where(model.id > before).order_by(model.id).limit(limit + 1)).all()
        return Page(tuple(reversed(rows[:limit])), len(rows) > limit)
    if after:
        select = select.where(model.id < after)
    rows = session.scalars(select.order_by(model.id.desc()).limit(limit + 1)).all()
    return Page(tuple(rows[:limit]), len(rows) > limit)


def _page_by(session: Session, select: Select[Any], model: Any, column: Any, args: dict[str, Any]) -> Page[Any]:
    """Of those with the same in `column` the newest first."""
    limit, after, before = args["limit"], args["starting_after"], args["ending_before"]
    cursor = after or before
    if cursor:
        found = session.execute(select.with_only_columns(column, model.id).where(model.id == cursor)).one_or_none()
        if found is None:
            raise InvalidCursor(cursor=cursor)
        select = select.where(_beyond(column, model.id, *found, is_backwards=before is not None))
    if before:
        rows = session.scalars(select.order_by(column.desc().nulls_first(), model.id).limit(limit + 1)).all()
        return Page(tuple(reversed(rows[:limit])), len(rows) > limit)
    rows = session.scalars(select.order_by(column.asc().nulls_last(), model.id.desc()).limit(limit + 1)).all()
    return Page(tuple(rows[:limit]), len(rows) > limit)


def _beyond(column: Any, id_: Any, value: Any, of: str, *, is_backwards: bool) -> ColumnElement[bool]:
    """What comes after the row with this `value` and the id `of`, or before it."""
    if is_backwards and value is None:
        return or_(column.is_not(None), id_ > of)
    if is_backwards:
        return or_(column < value, and_(column == value, id_ > of))
    if value is None:
        return and_(column.is_(None), id_ < of)
    return or_(column > value, column.is_(None), and_(column == value, id_ < of))
