"""Whose texts a native speaker has read, language by language: `reviewed.json`. A translation is whole, or not shipped;
that somebody who grew up with the language has read it, is another matter, and said openly.
"""

import json
from collections.abc import Mapping
from importlib.resources import files
from typing import Final

from shared.i18n import LANGUAGES

_SAID: Final[Mapping[str, bool]] = json.loads((files("shared.i18n") / "reviewed.json").read_text(encoding="utf-8"))


def is_reviewed(language: str) -> bool:
    """Whether a native speaker has read all of its texts."""
    return _SAID.get(language, False)


def unsaid() -> tuple[str, ...]:
    """Shipped languages of which nothing is said."""
    return tuple(each for each in LANGUAGES if each not in _SAID)
