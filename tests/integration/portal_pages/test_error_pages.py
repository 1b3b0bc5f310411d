"""What is not there is said in the vendor's own shell, signed in or not; where there is no vendor, in a neutral one."""

import pytest
from flask.testing import FlaskClient

from shared.web.app import App
from tests.integration.portal.shop import Shop
from tests.integration.portal_pages.conftest import Visitor


@pytest.fixture
def stranger(app: App) -> FlaskClient:
    return app.test_client()


@pytest.mark.parametrize("path", ["/nowhere", "/nowhere/at/all", "/subscriptions/sub_1/nothing", "/brand-123/x.css"])
def test_an_unknown_path_is_the_vendors_page_for_everybody(shop: Shop, stranger: FlaskClient, path: str) -> None:
    answer = stranger.get(f"/p/{shop.portal}{path}", headers={"X-Request-Id": "req-12345678"})

    assert answer.status_code == 404
    assert f'href="/p/{shop.portal}/sign-in/brand.css?v=' in answer.text
    assert f'class="btn" href="/p/{shop.portal}"' in answer.text
    assert "req-12345678" in answer.text
    assert "data-copy" in answer.text
    assert "Bursar" not in answer.text.split("<body")[1]


def test_it_speaks_the_readers_language_and_looks_as_they_chose(shop: Shop, stranger: FlaskClient) -> None:
    german = stranger.get(f"/p/{shop.portal}/nowhere", headers={"Accept-Language": "de"})
    arabic = stranger.get(f"/p/{shop.portal}/nowhere?locale=ar&appearance=dark")

    assert "Hier ist nichts" in german.text
    assert ('dir="rtl"' in arabic.text, 'data-theme="dark"' in arabic.text) == (True, True)


def test_who_is_signed_in_reads_it_in_the_language_on_file(shop: Shop, visitor: Visitor) -> None:
    shop.patch(f"/v1/customers/{visitor.customers[0]}", {"locale": "fr"})

    answer = visitor.get("/nowhere")

    assert (answer.status_code, 'lang="fr"' in answer.text) == (404, True)


def test_an_unknown_slug_and_a_portals_id_are_nobodys(shop: Shop, stranger: FlaskClient) -> None:
    (portal,) = shop.get("/v1/portal_configurations", query_string={"is_default": "true"})["data"]

    for slug in ("no-such-portal", portal["id"]):
        answer = stranger.get(f"/p/{slug}/nowhere")
        assert answer.status_code == 404
        assert "brand.css" not in answer.text
        assert portal["display_name"] not in answer.text


def test_a_wrong_method_is_the_vendors_page_as_well(shop: Shop, stranger: FlaskClient) -> None:
    answer = stranger.open(f"/p/{shop.portal}/subscriptions/sub_1/unchange", method="GET")

    assert (answer.status_code, f"/p/{shop.portal}/sign-in/brand.css" in answer.text) == (405, True)


def test_what_is_not_there_in_the_global_portal_leads_back_to_it(stranger: FlaskClient) -> None:
    answer = stranger.get("/billing/nowhere")

    assert (answer.status_code, 'class="btn" href="/billing"' in answer.text) == (404, True)
