"""The console's pages about portals: list, five steps kept as a draft, preview, publishing, going back."""

from typing import Any

import pytest

from tests.integration.portal_pages.console import Staff, fields_of

STEPS = ("scope", "design", "features", "sign-in")
API = "/v1/portal_configurations"


def at(portal: str, path: str = "") -> str:
    return f"/console/portals/{portal}{path}"


def stored(staff: Staff, portal: str) -> dict[str, Any]:
    found: dict[str, Any] = staff.shop.get(f"{API}/{portal}")
    return found


@pytest.mark.feature("B02", "J02", "J05")
def test_the_list_shows_every_portal_with_how_it_stands(staff: Staff, portal: str) -> None:
    page = staff.get("/console/portals")

    assert page.status_code == 200, page.text
    assert "Customer portal" in page.text
    assert "Global portal" in page.text
    assert "Draft waits" not in page.text
    staff.shop.patch(f"{API}/{portal}/draft", {"display_name": "Other"})
    assert "Draft waits" in staff.get("/console/portals").text


@pytest.mark.parametrize("step", STEPS)
def test_a_step_that_is_sent_as_it_stands_changes_nothing(staff: Staff, portal: str, step: str) -> None:
    page = staff.get(at(portal, f"/{step}"))
    assert page.status_code == 200, page.text

    answer = staff.post(at(portal, f"/{step}"), fields_of(page.text))

    assert answer.status_code == 303, answer.text
    assert staff.shop.get(f"{API}/{portal}/draft")["differences"] == []


def test_what_was_set_through_the_api_alone_stays(staff: Staff, portal: str) -> None:
    reasons = ["too_expensive", "missing_features", "switched_service", "unused", "low_quality"]
    lengths = [{"interval": "week", "interval_count": 2}, {"interval": "month", "interval_count": 5}]
    offers = [{"kind": "pause", "reasons": [each]} for each in reasons[:3]]
    features = {
        "subscription_cancel": {"offers": [*offers, {"kind": "contact", "reasons": reasons[3:]}, {"kind": "pause"}]},
        "subscription_pause": {"enabled": True, "duration": {"interval_options": lengths}},
    }
    staff.shop.patch(f"{API}/{portal}", {"features": features, "links": {"support": "https://shop.example/help"}})
    page = staff.get(at(portal, "/features"))

    answer = staff.post(at(portal, "/features"), fields_of(page.text))

    assert answer.status_code == 303, answer.text
    assert staff.shop.get(f"{API}/{portal}/draft")["differences"] == []
    assert "2 weeks" in page.text


@pytest.mark.feature("B02", "J11")
def test_each_step_is_kept_as_a_draft_and_leads_to_the_next(staff: Staff, portal: str) -> None:
    before = stored(staff, portal)
    wanted = {
        "scope": ("display_name", "Larkfield Music"),
        "design": ("appearance.brand_color", "#123456"),
        "features": ("features.subscription_cancel.confirmation_message", "We will miss you."),
        "sign-in": ("embed.allowed_origins", "https://shop.example\r\nhttp://localhost:3000"),
    }
    for step, following in zip(STEPS, (*STEPS[1:], "install"), strict=True):
        form = fields_of(staff.get(at(portal, f"/{step}")).text)
        field, value = wanted[step]
        form[field] = value
        answer = staff.post(at(portal, f"/{step}"), form)
        assert (answer.status_code, answer.headers["Location"]) == (303, at(portal, f"/{following}"))
    assert stored(staff, portal) == before

    install = staff.get(at(portal, "/install"))
    assert "4 fields differ" in install.text
    assert portal in install.text
    assert staff.post(at(portal, "/publish")).headers["Location"] == at(portal, "/install?done=published")

    after = stored(staff, portal)
    assert after["display_name"] == "Larkfield Music"
    assert after["appearance"]["brand_color"] == "#123456"
    assert after["features"]["subscription_cancel"]["confirmation_message"] == "We will miss you."
    assert after["embed"]["allowed_origins"] == ["https://shop.example", "http://localhost:3000"]
    assert "The draft is what is published" in staff.get(at(portal, "/install")).text


@pytest.mark.feature("J01")
def test_every_feature_is_a_switch_of_its_own(staff: Staff, portal: str) -> None:
    page = staff.get(at(portal, "/features")).text
    features = stored(staff, portal)["features"]
    for name, feature in features.items():
        assert f'name="features.{name}.enabled"' in page
        form = fields_of(page)
        path = f"features.{name}.enabled"
        if feature["enabled"]:
            form.poplist(path)
        else:
            form[path] = "yes"
        if name == "subscription_update":
            form["features.subscription_update.default_allowed_updates"] = "quantity"
        if name == "wallet":
            form["features.wallet.currency"], form["features.wallet.amounts"] = "EUR", "1000\n2500"
        assert staff.post(at(portal, "/features"), form).status_code == 303
        changed = {each["field"] for each in staff.shop.get(f"{API}/{portal}/draft")["differences"]}
        assert path in changed
        assert {each for each in changed if each.endswith(".enabled")} == {path}
        staff.post(at(portal, "/discard"))


def test_what_is_wrong_is_said_at_its_field_and_nothing_is_saved(staff: Staff, portal: str) -> None:
    form = fields_of(staff.get(at(portal, "/sign-in")).text)
    form["embed.allowed_origins"] = "https://good.example\nhttps://*.bad.example"
    form["sign_in.link_minutes"] = "99"
    form["sign_in.sender_name"] = "Larkfield Support"

    answer = staff.post(at(portal, "/sign-in"), form)

    assert answer.status_code == 422
    for field in ("embed-allowed_origins", "sign_in-link_minutes"):
        note = answer.text.split(f'id="n-{field}"')[1].split("</div>")[0]
        assert "field-error" in note, field
    assert "https://*.bad.example" in answer.text
    assert 'value="Larkfield Support"' in answer.text
    assert staff.shop.get(f"{API}/{portal}/draft")["changed_at"] is None


