"""What we ship starts, does the journey, scales, loses a replica, and stops without losing anything."""

import json
import re
import subprocess
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
import requests
import yaml

from tests.support.composed import ROOT, Composed
from tests.support.polling import until
from tests.support.vendors import Vendor, code_in, register

SERVICES = ("auth", "portal", "invoices", "notifications")
HEADER = "customer_id,email,date,description,quantity,amount,currency"


def purchases(count: int, *, start: int = 0) -> str:
    """A CSV of purchases of 10.00 USD, a customer each."""
    rows = (
        f"c-{number},buyer{number}@shop.example,2026-01-02,Compact discs (1),1,10.00,usd"
        for number in range(start, start + count)
    )
    return "\n".join([HEADER, *rows, ""])


def bring_in(vendor: Vendor, csv: str) -> None:
    """POST /v1/imports."""
    answer = vendor.ask("POST", "/v1/imports", files={"file": ("purchases.csv", csv)}, data={"kind": "payments"})
    assert answer.status_code == 201, answer.text


def scale(composed: Composed, **replicas: int) -> None:
    counts = [part for service, count in replicas.items() for part in ("--scale", f"{service}={count}")]
    composed.compose("up", "--no-build", "--no-recreate", "--detach", "--wait", *counts)


def signed_in(composed: Composed, vendor: Vendor, email: str) -> requests.Session:
    """A browser's way through the sign-in pages, with the code from MailDev."""
    browser = requests.Session()
    browser.headers["Origin"] = composed.base_url
    start = f"{composed.base_url}/p/{vendor.portal}/sign-in"
    form = {"csrf_token": _token(browser.get(start, timeout=30).text), "email": email}
    asked = browser.post(start, data=form, timeout=30)
    code = code_in(composed.mail_to(email))
    entered = browser.post(
        f"{start}/code", data={"csrf_token": _token(asked.text), "code": code}, timeout=30, allow_redirects=False
    )
    assert entered.status_code == 303, entered.text
    return browser


def _token(page: str) -> str:
    found = re.search(r'name="csrf_token" value="([^"]+)"', page)
    assert found, page[:500]
    return found[1]


@contextmanager
def asked_all_the_time(vendor: Vendor, path: str) -> Iterator[list[int]]:
    """The statuses of a GET about ten times a second, as long as the block lasts."""
    statuses: list[int] = []
    done = threading.Event()

    def ask() -> None:
        while not done.wait(0.1):
            statuses.append(vendor.ask("GET", path).status_code)

    thread = threading.Thread(target=ask)
    thread.start()
    try:
        yield statuses
    finally:
        done.set()
        thread.join(60)


def journey(composed: Composed) -> None:
    """From a file of purchases to a customer who holds the invoice."""
    vendor = register(composed)  # type: ignore[arg-type]  # asked like a Stack
    email = f"buyer0.{vendor.slug}@shop.example"
    bring_in(vendor, purchases(12).replace("buyer0@shop.example", email))
    invoices = vendor.invoices(12)
    assert sorted(int(invoice["number"]) for invoice in invoices) == list(range(1, 13))

    first, second = (vendor.ask("GET", f"/v1/invoices/{invoices[0]['id']}/pdf") for _ in range(2))
    assert first.status_code == 200, first.text
    assert first.content.startswith(b"%PDF-")
    assert first.content == second.content

    browser = signed_in(composed, vendor, email)
    until(
        lambda: "10.00" in browser.get(f"{composed.base_url}/p/{vendor.portal}", timeout=30).text,
        what="the customer sees the invoice",
    )
    overview = browser.get(f"{composed.base_url}/p/{vendor.portal}", timeout=30)
    link = re.search(r'href="(/p/[^"]+/invoices/[^"]+)"', overview.text)
    assert link, overview.text
    document = browser.get(composed.base_url + link[1], timeout=30)
    assert document.status_code == 200


def test_everything_is_healthy_when_up_returns(composed: Composed) -> None:
    assert composed.request("GET", "/readyz").json() == {"status": "up", "services": dict.fromkeys(SERVICES, "up")}
    for service in SERVICES:
        assert "FAULT" not in composed.bursar(service, "doctor")


@pytest.mark.feature("L08")
def test_the_journey_passes(composed: Composed) -> None:
    journey(composed)


