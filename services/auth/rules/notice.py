"""DECIDES whether somebody's mailbox hears of a sign-in: from a device that is new, or after three failures.

New is a browser and system that no session of the same address had in the last 30 days, which is as long as sessions
are remembered; whoever signs in for the first time is told nothing, nor is anybody whose device can't be told.
Worked example: Mira always uses Firefox on Windows. A sign-in by Safari on an iPhone is told to her; the next one by
the same iPhone is not. Three wrong codes and then the right one are told as well.
"""

from collections.abc import Collection
from datetime import timedelta
from enum import StrEnum
from typing import Final

from services.auth.rules.device import Device

FAILURES: Final = 3
LOOKED_BACK: Final = timedelta(hours=1)


class Reason(StrEnum):
    """Why it is told."""

    NEW_DEVICE = "new_device"
    AFTER_FAILURES = "after_failures"


def decide(*, device: Device, earlier: Collection[Device], failures: int) -> Reason | None:
    """`earlier` are the devices of the address's other sessions, `failures` wrong tries in the hour before."""
    if failures >= FAILURES:
        return Reason.AFTER_FAILURES
    is_told_apart = device.browser is not None and device.system is not None
    return Reason.NEW_DEVICE if is_told_apart and earlier and device not in earlier else None
