"""Which addresses a webhook may reach, by what was typed and by where the name leads."""

import contextlib
from ipaddress import IPv4Address, IPv6Address, ip_address
from string import ascii_letters, digits

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from services.notifications.rules.targets import LONGEST, NotPublic, Reach, Target, is_public, require_public, target_of
from shared.errors import Invalid
from shared.events import Mode

REACH = Reach(ports={443, 8443}, localhost=True, own="billing.example")
NO_LOCALHOST = Reach(ports={443, 8443}, localhost=False, own="billing.example")
SHOP = Target(host="shop.example", port=443, path="/hooks")
HERE = Target(host="localhost", port=3000, path="/hooks", is_local=True)

BAD, NOT_PUBLIC, PORT = "bad_webhook_url", "webhook_not_public", "webhook_port"
GOOD = ("93.184.215.14", "2606:2800:21f:cb07:6820:80da:af6b:8b2c")


NAMED = f"""
    93.184.215.14/ 127.0.0.1/ 127.0.0.1:8443/ 127.0.0.1./ 10.0.0.7/ 169.254.169.254/latest/meta-data/ 0/ 0.0.0.0/
    127.1/ 127.0.1/ 2130706433/ 2852039166/ 0x7f000001/ 0x7f.1/ 0X7F.0x0.0x0.0x1/ 127.0.0.0x1/ 017700000001/
    0177.0.0.1/ shop.example.1/ shop.0x7f/
    localhost/ LocalHost:8443/ localhost./ shop.localhost/ portal/hooks db:8443/ printer.local/ api.internal/
    METADATA.Google.INTERNAL/ metadata.google.internal/computeMetadata/v1/ metadata.google.internal./ nas.lan/
    nas.home.arpa/ wiki.corp/ billing.example/ Billing.EXAMPLE:8443/v1/ billing.example./
    shop.example./ .shop.example/ shop..example/ ./ -shop.example/ shop-.example/ {"a" * 64}.example/
""".split()
"""Hosts: IPv4 addresses in every writing that some resolver takes; names that a network has for itself, and the
installation's own; what is no name.
"""


@pytest.mark.feature("M13")
@pytest.mark.parametrize(
    ("url", "code"),
    [
        *((f"https://{each}", NOT_PUBLIC) for each in NAMED),
        # Not an address, or of another kind.
        ("", BAD),
        ("https", BAD),
        ("https:", BAD),
        ("https://", BAD),
        ("https:///hooks", BAD),
        ("https:/shop.example/", BAD),
        ("//shop.example/hooks", BAD),
        ("shop.example/hooks", BAD),
        ("http://shop.example/hooks", BAD),
        ("HTTP://shop.example/hooks", BAD),
        ("http://shop.example:443/hooks", BAD),
        ("ftp://shop.example/", BAD),
        ("file:///etc/passwd", BAD),
        ("gopher://shop.example:443/_x", BAD),
        ("javascript:alert(1)", BAD),
        ("wss://shop.example/", BAD),
        ("unix:///var/run/docker.sock", BAD),
        ("http\u017f://shop.example/", BAD),
        # Somebody's name and password, and what some read as such.
        ("https://ada@shop.example/", BAD),
        ("https://ada:secret@shop.example/", BAD),
        ("https://:secret@shop.example/", BAD),
        ("https://@shop.example/", BAD),
        ("https://shop.example@127.0.0.1/", BAD),
        ("https://127.0.0.1\\@shop.example/", BAD),
        ("https://shop.example#@127.0.0.1/", BAD),
        ("https://shop.example%40127.0.0.1/", BAD),
        # Ports.
        ("https://shop.example:", BAD),
        ("https://shop.example:/hooks", BAD),
        ("https://shop.example:0/", BAD),
        ("https://shop.example:-443/", BAD),
        ("https://shop.example:+443/", BAD),
        ("https://shop.example:65536/", BAD),
        ("https://shop.example:443:443/", BAD),
        ("https://shop.example:x/", BAD),
        ("https://shop.example:４４３/", BAD),
        ("https://shop.example:22/", PORT),
        ("https://shop.example:80/", PORT),
        ("https://shop.example:5432/", PORT),
        ("https://shop.example:6379/", PORT),
        ("https://shop.example:8444/", PORT),
        # IPv4 addresses, in every writing that some resolver takes.
        ("https://１２７.０.０.１/", BAD),
        ("https://127。0。0。1/", BAD),
        ("https://①②⑦.0.0.1/", BAD),
        ("https://%31%32%37.0.0.1/", BAD),
        # IPv6 addresses.
        ("https://[::1]/", BAD),
        ("https://[::]/", BAD),
        ("https://[::1]:8443/", BAD),
        ("https://[::ffff:127.0.0.1]/", BAD),
        ("https://[fe80::1%25eth0]/", BAD),
        ("https://[2606:4700::1111]/", BAD),
        ("https://[v1.shop.example]/", BAD),
        ("https://shop[v1.shop.example]/", BAD),
        ("https://::1/", BAD),
        # Names that are not written plainly.
        (f"https://{'a.' * 124}example/", BAD),
        ("https://sh%6fp.example/", BAD),
        ("https://shop.example%2f.evil.example/", BAD),
        ("https://shop.example%00.evil.example/", BAD),
        ("https://bücher.example/", BAD),
        ("https://ｓｈｏｐ.example/", BAD),
        ("https://\u212aelvin.example/", BAD),
        ("https://shop\u3002example/", BAD),
        ("https://shop\u00ad.example/", BAD),
        ("https://shop.example\\.evil.example/", BAD),
        ("https:\\\\shop.example\\hooks", BAD),
        ("https://*.shop.example/", BAD),
        ("https://shop.example,127.0.0.1/", BAD),
        # Blanks and controls.
        (" https://shop.example/", BAD),
        ("https://shop.example/ ", BAD),
        ("https://shop.example /", BAD),
        ("https://shop .example/", BAD),
        ("https://sh\top.example/", BAD),
        ("https://shop.example\n/", BAD),
        ("https://shop.example/\r\nHost: evil.example", BAD),
        ("https://shop.example/hooks\n", BAD),
        ("https://shop.example\0.evil.example/", BAD),
        ("https://shop.example/\0", BAD),
        ("https://shop.example/\x7f", BAD),
        ("http://local\nhost:3000/", BAD),
        # Paths.
        ("https://shop.example/bücher", BAD),
        ("https://shop.example/a\\b", BAD),
        ("https://shop.example/" + "a" * (LONGEST - 20), BAD),
    ],
)
@pytest.mark.parametrize("mode", ["live", "test"])
def test_what_is_refused_as_it_is_typed(url: str, code: str, mode: Mode) -> None:
    with pytest.raises(Invalid) as refused:
        target_of(url, mode=mode, reach=REACH)

    assert [(each.field, each.code) for each in refused.value.fields] == [("url", code)]


