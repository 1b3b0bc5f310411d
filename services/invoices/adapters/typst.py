"""PDFs, typeset by Typst in a process of its own, within ten seconds and 256 MB a document.

A compiler cannot be interrupted and a document can be made to need any amount of memory, so neither may happen
where requests are answered. The process is started when the first document is asked for, kept while there is
work (a kept compiler prints in 15 ms), and ends by itself when idle. One document at a time for each typesetter.
"""

import hashlib
import json
import subprocess
import sys
import threading
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import IO, Any, Final

from shared.errors import Unavailable
from shared.logs import log

TEMPLATES: Final = Path(__file__).parent.parent / "templates" / "invoices"
SECONDS: Final = 10.0
MEGABYTES: Final = 256
IDLE_SECONDS: Final = 30.0
LARGEST_SHEET: Final = 1_000_000  # bytes of data for one document

_PROGRAM: Final = Path(__file__).parent / "typesetting.py"
_HEAD: Final = 5  # bytes before a PDF or a reason: which of the two, and its length


class CannotTypeset(Unavailable):
    """The document could not be made within its bounds; nothing was kept."""

    code = "document_unavailable"


class _Gone(Exception):
    """The process ended before it answered."""


class Typesetter:
    """Turns sheets into PDFs. Safe to share between threads."""

    def __init__(self, *, seconds: float = SECONDS, megabytes: int = MEGABYTES, idle: float = IDLE_SECONDS) -> None:
        self._seconds, self._megabytes, self._idle = seconds, megabytes, idle
        self._turn = threading.Lock()
        self._process: subprocess.Popen[bytes] | None = None

    def pdf(self, sheet: Mapping[str, Any]) -> bytes:
        """The PDF of `sheet`. Raises CannotTypeset."""
        data = json.dumps(sheet, ensure_ascii=False).encode()
        if len(data) > LARGEST_SHEET:
            raise CannotTypeset
        with self._turn:
            try:
                return self._printed(data)
            except _Gone:
                if self._end() != 0:
                    raise self._died() from None
            try:  # it had ended for want of work, just now
                return self._printed(data)
            except _Gone:
                self._end()
                raise self._died() from None

    def close(self) -> None:
        """End the process. The next document starts another."""
        self._end(patience=0)

    def _end(self, *, patience: float = 1.0) -> int | None:
        """Make sure the process is gone, within `patience` seconds by itself; what it returned."""
        process, self._process = self._process, None
        if process is None:
            return None
        try:
            process.wait(patience)
        except subprocess.TimeoutExpired:
            process.kill()
        process.communicate()
        return process.returncode

    def _died(self) -> CannotTypeset:
        log.error("document.typesetter_died", seconds=self._seconds, megabytes=self._megabytes)
        return CannotTypeset()

    def _printed(self, data: bytes) -> bytes:
        process = self._running()
        overdue = threading.Timer(self._seconds, process.kill)
        overdue.start()
        try:
            refused, payload = _exchange(process, data)
        finally:
            overdue.cancel()
        if refused:
            log.error("document.refused_by_typesetter", reason=payload.decode(errors="replace"))
            raise CannotTypeset
        return payload

    def _running(self) -> subprocess.Popen[bytes]:
        if self._process is None or self._process.poll() is not None:
            self.close()
            self._process = subprocess.Popen(
                [sys.executable, "-I", str(_PROGRAM), str(TEMPLATES), str(self._megabytes), str(self._idle)],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                cwd=TEMPLATES,
                env={"RAYON_NUM_THREADS": "2"},  # no address, no password; few threads, whose stacks count as memory
                start_new_session=True,  # Ctrl-C is for us; the process ends when its input does
            )
        return self._process


def _exchange(process: subprocess.Popen[bytes], data: bytes) -> tuple[bool, bytes]:
    """Whether it refused, and the PDF or the reason. Raises _Gone."""
    assert process.stdin is not None
    assert process.stdout is not None
    try:
        process.stdin.write(len(data).to_bytes(4, "big") + data)
        process.stdin.flush()
    except OSError:
        raise _Gone from None
    head = _exactly(process.stdout, _HEAD)
    return bool(head[0]), _exactly(process.stdout, int.from_bytes(head[1:], "big"))


def _exactly(source: IO[bytes], length: int) -> bytes:
    data = source.read(length)
    if len(data) != length:
        raise _Gone
    return data


@cache
def template_version() -> str:
    """Names the template and fonts a document was made with: the start of their SHA-256."""
    files = sorted(path for path in TEMPLATES.rglob("*") if path.suffix in {".typ", ".ttf", ".otf"})
    whole = hashlib.sha256()
    for path in files:
        whole.update(path.name.encode() + path.read_bytes())
    return whole.hexdigest()[:12]
