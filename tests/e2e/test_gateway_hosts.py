"""Which host is whose (B08, ML-12), as the gateway sees it: the installation's, a vendor's own, or nobody's."""

import pytest

from tests.support.gateway import Answer, Gateway

OWN = (
    ("shop.example", "/billing", "/p/acme", "/billing", "portal"),
    ("shop.example", "/billing/invoices?year=2026", "/p/acme/invoices?year=2026", "/billing", "portal"),
    ("shop.example", "/billing/sign-in", "/p/acme/sign-in", "/billing", "auth"),
    ("shop.example", "/billing/sessions/all", "/p/acme/sessions/all", "/billing", "auth"),
    ("shop.example", "/help/tickets", "/p/acme-help/tickets", "/help", "portal"),
    ("billing.acme.example", "/invoices", "/p/acme/invoices", "/", "portal"),
    ("billing.acme.example", "/sign-out", "/p/acme/sign-out", "/", "auth"),
    ("SHOP.example:8443", "/billing", "/p/acme", "/billing", "portal"),
)
"""Host and target, to the target inside, the home, the service."""


def heard(answer: Answer) -> dict[str, str]:
    return {name.lower(): value for name, value in answer.json["headers"]}


@pytest.mark.feature("B08")
@pytest.mark.parametrize(("host", "target", "inside", "home", "service"), OWN)
def test_a_vendors_own_host_has_the_pages_of_its_portals(
    gate: Gateway, host: str, target: str, inside: str, home: str, service: str
) -> None:
    answer = gate.ask(target, headers={"Host": host, "Cookie": "session=1"})

    got = heard(answer)
    assert answer.json["service"] == service
    assert answer.json["target"] == inside
    assert got["x-portal-home"] == home
    assert got["x-passport"] == f"passport[session=1][{inside.split('/')[2].split('?')[0]}]"
    assert got["host"] == host
    assert "x-own-host" not in got


def test_a_form_is_sent_to_the_page_inside_whole_and_once(gate: Gateway) -> None:
    headers = {"Host": "shop.example", "Content-Type": "text/plain"}

    answer = gate.ask("/billing/profile?a=1", method="POST", headers=headers, body=b"name=Mira")

    sent = answer.json
    assert (sent["method"], sent["target"], sent["body"]) == ("POST", "/p/acme/profile?a=1", "name=Mira")


@pytest.mark.parametrize(
    "target", ["/", "/p/acme", "/v1/customers", "/docs", "/mailbox", "/embed/v1.js", "/internal/x"]
)
@pytest.mark.parametrize(
    "host", ["evil.example", "acme.example", "localhost.evil.example", "127.0.0.2", "shop.example.evil"]
)
def test_an_unknown_host_reaches_no_page(gate: Gateway, host: str, target: str) -> None:
    before = len(gate.heard())

    answers = [gate.ask(target, method=method, headers={"Host": host}) for method in ("GET", "POST", "HEAD")]

    assert [answer.status for answer in answers] == [421] * 3
    assert {answer.header("Cache-Control") for answer in answers} == {"no-store"}
    assert len(gate.heard()) == before


def test_nothing_of_ours_but_the_portals_is_at_a_vendors_own_host(gate: Gateway) -> None:
    before = len(gate.heard())

    for target in ("/p/acme", "/v1/customers", "/docs", "/mailbox", "/console", "/"):
        assert gate.ask(target, headers={"Host": "shop.example"}).status in (404, 421)
    for target in ("/v1/../internal/identity", "/billing/..%2f..%2finternal", "/-/identity", "/billing//x"):
        assert gate.say(
            f"GET {target} HTTP/1.1\r\nHost: shop.example\r\nConnection: close\r\n\r\n".encode()
        ).startswith((b"HTTP/1.1 404", b"HTTP/1.1 400"))

    assert len(gate.heard()) == before


@pytest.mark.parametrize("host", ["localhost", "shop.example", "evil.example"])
def test_health_and_files_are_at_every_host(gate: Gateway, host: str) -> None:
    for target in ("/healthz", "/readyz", "/static/app.css"):
        assert gate.ask(target, headers={"Host": host}).status == 200


