"""A vendor's logo: drawn anew, told to the others, shown on the portal's way in (EM-19)."""

from io import BytesIO
from pathlib import Path

import pytest
from click.testing import CliRunner
from PIL import Image
from werkzeug.test import TestResponse

from services.auth.actions.vendors import Registered
from services.auth.cli import group
from services.auth.models import Logo, Vendor
from tests.integration.auth.house import ADMIN_TOKEN, House, a_portal, environment
from tests.integration.auth.test_keys import call
from tests.integration.auth.test_vendors import told
from tests.support.pictures import SVG, picture, png, png_header


def put(house: House, vendor: Registered, upload: bytes, *, key: str = "", of: str = "") -> TestResponse:
    path = f"/v1/vendors/{of or vendor.vendor.id}/logo"
    data = {"file": (BytesIO(upload), "logo.svg")}
    return call(house, key or vendor.keys["test"].secret, "PUT", path, data=data)


def shown(house: House, query: str = "") -> TestResponse:
    return house.browser().get(f"/p/acme/sign-in/logo.png{query}")


def published(house: House, vendor: Registered, logo: str, *, revision: int = 2) -> None:
    """The portal service followed."""
    appearance = {"brand_color": None, "logo": logo}
    house.hear(a_portal("acme", revision=revision, appearance=appearance), vendor=vendor.vendor.id)


def test_a_logo_is_drawn_anew_told_and_shown(house: House, vendor: Registered) -> None:
    upload = picture(1200, 600, kind="JPEG", comment="made by Mira")

    answer = put(house, vendor, upload)

    assert (answer.status_code, answer.json["revision"], answer.headers["ETag"]) == (200, 2, '"2"')
    logo = answer.json["profile"]["logo"]
    last = max(told(house), key=lambda event: event["data"].get("revision", 0))
    assert (last["type"], last["data"]["profile"]["logo"]) == ("vendor.updated.v1", logo)
    (row,) = house.rows(Logo)
    assert (row.vendor, row.sha256, row.width, row.height) == (vendor.vendor.id, logo, 512, 256)

    published(house, vendor, logo)
    page, served = house.browser().get("/p/acme/sign-in"), shown(house, f"?v={logo[:12]}")
    assert f'<img src="/p/acme/sign-in/logo.png?v={logo[:12]}" alt=""' in page.text
    assert (served.status_code, served.content_type) == (200, "image/png")
    assert served.headers["Content-Disposition"] == "inline"
    assert served.headers["Cache-Control"] == "public, max-age=86400"
    assert b"Mira" not in served.data
    with Image.open(BytesIO(served.data)) as image:
        assert (image.format, image.size, image.info) == ("PNG", (512, 256), {})
    assert shown(house).data == served.data


def test_a_photo_stands_upright_and_a_small_picture_stays_small(house: House, vendor: Registered) -> None:
    turned = Image.Exif()
    turned[0x0112] = 6  # orientation: turn it right

    put(house, vendor, picture(40, 20, kind="JPEG", exif=turned))

    (row,) = house.rows(Logo)
    assert (row.width, row.height) == (20, 40)


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGBA", "I;16"])
def test_every_kind_of_png_is_read(house: House, vendor: Registered, mode: str) -> None:
    assert put(house, vendor, picture(20, 20, mode=mode)).status_code == 200


def test_a_print_shop_s_jpeg_is_read(house: House, vendor: Registered) -> None:
    assert put(house, vendor, picture(20, 20, kind="JPEG", mode="CMYK")).status_code == 200


def test_the_same_logo_again_changes_nothing_and_only_two_are_kept(house: House, vendor: Registered) -> None:
    first = put(house, vendor, png(20, 20)).json
    again = put(house, vendor, png(20, 20)).json
    put(house, vendor, png(30, 30))
    last = put(house, vendor, png(40, 40)).json

    assert (first["revision"], again["revision"], last["revision"]) == (2, 2, 4)
    assert {row.width for row in house.rows(Logo)} == {30, 40}
    assert shown(house, f"?v={last['profile']['logo'][:12]}").status_code == 200
    assert shown(house, f"?v={first['profile']['logo'][:12]}").status_code == 404


def test_a_vendor_with_a_logo_changes_its_name_and_keeps_it(house: House, vendor: Registered) -> None:
    logo = put(house, vendor, png(20, 20)).json["profile"]["logo"]

    path = f"/v1/vendors/{vendor.vendor.id}"
    changed = call(house, ADMIN_TOKEN, "PATCH", path, json={"display_name": "ACME", "profile": {"country": "GB"}})

    assert (changed.status_code, changed.json["profile"]["logo"]) == (200, logo)


@pytest.mark.parametrize("query", ["", "?v=", "?v=x", "?v=%25", "?v=0", "?v=000000000000"])
def test_without_a_logo_there_is_none(house: House, vendor: Registered, query: str) -> None:
    assert shown(house, query).status_code == 404


def test_a_logo_is_shown_on_its_own_vendor_s_portals_only(house: House, vendor: Registered) -> None:
    """TI-01."""
    body = {"display_name": "Larkfield", "email": "o@larkfield.example"}
    other = call(house, ADMIN_TOKEN, "POST", "/v1/vendors", json=body).json
    key = other["live_key"]

    assert put(house, vendor, png(20, 20), key=key).status_code == 404
    theirs = put(house, vendor, png(20, 20), key=key, of=other["id"]).json["profile"]["logo"]

    assert shown(house, f"?v={theirs[:12]}").status_code == 404
    assert put(house, vendor, png(20, 20), key=ADMIN_TOKEN).status_code == 200


