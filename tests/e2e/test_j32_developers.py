"""J32: a key is made, used by curl and revoked; the check names each mistake; the hash of each snippet is accepted."""

import hashlib
import hmac
import os
import subprocess
import time
from base64 import b64encode
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.test_console import WITHIN, go_to, in_test_mode, sign_in
from tests.e2e.test_signed_identity import EMAIL, enter, widget
from tests.integration.auth.signing import v1, v2
from tests.support import snippets
from tests.support.browser import Visit
from tests.support.gallery import look
from tests.support.vendors import Vendor

__all__ = ["widget"]

Mistaken = Callable[[str], str]
MISTAKES: Final[dict[str, Mistaken]] = {
    "The hash is written in capital letters; send it in lowercase.": lambda secret: v1(secret, EMAIL).upper(),
    "The hash is in base64; send it in hexadecimal.": lambda secret: b64encode(_mac(secret, EMAIL)).decode(),
    "The hash was cut off; send all 64 digits.": lambda secret: v1(secret, EMAIL)[:40],
    "A line break was hashed along at the end of the e-mail address or id.": lambda secret: v1(secret, EMAIL + "\n"),
    "A blank was hashed along with the e-mail address or id.": lambda secret: v1(secret, f"{EMAIL} "),
    "Other capital letters were hashed than are sent": lambda secret: v1(secret, EMAIL.upper()),
    "This is a plain SHA-256": lambda secret: hashlib.sha256(f"{secret}{EMAIL}".encode()).hexdigest(),
    "Key and message are swapped: the secret is the key.": lambda secret: v1(EMAIL, secret),
    "in a way that is not known here": lambda _secret: v1("nonsense", "nobody"),
}
"""What the check says, and what was sent instead of the hash of `EMAIL`."""


def _mac(secret: str, subject: str) -> bytes:
    return hmac.new(secret.encode(), subject.encode(), hashlib.sha256).digest()


@pytest.mark.feature("J06", "A07", "B10")
@pytest.mark.parametrize("phone", [False, True], ids=["desktop", "phone"])
def test_j32_developers(
    vendor: Vendor,
    widget: dict[str, Any],
    visit: Visit,
    tmp_path: Path,
    phone: bool,
) -> None:
    size = "phone" if phone else "desktop"
    vendor.customer(EMAIL)
    owner = f"dev@{vendor.slug}.example"
    vendor.stack.bursar("staff", "invite", owner, "--vendor", vendor.slug, "--role", "owner")
    page = visit(phone=phone, dark=phone)
    sign_in(page, vendor, owner)
    in_test_mode(page)

    a_key_is_used_and_revoked(page, vendor, size)

    go_to(page, "Identity secrets")
    page.get_by_label("What it is for").fill("Website")
    page.get_by_label("Also take hashes without expiry (v1)").check()
    page.locator("section").get_by_role("button", name="Make a secret").click()
    secret = page.locator("[data-secret]").inner_text()
    look(page, f"j32-secret-{size}")
    made = next(each for each in vendor.get("/v1/identity_secrets")["data"] if each["name"] == "Website")
    for said, sent in MISTAKES.items():
        check(page, widget["id"], sent(secret))
        expect(page.locator("#flash")).to_contain_text(said)
    look(page, f"j32-checked-{size}")
    aged = v2(secret, kid=made["id"], vendor=vendor.id, mode="test", name=EMAIL)  # of a moment long ago
    check(page, widget["id"], aged)
    expect(page.locator("#flash")).to_contain_text("The token has expired.")

    page.goto(f"{vendor.stack.base_url}/console/portals/{widget['id']}/install")
    look(page, f"j32-install-{size}")
    codes = the_codes(page)
    assert codes.keys() == snippets.PROGRAMS.keys()
    for language, code in codes.items():
        token = of_the_program(
            tmp_path, language, code, BURSAR_IDENTITY_SECRET=secret, BURSAR_IDENTITY_KEY_ID=made["id"]
        )
        check(page, widget["id"], token)
        expect(page.locator("#flash")).to_contain_text("It matches.")
        assert enter(vendor, widget, email=EMAIL, hash=token)["portal"] == widget["slug"], language


def a_key_is_used_and_revoked(page: Page, vendor: Vendor, size: str) -> None:
    go_to(page, "API keys")
    page.get_by_label("What it is for").fill("Terminal")
    page.get_by_text("Choose what it may do").click()
    page.get_by_label("customers:read").check()
    page.locator("section").get_by_role("button", name="Make a key").click()
    key = page.locator("[data-secret]").inner_text()
    look(page, f"j32-key-{size}")
    assert curl(vendor, key) == "200"
    go_to(page, "API keys")
    page.get_by_role("button", name="Revoke Terminal").click()
    expect(page.get_by_text("revoked on")).to_be_visible()
    look(page, f"j32-keys-{size}")
    time.sleep(WITHIN)
    assert curl(vendor, key) == "401"


def curl(vendor: Vendor, key: str) -> str:
    """The status that the shell's own client is answered."""
    words = ["curl", "--silent", "--output", os.devnull, "--write-out", "%{http_code}"]
    words += ["--header", f"Authorization: Bearer {key}", f"{vendor.stack.base_url}/v1/customers"]
    return subprocess.run(words, capture_output=True, text=True, check=True).stdout


def check(page: Page, portal: str, sent: str) -> None:
    """On the page of the identity check, which keeps what was typed."""
    if not page.url.endswith("/checker"):
        go_to(page, "Identity check")
    page.get_by_label("Portal").select_option(portal)
    page.get_by_label("E-mail address or customer id").fill(EMAIL)
    page.get_by_label("Hash or token").fill(sent)
    page.get_by_role("button", name="Check").click()


def the_codes(page: Page) -> dict[str, str]:
    """What the install page shows of server code, by language."""
    found = {}
    for each in page.locator("section[aria-labelledby=server] details").all():
        name = each.locator("summary").inner_text()
        found[name] = each.locator("pre").text_content() or ""
    return found


def of_the_program(folder: Path, language: str, code: str, **settings: str) -> str:
    """What the code printed, run as it stands on the page."""
    kept = {name: os.environ[name] for name in ("PATH", "LANG") if name in os.environ}
    done = subprocess.run(
        snippets.written(folder, language, code, email=EMAIL),
        env={**kept, "HOME": str(folder), "GOCACHE": str(folder / "cache"), **settings},
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
    )
    assert done.returncode == 0, f"{language}: {done.stderr}"
    return done.stdout.strip()
