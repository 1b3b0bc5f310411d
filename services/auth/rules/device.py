"""CALCULATES what a browser calls itself, in two names a person recognizes: `Firefox` on `Windows`.

A name from a fixed list or none, never the text that was sent: it is printed in mails and pages.
"""

from dataclasses import dataclass
from typing import Final

# The first match wins: Edge and Opera also say Chrome, Chrome also says Safari, Android also says Linux.
_BROWSERS: Final = (
    ("Edg", "Edge"),
    ("OPR/", "Opera"),
    ("SamsungBrowser/", "Samsung Internet"),
    ("FxiOS/", "Firefox"),
    ("Firefox/", "Firefox"),
    ("CriOS/", "Chrome"),
    ("Chrome/", "Chrome"),
    ("Safari/", "Safari"),
)
_SYSTEMS: Final = (
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Android", "Android"),
    ("Windows", "Windows"),
    ("Macintosh", "macOS"),
    ("CrOS", "ChromeOS"),
    ("Linux", "Linux"),
)


@dataclass(frozen=True)
class Device:
    """Each name is None when it is not known."""

    browser: str | None
    system: str | None


def calculate(user_agent: str) -> Device:
    """The device behind a `User-Agent` header."""
    return Device(browser=_first(_BROWSERS, user_agent), system=_first(_SYSTEMS, user_agent))


def _first(names: tuple[tuple[str, str], ...], text: str) -> str | None:
    return next((name for sign, name in names if sign in text), None)
