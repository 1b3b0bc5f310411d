"""The console's page about billing: each form changes what the API shows, nothing else; mistakes are told in place."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from shared import clock
from shared.web.app import App
from tests.integration.portal.shop import Shop
from tests.integration.portal_pages.console import Staff

PAGE = "/console/billing"
API = "/v1/billing_settings"


def stored(staff: Staff) -> dict[str, Any]:
    found: dict[str, Any] = staff.shop.get(API)
    return found


def test_the_page_shows_what_counts(staff: Staff) -> None:
    staff.shop.patch(API, {"retry_days": [3, 9], "time_zone": "Europe/Berlin", "after_last_retry": "past_due"})

    page = staff.get(PAGE).text

    assert 'name="retry_days" inputmode="numeric" autocomplete="off" value="3"' in page
    assert "Day 9" in page
    assert "the subscription stays past due" in page
    assert '<option value="Europe/Berlin" selected>' in page


@pytest.mark.parametrize(
    ("form", "changed"),
    [
        ({"do": "retries", "retry_days": ["1", "", " 5 "], "after_last_retry": "past_due"}, {"retry_days": [1, 5]}),
        ({"do": "retries", "after_last_retry": "end"}, {"retry_days": []}),
        (
            {"do": "notices", "trial_notice_days": "0", "card_notice_days": ["10"], "resume_notice_days": "14"},
            {"trial_notice_days": 0, "card_notice_days": [10], "resume_notice_days": 14},
        ),
        (
            {"do": "general", "time_zone": "America/New_York", "po_number_required": "yes"},
            {"time_zone": "America/New_York", "po_number_required": True},
        ),
    ],
    ids=["retries", "no retry", "notices", "general"],
)
def test_a_form_changes_its_fields_and_leaves_the_others(
    staff: Staff, form: dict[str, Any], changed: dict[str, Any]
) -> None:
    before = stored(staff)

    answer = staff.post(PAGE, form)

    assert answer.status_code == 303, answer.text
    after = stored(staff)
    assert after | changed == after
    of_form = {*form, *changed, "revision"}
    assert {key: value for key, value in after.items() if key not in of_form} == {
        key: value for key, value in before.items() if key not in of_form
    }
    (line,) = [
        each for each in staff.shop.get("/v1/action_log")["data"] if each["action"] == "billing_settings.updated"
    ]
    assert (line["actor_kind"], line["actor_id"]) == ("staff", "usr_1")


@pytest.mark.parametrize(
    ("form", "sentence"),
    [
        (
            {"do": "retries", "retry_days": ["2", "soon"], "after_last_retry": "end"},
            "Give a whole number from 1 to 90.",
        ),
        ({"do": "retries", "retry_days": ["91"], "after_last_retry": "end"}, "Give a whole number from 1 to 90."),
        (
            {"do": "retries", "retry_days": [*"12345678", "9", "10", "11"], "after_last_retry": "end"},
            "Give at most 10.",
        ),
        (
            {"do": "notices", "trial_notice_days": "-2", "card_notice_days": "7", "resume_notice_days": "7"},
            "Give a whole number from 0 to 60.",
        ),
        ({"do": "general", "time_zone": "../etc/passwd"}, "There is no such time zone."),
    ],
    ids=["a word", "too late", "too many", "negative", "zone"],
)
def test_a_mistake_is_told_at_its_field_and_nothing_is_lost(staff: Staff, form: dict[str, Any], sentence: str) -> None:
    before = stored(staff)

    answer = staff.post(PAGE, form)

    assert answer.status_code == 422
    assert sentence in answer.text.split('class="field-error"')[1]
    for typed in form.get("retry_days", []):
        assert f'value="{typed}"' in answer.text
    assert stored(staff) == before


def test_what_no_form_offers_is_not_found(staff: Staff) -> None:
    assert staff.post(PAGE, {"do": "else"}).status_code == 404
    assert staff.post(PAGE, {"do": "retries", "after_last_retry": "burn"}).status_code == 404
    assert staff.post(f"{PAGE}/source", {"billing_source": "else"}).status_code == 404


def test_keys_of_the_source_are_checked_and_never_shown_again(staff: Staff) -> None:
    key, of_endpoint = "sk_live_abcdefgh", "whsec_abcdefgh"

    answer = staff.post(
        f"{PAGE}/source",
        {"billing_source": "stripe", "stripe.secret_key": key, "stripe.webhook_secret": of_endpoint},
    )

    assert answer.status_code == 422
    assert 'class="field-error"' in answer.text
    assert key not in answer.text
    assert of_endpoint not in answer.text
    assert f"/integrations/stripe/{staff.shop.vendor}" in answer.text
    missing = staff.post(f"{PAGE}/source", {"billing_source": "stripe"})
    assert (missing.status_code, "This field is required." in missing.text) == (422, True)
    assert staff.post(f"{PAGE}/source", {"billing_source": "native"}).status_code == 303
    assert stored(staff)["billing_source"] == "native"


def test_who_bills_asks_for_a_sign_in_of_the_last_half_hour(staff: Staff) -> None:
    late = replace(staff, proven_at=clock.now() - timedelta(minutes=31))

    for answer in (late.get(f"{PAGE}/source"), late.post(f"{PAGE}/source", {"billing_source": "native"})):
        assert answer.status_code == 303
        assert "reason=step_up" in answer.headers["Location"]
    assert late.get(PAGE).status_code == 200


def test_another_vendor_has_its_own(staff: Staff, other: Shop, app: App) -> None:
    stranger = Staff(shop=other, browser=app.test_client())
    staff.post(PAGE, {"do": "retries", "retry_days": ["33"], "after_last_retry": "end"})

    assert 'value="33"' in staff.get(PAGE).text
    assert 'value="33"' not in stranger.get(PAGE).text
    assert other.get(API)["revision"] == 0
