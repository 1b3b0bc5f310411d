"""DECIDES where a portal may lead back to: pages of the vendor's own, as its configuration names them.

Taken are whole addresses whose scheme, host and port are one of the origins that the portal may be embedded on, that
of its `default_return_url` or of the vendor's website, written in the one way that every browser reads alike.
Plain http is for one's own machine, in test mode. It is decided when the address is given and not again at use.
Worked example: with `https://app.example` listed, `https://app.example/account?tab=2` is taken, and
`https://app.example.evil.example/`, `https://app.example@evil.example/` and `//app.example` are refused.
"""

import re
from collections.abc import Iterable
from typing import Final
from urllib.parse import urlsplit

from shared.errors import FieldError, Invalid
from shared.events import Mode

LONGEST: Final = 1_000  # characters
_LOCAL: Final = ("localhost", "127.0.0.1")
_FORM: Final = re.compile(
    r"(https?)://([a-z0-9-]+(?:\.[a-z0-9-]+)*)(?::([1-9][0-9]{0,4}))?"
    r"((?:/[A-Za-z0-9._~!$&'()*+,;=:@%-]*)*)(?:\?[A-Za-z0-9._~!$&'()*+,;=:@%/?-]*)?"
    r"(?:#[A-Za-z0-9._~!$&'()*+,;=:@%/?-]*)?",
    re.ASCII,
)
_ESCAPED_CONTROL: Final = re.compile(r"%(0|1|7f|5c)", re.ASCII | re.IGNORECASE)


def decide(asked: str, *, field: str, allowed: Iterable[str | None], mode: Mode) -> str:
    """The address, as it was given. Raises Invalid naming `field`. `allowed` are origins, or addresses with one."""
    origin = _origin(asked)
    if origin is None or (origin[0] == "http" and not (mode == "test" and origin[1] in _LOCAL)):
        raise Invalid(FieldError.of(field, "bad_return_url"))
    if origin not in {_origin(each) for each in allowed if each}:
        raise Invalid(FieldError.of(field, "return_url_not_allowed"))
    return asked


def _origin(url: str) -> tuple[str, str, int] | None:
    """Scheme, host and port; None for what a browser might read in another way."""
    match = _FORM.fullmatch(url) if len(url) <= LONGEST else None
    if match is None or _ESCAPED_CONTROL.search(url) or urlsplit(url).hostname != match[2]:
        return None
    port = int(match[3]) if match[3] else {"http": 80, "https": 443}[match[1]]
    return (match[1], match[2], port) if port <= 65_535 else None
