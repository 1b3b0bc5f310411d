"""What the gateway's own pages show of a portal: whatever a vendor is called, it stays one string of one stylesheet."""

import tinycss2
from hypothesis import given
from hypothesis import strategies as st

from shared.ui import Brand, signature_css


def tokens(css: str) -> dict[str, str]:
    """The properties of the one `:root` rule in the one layer, each a string or the address in a `url()`."""
    (layer,) = tinycss2.parse_stylesheet(css, skip_whitespace=True)
    (root, *_rest) = tinycss2.parse_blocks_contents(layer.content, skip_whitespace=True)
    found = {}
    for each in tinycss2.parse_blocks_contents(root.content, skip_whitespace=True):
        (value, *more) = [part for part in each.value if part.type != "whitespace"]
        assert more == []
        found[each.name] = value.arguments[0].value if value.type == "function" else value.value
    return found


@given(name=st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1, max_size=60))
def test_the_name_is_read_back_as_it_was_typed(name: str) -> None:
    read = tokens(signature_css(Brand(name=name)))

    assert read["--portal-name"] == name
    assert read["--portal-letter"] == name[:1]
    assert "--portal-logo" not in read


def test_a_logo_stands_in_place_of_the_letter_and_a_dark_one_in_the_dark() -> None:
    one = signature_css(Brand(name="Acme", logo_url="/p/acme/sign-in/logo.png?v=1"))
    both = signature_css(Brand(name="Acme", logo_url="/a.png", dark_logo_url="/b.png", theme="dark"))

    assert tokens(one)["--portal-logo"] == "/p/acme/sign-in/logo.png?v=1"
    assert tokens(one)["--portal-letter"] == ""
    assert "prefers-color-scheme" not in one
    assert both.count(r"\2f b\2e png") == 2
    assert ":root.gateway:not([data-theme]){color-scheme:dark}" in both
