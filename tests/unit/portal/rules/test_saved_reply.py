"""Saved replies: which places there are, and what becomes of them in a ticket."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.portal.rules.support import saved_reply
from services.portal.rules.support.saved_reply import MOST, PLACES
from shared.errors import Invalid

MIRA = {"customer": "Mira", "vendor": "Larkfield", "subscription": "Team plan"}


def test_the_worked_example() -> None:
    filled = saved_reply.calculate("Hello {customer}, your {subscription} goes on.", MIRA)

    assert (filled.text, filled.left) == ("Hello Mira, your Team plan goes on.", ())


def test_a_place_with_nothing_to_put_in_stays_and_is_named_once() -> None:
    filled = saved_reply.calculate("{subscription}, {subscription} of {customer}", {**MIRA, "subscription": None})

    assert (filled.text, filled.left) == ("{subscription}, {subscription} of Mira", ("{subscription}",))


def test_a_place_within_a_value_is_not_filled() -> None:
    assert saved_reply.calculate("{customer}", {**MIRA, "customer": "{vendor}"}).text == "{vendor}"


@pytest.mark.parametrize("text", ["", "Hello", "{customer}{vendor}", "a { brace", "} and {", "{{customer}}"])
def test_known_places_and_lonely_braces_are_fine(text: str) -> None:
    saved_reply.check(text)


@pytest.mark.parametrize("text", ["{name}", "{Customer}", "{ customer }", "{}", "{customer.email}"])
def test_an_unknown_place_is_refused_with_those_there_are(text: str) -> None:
    with pytest.raises(Invalid) as refused:
        saved_reply.check(f"Hello {text} and {text}")

    (wrong,) = refused.value.fields
    assert (wrong.field, wrong.code) == ("text", "reply_place_unknown")
    assert dict(wrong.params) == {"place": text, "offered": "{customer}, {vendor}, {subscription}"}


def test_there_may_be_so_many() -> None:
    saved_reply.check_number(MOST - 1)
    with pytest.raises(Invalid):
        saved_reply.check_number(MOST)


@given(st.text(), st.dictionaries(st.sampled_from(PLACES), st.one_of(st.none(), st.text())))
def test_a_text_that_is_taken_is_filled_as_far_as_there_are_values(text: str, values: dict[str, str | None]) -> None:
    try:
        saved_reply.check(text)
    except Invalid:
        return
    filled = saved_reply.calculate(text, values)

    assert all(not values.get(place[1:-1]) for place in filled.left)
    assert saved_reply.calculate(text, {}).text == text
