"""ML-03, ML-09, ML-10: each kind of link in a real browser, against scanners that run scripts and hostile pages."""

import json
import re
from collections.abc import Callable
from typing import Any, Final

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.test_portal_sessions import configured, opened
from tests.support.browser import Visit
from tests.support.polling import until
from tests.support.shop_page import ShopPage
from tests.support.vendors import Vendor, link_in

EMAIL: Final = "mira@tessaly.example"
ATTACKER: Final = "zoe@tessaly.example"
WAYS: Final = ["email", "portal_session", "permanent_link"]
SCANNER: Final = """
async () => {
  const wait = time => new Promise(done => setTimeout(done, time));
  for (let round = 0; round < 40; round += 1) {
    for (const form of document.forms) {
      try { form.submit(); } catch {}
      try { form.requestSubmit(); } catch {}
    }
    for (const each of document.querySelectorAll("button, a, summary, [role=button], [data-use]")) {
      if (each.href) continue;
      each.click();
      for (const kind of ["pointerdown", "mousedown", "pointerup", "mouseup", "click"]) {
        each.dispatchEvent(new MouseEvent(kind, { bubbles: true, cancelable: true, view: window, detail: 1 }));
      }
      each.focus();
      for (const key of ["Enter", " "]) {
        each.dispatchEvent(new KeyboardEvent("keydown", { key, bubbles: true }));
        each.dispatchEvent(new KeyboardEvent("keyup", { key, bubbles: true }));
      }
      const address = each.dataset && each.dataset.use;
      if (address) { try { await fetch(address, { method: "POST", credentials: "same-origin" }); } catch {} }
    }
    await wait(50);
  }
}
"""

Link = Callable[[Vendor, str], str]


def mailed_link(vendor: Vendor, email: str) -> str:
    vendor.until_known(email)
    answer = vendor.stack.request("GET", f"/p/{vendor.portal}/sign-in")
    token = re.search(r'name="csrf_token" value="([0-9a-f]+)"', answer.text)
    assert token is not None
    asked = vendor.stack.request(
        "POST",
        f"/p/{vendor.portal}/sign-in",
        data={"csrf_token": token[1], "email": email},
        headers={"Origin": vendor.stack.base_url},
        cookies=answer.cookies,
    )
    assert asked.status_code == 303, asked.text
    return link_in(vendor.mail("sign_in", to=email))


def portal_session(vendor: Vendor, email: str) -> str:
    return str(opened(vendor, email=email)["url"])


def permanent_link(vendor: Vendor, email: str) -> str:
    (customer,) = [each for each in vendor.all_of("/v1/customers") if each["email"] == email]
    found: list[str] = []

    def made() -> bool:
        answer = vendor.ask("POST", "/v1/subscriber_links", json={"customer": customer["id"]})
        if answer.status_code == 200:
            found.append(answer.json()["url"])
        return bool(found)

    until(made, seconds=20, what="auth knows the portal's ways in")
    return found[0]


LINKS: Final[dict[str, Link]] = {
    "mailed link": mailed_link,
    "portal session": portal_session,
    "permanent link": permanent_link,
}
LINK = pytest.mark.parametrize("link", LINKS.values(), ids=LINKS.keys())


@pytest.fixture
def shop(vendor: Vendor) -> Vendor:
    """A vendor whose portal takes links of every kind, with two customers."""
    configured(vendor, sign_in={"methods": WAYS})
    for email in (EMAIL, ATTACKER):
        vendor.subscription(vendor.customer(email))
    return vendor


def button(page: Page) -> Any:
    return page.get_by_role("button", name=re.compile("Continue as|Switch|Use"))


def is_in(page: Page, vendor: Vendor) -> bool:
    page.goto(f"{vendor.stack.base_url}/p/{vendor.portal}")
    return "/sign-in" not in page.url


def session_cookies(page: Page, vendor: Vendor) -> list[str]:
    names = [str(each.get("name")) for each in page.context.cookies()]
    return [name for name in names if name.endswith(f"_{vendor.portal}")]


@pytest.mark.feature("A18", "A11", "A09")
@LINK
def test_a_scanner_that_runs_every_script_gets_nothing_and_the_owner_gets_in(
    shop: Vendor, visit: Visit, link: Link
) -> None:
    """ML-03: once on a laptop, once on a phone; no link is used up by what is no person."""
    url = link(shop, EMAIL)
    scanner, owner = visit(), visit(phone=link is portal_session)

    scanner.goto(url)
    button(scanner).wait_for()
    assert "#" not in scanner.url
    scanner.evaluate(SCANNER)
    scanner.wait_for_timeout(500)

    assert session_cookies(scanner, shop) == []
    assert not is_in(scanner, shop)
    owner.goto(url)
    button(owner).click()
    expect(owner.get_by_text("Team plan").first).to_be_visible()
    assert len(session_cookies(owner, shop)) == 1