@pytest.mark.parametrize(
    ("url", "mode", "reach"),
    [
        ("http://localhost:3000/hooks", "live", REACH),
        ("http://localhost:3000/hooks", "live", NO_LOCALHOST),
        ("http://localhost:3000/hooks", "test", NO_LOCALHOST),
        ("http://localhost.:3000/hooks", "test", REACH),
        ("http://api.localhost:3000/hooks", "test", REACH),
        ("http://127.0.0.1:3000/hooks", "test", REACH),
        ("http://[::1]:3000/hooks", "test", REACH),
        ("http://ada@localhost:3000/hooks", "test", REACH),
        ("http://localhost:0/hooks", "test", REACH),
    ],
)
def test_plain_http_leads_to_localhost_alone_in_test_mode_and_if_allowed(url: str, mode: Mode, reach: Reach) -> None:
    with pytest.raises(Invalid):
        target_of(url, mode=mode, reach=reach)


@pytest.mark.feature("M13")
@pytest.mark.parametrize(
    ("url", "host", "port", "path", "authority"),
    [
        ("https://shop.example", "shop.example", 443, "/", "shop.example"),
        ("https://shop.example/", "shop.example", 443, "/", "shop.example"),
        ("HTTPS://Shop.EXAMPLE/Hooks", "shop.example", 443, "/Hooks", "shop.example"),
        ("https://shop.example:443/a/b", "shop.example", 443, "/a/b", "shop.example"),
        ("https://shop.example:8443/a", "shop.example", 8443, "/a", "shop.example:8443"),
        ("https://shop.example?x=1&y=%20", "shop.example", 443, "/?x=1&y=%20", "shop.example"),
        ("https://shop.example/a?x=http://127.0.0.1/", "shop.example", 443, "/a?x=http://127.0.0.1/", "shop.example"),
        ("https://shop.example/@ada:x", "shop.example", 443, "/@ada:x", "shop.example"),
        ("https://my_shop.a-b.example/", "my_shop.a-b.example", 443, "/", "my_shop.a-b.example"),
        ("https://_hooks.shop.example/", "_hooks.shop.example", 443, "/", "_hooks.shop.example"),
        ("https://xn--bcher-kva.example/", "xn--bcher-kva.example", 443, "/", "xn--bcher-kva.example"),
        ("https://shop.xn--p1ai/", "shop.xn--p1ai", 443, "/", "shop.xn--p1ai"),
        ("https://10.0.0.7.example/", "10.0.0.7.example", 443, "/", "10.0.0.7.example"),
        ("https://notbilling.example/", "notbilling.example", 443, "/", "notbilling.example"),
        ("https://thelocal.example/", "thelocal.example", 443, "/", "thelocal.example"),
    ],
)
@pytest.mark.parametrize("mode", ["live", "test"])
def test_what_is_allowed(url: str, host: str, port: int, path: str, authority: str, mode: Mode) -> None:
    found = target_of(url, mode=mode, reach=NO_LOCALHOST)

    assert found == Target(host=host, port=port, path=path)
    assert found.authority == authority


def test_an_address_may_be_so_long() -> None:
    start = "https://shop.example/"

    assert target_of(start.ljust(LONGEST, "a"), mode="live", reach=REACH).host == "shop.example"


