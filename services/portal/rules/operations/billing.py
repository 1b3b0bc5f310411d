"""DECIDES how a vendor bills: the defaults of its billing settings, and what a setting may be.

What a vendor has not set has the default of this table. Periods are counted on the wall clock of `time_zone`; days of
retries count from the first failure; notices are given so many days ahead, each once.

Worked example: `{"retry_days": [1, 3]}`: a failed payment is tried again after 1 and 3 days; then the subscription
ends, as `after_last_retry` says by default; everything else is as without settings.
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any, Final
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from services.portal.rules.payments.dunning import AfterLastRetry
from shared.errors import FieldError, Invalid

MOST_RETRIES: Final = 10
LONGEST_RETRY: Final = 90  # days after the first failure
LONGEST_NOTICE: Final = 60  # days ahead


@dataclass(frozen=True, kw_only=True)
class Billing:
    """A vendor's settings; days are whole ones."""

    time_zone: str = "UTC"
    retry_days: tuple[int, ...] = (2, 7, 14, 21)
    after_last_retry: AfterLastRetry = AfterLastRetry.END
    trial_notice_days: int = 3
    card_notice_days: tuple[int, ...] = (30, 7)
    resume_notice_days: int = 7
    po_number_required: bool = False

    @property
    def zone(self) -> ZoneInfo:
        """Whose wall clock periods are counted on."""
        return ZoneInfo(self.time_zone)

    def stored(self) -> dict[str, Any]:
        """As JSON has it."""
        return {name: list(value) if isinstance(value, tuple) else value for name, value in asdict(self).items()}


def calculate(stored: Mapping[str, Any]) -> Billing:
    """Stored settings, completed with the defaults. Raises Invalid."""
    whole = {**Billing().stored(), **stored}
    return Billing(
        time_zone=_zone(whole["time_zone"]),
        retry_days=_days("retry_days", whole["retry_days"], longest=LONGEST_RETRY),
        after_last_retry=AfterLastRetry(whole["after_last_retry"]),
        trial_notice_days=_day("trial_notice_days", whole["trial_notice_days"], least=0, most=LONGEST_NOTICE),
        card_notice_days=_days("card_notice_days", whole["card_notice_days"], longest=LONGEST_NOTICE)[::-1],
        po_number_required=bool(whole["po_number_required"]),
        resume_notice_days=_day("resume_notice_days", whole["resume_notice_days"], least=0, most=LONGEST_NOTICE),
    )


def _zone(name: str) -> str:
    """A name of the time zone database, not a path."""
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise Invalid(FieldError.of("time_zone", "unknown_time_zone")) from None
    return name


def _days(field: str, days: list[int], *, longest: int) -> tuple[int, ...]:
    if len(days) > MOST_RETRIES:
        raise Invalid(FieldError.of(field, "too_many_items", most=MOST_RETRIES))
    return tuple(sorted({_day(field, each, least=1, most=longest) for each in days}))


def _day(field: str, value: int, *, least: int, most: int) -> int:
    if not least <= value <= most:
        raise Invalid(FieldError.of(field, "out_of_range", least=least, most=most))
    return value
