"""Where may a portal lead back to (ML-13)."""

from urllib.parse import urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.auth.rules import return_url
from shared.errors import Invalid
from shared.events import Mode

ALLOWED = ("https://ok.tld", "https://shop.ok.tld:8443", None, "https://www.ok.tld/start?from=portal")


def decide(asked: str, *, allowed: tuple[str | None, ...] = ALLOWED, mode: Mode = "live") -> str:
    return return_url.decide(asked, field="return_url", allowed=allowed, mode=mode)


@pytest.mark.parametrize(
    "good",
    [
        "https://ok.tld",
        "https://ok.tld/",
        "https://ok.tld:443/account",
        "https://ok.tld/account?tab=2&x=%C3%A9#top",
        "https://shop.ok.tld:8443/a/b",
        "https://www.ok.tld/elsewhere",
    ],
)
def test_a_page_on_an_origin_of_the_configuration_is_kept_as_it_is(good: str) -> None:
    assert decide(good) == good


@pytest.mark.parametrize(
    "bad",
    [
        "//evil.tld",
        "/\\evil.tld",
        "https:evil.tld",
        "https:/\\evil.tld",
        "https:\\\\ok.tld",
        "https://ok.tld@evil.tld",
        "https://ok.tld:x@evil.tld",
        "https://evil.tld@ok.tld",
        "https://ok.tld.evil.tld",
        "https://evil.tld#.ok.tld",
        "https://evil.tld?.ok.tld",
        "https://evil.tld\\.ok.tld",
        "https://ok.tld\\@evil.tld",
        "/%09/evil.tld",
        "\t//evil.tld",
        " https://ok.tld",
        "https://ok.tld\n",
        "https://ok.tld/\r\nSet-Cookie: a=b",
        "https://ok.tld/%0d%0aLocation:%20https://evil.tld",
        "https://ok.tld/%5cevil.tld",
        "javascript:alert(1)",
        "data:text/html,x",
        "HTTPS://OK.TLD",
        "https://OK.tld",
        "https://ok.tld.",
        "https://ok.tld:8443/",
        "https://ok.tld:0443/",
        "https://ok.tld:99999/",
        "https://shop.ok.tld/",
        "http://ok.tld/",
        "https://оk.tld/",
        "https://ok.tld/" + "x" * 8_000,
        "",
    ],
)
def test_whatever_reads_in_two_ways_or_is_elsewhere_is_refused(bad: str) -> None:
    with pytest.raises(Invalid) as refused:
        decide(bad)
    assert [each.field for each in refused.value.fields] == ["return_url"]


def test_plain_http_is_for_ones_own_machine_in_test_mode() -> None:
    local = ("http://localhost:3000",)

    assert decide("http://localhost:3000/account", allowed=local, mode="test")
    for asked, mode in (("http://localhost:3000/account", "live"), ("http://evil.tld/", "test")):
        with pytest.raises(Invalid):
            decide(asked, allowed=(*local, "http://evil.tld"), mode="live" if mode == "live" else "test")


def test_nothing_is_allowed_where_nothing_is_configured() -> None:
    with pytest.raises(Invalid):
        decide("https://ok.tld/", allowed=())


@given(st.text(st.sampled_from("htps:/\\@.#?%0ad9okevil-tld\t\n 8443"), max_size=60))
def test_what_is_taken_is_on_a_listed_origin_as_every_parser_reads_it(asked: str) -> None:
    try:
        kept = decide(asked)
    except Invalid:
        return
    parts = urlsplit(kept)
    assert (parts.scheme, parts.username, parts.password) == ("https", None, None)
    assert (parts.hostname, parts.port or 443) in {("ok.tld", 443), ("shop.ok.tld", 8443), ("www.ok.tld", 443)}
