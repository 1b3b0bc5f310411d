"""Which mails there are."""

from pathlib import Path

import pytest

from services.notifications.rules.messages import MESSAGES, Kind

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
    assert [kind for kind in Kind if MESSAGES[kind].urgent] == [Kind.SIGN_IN]
    assert [kind for kind in Kind if MESSAGES[kind].sealed] == [Kind.SIGN_IN]
