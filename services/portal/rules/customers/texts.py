"""DECIDES what a line of text that somebody typed is kept as: no spaces around it, and no control characters."""

import unicodedata

from shared.errors import FieldError


def plain(field: str, value: str | None, longest: int, problems: list[FieldError]) -> str | None:
    """Without the spaces around it; None when nothing is left. `problems` name the field when it is wrong."""
    text = (value or "").strip(" ")
    if len(text) > longest:
        problems.append(FieldError.of(field, "too_long", most=longest))
    if not text.isprintable() and any(unicodedata.category(character) in ("Cc", "Cs") for character in text):
        problems.append(FieldError.of(field, "control_character"))
    return text or None
