"""Why a page shows no portal: each step by its code."""

from dataclasses import replace

import pytest

from services.portal.rules.portals.embed_check import State, Widget, calculate

OURS = "https://pay.example"
WIDGET = Widget(
    is_open=True,
    is_live=True,
    allowed=("https://shop.example", "https://shop.example:8443"),
    drafted=("https://shop.example", "https://new.example"),
    methods=("email", "hmac_v2"),
    requires_hash=True,
)


def codes(page: str, widget: Widget = WIDGET, *, policy: str = "", ours: str = OURS) -> dict[str, State]:
    return {each.code: each.state for each in calculate(page, widget=widget, ours=ours, policy=policy).steps}


def the_wrong(page: str, widget: Widget = WIDGET, **more: str) -> list[str]:
    return [code for code, state in codes(page, widget, **more).items() if state is State.WRONG]


@pytest.mark.parametrize(
    ("page", "wrong"),
    [
        ("https://shop.example", []),
        ("https://Shop.Example/", []),
        ("https://shop.example:443/account?a=b#c", []),
        ("https://shop.example:8443", []),
        (" https://shop.example ", []),
        ("https://shop.example:9000", ["origin_port"]),
        ("https://www.shop.example", ["origin_www"]),
        ("https://a.shop.example", ["origin_subdomain"]),
        ("https://example", ["origin_subdomain"]),
        ("https://notshop.example", ["origin_missing"]),
        ("https://new.example", ["origin_drafted"]),
        ("http://localhost:3000", ["origin_local"]),
        ("http://shop.example/x", ["not_https"]),
        ("shop.example/x", ["no_scheme"]),
        ("https://user@shop.example", ["no_origin"]),
        ("javascript:alert(1)", ["no_origin"]),
        ("https://", ["no_origin"]),
    ],
)
def test_an_address_and_what_is_wrong_with_it(page: str, wrong: list[str]) -> None:
    assert the_wrong(page) == wrong


def test_the_origin_that_was_meant_is_named() -> None:
    report = calculate("https://www.shop.example/account", widget=WIDGET, ours=OURS)

    [step] = [each for each in report.steps if each.state is State.WRONG]
    assert (step.about, step.meant) == ("https://www.shop.example", "https://shop.example")
    assert (report.origin, report.works) == ("https://www.shop.example", False)
    assert report.ancestors == "frame-ancestors https://shop.example https://shop.example:8443"
    assert report.policy == "script-src https://pay.example; frame-src https://pay.example"


def test_a_slash_or_a_path_is_a_thing_to_know_not_a_fault() -> None:
    assert codes("https://shop.example/")["only_origin"] is State.NOTE
    assert "only_origin" not in codes("https://shop.example")


def test_another_scheme_on_ones_own_machine() -> None:
    local = replace(WIDGET, is_live=False, allowed=("https://localhost:3000",), drafted=())

    assert the_wrong("http://localhost:3000", local) == ["origin_scheme"]
    assert the_wrong("http://localhost:3000", replace(local, allowed=("http://localhost:3000",))) == []


def test_a_closed_portal_and_one_without_origins() -> None:
    closed = replace(WIDGET, is_open=False, allowed=(), drafted=())

    assert the_wrong("https://shop.example", closed) == ["closed", "origin_none"]
    assert calculate("https://shop.example", widget=closed, ours=OURS).ancestors == "frame-ancestors 'none'"


def test_what_a_page_behind_https_does_not_load() -> None:
    assert the_wrong("https://shop.example", ours="http://pay.example") == ["mixed_content"]
    assert the_wrong("https://shop.example", ours="http://localhost:8080") == []


@pytest.mark.parametrize(
    ("policy", "wrong"),
    [
        ("img-src 'self'", []),
        ("default-src https:", []),
        ("Content-Security-Policy: script-src 'self' https://pay.example; frame-src https://pay.example/", []),
        ("default-src *.example", []),
        ("default-src *.pay.example", ["policy_no_script", "policy_no_frame"]),
        ("default-src 'self'", ["policy_no_script", "policy_no_frame"]),
        ("default-src 'none'; frame-src *", ["policy_no_script"]),
        ("default-src pay.example; child-src 'self'", ["policy_no_frame"]),
        ("script-src pay.example; script-src-elem 'self'; frame-src pay.example:*", ["policy_no_script"]),
        ("default-src http://pay.example", ["policy_no_script", "policy_no_frame"]),
        ("default-src pay.example:8443", ["policy_no_script", "policy_no_frame"]),
        ("script-src 'nonce-abc' 'strict-dynamic'; frame-src pay.example", []),
        (";;script-src;", ["policy_no_script"]),
    ],
)
def test_a_policy_of_the_page_s_own(policy: str, wrong: list[str]) -> None:
    assert the_wrong("https://shop.example", policy=policy) == wrong


def test_a_policy_by_nonces_is_a_thing_to_know() -> None:
    assert codes("https://shop.example", policy="script-src 'nonce-abc'")["policy_nonce"] is State.NOTE


def test_what_is_to_be_known_of_the_customer() -> None:
    page = "https://shop.example"

    assert "identity_signed" in codes(page)
    assert "identity_unsigned" in codes(page, replace(WIDGET, requires_hash=False))
    assert "identity_none" in codes(page, replace(WIDGET, methods=("email",)))
