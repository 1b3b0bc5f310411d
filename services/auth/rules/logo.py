"""DECIDES whether an upload may become a vendor's logo, before anything decodes it.

PNG, JPEG and WebP are taken, told by their first bytes and never by their name; an SVG can carry scripts and is not.
At most 1 MB, and at most 4,000,000 pixels by the picture's own header: a few bytes can claim to unfold into gigabytes.
Worked example: a PNG of 30 bytes whose header says 50,000 x 50,000 is refused as `logo_too_many_pixels`.
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from shared.errors import FieldError, Invalid

MAX_BYTES: Final = 1_000_000
MAX_PIXELS: Final = 4_000_000
FIELD: Final = "file"

_JPEG_FRAMES: Final = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}  # the others are tables
_JPEG_ALONE: Final = frozenset((0x01, *range(0xD0, 0xD9)))  # markers that nothing belongs to


class Kind(StrEnum):
    """A format of pictures that is taken."""

    PNG = "PNG"
    JPEG = "JPEG"
    WEBP = "WEBP"


@dataclass(frozen=True, kw_only=True)
class Header:
    """What an upload says of itself; sizes in pixels."""

    kind: Kind
    width: int
    height: int


def decide(upload: bytes) -> Header:
    """What the upload is. Raises Invalid for `file`: too large, no such picture, damaged, too many pixels."""
    if len(upload) > MAX_BYTES:
        raise refusal("logo_too_large", megabytes=MAX_BYTES // 1_000_000)
    kind = _kind(upload)
    if kind is None:
        raise refusal("logo_not_a_picture")
    size = _SIZES[kind](upload)
    if size is None or 0 in size:
        raise unreadable()
    if size[0] * size[1] > MAX_PIXELS:
        raise refusal("logo_too_many_pixels", megapixels=MAX_PIXELS // 1_000_000)
    return Header(kind=kind, width=size[0], height=size[1])


def refusal(code: str, **params: object) -> Invalid:
    """The upload is not taken, for this reason."""
    return Invalid(FieldError.of(FIELD, code, **params))


def unreadable() -> Invalid:
    """The upload begins like a picture and is none."""
    return refusal("logo_unreadable")


def _kind(upload: bytes) -> Kind | None:
    if upload.startswith(b"\x89PNG\r\n\x1a\n"):
        return Kind.PNG
    if upload.startswith(b"\xff\xd8\xff"):
        return Kind.JPEG
    return Kind.WEBP if upload[:4] == b"RIFF" and upload[8:12] == b"WEBP" else None


def _png_size(upload: bytes) -> tuple[int, int] | None:
    if len(upload) < 24 or upload[12:16] != b"IHDR":
        return None
    return int.from_bytes(upload[16:20], "big"), int.from_bytes(upload[20:24], "big")


def _jpeg_size(upload: bytes) -> tuple[int, int] | None:
    """From segment to segment, each a marker and its length, to the one that begins the frame."""
    at = 2
    while at + 9 <= len(upload) and upload[at] == 0xFF:
        marker = upload[at + 1]
        if marker in _JPEG_FRAMES:
            return int.from_bytes(upload[at + 7 : at + 9], "big"), int.from_bytes(upload[at + 5 : at + 7], "big")
        if marker == 0xFF:  # padding
            at += 1
        elif marker in _JPEG_ALONE:
            at += 2
        else:
            at += 2 + int.from_bytes(upload[at + 2 : at + 4], "big")
    return None


def _webp_size(upload: bytes) -> tuple[int, int] | None:
    if len(upload) < 30:
        return None
    form = upload[12:16]
    if form == b"VP8X":  # the whole canvas
        return int.from_bytes(upload[24:27], "little") + 1, int.from_bytes(upload[27:30], "little") + 1
    if form == b"VP8L":  # lossless: 14 bits each
        bits = int.from_bytes(upload[21:25], "little")
        return (bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1
    if form == b"VP8 ":
        width, height = int.from_bytes(upload[26:28], "little"), int.from_bytes(upload[28:30], "little")
        return width & 0x3FFF, height & 0x3FFF
    return None


_SIZES: Final = {Kind.PNG: _png_size, Kind.JPEG: _jpeg_size, Kind.WEBP: _webp_size}