@pytest.mark.parametrize(
    "head",
    [
        "GET /p/acme HTTP/1.1\r\nHost: portal:80@evil",
        "GET /p/acme HTTP/1.1\r\nHost: localhost@evil",
        "GET /p/acme HTTP/1.1\r\nHost: localhost\r\nHost: evil.example",
        "GET /p/acme HTTP/1.1\r\nHost: localhost/evil",
        "GET /p/acme HTTP/1.1\r\nHost: localhost evil.example",
        "GET /p/acme HTTP/1.1\r\nHost: localhost, evil.example",
        "GET /p/acme HTTP/1.1\r\nHost: ",
        "GET /p/acme HTTP/1.1\r\nX-Forwarded-Host: localhost",
        "GET http://evil.example/p/acme HTTP/1.1\r\nHost: localhost",
        "GET http://localhost/p/acme HTTP/1.1\r\nHost: evil.example",
        "GET http://localhost@evil.example/p/acme HTTP/1.1\r\nHost: localhost",
        "GET /p/acme HTTP/1.0\r\nX-Forwarded-Host: localhost",
    ],
)
def test_a_host_that_two_readers_could_take_apart_is_refused(gate: Gateway, head: str) -> None:
    """ML-12."""
    before = len(gate.heard())

    answer = gate.say(f"{head}\r\nConnection: close\r\n\r\n".encode())

    assert answer.startswith((b"HTTP/1.1 400", b"HTTP/1.1 421"))
    assert len(gate.heard()) == before


def test_no_other_name_of_the_host_counts(gate: Gateway) -> None:
    forged = {"X-Forwarded-Host": "shop.example", "Forwarded": "host=shop.example", "X-Own-Host": "shop.example"}

    got = heard(gate.ask("/p/other", headers={"Cookie": "session=1", **forged}))

    assert got["x-passport"] == "passport[session=1][other]"
    assert not [value for value in got.values() if "shop.example" in value]


def test_a_form_at_a_vendors_own_host_may_lead_to_the_installation_too(gate: Gateway) -> None:
    """Chromium holds `form-action` against what a form's answer redirects to as well."""
    policies = {
        host: str(gate.ask(path, headers={"Host": host}).header("Content-Security-Policy"))
        for host, path in (("shop.example", "/billing"), ("localhost", "/p/acme"))
    }

    assert f"form-action 'self' http://localhost:{gate.port};" in policies["shop.example"]
    assert "form-action 'self';" in policies["localhost"]


def test_two_pages_of_one_host_never_share_an_identity(gate: Gateway) -> None:
    """The path decides which portal's session it is, so it is part of what an answer is kept under."""
    headers = {"Host": "shop.example", "Cookie": "session=1"}

    seen = [heard(gate.ask(path, headers=headers))["x-passport"] for path in ("/billing", "/help", "/billing", "/help")]

    assert seen == ["passport[session=1][acme]", "passport[session=1][acme-help]"] * 2


def test_with_auth_away_a_vendors_own_host_shows_nothing(own_gate: Gateway) -> None:
    own_gate.echoes["auth"].stop()

    answer = own_gate.ask("/billing", headers={"Host": "shop.example"})

    assert (answer.status, answer.header("Retry-After")) == (503, "5")
    assert own_gate.heard() == []


@pytest.mark.parametrize("trouble", [204, 301, 404, 500, 503])
def test_an_answer_of_auth_that_names_no_page_leads_to_none(own_gate: Gateway, trouble: int) -> None:
    own_gate.echoes["auth"].identity_status = trouble

    for method in ("GET", "POST"):
        assert own_gate.ask("/v1/customers", method=method, headers={"Host": "shop.example"}).status == 503
    assert own_gate.heard() == []


def test_a_get_at_a_vendors_own_host_is_asked_once_more_and_a_post_is_not(own_gate: Gateway) -> None:
    for method, times in (("POST", 1), ("GET", 2)):
        before = len(own_gate.heard())

        answer = own_gate.ask("/billing?break=1", method=method, headers={"Host": "shop.example"})

        assert answer.status == 503
        assert [each["target"] for each in own_gate.heard()[before:]] == ["/p/acme?break=1"] * times
