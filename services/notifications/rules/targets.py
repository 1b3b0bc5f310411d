"""DECIDES which addresses a webhook may reach: what a vendor types must lead to no part of the installation.

By its name: https with a host's name at one of the installation's ports; no user names, no IP address in any writing,
no name of a network's own (one label, `.local`, `.internal`, the installation itself). Plain http leads to
`localhost` alone, in test mode, where the installation's operator lets it: a developer's own machine.

By where the name leads, at every attempt: all its addresses must be public unicast, and one that is not refuses. Of
IPv6 that is 2000::/3 without what only wraps or stands for another address (Teredo, 6to4, documentation). The tables
are those of the IANA special-purpose registries (RFC 6890 and its updates), as of 2026.

Worked example: `https://shop.example/hooks` that resolves to 93.184.215.14 and 10.0.0.7 is refused for the second one.
"""

import re
from collections.abc import Collection
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network
from typing import Final
from urllib.parse import urlsplit

from shared.errors import FieldError, Invalid
from shared.events import Mode

LONGEST: Final = 2_048  # characters
LOCAL: Final = "localhost"

_URL: Final = re.compile(r"https?://[a-z0-9_.:-]+(?:[/?][!-\[\]-~]*)?", re.ASCII | re.IGNORECASE)
"""What `urlsplit` would tidy up first (line breaks, brackets, a Kelvin sign for a k) is no host here."""

_LABEL: Final = r"[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9])?"
_TOP: Final = r"[a-z](?:[a-z0-9-]{0,61}[a-z0-9])?"  # a last label of digits or 0x… is an IPv4 address to some
_NAME: Final = re.compile(rf"(?:{_LABEL}\.)+{_TOP}", re.ASCII)
_OWN: Final = ("localhost", "local", "internal", "intranet", "lan", "home", "corp", "private", "home.arpa")
"""Endings of names that networks have for themselves; metadata services of clouds are among them."""

_NOT_PUBLIC_4: Final = tuple(
    ip_network(each)
    for each in (
        "0.0.0.0/8",
        "10.0.0.0/8",
        "100.64.0.0/10",
        "127.0.0.0/8",
        "169.254.0.0/16",
        "172.16.0.0/12",
        "192.0.0.0/24",
        "192.0.2.0/24",
        "192.31.196.0/24",
        "192.52.193.0/24",
        "192.88.99.0/24",
        "192.168.0.0/16",
        "192.175.48.0/24",
        "198.18.0.0/15",
        "198.51.100.0/24",
        "203.0.113.0/24",
        "224.0.0.0/3",
    )
)
_PUBLIC_6: Final = ip_network("2000::/3")
_NOT_PUBLIC_6: Final = tuple(
    ip_network(each) for each in ("2001::/23", "2001:db8::/32", "2002::/16", "2620:4f:8000::/48", "3fff::/20")
)


@dataclass(frozen=True, kw_only=True)
class Target:
    """Where a webhook goes: `path` with its query, as it is asked for. `is_local`: this machine, in the clear."""

    host: str
    port: int
    path: str
    is_local: bool = False

    @property
    def authority(self) -> str:
        """As the Host header says it."""
        usual = 80 if self.is_local else 443
        return self.host if self.port == usual else f"{self.host}:{self.port}"


@dataclass(frozen=True, kw_only=True)
class Reach:
    """What the operator lets webhooks reach: `ports` of https, `localhost` in test mode or not; `own` is never reached,
    the installation's own name.
    """

    ports: Collection[int]
    localhost: bool
    own: str


class NotPublic(Exception):
    """A name that leads, or also leads, where nothing may be sent."""


def target_of(url: str, *, mode: Mode, reach: Reach) -> Target:
    """Where this address leads. Raises Invalid about `url`."""
    if len(url) > LONGEST or not _URL.fullmatch(url):
        raise _bad()
    try:
        parts = urlsplit(url)
        host, port = (parts.hostname or ""), parts.port
    except ValueError:
        raise _bad() from None
    if parts.netloc.endswith(":") or port == 0:
        raise _bad()
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    if host == LOCAL and parts.scheme == "http" and mode == "test" and reach.localhost:
        return Target(host=host, port=port or 80, path=path, is_local=True)
    if parts.scheme != "https":
        raise _bad()
    _require_public_name(host, own=reach.own)
    if (port or 443) not in reach.ports:
        raise Invalid(FieldError.of("url", "webhook_port", ports=", ".join(map(str, sorted(reach.ports)))))
    return Target(host=host, port=port or 443, path=path)


def require_public(target: Target, addresses: Collection[str]) -> None:
    """Return if every one of these addresses, that the name leads to, may be sent to. Raises NotPublic."""
    if not addresses:
        raise NotPublic(target.host)
    for each in addresses:
        found = ip_address(each.partition("%")[0])
        if not (found.is_loopback if target.is_local else is_public(found)):
            raise NotPublic(each)


def is_public(address: IPv4Address | IPv6Address) -> bool:
    """Whether this is one computer somewhere on the public internet, and not another address in disguise."""
    if isinstance(address, IPv4Address):
        return not any(address in each for each in _NOT_PUBLIC_4)
    return address in _PUBLIC_6 and not any(address in each for each in _NOT_PUBLIC_6)


def _require_public_name(host: str, *, own: str) -> None:
    if not host or len(host) > 253:
        raise _bad()
    is_own = host == own or any(host == each or host.endswith(f".{each}") for each in _OWN)
    if is_own or "." not in host or not _NAME.fullmatch(host):
        raise Invalid(FieldError.of("url", "webhook_not_public", host=host))


def _bad() -> Invalid:
    return Invalid(FieldError.of("url", "bad_webhook_url", maximum=LONGEST))
