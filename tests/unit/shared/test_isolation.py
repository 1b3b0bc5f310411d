"""Names in sentences that run the other way."""

import pytest
from markupsafe import Markup

from shared.i18n.isolation import isolate

HELD = "\u2068{}\u2069"


@pytest.mark.feature("I04")
@pytest.mark.parametrize(
    ("value", "language"),
    [("Team (EU)", "ar"), ("2 Cows", "he"), ("ميرا", "en"), ("Tessaly ميرا", "de"), ("3 שקל", "fr"), ("東京", "ar")],
)
def test_a_name_of_the_other_direction_is_held_together(value: str, language: str) -> None:
    assert isolate(value, language) == HELD.format(value)


@pytest.mark.feature("I04")
@pytest.mark.parametrize(
    ("value", "language"),
    [
        ("Team (EU)", "en"),
        ("東京", "de"),
        ("ميرا", "ar"),
        ("22 ديسمبر 2026", "ar"),
        ("\u200f58.00\u00a0€", "ar"),
        ("ada@example.com", "ar"),
        ("5HX1WQNZFX", "he"),
        ("https://shop.example/a", "he"),
        ("", "ar"),
        (12, "ar"),
    ],
)
def test_what_stays_in_place_by_itself_is_left_as_it_is(value: object, language: str) -> None:
    assert isolate(value, language) == value


def test_markup_stays_markup() -> None:
    held = isolate(Markup("<b>Team (EU)</b>"), "ar")

    assert isinstance(held, Markup)
    assert held == HELD.format("<b>Team (EU)</b>")
