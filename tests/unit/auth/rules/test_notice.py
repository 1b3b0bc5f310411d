"""Which sign-ins a mailbox hears of."""

import pytest

from services.auth.rules import notice
from services.auth.rules.device import Device
from services.auth.rules.notice import Reason

LAPTOP, PHONE = Device(browser="Firefox", system="Windows"), Device(browser="Safari", system="iPhone")
NOBODY = Device(browser=None, system=None)


@pytest.mark.parametrize(
    ("device", "earlier", "failures", "told"),
    [
        (LAPTOP, [], 0, None),
        (LAPTOP, [LAPTOP], 0, None),
        (PHONE, [LAPTOP], 0, Reason.NEW_DEVICE),
        (PHONE, [LAPTOP, PHONE], 0, None),
        (NOBODY, [LAPTOP], 0, None),
        (LAPTOP, [LAPTOP], 2, None),
        (LAPTOP, [LAPTOP], 3, Reason.AFTER_FAILURES),
        (LAPTOP, [], 3, Reason.AFTER_FAILURES),
    ],
)
def test_new_devices_and_three_failures_are_told(
    device: Device, earlier: list[Device], failures: int, told: Reason | None
) -> None:
    """ML-23."""
    assert notice.decide(device=device, earlier=earlier, failures=failures) is told
