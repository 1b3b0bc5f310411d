"""FONTS: the typefaces that portals can be set in. All are files of ours: no page asks a foreign host for a font.

Each but the system's comes in two subsets, latin and latin extended; other scripts are set in Noto or in what the
device has.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

DEFAULT_FONT: Final = "inter"
LATIN: Final = (
    "U+0000-00FF,U+0131,U+0152-0153,U+02BB-02BC,U+02C6,U+02DA,U+02DC,U+2000-206F,U+20AC,U+2122,U+2191,U+2193,U+2212,"
    "U+2215,U+FEFF,U+FFFD"
)
LATIN_EXTENDED: Final = (
    "U+0100-02BA,U+02BD-02C5,U+02C7-02CC,U+02CE-02D7,U+02DD-02FF,U+0304,U+0308,U+0329,U+1D00-1DBF,U+1E00-1E9F,"
    "U+1EF2-1EFF,U+2020,U+20A0-20AB,U+20AD-20C0,U+2113,U+2C60-2C7F,U+A720-A7FF"
)
_SANS: Final = '"Noto Sans",system-ui,sans-serif'
_SERIF: Final = '"Noto Serif",Georgia,serif'


@dataclass(frozen=True, kw_only=True)
class Font:
    """One typeface. `files` are the subsets below `static/`, each with the characters that it has."""

    family: str
    stack: str
    files: tuple[tuple[str, str], ...] = ()

    @property
    def first_file(self) -> str | None:
        """What most pages need of it, and so fetch early."""
        return self.files[0][0] if self.files else None


def _font(name: str, family: str, others: str) -> Font:
    return Font(
        family=family,
        stack=f'"{family}",{others}',
        files=((f"fonts/{name}-latin.woff2", LATIN), (f"fonts/{name}-latin-ext.woff2", LATIN_EXTENDED)),
    )


FONTS: Final[Mapping[str, Font]] = {
    "inter": _font("inter", "Inter", _SANS),
    "system": Font(family="system-ui", stack='system-ui,"Noto Sans",sans-serif'),
    "atkinson-hyperlegible-next": _font("atkinson-hyperlegible-next", "Atkinson Hyperlegible Next", _SANS),
    "figtree": _font("figtree", "Figtree", _SANS),
    "source-sans-3": _font("source-sans-3", "Source Sans 3", _SANS),
    "source-serif-4": _font("source-serif-4", "Source Serif 4", _SERIF),
}
