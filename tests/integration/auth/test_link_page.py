"""The link's page in a real browser: scripts get nothing, a real click signs in (ML-03, ML-09, ML-25)."""

import re
import socket
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import Page
from werkzeug.middleware.shared_data import SharedDataMiddleware
from werkzeug.serving import WSGIRequestHandler, make_server

from services.auth.actions import vendors
from services.auth.models import PortalSession
from shared import clock
from shared.database import migrations
from shared.events import Actor
from shared.ui import STATIC
from tests.integration.auth.house import House, a_customer, a_portal, environment, house_of, shipped_app
from tests.support.browser import Visit

SCRIPTED = """
async () => {
  for (let round = 0; round < 30; round += 1) {
    for (const form of document.forms) { try { form.submit(); } catch {} try { form.requestSubmit(); } catch {} }
    for (const each of document.querySelectorAll("button, a.btn")) { if (!each.href) each.click(); }
    const button = document.querySelector("button[data-use]");
    if (button) button.dispatchEvent(new MouseEvent("click", { bubbles: true, view: window }));
    await new Promise(done => setTimeout(done, 20));
  }
}
"""


class Quiet(WSGIRequestHandler):
    def log(self, *_: object) -> None:
        """Nothing on the terminal."""


@dataclass
class Site:
    house: House
    url: str

    def mailed(self) -> dict[str, str]:
        self.house.post_mails(now=clock.now())
        found: dict[str, str] = self.house.mailroom.mails[-1]
        return found

    def sessions(self) -> int:
        return len(self.house.rows(PortalSession))


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Site]:
    """Auth and its static files at an address of its own, by the real clock."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    url, database_url = f"http://localhost:{port}", f"sqlite:///{tmp_path}/auth.db"
    migrations.upgrade("auth", database_url)
    app = shipped_app(environment(database_url, public_url=url))
    house = house_of(app)
    _fill(house)
    served = SharedDataMiddleware(app, {"/static": str(STATIC)})
    server = make_server("127.0.0.1", port, served, threaded=True, request_handler=Quiet)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield Site(house, url)
    server.shutdown()
    thread.join()
    server.server_close()
    house.database.close()


def _fill(house: House) -> None:
    with house.database.begin() as session:
        made = vendors.register(
            session,
            display_name="Acme",
            email="owner@acme.example",
            slug="acme",
            default_locale="en",
            profile={},
            actor=Actor(kind="system", id="test"),
            now=clock.now(),
        )
    house.hear(a_portal("acme"), vendor=made.vendor.id)
    house.hear(a_customer("mira@tessaly.example"), vendor=made.vendor.id)


def ask(page: Page, site: Site) -> None:
    page.goto(f"{site.url}/p/acme/sign-in")
    page.get_by_label("E-mail address").fill("mira@tessaly.example")
    page.get_by_role("button", name="Send link and code").click()
    page.get_by_text("If m•••@tessaly.example has purchases here").wait_for()


def signed_in(page: Page) -> bool:
    return any(re.fullmatch(r"bursar_\d+_acme", cookie["name"]) for cookie in page.context.cookies())


@pytest.mark.feature("A18", "M01")
def test_a_browser_without_a_person_uses_nothing_up(site: Site, visit: Visit) -> None:
    """ML-03: every script runs, every form is sent, every button is clicked by script; then the owner's click."""
    laptop, scanner = visit(), visit()
    ask(laptop, site)
    link = site.mailed()["link"]

    scanner.goto(link)
    scanner.get_by_role("button", name="Continue as m•••@tessaly.example").wait_for()
    scanner.evaluate(SCRIPTED)
    assert not signed_in(scanner)
    assert site.sessions() == 0

    laptop.goto(link)
    laptop.get_by_role("button", name="Continue as m•••@tessaly.example").click()
    laptop.wait_for_url(f"{site.url}/p/acme")
    assert signed_in(laptop)
    assert site.sessions() == 1


@pytest.mark.feature("A18")
def test_the_token_is_seen_in_no_address_and_no_referrer(site: Site, visit: Visit) -> None:
    """ML-09: the token is in the fragment and in bodies sent to auth, nowhere else; on a phone it works alike."""
    laptop, phone = visit(), visit(phone=True)
    ask(laptop, site)
    link = site.mailed()["link"]
    token = link.partition("#t=")[2]
    seen: list[str] = []
    phone.on("request", lambda request: seen.append(f"{request.url} {request.headers.get('referer', '')}"))

    phone.goto(link)
    button = phone.get_by_role("button", name="Continue as m•••@tessaly.example")
    button.wait_for()
    assert phone.url == f"{site.url}/p/acme/sign-in/link"
    assert "This is not the browser that asked" in phone.inner_text("main")
    assert token not in phone.content()
    button.click()
    phone.wait_for_url(f"{site.url}/p/acme")

    assert signed_in(phone)
    assert not signed_in(laptop)
    assert all(token not in line for line in seen if not line.startswith(link.partition("#")[0]))
    assert all("sign-in/link" not in line.split(" ")[1] for line in seen)


@pytest.mark.feature("A03")
def test_without_scripts_the_code_signs_in(site: Site, visit: Visit) -> None:
    """Flow 6: the link's page says to type the code; the form does it."""
    plain = visit(scripts=False)
    ask(plain, site)
    mail = site.mailed()
    other = visit(scripts=False)
    other.goto(mail["link"])
    assert "Type the six-digit code from the mail" in other.inner_text("main")

    plain.get_by_label("Six-digit code").fill(mail["code"])
    plain.get_by_role("button", name="Continue").click()

    assert signed_in(plain)


def test_a_used_link_leads_to_a_new_one(site: Site, visit: Visit) -> None:
    laptop = visit(language="de-DE")
    laptop.goto(f"{site.url}/p/acme/sign-in/link#t={'A' * 43}")

    laptop.get_by_role("heading", name="Dieser Link gilt nicht mehr").wait_for()
    laptop.get_by_label("E-Mail-Adresse").fill("mira@tessaly.example")
    laptop.get_by_role("button", name="Neuen Link senden").click()

    laptop.get_by_label("Sechsstelliger Code").wait_for()
