"""What an operator may say of entitlements."""

import pytest

from services.auth.rules import entitlements
from shared.entitlements import Entitlement
from shared.errors import Invalid


def test_what_is_withheld_needs_a_reason_and_somebody_to_ask() -> None:
    kept = entitlements.decide(withheld=["own_domain", "helpdesks"], reason="Larger plan.", ask="sales@host.example")

    assert kept == {"withheld": ["helpdesks", "own_domain"], "reason": "Larger plan.", "ask": "sales@host.example"}
    for reason, ask in ((None, "sales@host.example"), ("Larger plan.", None), (" ", "x"), ("a\nb", "x")):
        with pytest.raises(Invalid):
            entitlements.decide(withheld=["helpdesks"], reason=reason, ask=ask)


def test_nothing_withheld_forgets_why() -> None:
    assert entitlements.decide(withheld=[], reason="Larger plan.", ask=None) is None


def test_the_portal_itself_can_not_be_withheld() -> None:
    assert {each.value for each in Entitlement} == {"helpdesks", "own_domain", "custom_css"}
    with pytest.raises(Invalid):
        entitlements.decide(withheld=["portal"], reason="No.", ask="Nobody")
