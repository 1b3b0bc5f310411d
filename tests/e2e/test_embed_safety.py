"""What a widget must withstand: foreign pages around it, hostile messages, tricked clicks. EM-01, 04, 06 to 08, 10."""

import gzip
import re
from typing import Any, Final

import pytest
from playwright.sync_api import Page, expect

from shared.ui import STATIC
from tests.support.shop_page import ShopPage, confirm, frame_of, framed, heard, wait_for
from tests.support.widgets import EMAIL, Guest, Widget

CANCEL: Final = re.compile("^Cancel subscription")
HOSTILE: Final = """([origin, count]) => {
  const frame = document.querySelector("iframe").contentWindow;
  const types = ["init", "open", "update", "logout", "answer", "hello", "ready", "event", "__proto__", "constructor",
    "toString", "", "x".repeat(5000), null, 7, {}, [], undefined];
  const values = [null, 0, "", "x", [], [[]], {}, { nonce: "" }, { nonce: null },
    JSON.parse('{"__proto__": {"nonce": 1}}'), { theme: "<svg onload=1>" },
    { nonce: "a".repeat(32), identity: { email: "mira@tessaly.example" } }, { section: {} },
    { locale: "../../" }, { ok: "yes" }, "y".repeat(1000000), new Map([[1, 2]]), new Date(), undefined, true];
  for (let at = 0; at < count; at++) {
    const type = types[at % types.length], payload = values[(at * 7) % values.length];
    const bursar = [1, 2, "1", null][at % 4];
    const message = at % 11 ? { bursar, id: String(at), type, payload } : payload;
    try { frame.postMessage(message, origin); } catch { frame.postMessage(null, origin); }
  }
}"""

FROM_ANOTHER_WINDOW: Final = """origin => {
  const inner = document.createElement("iframe"), told = "{bursar: 1, id: 'x', type: 'logout', payload: {}}";
  document.body.append(inner);
  inner.contentWindow.eval(`parent.document.querySelector("iframe").contentWindow.postMessage(${told}, "${origin}")`);
}"""


def open_widget(widget: Widget, page: Page, **options: Any) -> dict[str, Any]:
    subscription = widget.vendor.subscription(widget.vendor.customer(EMAIL))
    page.goto(widget.embed(**options))
    return subscription


def status(widget: Widget, subscription: dict[str, Any]) -> str:
    return str(widget.vendor.get(f"/v1/subscriptions/{subscription['id']}")["status"])


@pytest.mark.feature("B18")
def test_em_01_only_a_listed_origin_frames_the_widget_and_no_one_in_between(
    widget: Widget, other_page: ShopPage, guest: Guest
) -> None:
    page = guest()
    open_widget(widget, page)
    expect(framed(page).get_by_text("Team plan").first).to_be_visible()

    foreign = guest()
    foreign.goto(other_page.put(f'<iframe src="{widget.base}/embed/{widget.id}"></iframe>'))
    foreign.wait_for_timeout(1_000)
    assert foreign.frames[1].evaluate("document.getElementById('main') === null")

    between = guest()
    between.goto(other_page.put(f'<iframe src="{widget.embed()}"></iframe>'))
    between.wait_for_timeout(3_000)
    innermost = between.frames[2]
    assert innermost.evaluate("document.getElementById('main') === null")


