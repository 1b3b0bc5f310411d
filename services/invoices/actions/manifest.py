"""The list of what is in a ZIP, with the SHA-256 of each file: it stands at the end and is as long as the archive.

Until then each line is kept as it will be sent, some hundred bytes, not as objects of ten times that; and it is sent a
few hundred lines at a time.
"""

import json
from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any, Final

from shared import spreadsheet

AMOUNTS: Final = ("currency", "net", "tax", "total", "credits")
COLUMNS: Final = ("file", "sha256", "size", "kind", "number", "date", *AMOUNTS, "e_invoice")
_DECIMALS: Final = ("net", "tax", "total")
_AT_ONCE: Final = 500  # lines


class Manifest:
    """Lines are added in the order of the files, and read twice."""

    def __init__(self) -> None:
        self._lines: list[bytes] = []

    def add(self, row: Mapping[str, Any]) -> None:
        """A file. Amounts in whole units with a point."""
        told = {name: str(row[name]) if isinstance(row[name], Decimal) else row[name] for name in COLUMNS}
        self._lines.append(json.dumps(told, ensure_ascii=False).encode())

    def as_json(self) -> Iterator[bytes]:
        """One object with all `files`, a few hundred at a time."""
        yield b'{"files": ['
        for start in range(0, len(self._lines), _AT_ONCE):
            yield (b",\n" if start else b"\n") + b",\n".join(self._lines[start : start + _AT_ONCE])
        yield b"\n]}\n"

    def as_csv(self) -> Iterator[bytes]:
        """The same as a table."""
        return spreadsheet.streamed(COLUMNS, (self._rows(start) for start in range(0, len(self._lines), _AT_ONCE)))

    def _rows(self, start: int) -> list[dict[str, Any]]:
        rows = [json.loads(line) for line in self._lines[start : start + _AT_ONCE]]
        return [row | {name: Decimal(row[name]) for name in _DECIMALS} for row in rows]
