"""DECIDES where a sign-in may lead: to a page of the same portal, written plainly, or to its overview.

Only this portal's own path is taken, in letters that no browser reads in two ways; whatever else was asked for
(another host, two slashes, a backslash, a scheme, escapes, dots, a parameter given twice) leads to the overview.
Worked example: in portal `acme`, `/p/acme/invoices?year=2026` is kept and `//evil.example` becomes `/p/acme`.
"""

import re
from collections.abc import Sequence
from typing import Final

from shared.places import inside

MAX_LENGTH: Final = 500
_REST: Final = re.compile(r"(/[A-Za-z0-9_~-][A-Za-z0-9._~-]*)*/?(\?[A-Za-z0-9._~=&-]*)?", re.ASCII)
_SIGNING: Final = re.compile(r"/sign-(in|out)(/|\?|$)", re.ASCII)


def decide(*, portal: str, asked: Sequence[str]) -> str:
    """The path to go to, given each `next` that came with the request."""
    overview = inside(portal)
    if len(asked) != 1 or len(asked[0]) > MAX_LENGTH or not asked[0].startswith(overview):
        return overview
    rest = asked[0].removeprefix(overview)
    if not _REST.fullmatch(rest) or _SIGNING.match(rest):
        return overview
    return asked[0]
