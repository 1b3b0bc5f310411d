"""Changing a row field by field: what really changes, with both values for the action log."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeAlias

Check: TypeAlias = Callable[[int], object]
"""Raises PreconditionFailed when the caller knew another revision than this one (`If-Match`)."""


def anything(_revision: int) -> None:
    """The check of callers that name no revision."""


@dataclass(frozen=True)
class Changes:
    """The values that changed, as the action log keeps them."""

    before: dict[str, Any]
    after: dict[str, Any]

    def __bool__(self) -> bool:
        return bool(self.after)


def apply(row: Any, values: Mapping[str, Any]) -> Changes:
    """Set `values` on a row that has a `revision`, which grows when anything really changed."""
    changed = {name: value for name, value in values.items() if getattr(row, name) != value}
    before = {name: _plain(getattr(row, name)) for name in changed}
    for name, value in changed.items():
        setattr(row, name, value)
    if changed:
        row.revision += 1
    return Changes(before=before, after={name: _plain(value) for name, value in changed.items()})


def _plain(value: Any) -> Any:
    """As JSON has it."""
    return value.isoformat() if isinstance(value, datetime) else value