@pytest.mark.feature("B18")
def test_em_01_the_policy_names_exactly_what_is_listed_and_nothing_elsewhere(
    widget: Widget, other_page: ShopPage
) -> None:
    def ancestors(path: str, **headers: str) -> str:
        answer = widget.vendor.stack.request("GET", path, headers=headers)
        assert "X-Frame-Options" not in answer.headers
        return re.search(r"frame-ancestors ([^;]*)", answer.headers["Content-Security-Policy"])[1].strip()  # type: ignore[index]

    own = {"Origin": other_page.origin, "Referer": f"{other_page.origin}/"}
    assert ancestors(f"/embed/{widget.id}") == widget.page.origin
    assert ancestors(f"/embed/{widget.id}?origin={other_page.origin}&frame-ancestors=*", **own) == widget.page.origin
    for path in (
        "/embed/pcfg_01m0000000000000000000000x",
        f"/p/{widget.slug}/sign-in",
        f"/p/{widget.slug}/sign-in/link",
    ):
        assert ancestors(path) == "'none'"
    assert ancestors(f"/p/{widget.slug}/payment-methods/new") == "'none'"
    assert ancestors("/v1/customers") == "'none'"

    moved = {"embed": {"allowed_origins": ["https://shop.example"]}}
    widget.vendor.patch(f"/v1/portal_configurations/{widget.id}", moved)
    assert ancestors(f"/embed/{widget.id}") == "https://shop.example"
    widget.vendor.patch(f"/v1/portal_configurations/{widget.id}", {"active": False})
    assert ancestors(f"/embed/{widget.id}") == "'none'"


def test_em_04_nothing_is_kept_and_a_reload_asks_the_page_for_a_fresh_proof(widget: Widget, guest: Guest) -> None:
    page = guest()
    open_widget(widget, page)
    expect(framed(page).get_by_text("Team plan").first).to_be_visible()
    frame = frame_of(page)
    kept = """async () => {
      const of = read => { try { return read() } catch { return 0 } };
      return [of(() => localStorage.length), of(() => sessionStorage.length), of(() => document.cookie.length),
              location.hash, location.search, history.state] }"""
    assert frame.evaluate(kept) == [0, 0, 0, "", "", None]

    signed_in = len(heard(page, "sign_in"))
    frame.evaluate("setTimeout(() => location.reload())")
    wait_for(page, "sign_in", count=signed_in + 1)
    expect(framed(page).get_by_text("Team plan").first).to_be_visible()


def test_em_04_who_is_signed_in_under_one_origin_is_nobody_under_another(
    widget: Widget, other_page: ShopPage, guest: Guest
) -> None:
    both = {"embed": {"allowed_origins": [widget.page.origin, other_page.origin]}}
    widget.vendor.patch(f"/v1/portal_configurations/{widget.id}", both)
    page = guest()
    open_widget(widget, page)
    expect(framed(page).get_by_text("Team plan").first).to_be_visible()

    elsewhere = page.context.new_page()
    elsewhere.goto(other_page.embed(widget.base, widget=widget.id))

    expect(framed(elsewhere).get_by_label("E-mail address")).to_be_visible()


def test_em_04_a_frames_token_is_no_cookie_and_a_cookie_no_frames_token(widget: Widget) -> None:
    stack = widget.vendor.stack
    widget.vendor.subscription(widget.vendor.customer(EMAIL))
    proof = {"email": EMAIL, "hash": widget.hash(), "visit": {"origin": widget.page.origin}}
    token = stack.request("POST", f"/embed/{widget.id}/session", json=proof).json()["session"]
    page, cookie = f"/p/{widget.slug}", f"bursar_{stack.port}_{widget.slug}={token}"

    assert stack.request("GET", page, headers={"Bursar-Session": token}).status_code == 200
    assert stack.request("GET", page, headers={"Cookie": cookie}).status_code == 303
    assert stack.request("GET", f"/p/{widget.vendor.portal}", headers={"Bursar-Session": token}).status_code == 303
    elsewhere = {**proof, "visit": {"origin": "https://elsewhere.example"}}
    assert stack.request("POST", f"/embed/{widget.id}/session", json=elsewhere).status_code in (401, 422)


def test_em_06_a_thousand_hostile_messages_have_no_effect(widget: Widget, guest: Guest) -> None:
    page = guest()
    errors: list[str] = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    subscription = open_widget(widget, page)
    expect(framed(page).get_by_text("Team plan").first).to_be_visible()
    frame = frame_of(page)
    before = frame.evaluate("document.getElementById('main').innerHTML")
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))

    # from the page itself, from a window that is not the parent, and from the frame to itself
    page.evaluate(HOSTILE.replace('"init", "open", "update", "logout", "answer",', ""), [widget.base, 1000])
    page.evaluate(FROM_ANOTHER_WINDOW, widget.base)
    frame.evaluate("window.postMessage({bursar: 1, id: 'x', type: 'logout', payload: {}}, location.origin)")
    page.evaluate(HOSTILE.replace('"logout",', ""), [widget.base, 1000])
    page.wait_for_timeout(1_500)

    assert errors == []
    assert not any("sign-out" in url or url.endswith("/session") for url in asked)
    assert frame.evaluate("document.getElementById('main').innerHTML") == before
    assert status(widget, subscription) == "active"


