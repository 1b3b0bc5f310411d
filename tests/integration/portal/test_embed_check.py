"""Why a page shows no portal, through the API; nothing is changed or asked of the page."""

from typing import Any

from services.portal.actions import sightings
from shared import clock
from tests.integration.portal.shop import Shop
from tests.integration.portal.test_portal_drafts import URL, the_default


def checked(shop: Shop, at: str, page: str, **more: Any) -> Any:
    return shop.post(f"{at}/check_embed", {"page": page, **more})


def test_each_step_is_told_by_code_and_sentence(shop: Shop) -> None:
    portal = the_default(shop)["id"]
    at = f"{URL}/{portal}"
    shop.patch(at, {"embed": {"allowed_origins": ["https://shop.example"]}})
    with shop.inside() as session:
        for origin in ("https://shop.example", "https://other.example"):
            sightings.note(session, configuration_id=portal, origin=origin, now=clock.now())

    wrong = checked(shop, at, "https://www.shop.example", policy="default-src 'self'")
    right = checked(shop, at, "https://shop.example/account")

    assert (wrong["works"], wrong["origin"], wrong["seen"]) == (False, "https://www.shop.example", [])
    assert [each["code"] for each in wrong["steps"] if each["state"] == "wrong"] == [
        "origin_www",
        "policy_no_script",
        "policy_no_frame",
    ]
    assert "with and without www. are two origins" in wrong["steps"][1]["detail"]
    assert (right["works"], right["origin"]) == (True, "https://shop.example")
    assert [each["origin"] for each in right["seen"]] == ["https://shop.example"]
    assert right["frame_ancestors"] == "frame-ancestors https://shop.example"
    assert right["needed_policy"] == "script-src http://localhost:8080; frame-src http://localhost:8080"


def test_what_waits_in_the_draft_is_told_and_foreign_portals_are_not(shop: Shop, other: Shop) -> None:
    at = f"{URL}/{the_default(shop)['id']}"
    shop.patch(f"{at}/draft", {"embed": {"allowed_origins": ["https://shop.example"]}})

    assert "origin_drafted" in [each["code"] for each in checked(shop, at, "https://shop.example")["steps"]]
    assert other.ask("POST", f"{at}/check_embed", json={"page": "https://shop.example"}).status_code == 404
    assert shop.ask("POST", f"{at}/check_embed", json={"page": ""}).status_code == 400
