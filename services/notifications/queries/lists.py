"""Whole lists, in pieces: any number fits the memory."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from sqlalchemy import Select

from shared.database import Begin


def batches(
    begin: Begin, listing: Select[Any], model: Any, view: Callable[[Any], Any], *, size: int = 500
) -> Iterator[list[Mapping[str, Any]]]:
    """All rows of a listing of `model` as `view` shows them, newest first, each batch in a transaction of its own."""
    after: str | None = None
    while True:
        asked = listing if after is None else listing.where(model.id < after)
        with begin() as session:
            rows = session.scalars(asked.order_by(model.id.desc()).limit(size)).all()
            batch: list[Mapping[str, Any]] = [vars(view(row)) for row in rows]
        if not batch:
            return
        yield batch
        after = batch[-1]["id"]
