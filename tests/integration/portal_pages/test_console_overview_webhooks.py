"""The overview says when webhooks fail, leads to them, and is there when nobody can say."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import pytest

from services.portal.adapters.notifications import Webhooks
from shared.errors import Unavailable
from tests.integration.portal_pages.console import Staff
from tests.integration.portal_pages.test_console_overview import PAGE, words

Standing = Callable[[Webhooks | None], None]


@dataclass
class Notifications:
    """Stands where notifications is."""

    stand: Webhooks | None

    def webhooks(self, *, passport: str) -> Webhooks:
        if self.stand is None or not passport:
            raise Unavailable(part="notifications")
        return self.stand


@pytest.fixture
def standing(staff: Staff, monkeypatch: pytest.MonkeyPatch) -> Standing:
    """Sets how they stand; None: notifications is away."""
    before = staff.shop.app.extensions["bursar"]

    def stand(found: Webhooks | None) -> None:
        there: Any = Notifications(found)
        adapters = replace(before.adapters, notifications=there)
        monkeypatch.setitem(staff.shop.app.extensions, "bursar", replace(before, adapters=adapters))

    return stand


@pytest.mark.feature("M13")
def test_what_fails_needs_attention_and_is_led_to(staff: Staff, standing: Standing) -> None:
    standing(Webhooks(failing=1, off=2, failed=3))
    page = staff.get(PAGE).text
    reader = replace(staff, role="read_only").get(PAGE).text

    assert "3 webhooks were given up since yesterday" in words(page)
    assert "1 endpoint takes nothing now. 2 endpoints were switched off for it." in words(page)
    assert 'href="/console/developers/webhooks/deliveries?state=failed"' in page
    assert "3 webhooks were given up since yesterday" in words(reader)
    assert "/console/developers/webhooks" not in reader


def test_one_that_fails_with_nothing_given_up_yet_leads_to_the_endpoints(staff: Staff, standing: Standing) -> None:
    standing(Webhooks(failing=1, off=0, failed=0))
    page = staff.get(PAGE).text

    assert "Webhooks are failing" in words(page)
    assert 'class="strong" href="/console/developers/webhooks"' in page


@pytest.mark.parametrize("found", [None, Webhooks(failing=0, off=0, failed=0)], ids=["away", "all well"])
def test_nothing_is_said_where_nothing_fails_or_nobody_can_say(
    staff: Staff, standing: Standing, found: Webhooks | None
) -> None:
    standing(found)
    answer = staff.get(PAGE)

    assert answer.status_code == 200
    assert "Nothing waits for you." in words(answer.text)
