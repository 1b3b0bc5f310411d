"""The embed debugger: the page of a vendor, what stands in its way, and when the portal was seen there."""

from urllib.parse import quote

from services.portal.actions import sightings
from shared import clock
from tests.integration.portal_pages.console import Staff
from tests.integration.portal_pages.test_console_portals import API

URL = "/console/developers/embed"


def checked(staff: Staff, portal: str, page: str, policy: str = "") -> str:
    answer = staff.get(f"{URL}?portal={portal}&page={quote(page)}&policy={quote(policy)}")
    assert answer.status_code == 200, answer.text
    return answer.text


def test_each_step_is_told_with_what_is_sent_and_needed(staff: Staff, portal: str) -> None:
    staff.shop.patch(f"{API}/{portal}", {"embed": {"allowed_origins": ["https://shop.example"]}})

    empty = staff.get(URL)
    wrong = checked(staff, portal, "https://www.shop.example/account", policy="default-src 'self'")
    right = checked(staff, portal, "https://shop.example")

    assert empty.status_code == 200
    assert "What browsers are told" not in empty.text
    assert "3 things stand in the way" in wrong
    assert "with and without www. are two origins" in wrong
    assert "frame-ancestors https://shop.example" in wrong
    assert "frame-src http://localhost:8080" in wrong
    assert "Nothing stands in the way" in right
    assert "This portal was not seen there yet." in right


def test_where_it_was_seen_last_is_told_of_that_page_alone(staff: Staff, portal: str) -> None:
    origins = ["https://shop.example", "https://other.example"]
    staff.shop.patch(f"{API}/{portal}", {"embed": {"allowed_origins": origins}})
    with staff.shop.inside() as session:
        for origin in origins:
            sightings.note(session, configuration_id=portal, origin=origin, now=clock.now())

    page = checked(staff, portal, "https://shop.example")

    assert "Seen on https://shop.example" in page
    assert "Seen on https://other.example" not in page


def test_what_waits_in_the_draft_is_told(staff: Staff, portal: str) -> None:
    staff.shop.patch(f"{API}/{portal}/draft", {"embed": {"allowed_origins": ["https://shop.example"]}})

    assert "is allowed in the draft alone" in checked(staff, portal, "https://shop.example")


def test_a_portal_of_nobody_s_is_not_found(staff: Staff) -> None:
    assert staff.get(f"{URL}?portal=pcfg_1&page=https://shop.example").status_code == 404
    assert '"><script>' not in staff.get(f"{URL}?page=%22%3E%3Cscript%3E").text
