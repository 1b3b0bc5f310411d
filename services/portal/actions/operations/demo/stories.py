"""STORIES: how a customer came into a state, told in deeds, each so many months and days ago."""

from calendar import monthrange
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from services.portal.actions.operations.demo.deeds import (
    ASKS_THE_BANK,
    GOOD,
    MASTERCARD,
    NO_MONEY,
    Deed,
    answer,
    ask,
    ask_money_back,
    cancel,
    card,
    move_to,
    pause,
    say,
    subscribe,
)
from services.portal.rules.subscriptions.cancellation import Timing

FIRST: Final = 24
"""Months before now at which the longest story begins."""


@dataclass(frozen=True)
class Beat:
    """A deed, and when. What was begun months before falls due on the same day of each month."""

    months: int
    days: int
    deed: Deed

    def at(self, now: datetime) -> datetime:
        """The moment, counted back from `now`: first the days, then the months."""
        return months_before(now - timedelta(days=self.days), self.months)


@dataclass(frozen=True)
class Story:
    """What a customer goes through, after having become one. `state` says in a few words where it has led."""

    state: str
    beats: tuple[Beat, ...]


def months_before(moment: datetime, months: int) -> datetime:
    """The same day of an earlier month; its last one where it has no such day."""
    year, month = divmod(moment.year * 12 + moment.month - 1 - months, 12)
    return moment.replace(year=year, month=month + 1, day=min(moment.day, monthrange(year, month + 1)[1]))


def _story(state: str, *beats: tuple[int, int, Deed]) -> Story:
    return Story(state, tuple(Beat(*beat) for beat in beats))


STORIES: Final[Mapping[str, Story]] = {
    "loyal": _story(
        "active for two years, 24 invoices",
        (23, 6, card(GOOD)),
        (23, 6, subscribe("middle", quantity=2)),
    ),
    "trial": _story("in its trial", (0, 5, card(MASTERCARD)), (0, 5, subscribe("trial"))),
    "past_due": _story(
        "past due: the last payment failed",
        (14, 4, card(GOOD)),
        (14, 4, subscribe("middle", quantity=2)),
        (0, 10, card(NO_MONEY)),
    ),
    "bank": _story("the bank wants an approval", (0, 16, card(ASKS_THE_BANK)), (0, 16, subscribe("trial"))),
    "paused": _story("paused, resumes by itself", (7, 12, card(GOOD)), (7, 12, subscribe("middle")), (0, 15, pause(2))),
    "leaving": _story(
        "canceled, runs until the end of its period",
        (8, 20, card(GOOD)),
        (8, 20, subscribe("middle")),
        (0, 2, cancel(Timing.AT_PERIOD_END, "too_expensive")),
    ),
    "ended": _story(
        "ended, may come back",
        (6, 8, card(GOOD)),
        (6, 8, subscribe("small")),
        (1, 2, cancel(Timing.IMMEDIATELY, "unused")),
    ),
    "asking": _story(
        "a ticket waits, with its thread",
        (4, 18, card(GOOD)),
        (4, 18, subscribe("small")),
        (0, 3, ask("Invoice in my company's name", "Could you put our company and VAT number on the invoices?")),
        (0, 2, answer("Of course. Which address should be on them?")),
        (0, 1, say("The same as in my billing details, please.")),
    ),
    "refunded": _story(
        "asked for money back",
        (5, 9, card(GOOD)),
        (5, 9, subscribe("middle")),
        (0, 5, ask_money_back(1000, "Two days without access last week.")),
    ),
    "refund_wanted": _story(
        "asked for money back",
        (3, 7, card(MASTERCARD)),
        (3, 7, subscribe("small")),
        (0, 4, ask_money_back(None, "I meant to cancel before this charge.")),
    ),
    "coupon": _story("25 % off for six months", (2, 11, card(GOOD)), (2, 11, subscribe("middle", coupon="WELCOME25"))),
    "several": _story(
        "three subscriptions",
        (11, 13, card(GOOD)),
        (11, 13, subscribe("middle", quantity=3)),
        (10, 13, subscribe("extra")),
        (1, 13, subscribe("yearly")),
    ),
    "team": _story(
        "a colleague has access too",
        (9, 15, card(GOOD)),
        (9, 15, subscribe("small", quantity=4)),
        (2, 1, move_to(quantity=6)),
    ),
    "expiring": _story(
        "the card expires this month", (5, 21, card(GOOD, expires="this month")), (5, 21, subscribe("small"))
    ),
    "downgrade": _story(
        "a smaller plan is planned",
        (4, 14, card(GOOD)),
        (4, 14, subscribe("middle")),
        (0, 6, move_to("small")),
    ),
    "recovered": _story(
        "a payment failed, a new card repaired it",
        (6, 12, card(GOOD)),
        (6, 12, subscribe("middle")),
        (0, 20, card(NO_MONEY)),
        (0, 10, card(MASTERCARD)),
    ),
}
