"""Texts of a vendor's own: known keys, the same places, nothing but text."""

from string import printable

from hypothesis import given
from hypothesis import strategies as st

from shared.i18n import catalog, fill, text
from shared.i18n.overrides import LONGEST, accepted


def test_a_known_key_is_taken_with_and_without_its_prefix() -> None:
    own = accepted({"overview.title": "Your account", "ui.terms": "House rules"}, "en")

    assert own.texts == {"portal.overview.title": "Your account", "ui.terms": "House rules"}
    assert own.ignored == ()


def test_unknown_keys_and_texts_that_lack_a_place_or_bring_one_are_ignored() -> None:
    key = next(name for name, standard in catalog("en").items() if name.startswith("portal.") and "{date}" in standard)
    given_texts = {"no.such.key": "x", key: "On some day", "overview.title": "{date}", "errors.not_found": "x"}

    own = accepted(given_texts, "en")

    assert own.texts == {}
    assert own.ignored == tuple(given_texts)


def test_an_empty_text_and_a_long_one_hide_nothing() -> None:
    assert accepted({"overview.title": "  "}, "en").texts == {}
    assert accepted({"overview.title": "x" * (LONGEST + 1)}, "en").texts == {}


@given(st.text(alphabet=printable + "{}%$<>", max_size=60))
def test_whatever_a_text_holds_it_is_shown_and_never_run(hostile: str) -> None:
    filled = fill(hostile, {"date": "18 December"})

    assert filled == hostile.replace("{date}", "18 December")


def test_the_standard_text_is_filled_as_before() -> None:
    assert text("portal.changes.title", "en", plan="{x.__class__}").count("{x.__class__}") == 1
