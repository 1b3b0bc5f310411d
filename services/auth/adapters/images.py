"""Draws an uploaded picture anew: customers are sent our own PNG, never bytes that somebody uploaded (EM-19)."""

import struct
import zlib
from dataclasses import dataclass
from hashlib import sha256
from io import BytesIO
from typing import Final

from PIL import Image, ImageOps

from services.auth.rules import logo

LONGEST_SIDE: Final = 512  # pixels
_PRINTED: Final = (360, 120)  # pixels: 86 x 29 points at 300 dots an inch
_DAMAGED: Final = (  # what decoders raise, and readers of metadata
    OSError,
    EOFError,
    SyntaxError,
    LookupError,
    TypeError,
    ValueError,
    struct.error,
    zlib.error,
    Image.DecompressionBombError,
)


@dataclass(frozen=True, kw_only=True)
class Picture:
    """A PNG of ours; sizes in pixels."""

    png: bytes
    sha256: str
    width: int
    height: int


def draw_anew(upload: bytes) -> Picture:
    """The first frame, upright, within 512 x 512, without metadata. Raises Invalid for what the rule does not take."""
    header = logo.decide(upload)
    try:
        with Image.open(BytesIO(upload), formats=(header.kind.value,)) as opened:
            if opened.size != (header.width, header.height):
                raise logo.unreadable()
            drawn = ImageOps.exif_transpose(opened).convert("RGBA")
    except _DAMAGED:
        raise logo.unreadable() from None
    drawn.thumbnail((LONGEST_SIDE, LONGEST_SIDE), Image.Resampling.LANCZOS)
    png = _png(drawn)
    return Picture(png=png, sha256=sha256(png).hexdigest(), width=drawn.width, height=drawn.height)


def printed(png: bytes) -> bytes:
    """A picture of ours as documents print it, each with a copy of its own: 300 dots an inch, and no more bytes."""
    with Image.open(BytesIO(png), formats=("PNG",)) as opened:
        drawn = opened.convert("RGBA")
    drawn.thumbnail(_PRINTED, Image.Resampling.LANCZOS)
    return _png(drawn)


def _png(drawn: Image.Image) -> bytes:
    drawn.info.clear()  # color profiles, comments: an encoder may write what it finds here
    kept = BytesIO()
    drawn.save(kept, format="PNG", optimize=True)
    return kept.getvalue()
