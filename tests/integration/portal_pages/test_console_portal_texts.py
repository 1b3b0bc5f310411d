"""The console's texts of a portal: ours beside the vendor's, found by words, judged by places, kept as a draft."""

import re

from tests.integration.portal_pages.console import Staff
from tests.integration.portal_pages.test_console_portals import API, at, stored

TITLE = "portal.cancel.title"
MAIL = "portal.cancel.fact.mail"


def field(page: str, name: str) -> str | None:
    """What the field of that name holds; None where there is none."""
    found = re.search(rf'<textarea[^>]*name="{re.escape(name)}"[^>]*>([^<]*)</textarea>', page)
    return found[1] if found else None


def drafted(staff: Staff, portal: str) -> dict[str, dict[str, str]]:
    found: dict[str, dict[str, str]] = staff.shop.get(f"{API}/{portal}/draft")["configuration"]["texts"]
    return found


def test_texts_are_found_by_words_by_key_and_by_being_own(staff: Staff, portal: str) -> None:
    staff.shop.patch(f"{API}/{portal}", {"texts": {"de": {TITLE: "{plan} verlassen?"}}})

    german = staff.get(at(portal, "/texts?language=de&q=cancel.title")).text
    by_words = staff.get(at(portal, "/texts?q=You+get+a+mail+that+confirms")).text
    own = staff.get(at(portal, "/texts?language=de&own=yes")).text
    none = staff.get(at(portal, "/texts?q=zzzz")).text

    assert field(german, f"text.{TITLE}") == "{plan} verlassen?"
    assert "kündigen?" in german
    assert field(by_words, f"text.{MAIL}") == ""
    assert re.findall(r'name="text\.([^"]+)"', own) == [TITLE]
    assert "No text has these words." in none
    assert field(staff.get(at(portal, "/texts?q=cancel.title")).text, f"text.{TITLE}") == ""


def test_all_texts_are_reached_page_by_page(staff: Staff, portal: str) -> None:
    keys: list[str] = []
    page, number = staff.get(at(portal, "/texts?q=portal.cancel")).text, 1
    while True:
        keys += re.findall(r'name="text\.([^"]+)"', page)
        if 'rel="next"' not in page:
            break
        number += 1
        page = staff.get(at(portal, f"/texts?q=portal.cancel&page={number}")).text
    listed = staff.shop.get(f"{API}/{portal}/texts?beginning=portal.cancel")["texts"]
    assert number > 1
    assert keys == [each["key"] for each in listed]
    assert 'rel="prev"' in staff.get(at(portal, "/texts?q=portal.cancel&page=99")).text
    table = staff.get(at(portal, "/texts/list.csv?q=portal.cancel"))
    assert table.text.count("\r\n") == len(keys) + 1
    assert table.text.startswith("\ufeffkey,standard,places,own\r\n")


def test_what_is_written_is_kept_in_the_draft_and_shown_beside(staff: Staff, portal: str) -> None:
    before = stored(staff, portal)

    form = {f"text.{TITLE}": "Leave {plan}?", f"text.{MAIL}": "", "headline": "Your plans", "description": ""}
    answer = staff.post(at(portal, "/texts?language=en&q=cancel"), form)

    assert answer.status_code == 303, answer.text
    assert answer.headers["Location"] == at(portal, "/texts?q=cancel&language=en&saved=yes")
    assert stored(staff, portal) == before
    assert drafted(staff, portal) == {"en": {TITLE: "Leave {plan}?"}}
    assert "Your plans" in staff.get(at(portal, "/preview?language=en")).text
    assert "Your plans" not in staff.get(at(portal, "/preview?language=de")).text
    page = staff.get(answer.headers["Location"]).text
    assert "Saved in the draft" in page
    assert field(page, "headline") == "Your plans"

    emptied = staff.post(at(portal, "/texts?language=en"), {f"text.{TITLE}": " ", "headline": "", "description": ""})
    assert emptied.status_code == 303
    assert staff.shop.get(f"{API}/{portal}/draft")["differences"] == []


def test_a_text_that_does_not_fit_is_told_at_its_field_and_none_is_kept(staff: Staff, portal: str) -> None:
    form = {f"text.{TITLE}": "Leave us?", f"text.{MAIL}": "We will write.", "headline": "x" * 201, "description": ""}

    answer = staff.post(at(portal, "/texts?q=portal.cancel.title"), form)

    assert answer.status_code == 422
    assert "This text needs the same places in braces" in answer.text
    assert field(answer.text, f"text.{TITLE}") == "Leave us?"
    assert drafted(staff, portal) == {}
    too_long = staff.post(at(portal, "/texts"), {**form, f"text.{TITLE}": "Leave {plan}?"})
    assert too_long.status_code == 422
    assert field(too_long.text, "headline") == "x" * 201
    assert "aria-invalid" in too_long.text
    assert drafted(staff, portal) == {}


def test_a_text_of_no_key_of_ours_is_not_taken(staff: Staff, portal: str) -> None:
    staff.post(at(portal, "/texts"), {"text.portal.nothing": "x", "text.console.texts.title": "x"})

    assert staff.shop.get(f"{API}/{portal}/draft")["changed_at"] is None
