"""A CSV file, row by row, never whole in memory. What is wrong with one line never touches another.

UTF-8 only (a byte order mark is allowed), a header line first, commas, quotes as RFC 4180 has them. A quoted cell may
hold line breaks, as long as the row then has as many cells as the header; otherwise the quote is taken for a mistake
and only its own line is refused.
"""

import codecs
import csv
from collections import deque
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import BinaryIO, Final

from services.portal.rules.operations.import_row import Columns
from shared.errors import FieldError

LONGEST_LINE: Final = 64 * 1024  # bytes
MOST_LINES: Final = 20  # lines a quoted cell may go over
_UTF_16: Final = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)  # what spreadsheets call "Unicode text"
WHOLE_LINE: Final = ""  # the field of a problem that is not about one column


@dataclass(frozen=True, slots=True)
class CsvRow:
    """One row: `values` by column, or the `problems` that keep it from being read. `position` in bytes of the file."""

    line: int
    position: int
    values: dict[str, str]
    problems: tuple[FieldError, ...] = ()


class HeaderRefused(Exception):
    """The first line does not name the columns we need: nothing of the file can be used."""

    def __init__(self, *problems: FieldError) -> None:
        super().__init__("the header is not usable")
        self.problems = problems


@dataclass(frozen=True, slots=True)
class _Line:
    number: int
    position: int
    text: str
    code: str | None = None


def read(file: BinaryIO, columns: Columns) -> Iterator[CsvRow]:
    """The rows after the header; empty lines don't count. Raises HeaderRefused before the first one."""
    lines = _lines(file)
    header = _header(lines, columns)
    width = len(header)
    for line, cells in _records(lines, width):
        if line.code is not None:
            problem = FieldError.of(WHOLE_LINE, line.code)
            yield CsvRow(line=line.number, position=line.position, values={}, problems=(problem,))
        elif len(cells) != width:
            problem = FieldError.of(WHOLE_LINE, "wrong_column_count", expected=width, found=len(cells))
            yield CsvRow(line=line.number, position=line.position, values={}, problems=(problem,))
        else:
            yield CsvRow(line=line.number, position=line.position, values=dict(zip(header, cells, strict=True)))


def _header(lines: Iterator[_Line], columns: Columns) -> list[str]:
    first = next(lines, None)
    if first is None:
        raise HeaderRefused(FieldError.of(WHOLE_LINE, "empty_file"))
    cells = None if first.code else _split(first.text)
    if cells is None:
        raise HeaderRefused(FieldError.of(WHOLE_LINE, first.code or "bad_quotes"))
    names = [cell.strip().lower() for cell in cells]
    problems = [FieldError.of(name, "missing_column") for name in columns.required if name not in names]
    problems += [FieldError.of(name[:80], "unknown_column") for name in names if name not in columns.all]
    problems += [FieldError.of(name, "not_unique") for name in columns.all if names.count(name) > 1]
    if problems:
        raise HeaderRefused(*problems)
    return names


def _records(lines: Iterator[_Line], width: int) -> Iterator[tuple[_Line, Sequence[str]]]:
    """Lines with their cells; a row that goes over several lines is told by its first."""
    waiting: deque[_Line] = deque()
    while (line := waiting.popleft() if waiting else next(lines, None)) is not None:
        if line.code is not None:
            yield line, ()
            continue
        if not line.text.strip():
            continue
        cells = _split(line.text)
        if cells is None:
            cells = _continued(line, lines, waiting, width)
        if cells is None:
            yield _Line(line.number, line.position, "", "bad_quotes"), ()
        else:
            yield line, cells


def _continued(line: _Line, lines: Iterator[_Line], waiting: deque[_Line], width: int) -> Sequence[str] | None:
    """The cells of a row whose quote closes on a later line; None, with those lines given back, if none does."""
    joined = line.text
    taken: list[_Line] = []
    while joined.count('"') % 2 and len(taken) < MOST_LINES and len(joined) < LONGEST_LINE:
        following = waiting.popleft() if waiting else next(lines, None)
        if following is None:
            break
        taken.append(following)
        if following.code is not None:
            break
        joined += following.text
        cells = _split(joined)
        if cells is not None and len(cells) == width:
            return cells
    waiting.extendleft(reversed(taken))
    return None


def _split(text: str) -> Sequence[str] | None:
    try:
        return next(csv.reader([text], strict=True))
    except (csv.Error, StopIteration):
        return None


def _lines(file: BinaryIO) -> Iterator[_Line]:
    number = position = 0
    while raw := file.readline(LONGEST_LINE + 1):
        number += 1
        position += len(raw)
        if len(raw) > LONGEST_LINE and not raw.endswith(b"\n"):
            position += _skip_line(file)
            yield _Line(number, position, "", "line_too_long")
        elif number == 1 and raw.startswith(_UTF_16):
            yield _Line(number, position, "", "wrong_encoding")
        elif b"\0" in raw:
            yield _Line(number, position, "", "nul_character")
        else:
            try:
                text = raw.decode("utf-8-sig" if number == 1 else "utf-8")
            except UnicodeDecodeError:
                yield _Line(number, position, "", "wrong_encoding")
            else:
                yield _Line(number, position, text)


def _skip_line(file: BinaryIO) -> int:
    """Read to the end of the line, keeping none of it. How many bytes that were."""
    skipped = 0
    while rest := file.readline(LONGEST_LINE):
        skipped += len(rest)
        if rest.endswith(b"\n"):
            break
    return skipped
