"""One request, one transaction: the default, made by `create_app`. This is the one exception, said aloud."""

from collections.abc import Callable
from typing import Any, TypeVar

View = TypeVar("View", bound=Callable[..., Any])


def in_steps(view: View) -> View:
    """The view's action takes `begin` and makes several transactions, each safe to stop after: money, imports.

    A test holds the list of views that wear this.
    """
    view.in_steps = True  # type: ignore[attr-defined]  # functions carry their marks
    return view
