"""Forget old rows, some at a time, so that no transaction is long."""

from datetime import datetime
from typing import Any

from sqlalchemy import delete, select

from shared.database import Begin, scope


def forget(begin: Begin, model: Any, *, before: datetime, limit: int = 1_000) -> int:
    """All rows of `model` that were created before this moment, of every vendor. How many."""
    old = select(model.id).where(model.created_at < before).limit(limit)
    forgotten = 0
    while True:
        with begin() as session, scope.platform():
            ids = session.scalars(old).all()
            session.execute(delete(model).where(model.id.in_(ids)))
        forgotten += len(ids)
        if len(ids) < limit:
            return forgotten
