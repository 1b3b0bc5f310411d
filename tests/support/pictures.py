"""Pictures for tests: true ones, and headers that promise more than follows."""

import struct
import zlib
from io import BytesIO
from typing import Any, Final

from PIL import Image

SVG: Final = b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'


def picture(width: int, height: int, *, kind: str = "PNG", mode: str = "RGB", **options: Any) -> bytes:
    """A picture of one color."""
    kept = BytesIO()
    Image.new(mode, (width, height), 200).save(kept, kind, **options)
    return kept.getvalue()


def png(width: int, height: int) -> bytes:
    return picture(width, height)


def png_header(width: int, height: int) -> bytes:
    """A PNG that ends after it has said its size."""
    content = b"IHDR" + struct.pack(">IIBBBBB", width, height, 8, 6, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + struct.pack(">I", 13) + content + struct.pack(">I", zlib.crc32(content))
