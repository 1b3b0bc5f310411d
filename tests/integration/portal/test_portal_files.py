"""A portal as a file: exported, compared, brought in as a draft, all of it or nothing, from test to live mode."""

import re
from typing import Any

import pytest

from services.portal.rules.portals.presets import PRESETS
from shared import plain_yaml
from tests.integration.portal.shop import Shop
from tests.integration.portal.test_portal_drafts import URL, the_default


def of(shop: Shop, portal: str | None = None) -> str:
    return f"{URL}/{portal or the_default(shop)['id']}"


def exported(shop: Shop, at: str) -> str:
    answer = shop.ask("GET", f"{at}/export")
    assert answer.status_code == 200, answer.text
    assert answer.mimetype == "application/yaml"
    return answer.text


def brought(shop: Shop, at: str, file: str, **more: Any) -> list[tuple[str, Any]]:
    draft = shop.post(f"{at}/import", {"file": file, **more})
    return [(each["field"], each["after"]) for each in draft["differences"]]


def faults(shop: Shop, at: str, file: str) -> set[tuple[str, str]]:
    answer = shop.ask("POST", f"{at}/import", json={"file": file})
    assert answer.status_code == 422, answer.text
    assert shop.get(f"{at}/draft")["changed_at"] is None
    return {(each["field"], each["code"]) for each in answer.json["errors"]}


def file_of(**says: Any) -> str:
    return plain_yaml.write({"format": "bursar/portal/1", **says})


def furnished(shop: Shop) -> dict[str, Any]:
    """A portal that names one thing of each kind, with texts and headings; the same in either mode."""
    strings = shop.product(name="Strings / Bows")
    plan = shop.plan(product=strings, name="Monthly")
    shop.plan(product=shop.product(name="Reeds"), name="Monthly")
    campaign = shop.post("/v1/campaigns", {"name": "Autumn"})
    coupon = shop.post("/v1/coupons", {"code": "STAY", "name": "Stay", "percent_off": 1000, "duration": "once"})
    desk = shop.post("/v1/helpdesks", {"name": "Front desk"})
    offers = [
        {"kind": "coupon", "coupon": coupon["id"], "reasons": ["too_expensive"]},
        {"kind": "plan", "plan": plan["id"], "reasons": ["unused"]},
    ]
    return {
        "features": {
            "subscription_cancel": {"execution": "manual", "helpdesk": desk["id"], "offers": offers},
            "tickets": {"enabled": True, "helpdesk": desk["id"]},
        },
        "scope": {"campaigns": [campaign["id"]], "hidden_products": [strings["id"]]},
        "appearance": {
            "translations": {"de": {"headline": "Ihre Abos"}},
            "custom_css": ".card { color: teal }\n.btn { color: red }\n",
        },
        "texts": {"en": {"cancel.title": "Leave {plan}"}, "nb": {"cancel.fact.mail": "no"}},
    }


@pytest.mark.parametrize("preset", PRESETS)
def test_a_portal_as_exported_changes_nothing(shop: Shop, preset: str) -> None:
    at = of(shop, shop.post(URL, {"name": preset, "preset": preset})["id"])

    assert brought(shop, at, exported(shop, at)) == []
    assert shop.get(f"{at}/draft")["changed_at"] is None


def test_from_test_to_live_by_names(shop: Shop) -> None:
    at, live = of(shop), shop.live()
    shop.patch(at, furnished(shop))
    wanted = furnished(live)
    file = exported(shop, at)

    assert brought(shop, at, file) == []
    assert not re.search(r"[a-z]{3,4}_[0-9a-z]{26}", file)
    assert brought(live, of(live), file, dry_run=True) == (there := brought(live, of(live), file))
    assert dict(there)["scope.campaigns"] == wanted["scope"]["campaigns"]
    drafted = live.get(f"{of(live)}/draft")["configuration"]
    assert drafted["scope"] == {**wanted["scope"], "access_gate": "any_order"}
    published = live.post(f"{of(live)}/publish", {})
    offers = published["features"]["subscription_cancel"]["offers"]
    assert [each["plan"] or each["coupon"] for each in offers] == [
        each.get("plan") or each["coupon"] for each in wanted["features"]["subscription_cancel"]["offers"]
    ]
    assert published["texts"]["nb"] == {"portal.cancel.fact.mail": "no"}
    assert exported(live, of(live)).splitlines()[1:] == file.splitlines()[1:]


def test_a_dry_run_keeps_nothing(shop: Shop) -> None:
    at = of(shop)

    assert brought(shop, at, file_of(display_name="Strings"), dry_run=True) == [("display_name", "Strings")]
    assert shop.get(f"{at}/draft")["changed_at"] is None


