"""Whatever a schema finds wrong in a portal's file has a sentence of the catalog's."""

from collections.abc import Iterator
from typing import Any

import marshmallow as ma
import pytest

from services.portal.pages.console import schema_faults
from services.portal.schemas.portal_files import PortalInFile
from shared.i18n import text
from shared.web.fields import field_errors

GARBAGE: tuple[Any, ...] = ([], {}, "", "x" * 60_000, "a\x07b", -1, 10**12, 1.5, True, [1], ["x" * 300], ["x"] * 500)


def paths(schema: ma.Schema, above: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    """Each field that can be written in a file, and each of those that hold others."""
    for name, field in schema.load_fields.items():
        here = (*above, field.data_key or name)
        yield here
        if isinstance(field, ma.fields.Nested):
            yield from paths(field.schema, here)


def within(path: tuple[str, ...], value: Any) -> Any:
    for name in reversed(path):
        value = {name: value}
    return value


@pytest.mark.parametrize("path", list(paths(PortalInFile())), ids=".".join)
def test_no_fault_of_a_file_is_left_in_the_librarys_english(path: tuple[str, ...]) -> None:
    found = set()
    for value in GARBAGE:
        try:
            PortalInFile().load(within(path, value))
        except ma.ValidationError as error:
            found |= {
                str(dict(each.params)["message"]) for each in field_errors(error.messages) if each.code == "not_valid"
            }

    assert found
    unknown = [each for each in found if schema_faults.read(each) is None]
    assert unknown == []


def test_what_is_put_into_the_sentence_is_what_the_schema_said() -> None:
    one_of = schema_faults.read("Must be one of: price, quantity.")
    number = schema_faults.read("Must be greater than or equal to 0 and less than or equal to 365.")
    assert one_of is not None
    assert number is not None

    said = [text(each.key, "de", **each.params) for each in (one_of, number)]

    assert said == [
        "Hier kann nur eines davon stehen: price, quantity.",
        "Geben Sie eine ganze Zahl von 0 bis 365 an.",
    ]


def test_a_sentence_that_nobody_knows_stays_as_it_is() -> None:
    assert schema_faults.read("Must be one of: a. And more") is None
    assert schema_faults.read("The moon is full.") is None
