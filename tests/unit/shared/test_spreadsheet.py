"""IN-12: no cell is a formula, numbers stay numbers, and whoever reads the file back gets what was written."""

import csv
import io
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared import spreadsheet

printable = st.text(alphabet=st.characters(exclude_categories=["Cs", "Cc"]))


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        ("=1+1", "'=1+1"),
        ("+49 30", "'+49 30"),
        ("-2", "'-2"),
        ("@SUM(A1)", "'@SUM(A1)"),
        ("\t=1", "'\t=1"),
        ("\r=1", "'\r=1"),
        (-2, "-2"),
        (Decimal("-28.01"), "-28.01"),
        (True, "true"),
        (None, ""),
        (["a"], '["a"]'),
        ("1=1", "1=1"),
    ],
)
def test_a_cell(value: Any, shown: str) -> None:
    assert spreadsheet.cell(value) == shown


@given(st.lists(st.fixed_dictionaries({"a": printable, "b": st.integers()})))
def test_what_is_written_reads_back_and_begins_like_no_formula(rows: list[dict[str, Any]]) -> None:
    content = spreadsheet.written(("a", "b"), rows)

    back = list(csv.DictReader(io.StringIO(content.decode("utf-8-sig"), newline="")))
    assert [row["a"].removeprefix("'") for row in back] == [row["a"].removeprefix("'") for row in rows]
    assert [int(row["b"]) for row in back] == [row["b"] for row in rows]
    assert not [row for row in back if row["a"].startswith(("=", "+", "-", "@"))]


def test_pieces_make_the_same_file() -> None:
    rows = [{"a": number} for number in range(5)]

    assert b"".join(spreadsheet.streamed(["a"], [rows[:2], rows[2:]])) == spreadsheet.written(["a"], rows)
