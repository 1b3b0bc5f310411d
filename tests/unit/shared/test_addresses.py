"""The one form of an address (ML-14, ML-15)."""

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared import addresses

LETTERS = st.characters(codec="utf-8")
NAMES = st.text(LETTERS, min_size=1, max_size=20)
PLAIN_DOMAINS = st.sampled_from(["x.com", "Bücher.DE", "例子.公司", "xn--bcher-kva.de", "A.b.ORG"])


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("mike@x.com", "mike@x.com"),
        ("  Mike@X.COM ", "mike@x.com"),
        ("m.i.k.e+shop@x.com", "m.i.k.e+shop@x.com"),
        ("Jörg@Bücher.DE", "jörg@xn--bcher-kva.de"),
        ("e\u0301@x.com", "é@x.com"),
        ("ÉMILE@x.com", "Émile@x.com"),
        ("m\u0131ke@x.com", "m\u0131ke@x.com"),
        ("用户@例子.公司", "用户@xn--fsqu00a.xn--55qx5d"),
        ("someone@shop.test", "someone@shop.test"),
    ],
)
def test_the_key_folds_ascii_letters_and_the_domain_alone(text: str, key: str) -> None:
    """ML-15: dots and plus signs stay, other alphabets are not folded."""
    assert addresses.parse(text).key == key


@pytest.mark.parametrize(
    "text",
    [
        "",
        "mike",
        "@x.com",
        "mike@",
        "a@v.com,b@evil.com",
        "a@v.com;b@evil.com",
        '"b@evil.com"@v.com',
        "a@v.com\r\nBcc: b@evil.com",
        "a@v.com\n",
        "a@v.com>",
        "Name <a@v.com>",
        "victim＠corp.com",
        "x＠y@v.com",
        "\u212aate@x.com",
        "\u017fam@x.com",
        "ﬁona@x.com",
        "a@k.exam\u212ale.com",
        "a\u202eb@x.com",
        "a\u00a0b@x.com",
        "a\x00@x.com",
        "a b@x.com",
        "a@[127.0.0.1]",
        "a@localhost",
        "a(comment)@x.com",
        "a@" + "b" * 250 + ".com",
    ],
)
def test_what_is_not_one_mailbox_is_refused(text: str) -> None:
    """ML-14, ML-15: lists, display names, quotes, header breaks, look-alikes."""
    with pytest.raises(addresses.BadAddress):
        addresses.parse(text)


def test_the_written_address_is_kept_byte_for_byte() -> None:
    assert addresses.parse(" Mike.O+x@X.com ").written == "Mike.O+x@X.com"


@given(NAMES, PLAIN_DOMAINS)
def test_the_key_of_a_key_is_itself(local: str, domain: str) -> None:
    """ML-15, as a property."""
    try:
        key = addresses.parse(f"{local}@{domain}").key
    except addresses.BadAddress:
        return

    assert addresses.parse(key).key == key


@given(NAMES)
def test_a_foreign_letter_never_becomes_an_ascii_one(local: str) -> None:
    """ML-15: what is outside ASCII stays outside of it, so `\u212aate` never finds `kate`."""
    try:
        key = addresses.parse(f"{local}@x.com").key
    except addresses.BadAddress:
        return

    assert key.removesuffix("@x.com").isascii() == local.strip(" \t").isascii()


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("mira@tessaly.example", "m•••@tessaly.example"),
        ("m@x.com", "m•••@x.com"),
        ("nonsense", "n•••"),
        ("", "•••"),
        ("a\u202e@x.com", "a•••@x.com"),
        ("a@b@c.com", "a•••@c.com"),
    ],
)
def test_a_masked_address_shows_one_letter_and_the_domain(text: str, shown: str) -> None:
    assert addresses.mask(text) == shown


@given(st.text(max_size=400))
def test_masking_takes_any_text_and_stays_short(text: str) -> None:
    assert len(addresses.mask(text)) <= 90
    assert addresses.mask(text).isprintable()


@given(
    st.from_regex(r"[A-Za-z0-9._+\-@ ]{1,12}@[A-Za-z0-9.\-]{1,12}(\.com|\.test|\.local|-|)", fullmatch=True)
    | st.tuples(st.sampled_from(["a", "Root", "a" * 64, "a" * 65, "a..b"]), PLAIN_DOMAINS).map("@".join)
)
def test_the_short_way_for_common_addresses_judges_as_the_long_one(text: str) -> None:
    def told(how: Callable[[str], addresses.Address]) -> addresses.Address | None:
        try:
            return how(text.strip(" \t"))
        except addresses.BadAddress:
            return None

    assert told(addresses.parse) == told(addresses._judged)
