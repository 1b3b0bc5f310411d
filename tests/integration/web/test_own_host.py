"""Pages at a vendor's own host (B08): where they lead, and whose forms they take."""

import pytest

from shared.web import places
from tests.integration.web.conftest import World
from tests.integration.web.test_requests import token_of

SHOP = {"X-Portal-Home": "/billing", "Host": "shop.example:8080"}
ROOT = {"X-Portal-Home": "/", "Host": "billing.acme.example:8080"}


@pytest.mark.parametrize(
    ("headers", "target"),
    [
        ({}, "/p/acme/sign-in?next=/p/acme/seen"),
        (SHOP, "/billing/sign-in?next=/p/acme/seen"),
        (ROOT, "/sign-in?next=/p/acme/seen"),
    ],
)
def test_a_redirect_leads_to_the_page_as_this_host_has_it(world: World, headers: dict[str, str], target: str) -> None:
    client = world.client()

    assert client.get("/p/acme/seen", headers=headers).headers["Location"] == target
    assert client.get("/p/acme/seen", headers={**headers, "HX-Request": "true"}).headers["HX-Redirect"] == target


@pytest.mark.parametrize(
    "address", ["https://bank.example/p/acme?a=1", "http://localhost:8080/p/acme", "?a=1", "/p", ""]
)
def test_what_is_no_portals_page_stays_as_it_is(world: World, address: str) -> None:
    with world.app.test_request_context("/p/acme", headers=ROOT):
        assert places.outside(address) == address


@pytest.mark.parametrize(("headers", "home"), [({}, "/p/acme"), (SHOP, "/billing"), (ROOT, "/")])
def test_the_links_of_a_page_lead_where_this_host_has_the_page(
    world: World, headers: dict[str, str], home: str
) -> None:
    page = world.client().get("/p/acme/greeting", headers=headers).text

    assert f'href="{home}"' in page
    assert "&lt;b&gt;&amp;" in page
    assert ('"/p/acme' in page) is (home == "/p/acme")


def test_what_a_form_brings_back_and_what_a_page_says_stays_as_it_is(world: World) -> None:
    sent = (
        '<a href="/p/acme/x?next=/p/acme/y"> <input value="/p/acme/z"> href=&#34;/p/acme&#34; <a href="/static/p/acme">'
    )
    with world.app.test_request_context("/p/acme", headers=SHOP):
        answer = places.leave(world.app.make_response(sent))
        as_json = places.leave(world.app.response_class(sent, content_type="application/json"))

    assert answer.get_data(as_text=True) == sent.replace('"/p/acme/x', '"/billing/x')
    assert as_json.get_data(as_text=True) == sent


@pytest.mark.parametrize("home", ["//evil.example", "https://evil.example", "/a b", "/a/../b", "/ä", "/a//b", "evil"])
def test_what_is_no_path_is_no_home(world: World, home: str) -> None:
    answer = world.client().get("/p/acme/seen", headers={"X-Portal-Home": home.encode().decode("latin-1")})

    assert answer.headers["Location"] == "/p/acme/sign-in?next=/p/acme/seen"


@pytest.mark.parametrize(
    ("headers", "origin", "status"),
    [
        (SHOP, "http://shop.example:8080", 200),
        (SHOP, "http://shop.example", 403),
        (SHOP, "https://shop.example:8080", 403),
        (SHOP, "http://localhost:8080", 403),
        (SHOP, "http://billing.acme.example:8080", 403),
        ({"Host": "shop.example:8080"}, "http://shop.example:8080", 403),
        ({}, "http://shop.example:8080", 403),
    ],
    ids=["its own", "another port", "another scheme", "ours", "another vendor's", "not proven", "at ours"],
)
def test_a_host_of_its_own_is_an_origin_of_its_own(
    world: World, headers: dict[str, str], origin: str, status: int
) -> None:
    client, customer = world.client(), world.passport("customer")
    token = token_of(client.get("/p/acme", headers={**customer, **headers}, base_url="http://shop.example:8080").text)

    answer = client.post(
        "/p/acme",
        base_url="http://shop.example:8080",
        data={"csrf_token": token},
        headers={**customer, **headers, "Origin": origin},
    )

    assert answer.status_code == status
