"""Static files, and the addresses that browsers ask for them at."""

import re
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import Final

STATIC: Final = Path(__file__).parent / "static"
_PART: Final = re.compile(rb'<!--# include virtual="/static/([^"]+)" -->')


@cache
def asset(name: str) -> str:
    """The URL of a static file, with a fingerprint so that it can be cached for ever."""
    return f"/static/{name}?v={sha256(whole(name)).hexdigest()[:12]}"


def whole(name: str) -> bytes:
    """What browsers get: the file, with the files that it names where it names them, as the gateway joins them."""
    return _PART.sub(lambda part: whole(part[1].decode()), (STATIC / name).read_bytes())