def test_what_a_file_leaves_out_stays_but_texts_are_as_it_says(shop: Shop) -> None:
    at = of(shop)
    shop.patch(at, furnished(shop))
    before = shop.get(at)

    found = brought(shop, at, file_of(texts={"en": {"cancel.title": "Bye {plan}"}}, appearance={"translations": {}}))

    after = shop.get(f"{at}/draft")["configuration"]
    assert {field for field, _ in found} == {
        "texts.en.portal.cancel.title",
        "texts.nb.portal.cancel.fact.mail",
        "appearance.translations.de.headline",
    }
    assert after["texts"] == {"en": {"portal.cancel.title": "Bye {plan}"}}
    assert after["features"] == before["features"]
    assert after["appearance"]["custom_css"] == before["appearance"]["custom_css"]


def test_a_file_wins_over_what_the_draft_says(shop: Shop) -> None:
    at = of(shop)
    shop.patch(f"{at}/draft", {"display_name": "Other", "texts": {"en": {"cancel.title": "Leave {plan}"}}})

    assert brought(shop, at, exported(shop, at)) == []
    assert shop.get(f"{at}/draft")["changed_at"] is None


def test_every_fault_of_a_file_is_named_and_nothing_of_it_is_kept(shop: Shop) -> None:
    at = of(shop)
    shop.post("/v1/campaigns", {"name": "Twice"})
    shop.post("/v1/campaigns", {"name": "Twice"})

    assert faults(shop, at, "a: [") == {("file", "yaml_unreadable")}
    assert faults(shop, at, "name: X") == {("format", "required")}
    assert faults(shop, at, "[1]") == {("format", "required")}
    assert faults(shop, at, "format: bursar/portal/9") == {("format", "not_a_choice")}
    assert faults(
        shop,
        at,
        file_of(
            nickname="X",
            domain={"host": "shop.example"},
            features={"subscription_cancel": {"enabled": "yes"}},
            scope={"campaigns": ["Twice", "Nobody"]},
        ),
    ) == {
        ("nickname", "unknown_field"),
        ("domain", "unknown_field"),
        ("features.subscription_cancel.enabled", "not_valid"),
        ("scope.campaigns.0", "unknown_name"),
        ("scope.campaigns.1", "unknown_name"),
    }
    assert faults(shop, at, file_of(links={"terms": "javascript:alert(1)"})) == {("links.terms", "bad_url")}
    assert faults(shop, at, file_of(texts={"en": {"cancel.titel": "X", "cancel.title": "{nobody}"}})) == {
        ("texts.en.portal.cancel.titel", "unknown_text"),
        ("texts.en.portal.cancel.title", "other_places"),
    }
    assert faults(shop, at, file_of(texts="x", scope=[], features={"tickets": 1, "subscription_cancel": []})) == {
        ("texts", "not_valid"),
        ("scope._schema", "not_valid"),
        ("features.tickets._schema", "not_valid"),
        ("features.subscription_cancel._schema", "not_valid"),
    }


def test_a_name_is_of_the_thing_in_use_and_an_id_where_several_have_it(shop: Shop) -> None:
    at = of(shop)
    old, new = (shop.post("/v1/campaigns", {"name": "Autumn"}) for _ in range(2))
    shop.patch(at, {"scope": {"campaigns": [old["id"]]}})
    assert old["id"] in exported(shop, at)
    assert brought(shop, at, exported(shop, at)) == []

    shop.patch(f"/v1/campaigns/{old['id']}", {"archived": True})
    assert brought(shop, at, exported(shop, at)) == []
    assert brought(shop, at, file_of(scope={"campaigns": ["Autumn"]})) == [("scope.campaigns", [new["id"]])]


def test_what_test_mode_alone_may_is_a_fault_in_live_mode(shop: Shop) -> None:
    live = shop.live()
    file = file_of(sign_in={"require_hash": False}, embed={"allowed_origins": ["http://localhost:3000"]})

    assert brought(shop, of(shop), file) != []
    assert faults(live, of(live), file) == {
        ("sign_in.require_hash", "test_mode_only"),
        ("embed.allowed_origins.0", "bad_origin"),
    }


def test_nobody_exports_or_imports_for_another_vendor_or_without_the_scope(shop: Shop, other: Shop) -> None:
    at = of(shop)

    for stranger in (other, shop.live()):
        assert stranger.ask("GET", f"{at}/export").status_code == 404
        assert stranger.ask("POST", f"{at}/import", json={"file": "a: ["}).status_code == 404
    reading = ("portal_configurations:read",)
    assert shop.ask("POST", f"{at}/import", json={"file": file_of()}, scopes=reading).status_code == 403
    assert shop.ask("GET", f"{at}/export", scopes=("invoices:read",)).status_code == 403
