"""What a browser calls itself."""

import pytest

from services.auth.rules import device
from services.auth.rules.device import Device

WEBKIT = "AppleWebKit/537.36 (KHTML, like Gecko)"


@pytest.mark.parametrize(
    ("user_agent", "expected"),
    [
        ("Mozilla/5.0 (Windows NT 10.0; rv:140.0) Gecko/20100101 Firefox/140.0", Device("Firefox", "Windows")),
        (f"Mozilla/5.0 (X11; Linux x86_64) {WEBKIT} Chrome/140.0 Safari/537.36", Device("Chrome", "Linux")),
        (f"Mozilla/5.0 (Windows NT 10.0) {WEBKIT} Chrome/140.0 Safari/537.36 Edg/140.0", Device("Edge", "Windows")),
        (f"Mozilla/5.0 (Macintosh; Intel) {WEBKIT} Version/26.0 Safari/605", Device("Safari", "macOS")),
        (f"Mozilla/5.0 (iPhone; CPU iPhone OS 26_0 like Mac OS X) {WEBKIT} Safari/604", Device("Safari", "iPhone")),
        (f"Mozilla/5.0 (Linux; Android 16) {WEBKIT} Chrome/140.0 Mobile Safari/537.36", Device("Chrome", "Android")),
        ("curl/8.0", Device(None, None)),
        ("<script>alert(1)</script>", Device(None, None)),
        ("", Device(None, None)),
    ],
)
def test_a_device_has_two_names_from_a_list_or_none(user_agent: str, expected: Device) -> None:
    assert device.calculate(user_agent) == expected