def test_em_06_the_loader_takes_messages_from_its_own_frame_alone(widget: Widget, guest: Guest) -> None:
    page = guest()
    open_widget(widget, page)
    expect(framed(page).get_by_text("Team plan").first).to_be_visible()
    wait_for(page, "post_load")
    height = page.evaluate("document.querySelector('iframe').offsetHeight")

    page.evaluate(
        """for (const [type, payload] of [['event', { event: 'cancel', response: {} }], ['resize', { height: 9 }]])
             window.postMessage({ bursar: 1, id: 'x', type, payload }, location.origin)"""
    )
    page.wait_for_timeout(500)

    assert heard(page, "cancel") == []
    assert page.evaluate("document.querySelector('iframe').offsetHeight") == height


def test_em_06_no_sender_of_ours_names_any_target() -> None:
    for script in (STATIC / "embed").rglob("*.js"):
        assert not re.search(r"""postMessage\([^;]*["']\*["']""", script.read_text()), script.name


def test_em_07_the_page_around_is_told_ids_and_states_alone(widget: Widget, guest: Guest) -> None:
    page = guest()
    subscription = open_widget(widget, page, debug=True)
    framed(page).get_by_role("link", name=CANCEL).click()
    expect(framed(page).get_by_role("button", name=CANCEL)).to_be_visible()
    confirm(page, CANCEL)
    wait_for(page, "cancel")
    framed(page).get_by_role("link", name=re.compile("Payment method$")).click()
    expect(framed(page).get_by_role("heading", name="Payment methods")).to_be_visible()

    said = page.evaluate("window.said")

    assert {each["origin"] for each in said} == {widget.base}
    text = str([each["data"] for each in said])
    assert subscription["id"] in text
    assert EMAIL not in text
    assert widget.hash() not in text
    assert not re.search(r"€|\b\d+\.\d\d\b|ps_[0-9a-z]{26}", text)
    for word in re.findall(r"[A-Za-z0-9_-]{30,}", text):
        assert re.fullmatch(r"[a-z]+_[0-9a-z]{26}|[0-9a-f]{32}", word), word  # ids, and nonces of a message


def test_em_08_the_loader_is_small_and_works_under_a_strict_policy(widget: Widget, guest: Guest) -> None:
    loader = (STATIC / "embed" / "v1.js").read_bytes()
    assert len(gzip.compress(loader, 9)) < 6 * 1024
    assert b"eval" not in loader
    assert b"new Function" not in loader
    widget.vendor.subscription(widget.vendor.customer(EMAIL))
    widget.page.headers["Content-Security-Policy"] = (
        f"default-src 'none'; script-src 'self' {widget.base}; frame-src {widget.base}"
    )
    page = guest()
    refused: list[str] = []
    page.on(
        "console", lambda message: refused.append(message.text) if "Content Security Policy" in message.text else None
    )

    widget.page.pages["/plain"] = (
        f'<!doctype html><title>A shop</title><div id="billing" data-bursar="{widget.id}" data-email="{EMAIL}" '
        f'data-hash="{widget.hash()}"></div><script async src="{widget.base}/embed/v1.js"></script>'
    )
    page.goto(f"{widget.page.origin}/plain")

    expect(framed(page).get_by_text("Team plan").first).to_be_visible()
    assert refused == []
    frame = page.locator("iframe")
    assert frame.get_attribute("allow") == ""
    assert "allow-top-navigation" not in (frame.get_attribute("sandbox") or "")
    assert "payment" not in (frame.get_attribute("sandbox") or "")