@pytest.mark.feature("A18")
@LINK
def test_no_form_and_nothing_that_is_kept_holds_the_token(shop: Vendor, visit: Visit, link: Link) -> None:
    """ML-03, ML-09: it is in the script's memory alone, and rides in bodies to us alone."""
    url = link(shop, EMAIL)
    token, page = url.partition("#t=")[2], visit()
    seen: list[tuple[str, str]] = []
    page.on("request", lambda request: seen.append((request.url, str(request.headers.get("referer")))))

    page.goto(url)
    button(page).wait_for()
    kept = page.evaluate(
        "() => JSON.stringify([document.documentElement.outerHTML, {...localStorage}, {...sessionStorage},"
        " document.cookie, history.state, location.href, window.name])"
    )
    button(page).click()
    expect(page.get_by_text("Team plan").first).to_be_visible()

    assert token not in kept
    ours = [address for address, _ in seen]
    assert [address for address in ours if not address.startswith(shop.stack.base_url)] == []
    assert [address for address in ours if token in address.partition("#")[0]] == []
    assert [referer for _, referer in seen if token in referer] == []


@pytest.mark.feature("A18")
@LINK
@pytest.mark.parametrize("neighbor", [False, True], ids=["another site", "a sibling"])
def test_a_page_of_the_attackers_signs_nobody_in(
    shop: Vendor, visit: Visit, other_page: ShopPage, link: Link, neighbor: bool
) -> None:
    """ML-10, SE-07: it knows its own token, and posts it from the victim's browser in every form there is."""
    url = link(shop, ATTACKER)
    what = url.partition("#")[0].rpartition("/")[2]
    target = f"{shop.stack.base_url}/p/{shop.portal}/sign-in/{what}"
    victim = visit()
    victim.goto(f"{shop.stack.base_url}/p/{shop.portal}/sign-in")
    attack = f"""
      <form id="f" method="post" action="{target}"><input name="token" value="{url.partition("#t=")[2]}">
      <input name="csrf_token" value="{"0" * 64}"></form>
      <script>
        const body = new URLSearchParams({json.dumps({"token": url.partition("#t=")[2]})});
        for (const mode of ["no-cors", "cors"]) {{
          fetch("{target}", {{ method: "POST", mode, credentials: "include", body }}).catch(() => 0);
        }}
        navigator.sendBeacon("{target}", body);
        setTimeout(() => document.getElementById("f").submit(), 300);
      </script>"""
    address = other_page.put(attack)
    if neighbor:
        address = address.replace("127.0.0.1", "localhost")

    victim.goto(address)
    victim.wait_for_url(re.compile(rf"/sign-in/{what}$"))

    assert session_cookies(victim, shop) == []
    assert not is_in(victim, shop)


@pytest.mark.feature("A18")
@LINK
def test_who_is_signed_in_stays_so_when_led_to_an_attackers_link(shop: Vendor, visit: Visit, link: Link) -> None:
    """ML-10: both accounts are named, staying stands first and is what the Enter key does."""
    victim = visit()
    victim.goto(mailed_link(shop, EMAIL))
    button(victim).click()
    expect(victim.get_by_text("Team plan").first).to_be_visible()
    before = victim.context.cookies()

    victim.goto(link(shop, ATTACKER))
    stay = victim.get_by_role("link", name=re.compile("Stay"))
    stay.wait_for()
    said = victim.inner_text("#link")

    assert "m•••@tessaly.example" in said
    assert "z•••@tessaly.example" in said
    assert {each["value"] for each in before} == {each["value"] for each in victim.context.cookies()}
    stay.click()
    expect(victim.get_by_text("Team plan").first).to_be_visible()


@pytest.mark.parametrize(
    "path",
    [
        "/p/{portal}/sign-in",
        "/p/{portal}/sign-in/link",
        "/p/{portal}/sign-in/entry",
        "/p/{portal}/sign-in/permanent",
        "/p/{portal}/sign-in/order",
        "/p/{portal}/sign-in/code",
        "/p/{portal}/sessions",
        "/p/{portal}",
        "/billing",
        "/billing/sign-in",
        "/console/sign-in",
        "/console/access/people",
    ],
)
def test_no_page_where_somebody_signs_in_or_acts_can_be_framed(
    shop: Vendor, visit: Visit, other_page: ShopPage, path: str
) -> None:
    """ML-10, EM-01: clickjacking."""
    target = shop.stack.base_url + path.format(portal=shop.portal)
    page = visit()

    page.goto(other_page.put(f'<iframe src="{target}" width="600" height="400"></iframe>'))
    page.wait_for_timeout(400)

    assert page.frames[1].url.startswith("chrome-error:")
    policy = shop.stack.request("GET", path.format(portal=shop.portal)).headers["Content-Security-Policy"]
    assert "frame-ancestors 'none'" in policy