@pytest.mark.feature("M13")
@pytest.mark.parametrize(
    ("url", "port", "authority"),
    [
        ("http://localhost:3000/hooks", 3000, "localhost:3000"),
        ("http://LOCALHOST:8080/hooks", 8080, "localhost:8080"),
        ("http://localhost/hooks", 80, "localhost"),
    ],
)
def test_a_developers_own_machine_is_reached_in_test_mode(url: str, port: int, authority: str) -> None:
    found = target_of(url, mode="test", reach=REACH)

    assert found == Target(host="localhost", port=port, path="/hooks", is_local=True)
    assert found.authority == authority


REFUSED = """
    127.0.0.1 127.255.255.255 10.0.0.0 10.255.255.255 172.16.0.1 172.31.255.255 192.168.0.1 192.168.255.255
    169.254.169.254 169.254.0.1 100.64.0.1 100.100.100.200 100.127.255.255 0.0.0.0 0.1.2.3 192.0.0.1 192.0.0.8
    192.0.0.170 192.0.2.1 198.51.100.7 203.0.113.9 192.88.99.1 198.18.0.1 198.19.255.255 224.0.0.1 239.255.255.250
    240.0.0.1 255.255.255.254 255.255.255.255 :: ::1 ::2 ::127.0.0.1 ::93.184.215.14 ::ffff:127.0.0.1 ::ffff:10.0.0.7
    ::ffff:93.184.215.14 ::ffff:0:127.0.0.1 64:ff9b::7f00:1 64:ff9b::5db8:d70e 64:ff9b:1::a00:7 100::1 fc00::1
    fd00:ec2::254 fdff:ffff::1 fe80::1 fe80::1%eth0 febf::1 fec0::1 ff02::1 ff0e::1 2002:7f00:1:: 2002:5db8:d70e::1
    2001::1 2001:0:4136:e378:8000:63bf:3fff:fdd2 2001:2::1 2001:10::1 2001:20::1 2001:db8::1 3fff::1 3fff:fff::1 4000::1
    1fff::1 2620:4f:8000::1 5f00::1
""".split()


@pytest.mark.feature("M13")
@pytest.mark.parametrize("address", REFUSED)
def test_a_name_that_leads_there_is_refused(address: str) -> None:
    for found in ([address], [*GOOD, address], [address, *GOOD], [GOOD[0], address, GOOD[1]]):
        with pytest.raises(NotPublic):
            require_public(SHOP, found)


PUBLIC = "1.1.1.1 9.255.255.255 11.0.0.0 100.63.255.255 100.128.0.0 172.15.255.255 172.32.0.0 192.0.1.1 198.17.255.255 \
198.20.0.0 223.255.255.255 2000::1 2001:200::1 2001:4860:4860::8888 2003::1 2606:4700::1111 2a00:1450::1 3ffe::1"


@pytest.mark.parametrize("address", [*GOOD, *PUBLIC.split()])
def test_a_public_address_is_reached(address: str) -> None:
    require_public(SHOP, [address, *GOOD])


def test_a_name_that_leads_nowhere_is_refused() -> None:
    for target in (SHOP, HERE):
        with pytest.raises(NotPublic):
            require_public(target, [])


@pytest.mark.parametrize("address", ["93.184.215.14", "10.0.0.7", "0.0.0.0", "169.254.169.254", "fe80::1%lo", "::"])
def test_localhost_is_this_machine_and_no_other(address: str) -> None:
    require_public(HERE, ["127.0.0.1", "::1"])

    with pytest.raises(NotPublic):
        require_public(HERE, ["127.0.0.1", address])


@given(st.ip_addresses(v=4) | st.ip_addresses(v=6) | st.ip_addresses(network="2000::/3"))
@example(ip_address("192.0.0.9"))
@example(ip_address("2001:1::1"))
def test_what_is_public_is_nothing_else_to_the_library(address: IPv4Address | IPv6Address) -> None:
    known = address.is_private or address.is_loopback or address.is_link_local or address.is_multicast
    known = known or address.is_reserved or address.is_unspecified

    assert not (is_public(address) and known)


PIECES = st.sampled_from(
    ["https://", "http://", "localhost", "shop.example", ".", ":", "@", "/", "?", "#", "[", "]", "%"]
)
ODD = st.sampled_from(["\\", "\n", "\t", " ", "\0", "\u212a", "１", "。", "0x7f", "127.0.0.1", "::1", "443", "v1.a"])
TYPED = st.lists(PIECES | ODD | st.text(max_size=3)).map("".join) | st.text()


@given(TYPED | TYPED.map("https://shop".__add__), st.sampled_from(["live", "test"]))
def test_whatever_is_accepted_is_plain(typed: str, mode: Mode) -> None:
    with contextlib.suppress(Invalid):
        found = target_of(typed, mode=mode, reach=REACH)
        assert set(found.host) <= {*ascii_letters.lower(), *digits, *".-_"}
        assert found.host in typed.lower()
        assert "." in found.host or (found.is_local and mode == "test")
        assert found.host.rpartition(".")[2][0] in ascii_letters
        assert found.port in REACH.ports or found.is_local
        assert found.path.startswith("/")
        assert all("!" <= each <= "~" for each in found.path)
        assert typed.isascii()
