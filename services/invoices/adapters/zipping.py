"""A ZIP archive that is written while it is sent: what was sent is not kept."""

import io
import zipfile
from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Final

_READABLE: Final = 0o600 << 16


class _Pipe(io.RawIOBase):
    """Takes what is written and gives it away once. It cannot go back, so sizes follow each file (data descriptors)."""

    def __init__(self) -> None:
        self._written = bytearray()

    def writable(self) -> bool:
        return True

    def write(self, data: bytes) -> int:  # type: ignore[override]  # the library's own is wider, zipfile writes bytes
        self._written += data
        return len(data)

    def take(self) -> bytes:
        taken, self._written = bytes(self._written), bytearray()
        return taken


class ZipStream:
    """Each call returns the bytes that follow. PDFs are compressed already, so nothing is compressed again."""

    def __init__(self) -> None:
        self._pipe = _Pipe()
        self._archive = zipfile.ZipFile(self._pipe, "w", zipfile.ZIP_STORED)

    def add(self, name: str, content: bytes, *, at: datetime) -> bytes:
        """A file, dated `at`."""
        self._archive.writestr(_entry(name, at), content)
        return self._pipe.take()

    def add_pieces(self, name: str, pieces: Iterable[bytes], *, at: datetime) -> Iterator[bytes]:
        """A file that comes piece by piece, and leaves so."""
        with self._archive.open(_entry(name, at), "w") as file:
            for piece in pieces:
                file.write(piece)
                yield self._pipe.take()
        yield self._pipe.take()

    def end(self) -> bytes:
        """The table of contents."""
        self._archive.close()
        return self._pipe.take()


def _entry(name: str, at: datetime) -> zipfile.ZipInfo:
    entry = zipfile.ZipInfo(name, date_time=at.timetuple()[:6])
    entry.external_attr = _READABLE
    return entry
