"""Fields that several messages have."""

import unicodedata
from typing import Any, Final

import marshmallow as ma

from services.portal.rules.policy import Setting
from services.portal.rules.portals.features import CancelMode
from shared.money import LARGEST
from shared.totals import HUNDRED_PERCENT
from shared.web.fields import Int, Schema, Str

ID: Final = ma.validate.Length(1, 40)
CANCEL_TIMINGS: Final = tuple(each.value for each in CancelMode)
CANCEL_SETTINGS: Final = tuple(each.value for each in Setting)


class Bool(ma.fields.Boolean):
    """True or false as JSON has it: no 1, no "yes"."""

    def _deserialize(self, value: Any, *_given: Any, **_options: Any) -> bool:
        if type(value) is not bool:
            raise self.make_error("invalid", input=value)
        return value


class PlainText(ma.validate.Validator):
    """Text that can be shown and printed: not empty, no control characters, line breaks only where asked for."""

    def __init__(self, longest: int, *, lines: bool = False) -> None:
        self.longest = longest
        self.lines = lines

    def __call__(self, value: str) -> str:
        if not value.strip() or len(value) > self.longest:
            raise ma.ValidationError(f"Give 1 to {self.longest} characters.")
        if any(unicodedata.category(each) == "Cc" and not (self.lines and each == "\n") for each in value):
            raise ma.ValidationError("No control characters are allowed.")
        return value


def text(longest: int, about: str, *, lines: bool = False, **options: Any) -> Str:
    """A field of plain text."""
    return Str(validate=PlainText(longest, lines=lines), metadata={"description": about}, **options)


def reference(about: str, **options: Any) -> Str:
    """A field that names another object by its id."""
    return Str(validate=ID, metadata={"description": about}, **options)


def minor_units(about: str, **options: Any) -> Int:
    """A field of minor units, not negative."""
    return Int(validate=ma.validate.Range(0, LARGEST), metadata={"description": about}, **options)


def basis_points(**options: Any) -> Int:
    """A field of basis points."""
    what = {"description": "Basis points: 1900 is 19 %"}
    return Int(validate=ma.validate.Range(0, HUNDRED_PERCENT), metadata=what, **options)


def choice(choices: tuple[str, ...], about: str, **options: Any) -> Str:
    """A field that is one of a few words."""
    return Str(validate=ma.validate.OneOf(choices), metadata={"description": about}, **options)


def cancel_setting(**options: Any) -> Str:
    """What a product, plan or subscription says of canceling by the customer."""
    return choice(CANCEL_SETTINGS, "May the customer cancel it", **options)


def timing_setting(**options: Any) -> Str:
    """When a cancel takes effect, where it is not as the portal says."""
    about = "When canceling takes effect; null leaves it to the portal"
    return choice(CANCEL_TIMINGS, about, allow_none=True, **options)


def moment(about: str, **options: Any) -> ma.fields.AwareDateTime:
    """A moment with its offset."""
    return ma.fields.AwareDateTime(format="iso", metadata={"description": about}, **options)


def shown(about: str, **options: Any) -> ma.fields.String:
    """Text in an answer."""
    return ma.fields.String(metadata={"description": about}, **options)


def shown_number(about: str, **options: Any) -> ma.fields.Integer:
    """A whole number in an answer."""
    return ma.fields.Integer(metadata={"description": about}, **options)


class Versioned(Schema):
    """What can be changed with `If-Match`."""

    created_at = moment("When it was made")
    revision = shown_number("Grows with every change; also the ETag")


def page_of(item: type[Schema]) -> type[ma.Schema]:
    """A page of a list of these."""
    return Schema.from_dict(
        {
            "data": ma.fields.List(ma.fields.Nested(item)),
            "has_more": ma.fields.Boolean(metadata={"description": "There are more in this direction"}),
        },
        name=f"{item.__name__}Page",
    )
