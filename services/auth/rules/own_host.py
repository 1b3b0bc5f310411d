"""DECIDES which page an address at a vendor's own host is.

A portal whose host and path are proven to be its vendor's has its pages there: what follows the path is what follows
`/p/<slug>`. Several portals of one vendor may share a host; the longest path that an address begins with, in whole
segments, has it. A host that no portal has is nobody's, and reaches nothing.

Worked example: portal `acme` at host shop.example, path /billing: /billing/invoices is /p/acme/invoices, /billings is
nothing, and any address at evil.example is refused.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from shared.errors import NotFound


@dataclass(frozen=True)
class Place:
    """A portal and the path that it has at the host; empty at its root."""

    slug: str
    path: str


@dataclass(frozen=True)
class Page:
    """The page `inside`, of the portal `slug`, whose addresses begin with `home` at this host."""

    slug: str
    home: str
    inside: str


class HostUnknown(NotFound):
    """No portal has this host."""

    code = "host_unknown"


def decide(places: Sequence[Place], *, path: str) -> Page:
    """The page at `path`, as it was asked for, given every portal of the host. Raises HostUnknown, NotFound."""
    if not places:
        raise HostUnknown
    if not (path.isascii() and path.isprintable()):
        raise NotFound
    for place in sorted(places, key=lambda each: len(each.path), reverse=True):
        home = place.path.rstrip("/")
        if path == home or path.startswith(f"{home}/"):
            rest = path.removeprefix(home)
            return Page(place.slug, home, f"/p/{place.slug}{'' if rest == '/' else rest}")
    raise NotFound
