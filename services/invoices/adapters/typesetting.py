"""A process of its own that turns data into a PDF and can do nothing else. Started by `typst.py`, never imported.

    python -I typesetting.py FOLDER MEGABYTES IDLE_SECONDS

It reads the folder's template and fonts, is given no environment, may not write files, and dies when one
document takes more memory than it may. It ends by itself when nothing was asked for a while.

On standard input: the length of a sheet in four bytes, then the sheet as JSON. On standard output: one byte,
0 for a PDF and 1 for a refusal, the length in four bytes, then the PDF or the reason.
"""

import json
import resource
import select
import sys
from pathlib import Path
from typing import BinaryIO, Final, Literal

import typst

STANDARDS: Final[dict[str, Literal["ua-1", "a-3b"]]] = {"ua-1": "ua-1", "a-3b": "a-3b"}
"""What a PDF claims to be: accessible, or fit to carry an e-invoice."""
_LENGTH: Final = 4


class _Press:
    """A compiler for each template with the fonts of the project; a second one, made when needed, has the machine's."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._templates = {path.stem for path in folder.glob("*.typ")}
        self._made: dict[tuple[str, bool], typst.Compiler] = {}
        self._compiler("invoice", with_system_fonts=False)

    def print(self, sheet: str) -> bytes:
        """The PDF. Where no font has a letter, a box stands for it, and the PDF cannot claim PDF/UA."""
        said = json.loads(sheet)
        moment, template = said["timestamp"], said.get("template", "invoice")
        standard = STANDARDS[said.get("standard", "ua-1")]
        try:
            return self._compile(self._compiler(template, with_system_fonts=False), sheet, moment, standard)
        except typst.TypstError as error:
            if "could not be displayed" not in str(error):
                raise
        with_system = self._compiler(template, with_system_fonts=True)
        try:
            return self._compile(with_system, sheet, moment, standard)
        except typst.TypstError as error:
            if "could not be displayed" not in str(error):
                raise
        return self._compile(with_system, sheet, moment, None)

    def _compiler(self, template: str, *, with_system_fonts: bool) -> typst.Compiler:
        """Kept, since making one takes longer than a document. Raises KeyError for what is no template."""
        if template not in self._templates:
            raise KeyError(template)
        kept = self._made.get((template, with_system_fonts))
        if kept is None:
            kept = self._made[template, with_system_fonts] = self._new_compiler(template, with_system_fonts)
        return kept

    def _new_compiler(self, template: str, with_system_fonts: bool) -> typst.Compiler:
        nowhere = self._folder / "packages"  # there are none, so there is nothing to import and nothing to download
        return typst.Compiler(
            self._folder / f"{template}.typ",
            root=self._folder,
            font_paths=typst.Fonts(
                include_system_fonts=with_system_fonts,
                include_embedded_fonts=False,
                font_paths=[str(self._folder / "fonts")],
            ),
            package_path=nowhere,
            package_cache_path=nowhere,
        )

    @staticmethod
    def _compile(compiler: typst.Compiler, sheet: str, moment: int, standard: Literal["ua-1", "a-3b"] | None) -> bytes:
        pdf = compiler.compile(format="pdf", sys_inputs={"data": sheet}, pdf_standards=standard, timestamp=moment)
        assert isinstance(pdf, bytes)
        return pdf


def _confine(megabytes: int) -> None:
    """Own memory at most `megabytes` beyond what the interpreter has; no files written, no core dumped."""
    bytes_ = megabytes * 1024 * 1024
    resource.setrlimit(resource.RLIMIT_DATA, (bytes_, bytes_))  # has no effect on macOS
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def _read(source: BinaryIO, length: int) -> bytes | None:
    """Exactly so many bytes, or None at the end."""
    data = source.read(length)
    return data if len(data) == length else None


def _answer(out: BinaryIO, refused: bool, payload: bytes) -> None:
    out.write(bytes([refused]) + len(payload).to_bytes(_LENGTH, "big") + payload)
    out.flush()


def main(folder: str, megabytes: str, idle_seconds: str) -> None:
    """Print sheets until the other side closes or is silent for too long."""
    press = _Press(Path(folder))
    _confine(int(megabytes))
    source, out = sys.stdin.buffer, sys.stdout.buffer
    while select.select([source], [], [], float(idle_seconds))[0]:
        head = _read(source, _LENGTH)
        sheet = None if head is None else _read(source, int.from_bytes(head, "big"))
        if sheet is None:
            return
        try:
            _answer(out, False, press.print(sheet.decode()))
        except (typst.TypstError, ValueError, KeyError) as error:
            _answer(out, True, str(error)[:2000].encode())


if __name__ == "__main__":
    main(*sys.argv[1:])