def test_what_is_typed_is_saved_and_judged_in_place(staff: Staff, portal: str) -> None:
    form = fields_of(staff.get(at(portal, "/design")).text)
    form["appearance.brand_color"] = "#f5d90a"
    form["appearance.custom_css"] = ".card { color: teal }\n.alert { position: fixed }\n@import 'x';"
    path = at(portal, "/design?save=typed")

    answer = staff.post(path, form, **{"HX-Request": "true"})

    assert answer.status_code == 200, answer.text
    assert answer.headers["HX-Trigger"] == "draft-saved"
    assert "<html" not in answer.text
    assert "Links therefore use" in answer.text
    assert "1 rule kept" in answer.text
    assert "2 rules not kept whole" in answer.text
    assert "Line 2:" in answer.text
    saved = staff.shop.get(f"{API}/{portal}/draft")["configuration"]["appearance"]
    assert saved["brand_color"] == "#f5d90a"

    form["appearance.brand_color"] = "#f5d"
    refused = staff.post(path, form, **{"HX-Request": "true"})
    assert refused.status_code == 422
    assert "HX-Trigger" not in refused.headers
    assert "field-error" in refused.text.split('id="n-appearance-brand_color"')[1].split("</div>")[0]
    assert staff.shop.get(f"{API}/{portal}/draft")["configuration"]["appearance"]["brand_color"] == "#f5d90a"


@pytest.mark.feature("J07")
@pytest.mark.parametrize("state", ["active", "past_due", "trial", "canceled", "paused", "empty"])
def test_the_preview_is_the_draft_on_sample_data(staff: Staff, portal: str, state: str) -> None:
    staff.shop.patch(
        f"{API}/{portal}/draft",
        {
            "display_name": "Drafted",
            "appearance": {"headline": "Billing, drafted", "custom_css": ".card { color: teal }"},
            "features": {"subscription_pause": {"enabled": True}},
        },
    )
    page = staff.get(at(portal, f"/preview?state={state}&theme=dark"))

    assert page.status_code == 200, page.text
    assert "Billing, drafted" in page.text
    assert "Drafted" in page.text
    assert 'data-theme="dark"' in page.text
    assert "frame-ancestors 'self'" in page.headers["Content-Security-Policy"]
    assert "script-src" not in page.headers["Content-Security-Policy"]
    assert "mira@tessaly.example" in page.text
    assert ("Team" in page.text) is (state != "empty")
    assert ("/subscriptions/sub_preview/pause" in page.text) is (state == "active")
    german = staff.get(at(portal, f"/preview?state={state}&language=de"))
    assert 'lang="de"' in german.text
    assert "bursar_locale" not in german.headers.get("Set-Cookie", "")


@pytest.mark.feature("J07")
def test_the_previews_own_sheets_are_those_of_the_draft_and_its_links_lead_back(staff: Staff, portal: str) -> None:
    staff.shop.patch(
        f"{API}/{portal}/draft", {"appearance": {"brand_color": "#123456", "custom_css": ".card { color: teal }"}}
    )
    assert "#123456" in staff.get(at(portal, "/preview/look.css")).text
    assert "teal" in staff.get(at(portal, "/preview/own.css")).text
    leads = staff.get(at(portal, "/preview/subscriptions/sub_preview/pause"))
    assert (leads.status_code, leads.headers["Location"]) == (303, at(portal, "/preview"))
    staff.post(at(portal, "/discard"))
    assert staff.get(at(portal, "/preview/own.css")).status_code == 404


@pytest.mark.feature("B02", "J05")
def test_a_new_portal_is_reached_by_nobody_before_it_is_published(staff: Staff) -> None:
    answer = staff.post("/console/portals/new", {"name": "Members", "preset": "billflow", "kind": "hosted"})
    assert answer.status_code == 303, answer.text
    made = answer.headers["Location"].split("/")[3]

    found = stored(staff, made)
    assert (found["kind"], found["active"], found["name"]) == ("widget", False, "Members")
    assert found["features"]["subscription_update"]["show_plan_picker"] is True
    staff.post(at(made, "/publish"))
    assert stored(staff, made)["active"] is True
    staff.post(at(made, "/switch"), {"do": "close"})
    assert stored(staff, made)["active"] is False
    staff.post(at(made, "/switch"), {"do": "default"})
    assert stored(staff, made)["is_default"] is True
    assert staff.post("/console/portals/new", {"name": " ", "preset": "", "kind": "widget"}).status_code == 422


@pytest.mark.feature("J11")
def test_versions_say_what_changed_and_can_be_gone_back_to(staff: Staff, portal: str) -> None:
    first = stored(staff, portal)
    staff.shop.patch(f"{API}/{portal}", {"appearance": {"headline": "Two"}})
    page = staff.get(at(portal, "/versions"))
    assert "Version 2" in page.text
    assert "Headline" in page.text
    version = staff.shop.get(f"{API}/{portal}/versions")["data"][1]["id"]

    answer = staff.post(at(portal, f"/versions/{version}/rollback"))

    assert answer.headers["Location"] == at(portal, "/versions?done=rolled_back")
    assert stored(staff, portal)["appearance"] == first["appearance"]