@pytest.mark.parametrize(
    ("upload", "code"),
    [
        (SVG, "logo_not_a_picture"),
        (png(8, 8).ljust(1_000_001, b"\0"), "logo_too_large"),
        (png_header(50_000, 50_000), "logo_too_many_pixels"),
        (png_header(20, 20), "logo_unreadable"),
        (picture(600, 600, kind="JPEG")[:-2000], "logo_unreadable"),
        (picture(600, 600, kind="WEBP")[:60], "logo_unreadable"),
    ],
)
def test_what_is_no_logo_is_refused_with_a_reason(house: House, vendor: Registered, upload: bytes, code: str) -> None:
    answer = put(house, vendor, upload)

    assert answer.status_code == 422
    assert [(each["field"], each["code"]) for each in answer.json["errors"]] == [("file", code)]
    assert house.rows(Logo) == []
    assert house.rows(Vendor)[0].revision == 1


@pytest.mark.parametrize("data", [{}, {"file": "text"}, {"file": b"png", "vendor": "ven_x"}])
def test_a_form_that_is_another_is_refused(house: House, vendor: Registered, data: dict[str, object]) -> None:
    """TI-08."""
    path = f"/v1/vendors/{vendor.vendor.id}/logo"
    sent = {name: (BytesIO(value), "x") if isinstance(value, bytes) else value for name, value in data.items()}
    options = {"content_type": "multipart/form-data", "data": sent}

    assert call(house, vendor.keys["test"].secret, "PUT", path, **options).status_code == 400


def test_a_stale_logo_is_refused(house: House, vendor: Registered) -> None:
    """ID-12."""
    path, data = f"/v1/vendors/{vendor.vendor.id}/logo", {"file": (BytesIO(png(8, 8)), "x.png")}

    assert call(house, ADMIN_TOKEN, "PUT", path, data=data, headers={"If-Match": '"9"'}).status_code == 412


def test_the_operator_sets_a_logo_from_a_file(
    house: House, vendor: Registered, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    for name, value in environment(house.database.url.render_as_string(hide_password=False)).items():
        monkeypatch.setenv(name, value)
    good, bad = tmp_path / "logo.png", tmp_path / "logo.svg"
    good.write_bytes(png(20, 20))
    bad.write_bytes(SVG)

    done = CliRunner().invoke(group, ["vendor", "logo", str(good), "--vendor", "acme"])
    wrong = CliRunner().invoke(group, ["vendor", "logo", str(bad), "--vendor", "acme"])

    (row,) = house.rows(Logo)
    assert (done.exit_code, done.output) == (0, f"acme has the logo {row.sha256}\n")
    assert wrong.exit_code == 1
    assert "file: Use a PNG, JPEG or WebP picture." in wrong.output


@pytest.mark.feature("B07")
def test_dark_pages_have_a_logo_of_their_own_until_it_is_taken_away(house: House, vendor: Registered) -> None:
    path = f"/v1/vendors/{vendor.vendor.id}/logo_dark"
    light = put(house, vendor, png(20, 20)).json["profile"]["logo"]
    answer = call(house, ADMIN_TOKEN, "PUT", path, data={"file": (BytesIO(png(30, 30)), "logo.png")})
    dark = answer.json["profile"]["logo_dark"]
    assert (answer.status_code, answer.json["revision"], answer.json["profile"]["logo"]) == (200, 3, light)
    named = call(house, ADMIN_TOKEN, "PATCH", f"/v1/vendors/{vendor.vendor.id}", json={"display_name": "ACME"})
    assert (named.json["profile"]["logo"], named.json["profile"]["logo_dark"]) == (light, dark)

    appearance = {"brand_color": None, "logo": light, "logo_dark": dark}
    house.hear(a_portal("acme", revision=2, appearance=appearance), vendor=vendor.vendor.id)
    page = house.browser().get("/p/acme/sign-in").text
    assert f'<img class="on-dark" src="/p/acme/sign-in/logo.png?v={dark[:12]}"' in page
    assert f'srcset="/p/acme/sign-in/logo.png?v={light[:12]}" media="print, (prefers-color-scheme: light)"' in page
    assert 'class="on-dark"' not in house.browser().get("/p/acme/sign-in?appearance=light").text
    assert shown(house, f"?v={dark[:12]}").status_code == shown(house, f"?v={light[:12]}").status_code == 200

    put(house, vendor, png(40, 40))
    assert {row.width for row in house.rows(Logo)} == {20, 30, 40}
    gone = call(house, ADMIN_TOKEN, "DELETE", path)
    again = call(house, ADMIN_TOKEN, "DELETE", path)
    assert (gone.status_code, gone.json["profile"]["logo_dark"]) == (200, None)
    assert again.json["revision"] == gone.json["revision"] == 6


def test_documents_are_handed_a_small_logo(house: House, vendor: Registered) -> None:
    logo = put(house, vendor, png(500, 400)).json["profile"]["logo"]

    found = house.browser().get(f"/internal/logos/{vendor.vendor.id}/{logo}")

    with Image.open(BytesIO(found.data)) as image:
        assert (found.status_code, image.format, image.size) == (200, "PNG", (150, 120))
    assert house.browser().get(f"/internal/logos/ven_other/{logo}").status_code == 404
