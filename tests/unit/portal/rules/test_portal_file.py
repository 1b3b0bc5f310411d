"""What a portal's file holds, and where it names the vendor's things."""

from typing import Any

import pytest

from services.portal.rules.portals import portal_file
from services.portal.rules.portals.portal_file import FORMAT, Named
from shared.errors import Invalid

DOCUMENT: dict[str, Any] = {
    "name": "Shop",
    "domain": {"host": "a.example", "path": ""},
    "features": {
        "subscription_cancel": {
            "helpdesk": "desk_1",
            "offers": [{"kind": "coupon", "coupon": "coup_1", "plan": None}, {"kind": "plan", "plan": "plan_1"}],
        },
        "tickets": {"helpdesk": None},
    },
    "scope": {"campaigns": ["camp_1"], "hidden_products": ["prod_1", "prod_2"]},
}


def test_what_is_one_portal_s_alone_stays_out() -> None:
    wrapped = portal_file.wrap(DOCUMENT)

    assert list(wrapped) == ["format", "name", "features", "scope"]
    assert portal_file.unwrap(wrapped) == {name: value for name, value in DOCUMENT.items() if name != "domain"}


@pytest.mark.parametrize(
    ("value", "code"), [(None, "required"), ([], "required"), ({}, "required"), ({"format": 1}, "not_a_choice")]
)
def test_another_file_is_none(value: Any, code: str) -> None:
    with pytest.raises(Invalid) as refused:
        portal_file.unwrap(value)
    assert [(each.field, each.code) for each in refused.value.fields] == [("format", code)]


def test_each_thing_is_named_with_its_place() -> None:
    assert set(portal_file.names(DOCUMENT)) == {
        Named(kind="helpdesks", field="features.subscription_cancel.helpdesk", value="desk_1"),
        Named(kind="coupons", field="features.subscription_cancel.offers.0.coupon", value="coup_1"),
        Named(kind="plans", field="features.subscription_cancel.offers.1.plan", value="plan_1"),
        Named(kind="campaigns", field="scope.campaigns.0", value="camp_1"),
        Named(kind="products", field="scope.hidden_products.0", value="prod_1"),
        Named(kind="products", field="scope.hidden_products.1", value="prod_2"),
    }
    assert portal_file.names({"features": [], "scope": {"campaigns": "x", "hidden_products": [1, None]}}) == ()


def test_renaming_changes_the_names_and_nothing_else() -> None:
    there = portal_file.renamed(DOCUMENT, lambda each: each.value.upper())

    assert there["scope"] == {"campaigns": ["CAMP_1"], "hidden_products": ["PROD_1", "PROD_2"]}
    assert portal_file.renamed(there, lambda each: each.value.lower()) == DOCUMENT


def test_texts_and_headings_are_as_the_file_says_and_others_go() -> None:
    now_is = {
        "texts": {"en": {"portal.a": "A", "portal.b": "B"}, "de": {"portal.a": "X"}},
        "appearance": {"translations": {"de": {"headline": "H"}}},
    }
    given = {"texts": {"en": {"a": "C"}, "fr": None}, "appearance": {"translations": {"fr": {"headline": "I"}}}}

    assert portal_file.completed(given, now_is=now_is) == {
        "texts": {"en": {"portal.a": "C", "portal.b": None}, "de": {"portal.a": None}, "fr": {}},
        "appearance": {"translations": {"de": None, "fr": {"headline": "I"}}},
    }
    assert portal_file.completed({"name": "X"}, now_is=now_is) == {"name": "X"}
    assert portal_file.unwrap({"format": FORMAT}) == {}
