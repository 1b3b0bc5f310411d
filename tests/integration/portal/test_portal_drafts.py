"""J11: a portal's draft is seen by nobody until it is published; every version is kept, and can be gone back to."""

from typing import Any

import pytest

from shared.events import PortalConfigurationPublishedV3
from tests.integration.portal.shop import Shop

URL = "/v1/portal_configurations"


def the_default(shop: Shop) -> dict[str, Any]:
    found: dict[str, Any] = shop.get(f"{URL}?is_default=true")["data"][0]
    return found


@pytest.fixture
def at(shop: Shop) -> str:
    return f"{URL}/{the_default(shop)['id']}"


def versions(shop: Shop, at: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = shop.get(f"{at}/versions")["data"]
    return found


@pytest.mark.feature("J11", "B02")
def test_a_draft_is_seen_by_nobody_until_it_is_published(shop: Shop, at: str) -> None:
    before, said = shop.get(at), len(shop.said(PortalConfigurationPublishedV3))

    draft = shop.patch(
        f"{at}/draft", {"appearance": {"brand_color": "#123456"}, "links": {"terms": "https://a.example/t"}}
    )
    assert draft["configuration"]["appearance"]["brand_color"] == "#123456"
    assert [(each["field"], each["after"]) for each in draft["differences"]] == [
        ("appearance.brand_color", "#123456"),
        ("links.terms", "https://a.example/t"),
    ]
    assert shop.get(at) == before
    assert len(shop.said(PortalConfigurationPublishedV3)) == said

    more = shop.patch(f"{at}/draft", {"appearance": {"theme": "dark"}})
    assert {each["field"] for each in more["differences"]} == {
        "appearance.brand_color",
        "appearance.theme",
        "links.terms",
    }
    published = shop.post(f"{at}/publish", {})
    assert published["appearance"]["brand_color"] == "#123456"
    assert published["appearance"]["theme"] == "dark"
    assert shop.get(at) == published
    assert len(shop.said(PortalConfigurationPublishedV3)) == said + 1
    after = shop.get(f"{at}/draft")
    assert (after["differences"], after["changed_at"]) == ([], None)


def test_publishing_needs_a_draft_and_the_revision_that_was_read(shop: Shop, at: str) -> None:
    answer = shop.ask("POST", f"{at}/publish", json={})
    assert (answer.status_code, answer.json["code"]) == (409, "nothing_to_publish")

    shop.patch(f"{at}/draft", {"name": "Waiting"})
    shop.patch(at, {"name": "Meanwhile"})
    stale = shop.ask("POST", f"{at}/publish", json={}, headers={"If-Match": '"1"'})
    assert stale.status_code == 412
    assert shop.post(f"{at}/publish", {})["name"] == "Waiting"


def test_a_draft_is_on_top_of_what_is_published_by_then(shop: Shop, at: str) -> None:
    shop.patch(f"{at}/draft", {"appearance": {"theme": "dark"}})
    shop.patch(at, {"display_name": "New name"})

    seen = shop.get(f"{at}/draft")

    assert seen["configuration"]["display_name"] == "New name"
    assert [each["field"] for each in seen["differences"]] == ["appearance.theme"]
    assert shop.post(f"{at}/publish", {})["display_name"] == "New name"


def test_what_a_draft_says_is_checked_when_it_is_saved(shop: Shop, at: str) -> None:
    answer = shop.ask("PATCH", f"{at}/draft", json={"appearance": {"brand_color": "green"}})
    assert answer.status_code == 422
    assert [(each["field"], each["code"]) for each in answer.json["errors"]] == [
        ("appearance.brand_color", "bad_color")
    ]
    assert shop.get(f"{at}/draft")["changed_at"] is None
    for switch in ("is_default", "active"):
        assert shop.ask("PATCH", f"{at}/draft", json={switch: True}).status_code == 400


def test_a_draft_that_changes_nothing_any_more_is_gone_and_one_can_be_thrown_away(shop: Shop, at: str) -> None:
    name = shop.get(at)["name"]
    shop.patch(f"{at}/draft", {"name": "Other"})
    assert shop.patch(f"{at}/draft", {"name": name})["changed_at"] is None

    shop.patch(f"{at}/draft", {"name": "Other"})
    assert shop.ask("DELETE", f"{at}/draft").status_code == 204
    assert shop.get(f"{at}/draft")["differences"] == []
    assert shop.ask("DELETE", f"{at}/draft").status_code == 204


@pytest.mark.feature("J11")
def test_every_published_version_is_kept_and_can_be_gone_back_to(shop: Shop, at: str) -> None:
    first = shop.get(at)
    shop.patch(at, {"appearance": {"headline": "Two", "translations": {"de": {"headline": "Zwei"}}}})
    css = ".card { color: teal }"
    shop.patch(at, {"appearance": {"custom_css": css}, "texts": {"en": {"portal.method.title": "Card"}}})
    found = versions(shop, at)

    assert [each["number"] for each in found] == [3, 2, 1]
    assert {each["published_by"] for each in found[:2]} == {"key_1"}
    whole = shop.get(f"{at}/versions/{found[1]['id']}")
    assert whole["document"]["appearance"]["headline"] == "Two"

    back = shop.post(f"{at}/rollback", {"version": found[2]["id"]})
    for part in ("appearance", "features", "texts", "links", "scope", "sign_in", "embed", "name"):
        assert back[part] == first[part], part
    assert [each["number"] for each in versions(shop, at)] == [4, 3, 2, 1]
    again = shop.post(f"{at}/rollback", {"version": found[0]["id"]})
    assert again["appearance"]["custom_css"] == css
    assert again["texts"] == {"en": {"portal.method.title": "Card"}}


def test_a_switch_that_is_no_part_of_a_version_makes_none(shop: Shop, at: str) -> None:
    count = len(versions(shop, at))
    shop.patch(at, {"active": False})
    shop.patch(at, {"active": True})
    assert len(versions(shop, at)) == count


def test_nobody_elses_drafts_and_versions_are_there(shop: Shop, other: Shop, at: str) -> None:
    theirs = f"{URL}/{the_default(other)['id']}"
    version = versions(other, theirs)[0]["id"]

    for method, path, body in (
        ("GET", f"{theirs}/draft", None),
        ("PATCH", f"{theirs}/draft", {"name": "Mine"}),
        ("DELETE", f"{theirs}/draft", None),
        ("POST", f"{theirs}/publish", {}),
        ("GET", f"{theirs}/versions", None),
        ("GET", f"{at}/versions/{version}", None),
        ("POST", f"{at}/rollback", {"version": version}),
    ):
        assert shop.ask(method, path, **({"json": body} if body is not None else {})).status_code == 404, path


def test_whoever_may_only_read_changes_no_draft(shop: Shop, at: str) -> None:
    reads = ("portal_configurations:read",)
    assert shop.ask("GET", f"{at}/draft", scopes=reads).status_code == 200
    assert shop.ask("PATCH", f"{at}/draft", scopes=reads, json={}).status_code == 403
    assert shop.ask("POST", f"{at}/publish", scopes=reads, json={}).status_code == 403
    assert shop.ask("POST", f"{at}/rollback", scopes=reads, json={"version": "pver_1"}).status_code == 403
