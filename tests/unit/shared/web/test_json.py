"""Is a body read as strictly as money wants it?"""

import json
from contextlib import suppress
from typing import Any

import marshmallow as ma
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shared.web.api import Malformed, UnsupportedMediaType, field_errors, read_json
from shared.web.fields import Int, Schema, Str


class Charge(Schema):
    amount = Int(required=True, validate=ma.validate.Range(1, 10**12))
    note = Str()


def read(raw: str | bytes) -> Any:
    return read_json(raw if isinstance(raw, bytes) else raw.encode(), content_type="application/json")


BROKEN = {
    "NaN": '{"amount": NaN}',
    "Infinity": '{"amount": -Infinity}',
    "past a double": '{"amount": 1E400}',
    "two to the 63rd": '{"amount": 9223372036854775808}',
    "past what clients hold": '{"amount": 9007199254740992}',
    "five thousand digits": '{"amount": ' + "9" * 5000 + "}",
    "a name twice": '{"amount": 1, "amount": 2}',
    "a name twice, deeper": '{"a": [{"b": 1, "b": 2}]}',
    "a thousand levels": "[" * 1000 + "]" * 1000,
    "fifty-one levels": "[" * 51 + "]" * 51,
    "a hundred thousand levels": "[" * 100_000,
    "NUL": '{"note": "a\\u0000b"}',
    "NUL in a name": '{"a\\u0000": 1}',
    "half a surrogate pair": '{"note": "\\ud800"}',
    "Latin-1": '{"note": "é"}'.encode("latin-1"),
    "a byte order mark": b"\xef\xbb\xbf{}",
    "cut off": '{"amount": 1',
    "two documents": "{} {}",
    "a comma too many": '{"amount": 1,}',
    "single quotes": "{'amount': 1}",
}


@pytest.mark.parametrize("raw", BROKEN.values(), ids=BROKEN.keys())
def test_what_is_not_plain_json_is_refused(raw: str | bytes) -> None:
    with pytest.raises(Malformed):
        read(raw)


@pytest.mark.parametrize("kind", ["text/plain", "application/x-www-form-urlencoded", "", "text/json"])
def test_another_content_type_is_refused(kind: str) -> None:
    with pytest.raises(UnsupportedMediaType):
        read_json(b"{}", content_type=kind)


@pytest.mark.parametrize(
    "amount", ["1.0", "1.5", '"1"', "true", "false", "null", "1e3", "-1", "0", "[]", "{}", "9007199254740991"]
)
def test_an_amount_is_a_whole_number_in_its_range_and_nothing_like_it(amount: str) -> None:
    errors = Charge().validate(read(f'{{"amount": {amount}}}'))

    assert list(errors) == ["amount"]


def test_unknown_and_missing_fields_are_named_with_stable_codes() -> None:
    with pytest.raises(ma.ValidationError) as refused:
        Charge().load({"vendor": "ven_1"})

    found = {(each.field, each.code) for each in field_errors({"json": refused.value.messages})}
    assert found == {("amount", "required"), ("vendor", "unknown_field")}


_SENSIBLE = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**53) + 1, 2**53 - 1)
    | st.text(st.characters(exclude_characters="\0", codec="utf-8")),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(st.text(st.characters(codec="ascii", exclude_characters="\0")), inner, max_size=4)
    ),
    max_leaves=20,
)


@settings(deadline=None)  # machines are busy
@given(_SENSIBLE)
def test_everything_sensible_is_read_as_it_is(value: Any) -> None:
    assert read(json.dumps(value)) == value


@settings(deadline=None)
@given(st.binary(max_size=200))
def test_any_bytes_are_read_or_refused(raw: bytes) -> None:
    with suppress(Malformed):
        read(raw)
