"""No other site sends our forms, whichever page of auth's they are for; and reading pages changes nothing."""

import re
from typing import Any

import pytest
from sqlalchemy import select

from services.auth.models import Base
from shared.database import scope
from shared.web.app import App
from tests.integration.auth.house import NOON, PUBLIC_URL, Browser, House

_PLACES = re.compile(r"<(?:\w+:)?(\w+)>")
FILLED = {"slug": "acme", "session_id": "ps_1"}


def pages(app: App, method: str) -> list[str]:
    """Every address of a portal's pages that takes this method, with something in each of its places."""
    rules = [rule for rule in app.url_map.iter_rules() if method in (rule.methods or ())]
    own = [rule.rule for rule in rules if rule.rule.startswith("/p/") and rule.endpoint.startswith("pages.")]
    return sorted({_PLACES.sub(lambda place: FILLED.get(place[1], f"{place[1]}_1"), each) for each in own})


def test_there_are_forms_to_send(house: House) -> None:
    forms = pages(house.app, "POST")

    assert len(forms) > 10
    assert "/p/acme/sign-out" in forms
    assert "/p/acme/sign-in/entry" in forms


FOREIGN: list[tuple[str, dict[str, str], dict[str, Any]]] = [
    ("another site", {"Sec-Fetch-Site": "cross-site", "Origin": "https://evil.example"}, {}),
    ("a sibling", {"Sec-Fetch-Site": "same-site", "Origin": "https://shop.localhost:8080"}, {}),
    ("nobody says", {}, {}),
    ("origin null", {"Origin": "null"}, {}),
    ("another port", {"Origin": "http://localhost:9999"}, {}),
    ("text that is json", {"Origin": "https://evil.example"}, {"content_type": "text/plain"}),
    ("a form with parts", {"Origin": "https://evil.example"}, {"content_type": "multipart/form-data"}),
]


@pytest.mark.parametrize(("who", "headers", "options"), FOREIGN, ids=[who for who, _, _ in FOREIGN])
def test_a_form_from_elsewhere_is_refused_on_every_page(
    house: House, mira: str, who: str, headers: dict[str, str], options: dict[str, Any]
) -> None:
    """SE-07: although the browser adds its cookies, and although the token is right."""
    browser = house.browser()
    token = browser.csrf("/p/acme/sign-in")
    before = contents(house)

    for path in pages(house.app, "POST"):
        data = {"csrf_token": token, "email": mira}
        answer = browser.client.post(path, base_url=PUBLIC_URL, data=data, headers=headers, **options)
        assert answer.status_code == 403, f"{path} from {who}"
    assert contents(house) == before


def test_our_own_origin_without_the_token_is_refused_on_every_page(house: House, mira: str) -> None:
    """SE-07."""
    browser = house.browser()
    browser.get("/p/acme/sign-in")

    for path in pages(house.app, "POST"):
        for data in ({"email": mira}, {"email": mira, "csrf_token": "0" * 64}):
            answer = browser.client.post(path, base_url=PUBLIC_URL, data=data, headers=browser.headers)
            assert answer.status_code == 403, path


def test_reading_every_page_changes_nothing(house: House, mira: str) -> None:
    """SE-08: signed in and not; but for when it was last seen."""
    signed_in, stranger = house.browser(), house.browser(address="198.51.100.9")
    signed_in.ask(mira)
    house.post_mails(now=NOON)
    signed_in.click(house.mailroom.mails[0]["link"])
    before = contents(house)

    for browser in (signed_in, stranger):
        crawl(house, browser)

    assert contents(house) == before


def crawl(house: House, browser: Browser) -> None:
    for path in pages(house.app, "GET"):
        for query in ("", "?t=" + "x" * 43, "?token=" + "x" * 43):
            assert browser.get(path + query).status_code < 500, path


def contents(house: House) -> dict[str, list[dict[str, Any]]]:
    """Every row of auth's own tables, without when something was last seen."""
    with scope.platform(), house.database.begin(read_only=True) as session:
        return {
            table.name: [
                {name: value for name, value in row._mapping.items() if not name.startswith("last_")}
                for row in session.connection().execute(select(table).order_by(*table.primary_key.columns))
            ]
            for table in Base.metadata.sorted_tables
        }
