"""Pages of a list: newest first, by id, so that rows that come and go shift nothing.

`starting_after` and `ending_before` name an id of the same list; every page is authorized anew.
"""

from dataclasses import dataclass
from typing import Any, Final, Generic, TypeVar

import marshmallow as ma
from sqlalchemy import Select
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


def page(session: Session, select: Select[Any], model: Any, args: dict[str, Any]) -> Page[Any]:
    """One page of `select`, a statement that yields `model` rows and has no order yet. Raises InvalidCursor."""
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