@pytest.mark.feature("L08")
def test_it_scales_up_and_down_while_it_is_asked_and_the_journey_passes(composed: Composed) -> None:
    """GW-13: traffic on every replica within 10 s, none on those that are gone, no GET failed."""
    vendor = register(composed)  # type: ignore[arg-type]  # asked like a Stack
    scale(composed, portal=1, invoices=1)

    with asked_all_the_time(vendor, "/v1/customers") as statuses:
        scale(composed, portal=3, invoices=2)
        time.sleep(10)
        before = len(composed.upstreams("/v1/customers"))
        until(
            lambda: len(set(composed.upstreams("/v1/customers")[before:])) == 3,
            seconds=10,
            every=1,
            what="each of three portals is asked",
        )
        journey(composed)

        subprocess.run(["docker", "kill", f"{composed.project}-portal-3"], check=True, capture_output=True)
        time.sleep(3)

        scale(composed, portal=1, invoices=1)
        time.sleep(10)
        before = len(composed.upstreams("/v1/customers"))
        time.sleep(2)
        assert len(set(composed.upstreams("/v1/customers")[before:])) == 1

    assert len(statuses) > 100
    failed = [entry for entry in composed.asked("/v1/customers") if entry["status"] >= 500]
    assert not failed, json.dumps(failed)
    assert set(statuses) == {200}


def test_sigterm_ends_every_part_with_0_and_loses_nothing(composed: Composed) -> None:
    """EV-21: in the middle of an import's events."""
    vendor = register(composed)  # type: ignore[arg-type]  # asked like a Stack
    bring_in(vendor, purchases(300))
    parts = [part for service in SERVICES for part in (service, f"{service}-worker")]
    stopped = [container for part in parts for container in composed.containers(part)]

    composed.compose("stop", *parts)

    states = json.loads(subprocess.run(["docker", "inspect", *stopped], check=True, capture_output=True).stdout)
    assert {state["Name"]: state["State"]["ExitCode"] for state in states if state["State"]["ExitCode"]} == {}

    composed.compose("start", *parts)
    until(lambda: composed.request("GET", "/readyz").status_code == 200, seconds=60, every=0.5)

    invoices = vendor.invoices(300)
    assert sorted(int(invoice["number"]) for invoice in invoices) == list(range(1, 301))
    composed.bursar("invoices", "invoices", "verify", "--vendor", vendor.slug)


def test_an_image_holds_one_service_and_runs_as_nobody_special(composed: Composed) -> None:
    for service in SERVICES:
        held = composed.compose("exec", "-T", service, "sh", "-c", "ls services; id -u").stdout.split()
        assert set(held) - {"__init__.py", "__pycache__"} == {service, "10001"}
    assert composed.compose("exec", "-T", "gateway", "id", "-u").stdout.strip() != "0"


def test_no_service_reads_anothers_database(composed: Composed) -> None:
    script = (
        "import os, psycopg; url = os.environ['DATABASE_URL'].rsplit('/', 1)[0]\n"
        "try: psycopg.connect(url + '/auth')\n"
        "except psycopg.OperationalError as said: print('refused' if 'permission denied' in str(said) else said)"
    )

    said = composed.compose("exec", "-T", "portal", "python", "-c", script).stdout

    assert said.strip() == "refused"


def test_the_services_user_administers_nothing_at_the_broker(composed: Composed) -> None:
    said = composed.compose("exec", "-T", "rabbitmq", "rabbitmqctl", "--quiet", "list_users").stdout

    assert dict(line.split("\t") for line in said.splitlines()[1:]) == {"bursar": "[]"}


def test_a_missing_secret_is_named_before_anything_starts() -> None:
    said = subprocess.run(
        ["docker", "compose", "--env-file", "/dev/null", "config", "--quiet"],
        cwd=ROOT,
        env={"PATH": "/usr/local/bin:/usr/bin:/bin"},
        capture_output=True,
        text=True,
        check=False,
    )

    assert said.returncode != 0
    assert "is missing" in said.stderr


def test_the_images_build_without_tricks() -> None:
    """No proxy, no other index, no certificate, no host network."""
    told = [(ROOT / name).read_text() for name in ("services/Dockerfile", "gateway/Dockerfile", "docker-compose.yml")]

    for word in (
        "http_proxy",
        "https_proxy",
        "--index-url",
        "trusted-host",
        "network: host",
        "network_mode",
        "extra_hosts",
        ".crt",
    ):
        assert [text for text in told if word in text.lower()] == []
    assert yaml.safe_load(told[2])["name"] == "bursar"
