"""Rows as CSV that spreadsheets read as what it is: numbers stay numbers, and no cell is taken for a formula.

A text that begins like a formula gets an apostrophe before it, as the law of spreadsheets wants it (CSV injection,
OWASP). The mark at the beginning of a file tells spreadsheets that it is UTF-8. Lists and objects in a cell are JSON.
"""

import csv
import io
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from decimal import Decimal
from typing import Any, Final

_FORMULA: Final = ("=", "+", "-", "@", "\t", "\r", "\n")
_MARK: Final = "\ufeff"


def cell(value: Any) -> str:
    """A value as a cell has it. Numbers cannot be formulas and stay as they are, negative ones too."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, (int, Decimal)):
        return str(value)
    text = json.dumps(value, ensure_ascii=False) if isinstance(value, (dict, list)) else str(value)
    return f"'{text}" if text.startswith(_FORMULA) else text


def written(names: Sequence[str], rows: Iterable[Mapping[str, Any]]) -> bytes:
    """A whole file: the names of its columns, then a line a row."""
    return b"".join(streamed(names, [rows]))


def streamed(names: Sequence[str], batches: Iterable[Iterable[Mapping[str, Any]]]) -> Iterator[bytes]:
    """The same file, a piece for each batch of rows."""
    yield _MARK.encode() + _lines([names])
    for rows in batches:
        yield _lines([cell(row.get(name)) for name in names] for row in rows)


def _lines(rows: Iterable[Sequence[str]]) -> bytes:
    out = io.StringIO()
    csv.writer(out, lineterminator="\r\n").writerows(rows)
    return out.getvalue().encode()
