"""The logo at the head of a document and its size there. A seller without one has the first letter of the name."""

from typing import Any, Final

_LARGEST: Final = (86.0, 28.0)  # points
_SIZES: Final = slice(16, 20), slice(20, 24)  # bytes of a PNG with its width and height


def with_logo(sheet: dict[str, Any], png: bytes | None) -> dict[str, Any]:
    """The sheet with this picture beside its seller's name."""
    if png is None:
        return sheet
    width, height = (int.from_bytes(png[where], "big") for where in _SIZES)
    scale = min(_LARGEST[0] / width, _LARGEST[1] / height)
    logo = {"png": list(png), "width": round(width * scale, 2), "height": round(height * scale, 2)}
    return sheet | {"seller": sheet["seller"] | {"logo": logo}}
