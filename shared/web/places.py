"""Where a portal's pages are: under `/p/<slug>`, or at the host and path of the vendor's own.

Inside, a page's address is always `/p/<slug>/…`; the gateway makes it of what a vendor's own host was asked for, and
says in a header of its own how such addresses begin there. On the way out, what leads to a page of ours is made to lead
there as well: redirects and the links and forms of a page by themselves, anything else by `home` or `outside`. The
header decides how links look and nothing else.
"""

import re
from typing import Final

from flask import Response, request

from shared.places import PLACES, inside

HEADER: Final = "X-Portal-Home"
ROOT: Final = "/"
"""In the header, the portal is at the root of the host: the gateway passes on no header without a value."""

_HOME: Final = re.compile(r"(/[A-Za-z0-9_-][A-Za-z0-9._-]*)*", re.ASCII)
_NAMED: Final = re.compile(r"/p/(_[a-z]+)(?=[/?#]|$)")
_LINK: Final = re.compile(r'(?<=\s)((?:href|src|action|formaction|data-[a-z-]+|hx-[a-z-]+)=")(/p/[^"]*)(?=")')
_REDIRECTS: Final = ("Location", "HX-Redirect")
_INSIDE: Final = re.compile(r"/p/[^/?#]+(?=[/?#]|$)")


def home(slug: str) -> str:
    """What the addresses of this portal's pages begin with; empty at the root of a host of its own."""
    own = _own()
    return inside(slug) if own is None or slug in PLACES else own


def outside(path: str) -> str:
    """A page's address as this request's host has it; what is no portal's page stays as it is."""
    own = _own()
    named = _NAMED.match(path)
    if named is not None and named[1] in PLACES:
        return PLACES[named[1]] + path[named.end() :]
    if own is None or not _INSIDE.match(path):
        return path
    found = _INSIDE.sub(own, path, count=1)
    return found if found.startswith("/") else f"/{found}"


def leave(answer: Response) -> Response:
    """The answer, with every address in it that leads to a page of ours as this request's host has it.

    Values of forms stay as they are: they come back inside. Text of a page can't look like a link of it, since quotes
    are escaped there.
    """
    for name in _REDIRECTS:
        if name in answer.headers:
            answer.headers[name] = outside(answer.headers[name])
    if not is_own_host():
        return answer
    if answer.mimetype == "text/html" and not answer.is_streamed:
        page = answer.get_data(as_text=True)
        answer.set_data(_LINK.sub(lambda link: link[1] + outside(link[2]), page))
    return answer


def is_own_host() -> bool:
    """Whether the request came to a host of the vendor's own, which the gateway knows as proven."""
    return _own() is not None


def _own() -> str | None:
    given = request.headers.get(HEADER)
    if given == ROOT:
        return ""
    return None if given is None or not _HOME.fullmatch(given) else given
