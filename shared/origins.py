"""CALCULATES the origin of an address, as browsers write it: `https://shop.example`, `http://localhost:3000`.

Only of addresses that pages may lead to: https, and plain http on one's own machine. Whatever could be read in two
ways has none: user names, backslashes, blanks and controls, hosts in other alphabets than their ASCII form.

Worked example: `https://Shop.Example:443/a?b#c` has the origin `https://shop.example`; `https://ok.tld@evil.tld/`,
`https:/\\evil.tld` and `javascript:alert(1)` have none.
"""

import re
from typing import Final
from urllib.parse import urlsplit

LONGEST: Final = 1_000
LOCAL: Final = ("localhost", "127.0.0.1")
_LABEL: Final = r"[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?"
_HOST: Final = re.compile(rf"{_LABEL}(\.{_LABEL})*", re.ASCII)
_URL: Final = re.compile(r"https?://[^/?#\\]+([/?#][!-~]*)?", re.ASCII | re.IGNORECASE)
_DEFAULT_PORTS: Final = {"https": 443, "http": 80}


def origin_of(url: str) -> str | None:
    """Scheme, host and, where it is not the usual one, port; None for what is no such address."""
    if len(url) > LONGEST or not _URL.fullmatch(url) or "\\" in url:
        return None
    try:
        parts = urlsplit(url)
        host, port = (parts.hostname or ""), parts.port
    except ValueError:
        return None
    if "@" in parts.netloc or not is_host(host) or parts.netloc.endswith(":"):
        return None
    if parts.scheme != "https" and host not in LOCAL:
        return None
    at = "" if port is None or port == _DEFAULT_PORTS[parts.scheme] else f":{port}"
    return f"{parts.scheme}://{host}{at}"


def is_host(host: str) -> bool:
    """Whether this is a host's name (or IPv4 address), in lower-case ASCII."""
    return len(host) <= 253 and _HOST.fullmatch(host) is not None
