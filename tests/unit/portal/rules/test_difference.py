"""What differs between two states of a portal, field by field."""

from services.portal.rules.portals import difference
from services.portal.rules.portals.difference import Difference


def test_fields_are_named_as_errors_name_them() -> None:
    before = {"links": {"terms": None, "privacy": "p"}, "name": "A"}
    after = {"links": {"terms": "t", "privacy": "p"}, "name": "A"}

    assert difference.calculate(before, after) == (Difference("links.terms", None, "t"),)
    assert difference.calculate(after, after) == ()


def test_a_list_is_one_value() -> None:
    assert difference.calculate({"methods": ["a", "b"]}, {"methods": ["b", "a"]}) == (
        Difference("methods", ["a", "b"], ["b", "a"]),
    )


def test_what_comes_and_what_goes_differs_from_nothing() -> None:
    assert difference.calculate({"texts": {"en": {"x": "1"}}}, {"texts": {"de": {"x": "2"}}}) == (
        Difference("texts.de.x", None, "2"),
        Difference("texts.en.x", "1", None),
    )


def test_a_switch_turned_off_differs_from_none() -> None:
    assert difference.calculate({"on": True}, {"on": False}) == (Difference("on", True, False),)
