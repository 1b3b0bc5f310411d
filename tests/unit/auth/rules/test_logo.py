"""May an upload become a vendor's logo (EM-19)."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.auth.rules import logo
from services.auth.rules.logo import Header, Kind
from shared.errors import Invalid
from tests.support.pictures import SVG, picture, png, png_header


def refused(upload: bytes) -> list[tuple[str, str]]:
    with pytest.raises(Invalid) as refusal:
        logo.decide(upload)
    return [(field.field, field.code) for field in refusal.value.fields]


@pytest.mark.parametrize(
    ("upload", "kind"),
    [
        (png(300, 20), Kind.PNG),
        (picture(300, 20, kind="JPEG"), Kind.JPEG),
        (picture(300, 20, kind="JPEG", progressive=True, comment="x" * 500), Kind.JPEG),
        (picture(300, 20, kind="WEBP"), Kind.WEBP),
        (picture(300, 20, kind="WEBP", lossless=True), Kind.WEBP),
        (picture(300, 20, kind="WEBP", exif=b"Exif\0\0MM\0*\0\0\0\x08\0\0"), Kind.WEBP),
    ],
)
def test_pictures_are_told_by_what_they_hold(upload: bytes, kind: Kind) -> None:
    assert logo.decide(upload) == Header(kind=kind, width=300, height=20)


@pytest.mark.parametrize(
    "upload", [SVG, b"", b"GIF89a" + bytes(50), b"%PDF-1.7", b"<html>", b"RIFF1234WAVE" + bytes(30)]
)
def test_anything_else_is_refused(upload: bytes) -> None:
    assert refused(upload) == [("file", "logo_not_a_picture")]


def test_pixels_are_counted_before_anything_is_decoded() -> None:
    assert logo.decide(png_header(2000, 2000)).width == 2000
    assert refused(png_header(2001, 2000)) == [("file", "logo_too_many_pixels")]
    assert refused(png_header(50_000, 50_000)) == [("file", "logo_too_many_pixels")]


def test_bytes_are_counted() -> None:
    upload = png(8, 8)

    assert logo.decide(upload.ljust(logo.MAX_BYTES, b"\0")).width == 8
    assert refused(upload.ljust(logo.MAX_BYTES + 1, b"\0")) == [("file", "logo_too_large")]


@pytest.mark.parametrize("upload", [png(8, 8)[:20], png_header(0, 5), picture(8, 8, kind="JPEG")[:30]])
def test_a_header_without_a_size_is_refused(upload: bytes) -> None:
    assert refused(upload) == [("file", "logo_unreadable")]


@given(
    start=st.sampled_from([b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff", b"RIFF1234WEBP", b"RIFF1234WEBPVP8X", b""]),
    rest=st.binary(max_size=80),
)
def test_whatever_the_bytes_are_there_is_an_answer(start: bytes, rest: bytes) -> None:
    try:
        header = logo.decide(start + rest)
    except Invalid:
        return
    assert 0 < header.width * header.height <= logo.MAX_PIXELS
