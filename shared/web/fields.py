"""What schemas are made of: strict fields; and what they refuse, field by field.

No Flask in here, so a service's `schemas` and `actions` may import it.
"""

from collections.abc import Mapping
from typing import Any, Final

import marshmallow as ma

from shared.errors import FieldError

LARGEST_INTEGER: Final = 2**53 - 1  # what every client's JSON can hold


class Schema(ma.Schema):
    """Unknown fields are refused; fields keep the order they are written in."""

    class Meta:
        unknown = ma.RAISE


class Int(ma.fields.Integer):
    """A whole number as JSON has it: no bool, no float, no string, nothing past 2**53."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> int:
        if type(value) is not int or abs(value) > LARGEST_INTEGER:
            raise self.make_error("invalid", input=value)
        return super()._deserialize(value, attr, data, **kwargs)


class Str(ma.fields.String):
    """Text without NUL and without lone surrogates, which no database and no document can hold."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> str:
        text = super()._deserialize(value, attr, data, **kwargs)
        if text is None or "\0" in text or any("\ud800" <= character <= "\udfff" for character in text):
            raise self.make_error("invalid", input=value)
        return text


class File(ma.fields.Raw):
    """A file of a form, to be read; a text of that name is none."""

    default_error_messages = {"invalid": "Not a file."}  # noqa: RUF012 - the library's own name and type

    def __init__(self, description: str, **options: Any) -> None:
        metadata = {"type": "string", "format": "binary", "description": description}
        super().__init__(metadata=metadata, **options)

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> Any:
        if not hasattr(value, "read"):
            raise self.make_error("invalid")
        return super()._deserialize(value, attr, data, **kwargs)


class EmptyObject(Schema):
    """An empty object."""


def field_errors(messages: Any, path: str = "") -> list[FieldError]:
    """marshmallow's nested messages as a flat list. The location ("json", "query") is not part of the path."""
    if isinstance(messages, Mapping):
        return [error for name, inner in messages.items() for error in field_errors(inner, _joined(path, str(name)))]
    return [_field_error(path, str(message)) for message in messages]


def _joined(path: str, name: str) -> str:
    if not path and name in ("json", "query", "form", "files", "_schema"):
        return ""
    return f"{path}.{name}" if path else name


_CODES: Final = {
    "Missing data for required field.": "required",
    "Unknown field.": "unknown_field",
    "Field may not be null.": "null",
}


def _field_error(path: str, message: str) -> FieldError:
    code = _CODES.get(message)
    return FieldError.of(path, code) if code else FieldError.of(path, "not_valid", message=message)
