"""DECIDES what the page around a frame may wish for a visit: language, texts, light or dark, where to go back to.

`origin` is the page's own, and must be one that the widget may be embedded on: the session is good there alone. The
page to go back to, `return_url`, lies on one of them as well.
Anything unknown, too long or too much is refused as a whole. Which texts there are the pages know, not this.
Worked example: `{"locale": "de", "theme": "dark"}` is kept as it is; `{"theme": "pink"}` is refused.
"""

import re
from collections.abc import Callable, Collection, Mapping
from typing import Any, Final

from shared.errors import FieldError, Invalid
from shared.origins import origin_of

FIELD: Final = "visit"
THEMES: Final = ("auto", "light", "dark")
MOST_TEXTS: Final = 500
LONGEST_TEXT: Final = 2_000  # characters
_TAG: Final = re.compile(r"[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8}){0,3}", re.ASCII)
_KEY: Final = re.compile(r"[a-z0-9_]+(\.[a-z0-9_]+){1,8}", re.ASCII)


class BadVisit(Invalid):
    """The page asks for something that a visit can't have."""

    code = "bad_visit"


def decide(wished: object, *, origins: Collection[str]) -> dict[str, Any]:
    """The `locale`, `theme`, `translations`, `origin` and `return_url` that were wished for. Raises BadVisit."""
    if not isinstance(wished, Mapping):
        raise BadVisit(FieldError.of(FIELD, "bad_visit"))
    fits: dict[str, Callable[[object], bool]] = {
        "locale": lambda value: isinstance(value, str) and _TAG.fullmatch(value) is not None,
        "theme": lambda value: value in THEMES,
        "translations": _are_texts,
        "origin": lambda value: isinstance(value, str) and value in origins,
        "return_url": lambda value: isinstance(value, str) and origin_of(value) in origins,
    }
    wrong = [
        FieldError.of(f"{FIELD}.{name}", "bad_visit" if name in fits else "unknown_field")
        for name, value in wished.items()
        if name not in fits or not fits[name](value)
    ]
    if wrong:
        raise BadVisit(*wrong)
    return dict(wished)


def _are_texts(value: object) -> bool:
    return (
        isinstance(value, Mapping)
        and len(value) <= MOST_TEXTS
        and all(
            isinstance(key, str)
            and _KEY.fullmatch(key) is not None
            and isinstance(text, str)
            and len(text) <= LONGEST_TEXT
            for key, text in value.items()
        )
    )
