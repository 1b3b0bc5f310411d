"""How a portal's fields and their values are called, for whoever reads an error or a difference."""

from collections.abc import Iterable, Mapping
from typing import Any, Final

from services.portal.pages.console import schema_faults
from shared.errors import FieldError, Invalid
from shared.i18n import DEFAULT, catalog, text
from shared.web.htmx import language, translate

LONGEST_SAID: Final = 80  # characters of a value


def by_field(refusal: Invalid, fields: Iterable[str] = ()) -> dict[str, str]:
    """A sentence for each field that is wrong. What is wrong within one of `fields` is said at that one."""
    known = tuple(fields)
    return {_outer(each.field, known): sentence(each) for each in reversed(refusal.fields)}


def elsewhere(refusal: Invalid, fields: Iterable[str]) -> Invalid | None:
    """What is wrong with fields that are not here."""
    known = tuple(fields)
    rest = [each for each in refusal.fields if _outer(each.field, known) not in known]
    return Invalid(*rest) if rest else None


def named(field: str) -> str:
    """What a field is called; its own name, where no form of ours has it."""
    key = f"console.field.{field}"
    return translate(key) if key in catalog(DEFAULT) else field


def said(value: Any) -> str:
    """A value of a field, in words."""
    if value is None or value in ("", [], {}):
        return translate("console.value.none")
    if isinstance(value, bool):
        return translate("console.value.on" if value else "console.value.off")
    if isinstance(value, list | tuple):
        return _short(", ".join(_part(each) for each in value))
    return _short(str(value))


def _part(value: Any) -> str:
    return " ".join(str(each) for each in value.values() if each) if isinstance(value, Mapping) else str(value)


def _short(words: str) -> str:
    return words if len(words) <= LONGEST_SAID else f"{words[:LONGEST_SAID]}…"


def _outer(field: str, known: tuple[str, ...]) -> str:
    return next((each for each in known if field == each or field.startswith(f"{each}.")), field)


def sentence(error: FieldError) -> str:
    """What is wrong with a field, in words."""
    known = schema_faults.read(str(dict(error.params).get("message"))) if error.code == "not_valid" else None
    if known is not None:
        return text(known.key, language(), **known.params)
    return text(f"errors.field.{error.code}", language(), **dict(error.params))
