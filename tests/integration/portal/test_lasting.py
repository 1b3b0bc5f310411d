"""How long a vendor lets links and sessions last: shorter than everywhere, never longer, never not at all."""

from typing import Any

import pytest

from shared.events import PortalConfigurationPublishedV3
from tests.integration.portal.shop import Shop

URL = "/v1/portal_configurations"
USUAL = {"link_minutes": 10, "session_idle_minutes": 30, "session_hours": 12}


@pytest.mark.feature("A03", "A17")
def test_what_is_shorter_is_kept_and_told(shop: Shop) -> None:
    made = shop.post(URL, {"name": "Strict", "sign_in": {"link_minutes": 3}})

    assert {name: made["sign_in"][name] for name in USUAL} == {**USUAL, "link_minutes": 3}
    changed = shop.patch(f"{URL}/{made['id']}", {"sign_in": {"session_idle_minutes": 5, "session_hours": 1}})

    shorter = {"link_minutes": 3, "session_idle_minutes": 5, "session_hours": 1}
    assert {name: changed["sign_in"][name] for name in USUAL} == shorter
    told = shop.said(PortalConfigurationPublishedV3)[-1].sign_in
    assert {name: told[name] for name in USUAL} == shorter


@pytest.mark.feature("A03", "A17")
@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("link_minutes", 0),
        ("link_minutes", -1),
        ("link_minutes", 11),
        ("link_minutes", None),
        ("link_minutes", 2.5),
        ("link_minutes", "5"),
        ("session_idle_minutes", 0),
        ("session_idle_minutes", 4),
        ("session_idle_minutes", 31),
        ("session_idle_minutes", None),
        ("session_hours", 0),
        ("session_hours", -12),
        ("session_hours", 13),
        ("session_hours", None),
        ("session_hours", True),
    ],
)
def test_zero_or_missing_lifetime(shop: Shop, field: str, value: Any) -> None:
    """A lifetime that makes links expire at birth, or last too long, is refused when it is configured."""
    for method, url, more in (("POST", URL, {"name": "Never"}), ("PATCH", f"{URL}/{default(shop)['id']}", {})):
        answer = shop.ask(method, url, json={**more, "sign_in": {field: value}})

        assert answer.status_code in (400, 422)
        assert [each["field"] for each in answer.json["errors"]] == [f"sign_in.{field}"]
    assert {name: default(shop)["sign_in"][name] for name in USUAL} == USUAL


def default(shop: Shop) -> dict[str, Any]:
    [found] = shop.get(f"{URL}?is_default=true")["data"]
    return dict(found)
