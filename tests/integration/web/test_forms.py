"""May another site send our forms? And where does a page lead those who must sign in?"""

import pytest

from tests.integration.web.conftest import World
from tests.integration.web.test_requests import token_of

OWN = "http://localhost:8080"


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": OWN},
        {"Sec-Fetch-Site": "same-origin"},
        {"Origin": OWN, "Sec-Fetch-Site": "same-origin"},
        {"Origin": "http://127.0.0.1:8080"},
    ],
    ids=["origin", "fetch metadata", "both", "the machine's other name"],
)
def test_our_own_form_is_taken(world: World, headers: dict[str, str]) -> None:
    client, customer = world.client(), world.passport("customer")
    token = token_of(client.get("/p/acme", headers=customer).text)

    answer = client.post("/p/acme", data={"csrf_token": token}, headers={**customer, **headers})

    assert answer.status_code == 200
    assert world.names() == ["acme"]


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"Origin": "null"},
        {"Origin": "https://evil.example"},
        {"Origin": "http://localhost:8081"},
        {"Origin": "http://localhost:8080.evil.example"},
        {"Origin": "https://localhost:8080"},
        {"Origin": "http://sub.localhost:8080"},
        {"Origin": OWN, "Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
        {"Sec-Fetch-Site": "none"},
        {"Origin": "http://[bad"},
    ],
    ids=lambda headers: " ".join(headers.values()) or "nothing",
)
def test_a_form_of_another_site_is_refused_even_with_the_token(world: World, headers: dict[str, str]) -> None:
    client, customer = world.client(), world.passport("customer")
    token = token_of(client.get("/p/acme", headers=customer).text)

    answer = client.post("/p/acme", data={"csrf_token": token}, headers={**customer, **headers})

    assert answer.status_code == 403
    assert world.names() == []


def test_our_own_origin_without_the_token_of_this_browser_is_refused(world: World) -> None:
    customer, elsewhere = world.passport("customer"), world.client()
    foreign = token_of(elsewhere.get("/p/acme", headers=customer).text)
    client = world.client()
    client.get("/p/acme", headers=customer)

    answers = [
        client.post("/p/acme", data=data, headers={**customer, "Origin": OWN})
        for data in ({}, {"csrf_token": ""}, {"csrf_token": foreign}, {"csrf_token": "ä"})
    ]
    without_cookie = world.client().post("/p/acme", data={"csrf_token": foreign}, headers={**customer, "Origin": OWN})

    assert [each.status_code for each in (*answers, without_cookie)] == [403] * 5
    assert world.names() == []


@pytest.mark.parametrize("kind", ["text/plain", "application/json", "multipart/form-data; boundary=x"])
def test_bodies_that_only_scripts_of_others_send_are_refused(world: World, kind: str) -> None:
    client, customer = world.client(), world.passport("customer")
    client.get("/p/acme", headers=customer)

    answer = client.post("/p/acme", data=b'{"a": "=1"}', content_type=kind, headers={**customer, "Origin": OWN})

    assert answer.status_code == 403


def test_the_cookie_of_forms_is_out_of_reach_for_scripts_and_other_sites(world: World) -> None:
    cookie = world.client().get("/p/acme", headers=world.passport("customer")).headers["Set-Cookie"]

    assert cookie.startswith("bursar_8080_csrf=")
    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie


def test_a_page_leads_to_the_sign_in_and_back(world: World) -> None:
    answer = world.client().get("/p/acme/seen?year=2026")

    assert answer.status_code == 303
    assert answer.headers["Location"] == "/p/acme/sign-in?next=/p/acme/seen%3Fyear%3D2026"


def test_a_page_that_needs_fresh_proof_leads_to_the_code(world: World) -> None:
    customer = world.passport("customer")

    page, fragment = (
        world.client().get("/p/acme/prove", headers=customer),
        world.client().get("/p/acme/prove", headers={**customer, "HX-Request": "true"}),
    )

    target = "/p/acme/sign-in?next=/p/acme/prove&reason=step_up"
    assert (page.status_code, page.headers["Location"]) == (303, target)
    assert (fragment.status_code, fragment.headers["HX-Redirect"]) == (401, target)


def test_what_is_said_is_escaped_and_no_page_has_inline_code(world: World) -> None:
    page = world.client().get("/p/acme/greeting").text

    assert "&lt;b&gt;&amp;" in page
    assert " style=" not in page
    assert "<style" not in page
    assert "<script>" not in page
    assert " onclick" not in page


def test_a_chosen_language_stays_and_keeps_the_rest_of_the_address(world: World) -> None:
    client = world.client()

    chosen = client.get("/p/acme/greeting?locale=de&year=2026")
    later = client.get("/p/acme/greeting", headers={"Accept-Language": "en"})
    unknown = client.get("/p/acme/greeting?locale=xx")

    assert 'lang="de"' in chosen.text
    assert "/p/acme/greeting?year=2026&amp;locale=en" in chosen.text
    assert '<html lang="de"' in later.text
    assert '<html lang="de"' in unknown.text
