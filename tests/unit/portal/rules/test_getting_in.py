"""How customers may get into a portal, and where a portal may be."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from services.portal.rules.portals import configuration, getting_in, places
from services.portal.rules.portals.configuration import Draft
from services.portal.rules.portals.getting_in import AcceptanceRequired
from shared.errors import Invalid, StepUpRequired
from shared.origins import origin_of

NOW = datetime(2026, 11, 22, 9, tzinfo=UTC)
ORIGIN = "https://shop.example"


def a_draft(**more: Any) -> Draft:
    draft = Draft(
        slug="lark",
        name="Customer portal",
        display_name="Lark",
        features={},
        appearance={},
        languages={"auto_detect": True, "default_locale": "en-US"},
        links={},
    )
    return replace(draft, **more)


def refused(mode: str = "test", **more: Any) -> set[tuple[str, str]]:
    with pytest.raises(Invalid) as caught:
        configuration.decide(a_draft(**more), mode=mode, installation="billing.example")
    return {(each.field, each.code) for each in caught.value.fields}


def kept(mode: str = "test", **more: Any) -> Draft:
    return configuration.decide(a_draft(**more), mode=mode, installation="billing.example")


def test_a_portal_begins_with_mail_and_the_vendors_own_backend() -> None:
    assert kept().sign_in == {
        "methods": ["email", "portal_session"],
        "identify_by": "email",
        "direct_actions": [],
        "cross_device": "confirm",
        "require_hash": True,
        "redirect_url": None,
        "sender_name": None,
        "reply_to": None,
        "invitation_email": False,
        "link_minutes": 10,
        "session_idle_minutes": 30,
        "session_hours": 12,
    }


@pytest.mark.feature("A23")
@pytest.mark.parametrize(
    ("sign_in", "field", "code"),
    [
        ({"methods": ["password"]}, "methods", "not_a_choice"),
        ({"methods": []}, "methods", "required"),
        ({"methods": ["email", "email"]}, "methods", "not_unique"),
        ({"direct_actions": ["email"]}, "direct_actions", "not_a_choice"),
        ({"direct_actions": ["hmac_v2"]}, "direct_actions", "not_a_choice"),
        ({"identify_by": "phone"}, "identify_by", "not_a_choice"),
        ({"redirect_url": "javascript:alert(1)"}, "redirect_url", "bad_url"),
        ({"redirect_url": f"{ORIGIN}/#x"}, "redirect_url", "bad_url"),
        ({"redirect_url": "https://other.example/"}, "redirect_url", "origin_not_allowed"),
        ({"redirect_url": f"{ORIGIN}.evil.example/"}, "redirect_url", "origin_not_allowed"),
        ({"redirect_url": f"{ORIGIN}:8443/"}, "redirect_url", "origin_not_allowed"),
        ({"sender_name": " "}, "sender_name", "bad_sender_name"),
        ({"sender_name": "x" * 101}, "sender_name", "bad_sender_name"),
        ({"sender_name": "Lark\r\nBcc: a@b.example"}, "sender_name", "bad_sender_name"),
        ({"sender_name": "Lark\u202eelpmaxe"}, "sender_name", "bad_sender_name"),
        ({"reply_to": "nobody"}, "reply_to", "bad_email"),
        ({"reply_to": "a@b.example, c@d.example"}, "reply_to", "bad_email"),
        ({"reply_to": " a@b.example"}, "reply_to", "bad_email"),
    ],
)
def test_a_way_in_that_makes_no_sense_is_refused(sign_in: dict[str, Any], field: str, code: str) -> None:
    assert refused(sign_in=sign_in, embed={"allowed_origins": [ORIGIN]}) == {(f"sign_in.{field}", code)}


def test_a_mailed_link_leads_back_to_a_page_that_may_embed_the_portal() -> None:
    sign_in = {"redirect_url": f"{ORIGIN}/account?tab=billing", "sender_name": "Lark & Co.", "reply_to": "a@b.example"}

    assert kept(sign_in=sign_in, embed={"allowed_origins": [ORIGIN]}).sign_in.items() >= sign_in.items()


@pytest.mark.feature("A19")
def test_an_unsigned_name_is_taken_in_test_mode_alone() -> None:
    assert kept("test", sign_in={"require_hash": False}).sign_in["require_hash"] is False
    assert refused("live", sign_in={"require_hash": False}) == {("sign_in.require_hash", "test_mode_only")}


@pytest.mark.feature("A23")
def test_in_live_mode_a_person_accepts_that_a_weak_way_in_acts() -> None:
    """SE-16."""
    wanted = {"direct_actions": ["order_number", "hmac_v1"]}
    getting_in.check_accepted(wanted, before={}, mode="test")
    getting_in.check_accepted(wanted, before={"direct_actions": ["hmac_v1", "order_number"]}, mode="live")
    for before in ({}, {"direct_actions": ["hmac_v1"]}, {"direct_actions": ["permanent_link"]}):
        with pytest.raises(AcceptanceRequired):
            getting_in.check_accepted(wanted, before=before, mode="live")


def test_who_accepts_signed_in_within_half_an_hour() -> None:
    just = NOW - timedelta(minutes=30)
    getting_in.decide_acceptance(wanted=["hmac_v1"], proven_at=just, now=NOW)
    for proven_at in (None, just - timedelta(seconds=1)):
        with pytest.raises(StepUpRequired):
            getting_in.decide_acceptance(wanted=["hmac_v1"], proven_at=proven_at, now=NOW)
    with pytest.raises(Invalid):
        getting_in.decide_acceptance(wanted=["email"], proven_at=NOW, now=NOW)


@pytest.mark.parametrize(
    ("origin", "in_test", "in_live"),
    [
        ("https://shop.example", "https://shop.example", "https://shop.example"),
        ("https://Shop.Example:443", "https://shop.example", "https://shop.example"),
        ("https://shop.example:8443", "https://shop.example:8443", "https://shop.example:8443"),
        ("https://xn--bcher-kva.example", "https://xn--bcher-kva.example", "https://xn--bcher-kva.example"),
        ("http://localhost:3000", "http://localhost:3000", None),
        ("http://127.0.0.1:3000", "http://127.0.0.1:3000", None),
        ("http://shop.example", None, None),
        ("https://shop.example/", None, None),
        ("https://shop.example?", None, None),
        ("https://*.shop.example", None, None),
        ("https://a.tld; script-src *", None, None),
        ("https://a.tld\r\nX-Evil: 1", None, None),
        ("https://bücher.example", None, None),
        ("https://user@a.tld", None, None),
        ("https:a.tld", None, None),
        ("https:", None, None),
        ("a.tld", None, None),
        ("null", None, None),
        ("*", None, None),
        ("", None, None),
    ],
)
def test_an_origin_is_exact(origin: str, in_test: str | None, in_live: str | None) -> None:
    """EM-02."""
    for mode, expected in (("test", in_test), ("live", in_live)):
        embed = {"allowed_origins": [origin]}
        if expected is None:
            assert refused(mode, embed=embed) == {("embed.allowed_origins.0", "bad_origin")}
        else:
            assert kept(mode, embed=embed).embed["allowed_origins"] == [expected]


def test_an_origin_is_named_once_and_there_is_a_bound() -> None:
    twice = ["https://a.example", "https://A.example:443"]
    assert refused(embed={"allowed_origins": twice}) == {("embed.allowed_origins", "not_unique")}
    many = [f"https://a{number}.example" for number in range(places.MOST_ORIGINS + 1)]
    assert refused(embed={"allowed_origins": many}) == {("embed.allowed_origins", "too_many_items")}


@pytest.mark.parametrize(
    ("host", "path", "expected"),
    [
        ("shop.example", None, ("shop.example", "")),
        ("shop.example", "/billing/", ("shop.example", "/billing")),
        ("shop.localhost", "/a/b-c", ("shop.localhost", "/a/b-c")),
        (None, "/billing", (None, None)),
        ("", "", (None, None)),
    ],
)
def test_a_portal_may_be_at_a_host_of_the_vendors_own(
    host: str | None, path: str | None, expected: tuple[str | None, str | None]
) -> None:
    found = kept(domain={"host": host, "path": path}).domain

    assert (found["host"], found["path"]) == expected


@pytest.mark.parametrize(
    ("domain", "problem"),
    [
        ({"host": "localhost"}, ("domain.host", "bad_host")),
        ({"host": "billing.example"}, ("domain.host", "bad_host")),
        ({"host": "Shop.example"}, ("domain.host", "bad_host")),
        ({"host": "shop.example:8443"}, ("domain.host", "bad_host")),
        ({"host": "shop.example."}, ("domain.host", "bad_host")),
        ({"host": "10.0.0.1"}, ("domain.host", "bad_host")),
        ({"host": "a_b.example"}, ("domain.host", "bad_host")),
        ({"host": "a b.example"}, ("domain.host", "bad_host")),
        ({"host": "bücher.example"}, ("domain.host", "bad_host")),
        ({"host": "x." * 127 + "example"}, ("domain.host", "bad_host")),
        ({"host": "shop.example", "path": "billing"}, ("domain.path", "bad_path")),
        ({"host": "shop.example", "path": "/.."}, ("domain.path", "bad_path")),
        ({"host": "shop.example", "path": "//evil"}, ("domain.path", "bad_path")),
        ({"host": "shop.example", "path": "/a?b"}, ("domain.path", "bad_path")),
        *(({"host": "shop.example", "path": f"/{word}"}, ("domain.path", "bad_path")) for word in places.RESERVED),
        ({"host": "shop.example", "path": "/static/x"}, ("domain.path", "bad_path")),
    ],
)
def test_other_hosts_and_paths_are_refused(domain: dict[str, str], problem: tuple[str, str]) -> None:
    assert refused(domain=domain) == {problem}


def test_the_record_names_the_configuration() -> None:
    assert places.record_name("shop.example") == "_bursar.shop.example"
    assert places.is_proof(["v=spf1", " bursar-verification=pcfg_1 "], configuration_id="pcfg_1")
    assert not places.is_proof(["bursar-verification=pcfg_2", ""], configuration_id="pcfg_1")


@pytest.mark.feature("A13", "A14", "B24")
@pytest.mark.parametrize(
    ("kind", "gate"),
    [
        ("hosted", "any_order"),
        ("helpdesk", "any_order"),
        ("widget", "paid_transaction"),
        ("global", "paid_transaction"),
    ],
)
def test_each_kind_shows_what_it_shows_by_itself(kind: str, gate: str) -> None:
    assert kept(kind=kind, scope=configuration.default_scope(kind)).scope["access_gate"] == gate


@pytest.mark.parametrize(
    "url",
    ["//evil.tld", "/\\evil.tld", "https:evil.tld", "https:/\\evil.tld", "https://ok.tld@evil.tld", "https:///evil.tld",
     "\t//evil.tld", "javascript:alert(1)", "data:text/html,x", "https://ok.tld:", "https://ok.tld:99999", "http://ok.tld",
     "https://ok.tld\\@evil.tld", "https://" + "a" * 1000, "https://ok.tld/\u202e", "ftp://ok.tld", "https://[::1]"],
)  # fmt: skip
def test_what_can_be_read_in_two_ways_has_no_origin(url: str) -> None:
    """ML-13."""
    assert origin_of(url) is None
    assert refused(default_return_url=url) == {("default_return_url", "bad_url")}


@pytest.mark.parametrize(
    ("change", "field"),
    [({"actions_layout": "carousel"}, "actions_layout"), ({"theme": "pink"}, "theme")],
)
def test_looks_are_among_the_choices(change: dict[str, str], field: str) -> None:
    assert refused(appearance=change) == {(f"appearance.{field}", "not_a_choice")}
