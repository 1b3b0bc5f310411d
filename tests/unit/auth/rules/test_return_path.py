"""Where a sign-in may lead (ML-13)."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.auth.rules import return_path

DEFAULT = "/p/acme"


@pytest.mark.parametrize(
    "path",
    [
        "/p/acme",
        "/p/acme/",
        "/p/acme/invoices",
        "/p/acme/invoices?year=2026&page=2",
        "/p/acme/subscriptions/sub_01k/cancellation",
        "/p/acme?x=1",
    ],
)
def test_a_plain_path_of_the_portal_is_kept(path: str) -> None:
    assert return_path.decide(portal="acme", asked=[path]) == path


@pytest.mark.parametrize(
    "path",
    [
        "",
        "//evil",
        "/\\evil",
        "https:evil",
        "https:/\\evil",
        "https://ok.tld@evil",
        "https://ok.tld.evil",
        "https://evil#.ok.tld",
        "/%09/evil",
        "\t//evil",
        "javascript:alert(1)",
        "data:text/html,x",
        "http://localhost:9999/p/acme",
        "/p/acme" + "/a" * 4096,
        "/p/acme-test",
        "/p/acmeevil",
        "/p/other/invoices",
        "/p/acme/../other",
        "/p/acme/.",
        "/p/acme//evil",
        "/p/acme/%2e%2e/other",
        "/p/acme/a\\b",
        "/p/acme/a\r\nSet-Cookie: x",
        "/p/acme/invoices#top",
        "/p/acme/sign-in",
        "/p/acme/sign-in/link",
        "/p/acme/sign-out?x=1",
    ],
)
def test_anything_else_leads_to_the_overview(path: str) -> None:
    """ML-13, word for word."""
    assert return_path.decide(portal="acme", asked=[path]) == DEFAULT


def test_a_parameter_given_twice_or_not_at_all_leads_to_the_overview() -> None:
    """ML-13."""
    assert return_path.decide(portal="acme", asked=["/p/acme/a", "/p/acme/b"]) == DEFAULT
    assert return_path.decide(portal="acme", asked=[]) == DEFAULT


@given(st.text(max_size=60))
def test_whatever_is_asked_stays_inside_the_portal(text: str) -> None:
    """ML-13, as a property."""
    for asked in (text, f"/p/acme{text}", f"/p/acme/{text}"):
        path = return_path.decide(portal="acme", asked=[asked])

        assert path == DEFAULT or path.startswith((f"{DEFAULT}/", f"{DEFAULT}?"))
        assert "//" not in path
        assert "\\" not in path
        assert not {".", ".."} & set(path.split("?")[0].split("/"))  # `0..` is a name like any other
