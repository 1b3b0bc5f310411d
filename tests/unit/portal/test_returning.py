"""Beginning, pausing and coming back: tables of cases."""

from datetime import UTC, datetime, timedelta

import pytest

from services.portal.rules.reasons import AlreadySubscribed, PlanArchived
from services.portal.rules.subscriptions import beginning, pause, resubscription
from services.portal.rules.subscriptions.lifecycle import InvalidState, Status
from services.portal.rules.subscriptions.pause import Length, NoPaymentMethod, Offer, PauseNotOffered
from services.portal.rules.subscriptions.period import Interval
from services.portal.rules.subscriptions.resubscription import CouponNotOffered, PlanNotOffered, Wish
from shared.errors import Invalid, Refusal

NOW = datetime(2027, 5, 12, 10, tzinfo=UTC)
END = datetime(2027, 5, 31, tzinfo=UTC)
MONTH = Length(Interval.MONTH, 1)


def begin(**more: object) -> beginning.Beginning:
    given: dict[str, object] = {
        "collection": None,
        "names_payment_method": False,
        "has_payment_method": True,
        "began_earlier": False,
        "trial_days": 0,
        "allow_past_due": False,
        "anchor": NOW,
        "now": NOW,
        **more,
    }
    return beginning.decide(**given)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("more", "status", "collection", "is_charged_now"),
    [
        ({}, Status.PAST_DUE, "automatic", True),
        ({"has_payment_method": False}, Status.ACTIVE, "external", False),
        ({"collection": "external"}, Status.ACTIVE, "external", False),
        ({"began_earlier": True}, Status.ACTIVE, "external", False),
        ({"trial_days": 14}, Status.TRIALING, "automatic", False),
        (
            {"trial_days": 14, "anchor": NOW - timedelta(days=14), "began_earlier": True},
            Status.ACTIVE,
            "external",
            False,
        ),
        (
            {"collection": "automatic", "has_payment_method": False, "trial_days": 1},
            Status.TRIALING,
            "automatic",
            False,
        ),
        (
            {"collection": "automatic", "has_payment_method": False, "allow_past_due": True},
            Status.PAST_DUE,
            "automatic",
            True,
        ),
    ],
)
def test_how_it_begins(more: dict[str, object], status: Status, collection: str, is_charged_now: bool) -> None:
    found = begin(**more)

    assert (found.status, found.collection, found.is_charged_now) == (status, collection, is_charged_now)
    assert (found.trial_end is not None) is (status is Status.TRIALING)


@pytest.mark.parametrize(
    ("more", "error"),
    [
        ({"collection": "automatic", "has_payment_method": False}, NoPaymentMethod),
        ({"collection": "automatic", "began_earlier": True}, Invalid),
        ({"collection": "external", "names_payment_method": True}, Invalid),
    ],
)
def test_what_cannot_begin(more: dict[str, object], error: type[Refusal]) -> None:
    with pytest.raises(error):
        begin(**more)


def ask(**more: object) -> pause.Pausing:
    given: dict[str, object] = {
        "status": Status.ACTIVE,
        "offer": Offer(indefinite=False, lengths=(MONTH,), binds=True),
        "wanted": None,
        "can_be_charged": True,
        "paid_until": END,
        "pauses_at": None,
        "resumes_at": None,
        **more,
    }
    return pause.decide(**given)  # type: ignore[arg-type]


ANYTHING = Offer(indefinite=True, lengths=(), binds=False)


@pytest.mark.parametrize(
    ("more", "resumes_at"),
    [
        ({}, datetime(2027, 6, 30, tzinfo=UTC)),
        ({"wanted": MONTH}, datetime(2027, 6, 30, tzinfo=UTC)),
        ({"offer": Offer(indefinite=True, lengths=(), binds=True)}, None),
        ({"offer": ANYTHING, "wanted": Length(Interval.WEEK, 2)}, datetime(2027, 6, 14, tzinfo=UTC)),
        ({"offer": ANYTHING}, None),
    ],
    ids=["the only one", "chosen", "indefinite", "any length", "no length"],
)
def test_a_pause_begins_at_the_end_of_the_paid_period(more: dict[str, object], resumes_at: datetime | None) -> None:
    found = ask(**more)
    again = ask(**more, pauses_at=found.pauses_at, resumes_at=found.resumes_at)

    assert (found.changed, found.pauses_at, found.resumes_at) == (True, END, resumes_at)
    assert again.changed is False


@pytest.mark.parametrize(
    ("more", "error"),
    [
        *(({"status": status}, InvalidState) for status in Status if status is not Status.ACTIVE),
        ({"can_be_charged": False}, NoPaymentMethod),
        ({"wanted": Length(Interval.YEAR, 1)}, PauseNotOffered),
        ({"offer": Offer(indefinite=False, lengths=(MONTH, Length(Interval.MONTH, 2)), binds=True)}, PauseNotOffered),
        ({"offer": ANYTHING, "wanted": Length(Interval.YEAR, 4)}, PauseNotOffered),
        ({"offer": ANYTHING, "wanted": Length(Interval.DAY, 0)}, PauseNotOffered),
    ],
)
def test_what_cannot_be_paused(more: dict[str, object], error: type[Refusal]) -> None:
    with pytest.raises(error):
        ask(**more)


def come_back(**more: object) -> resubscription.Resubscription:
    given: dict[str, object] = {
        "status": Status.ENDED,
        "wish": Wish(other_plan=False, coupon=False),
        "offer": resubscription.Offer(other_plan=False, coupon=False),
        "is_plan_archived": False,
        "has_running_one": False,
        "has_payment_method": True,
        **more,
    }
    return resubscription.decide(**given)  # type: ignore[arg-type]


def test_coming_back_has_no_second_trial() -> None:
    assert come_back().has_trial is False


@pytest.mark.parametrize(
    ("more", "error"),
    [
        *(({"status": status}, InvalidState) for status in Status if status is not Status.ENDED),
        ({"has_running_one": True}, AlreadySubscribed),
        ({"wish": Wish(other_plan=True, coupon=False)}, PlanNotOffered),
        ({"wish": Wish(other_plan=False, coupon=True)}, CouponNotOffered),
        ({"is_plan_archived": True}, PlanArchived),
        ({"has_payment_method": False}, NoPaymentMethod),
    ],
)
def test_what_cannot_come_back(more: dict[str, object], error: type[Refusal]) -> None:
    with pytest.raises(error):
        come_back(**more)
