"""What a portal newly uses, and what of it is withheld."""

import pytest

from services.portal.rules import entitlements
from services.portal.rules.entitlements import NotEntitled, Used
from shared.entitlements import Entitlement

KNOWN = {"withheld": ["own_domain", "custom_css"], "reason": "Part of the larger plan.", "ask": "sales@host.example"}
NOTHING = Used(host=None, to_helpdesk=frozenset(), css=None)


def manual(*features: str) -> dict[str, dict[str, str]]:
    return {name: {"execution": "manual"} for name in features}


@pytest.mark.parametrize(
    ("before", "after", "needed"),
    [
        (None, NOTHING, set()),
        (None, Used(host="a.example", to_helpdesk=frozenset(), css=".card {}"), {"own_domain", "custom_css"}),
        (Used(host="a.example", to_helpdesk=frozenset(), css=None), NOTHING, set()),
        (
            Used(host="a.example", to_helpdesk=frozenset(), css=None),
            Used(host="b.example", to_helpdesk=frozenset(), css=None),
            {"own_domain"},
        ),
        (NOTHING, entitlements.used(host=None, features=manual("refund_request"), css=None), {"helpdesks"}),
        (
            entitlements.used(host=None, features=manual("refund_request"), css="x"),
            entitlements.used(host=None, features=manual("refund_request"), css="x"),
            set(),
        ),
        (
            entitlements.used(host=None, features=manual("refund_request"), css=None),
            entitlements.used(host=None, features=manual("refund_request", "subscription_cancel"), css=None),
            {"helpdesks"},
        ),
    ],
)
def test_only_what_is_new_is_needed(before: Used | None, after: Used, needed: set[str]) -> None:
    assert entitlements.newly(before, after) == needed


def test_what_is_withheld_is_refused_with_the_reason_and_whom_to_ask() -> None:
    with pytest.raises(NotEntitled) as refused:
        entitlements.decide(frozenset({Entitlement.OWN_DOMAIN}), known=KNOWN)

    assert refused.value.params == {
        "entitlement": "own_domain",
        "reason": "Part of the larger plan.",
        "ask": "sales@host.example",
    }


@pytest.mark.parametrize("known", [None, {**KNOWN, "withheld": ["own_domain"]}])
def test_what_is_not_withheld_is_theirs(known: dict[str, object] | None) -> None:
    entitlements.decide(frozenset({Entitlement.HELPDESKS, Entitlement.CUSTOM_CSS}), known=known)
