"""Plain YAML: what is written reads back, each line is known, and what is dangerous is refused."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared import plain_yaml
from shared.errors import Invalid

TEXTS = st.text(st.characters(exclude_categories=("Cs", "Cc"), include_characters="\n\r"))
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-(10**15), 10**15) | TEXTS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(TEXTS.filter(lambda name: len(name) < 100), inner),
    max_leaves=12,
)


@given(VALUES)
def test_what_is_written_reads_back(value: Any) -> None:
    assert plain_yaml.read(plain_yaml.write(value)).value == value


@given(VALUES)
def test_json_is_read_as_well(value: Any) -> None:
    assert plain_yaml.read(json.dumps(value, ensure_ascii=False)).value == value


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("no", "no"),
        ("yes", "yes"),
        ("2026-01-31", "2026-01-31"),
        ("012", "012"),
        ("1_000", "1_000"),
        ("1:30", "1:30"),
        ("0.5", "0.5"),
        ("12", 12),
        ("'12'", "12"),
        ("true", True),
        ("", None),
        ("~", None),
        ("9" * 400, "9" * 400),
        ("no: 1", {"no": 1}),
        ("1: a", {"1": "a"}),
        ("<<: a", {"<<": "a"}),
    ],
)
def test_words_are_what_they_look_like(written: str, read: Any) -> None:
    assert plain_yaml.read(written).value == read


@pytest.mark.parametrize(
    ("written", "code", "line"),
    [
        ("a: 1\nb: &x 2", "yaml_not_plain", 2),
        ("a: 1\nb: *x", "yaml_not_plain", 2),
        ("a: !!python/object/apply:os.system [x]", "yaml_not_plain", 1),
        ("a: !!str 1", "yaml_not_plain", 1),
        ("? [a]\n: b", "yaml_not_plain", 1),
        ("a: 1\nb: 2\na: 3", "yaml_twice", 3),
        ("a: b: c", "yaml_unreadable", 1),
        ("a: 1\n---\nb: 2", "yaml_unreadable", 2),
        ("a: \x00", "yaml_unreadable", 1),
        ("a: 1\nb: [", "yaml_unreadable", 2),
        ("a: 1\n\tb: 2", "yaml_unreadable", 2),
    ],
)
def test_what_is_refused_is_named_by_its_line(written: str, code: str, line: int) -> None:
    with pytest.raises(Invalid) as refused:
        plain_yaml.read(written)
    [error] = refused.value.fields
    assert (error.field, error.code, dict(error.params)["line"]) == ("file", code, line)


@pytest.mark.parametrize(
    ("written", "code"), [("x" * (plain_yaml.LONGEST + 1), "too_large"), ("[" * 200_000, "too_deep")]
)
def test_what_is_too_much_is_refused_before_it_is_built(written: str, code: str) -> None:
    with pytest.raises(Invalid) as refused:
        plain_yaml.read(written)
    assert [each.code for each in refused.value.fields] == [code]


def test_the_line_of_a_field_is_known_or_that_of_what_is_around_it() -> None:
    found = plain_yaml.read("a:\n  b: 1\n  c:\n    - x\n    - y\n")

    assert [found.line(field) for field in ("a", "a.b", "a.c.1", "a.c.7", "a.z", "z")] == [1, 2, 5, 3, 1, None]
