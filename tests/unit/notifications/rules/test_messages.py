"""Which mails there are."""

from datetime import timedelta
from pathlib import Path

import pytest

from services.notifications.rules import reasons
from services.notifications.rules.messages import MESSAGES, Kind, Topic
from shared import i18n

TEMPLATES = Path(__file__).parents[4] / "services/notifications/templates/notifications"


def test_every_kind_has_its_line() -> None:
    assert set(MESSAGES) == set(Kind)


@pytest.mark.parametrize("kind", Kind)
def test_every_kind_has_a_pair_of_templates(kind: Kind) -> None:
    stem = MESSAGES[kind].template

    assert (TEMPLATES / f"{stem}.mjml").is_file()
    assert (TEMPLATES / f"{stem}.txt").is_file()


@pytest.mark.parametrize("kind", Kind)
def test_mails_of_money_law_and_sign_in_can_not_be_switched_off(kind: Kind) -> None:
    assert not MESSAGES[kind].may_be_switched_off


def test_only_who_waits_at_a_screen_is_served_first_and_only_secrets_are_sealed() -> None:
    sealed = {kind for kind in Kind if MESSAGES[kind].sealed}

    assert {kind for kind in Kind if MESSAGES[kind].urgent} == {Kind.SIGN_IN, Kind.SIGN_IN_CODE, Kind.NEW_EMAIL}
    assert {kind for kind in Kind if MESSAGES[kind].needs} <= sealed
    assert sealed == {
        Kind.SIGN_IN,
        Kind.SIGN_IN_CODE,
        Kind.NEW_EMAIL,
        Kind.SUBSCRIBER_LINK,
        Kind.CUSTOMER_INVITATION,
        Kind.STAFF_INVITATION,
        Kind.DIRECT_ACTIONS_ON,
        Kind.SIGN_IN_NOTICE,
    }


def test_what_signs_in_is_readable_for_ten_minutes_and_no_longer() -> None:
    """ML-01."""
    for kind in (Kind.SIGN_IN, Kind.SIGN_IN_CODE, Kind.NEW_EMAIL):
        assert MESSAGES[kind].sealed_for == timedelta(minutes=10)


@pytest.mark.parametrize("kind", Kind)
def test_the_column_takes_every_kind_and_two_kinds_never_share_a_template(kind: Kind) -> None:
    assert len(kind) <= 40
    assert [other for other in Kind if MESSAGES[other].template == MESSAGES[kind].template] == [kind]


def test_whether_a_subscription_goes_on_is_one_state_that_many_mails_tell_of() -> None:
    standing = {kind for kind in Kind if MESSAGES[kind].topic is Topic.STANDING}

    assert standing == {
        Kind.TRIAL_ENDING,
        Kind.RECOVERED,
        Kind.PAUSED,
        Kind.RESUMING,
        Kind.RESUMED,
        Kind.CANCELLATION,
        Kind.UNCANCELLATION,
        Kind.ENDED,
    }


def test_only_mails_of_tickets_go_to_people_who_are_no_customers() -> None:
    assert [kind for kind in Kind if MESSAGES[kind].audience == "helpdesk"] == [
        Kind.TICKET_INTAKE,
        Kind.TICKET_INTAKE_ANSWER,
        Kind.TICKET_REMINDER,
    ]


@pytest.mark.parametrize("language", i18n.LANGUAGES)
@pytest.mark.parametrize("reason", sorted(reasons.REASONS))
def test_every_reason_of_a_declined_charge_has_its_words(reason: str, language: str) -> None:
    assert reasons.calculate(reason) == reason
    assert i18n.text(f"mails.reason.{reason}.name", language)
    assert i18n.text(f"mails.reason.{reason}.advice", language)


def test_a_reason_from_the_future_is_told_as_a_plain_decline() -> None:
    assert reasons.calculate("mercury_in_retrograde") == reasons.DECLINED
