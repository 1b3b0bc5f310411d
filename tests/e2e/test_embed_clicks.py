"""Clicks that a page around tricks out of people confirm nothing (EM-10)."""

from typing import Final

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.e2e.test_embed_safety import CANCEL, open_widget, status
from tests.support.shop_page import framed, heard, wait_for
from tests.support.widgets import Guest, Widget

COVERED: Final = {
    "an overlay": """aim => { const veil = document.createElement('div'); veil.id = 'trick';
        Object.assign(veil.style, { position: 'fixed', inset: 0, background: 'white', zIndex: 9 });
        veil.style.pointerEvents = 'none'; document.body.append(veil); return aim }""",
    "opacity": "aim => { document.querySelector('iframe').style.opacity = '0.01'; return aim }",
    "a clip": """aim => { const hole = document.querySelector('#billing'), frame = document.querySelector('iframe');
        const at = frame.getBoundingClientRect();
        const behind = { left: at.left - aim.x + 'px', top: at.top - aim.y + 'px' };
        Object.assign(frame.style, { position: 'absolute', width: at.width + 'px', ...behind });
        Object.assign(hole.style, { position: 'fixed', left: '300px', top: '300px', width: '1px', height: '1px' });
        hole.style.overflow = 'hidden';
        return { x: 300.5, y: 300.5 } }""",
}
UNDONE: Final = """() => { const veil = document.getElementById('trick'); if (veil) { veil.remove(); }
    document.querySelector('#billing').removeAttribute('style');
    const shown = { opacity: '', position: '', left: '', top: '', width: '100%' };
    Object.assign(document.querySelector('iframe').style, shown); }"""

# Drawn once more before it is clicked: until then the browser sends clicks to where things were. Chromium may drop a
# click on a frame that has just moved by itself, so what the frame says of it is not looked at.
BACK_AGAIN: Final = """() => { document.querySelector('#billing').style.transform = '';
    return new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done))) }"""

PRESSED_AT_ONCE: Final = """body => new MutationObserver((changes, watching) => {
    const row = body.querySelector('form input[name="confirmation"]');
    if (row) { watching.disconnect(); row.form.querySelector('button[type="submit"], button:not([type])').click(); }
}).observe(body, { childList: true, subtree: true })"""


def aim_at(button: Locator) -> dict[str, float]:
    """The middle of a button, in the window."""
    button.scroll_into_view_if_needed()
    box = button.bounding_box()
    assert box is not None
    return {"x": box["x"] + box["width"] / 2, "y": box["y"] + box["height"] / 2}


def rest_and_click(page: Page, aim: dict[str, float]) -> None:
    page.mouse.move(aim["x"] + 0.1, aim["y"])
    page.wait_for_timeout(1_500)
    page.mouse.move(aim["x"], aim["y"])
    page.mouse.click(aim["x"], aim["y"])
    page.wait_for_timeout(1_500)


@pytest.mark.parametrize("trick", COVERED)
def test_em_10_a_button_that_cannot_be_seen_confirms_nothing(widget: Widget, guest: Guest, trick: str) -> None:
    page = guest()
    subscription = open_widget(widget, page, section="cancel")
    button = framed(page).get_by_role("button", name=CANCEL)
    expect(button).to_be_visible()

    rest_and_click(page, page.evaluate(COVERED[trick], aim_at(button)))

    expect(button).to_be_attached()
    assert heard(page, "cancel") == []
    assert status(widget, subscription) == "active"
    page.evaluate(UNDONE)
    page.wait_for_timeout(300)
    rest_and_click(page, aim_at(button))  # the same click, in plain sight
    wait_for(page, "cancel")


def test_em_10_a_frame_that_is_moved_under_the_pointer_confirms_nothing(widget: Widget, guest: Guest) -> None:
    page = guest()
    subscription = open_widget(widget, page, section="cancel")
    button = framed(page).get_by_role("button", name=CANCEL)
    expect(button).to_be_visible()
    page.wait_for_timeout(1_200)  # the frame grows to its content first, which moves the button
    aim = aim_at(button)
    page.evaluate("document.querySelector('#billing').style.transform = 'translateY(-60px)'")
    page.mouse.move(aim["x"], aim["y"])
    page.wait_for_timeout(1_500)

    page.evaluate(BACK_AGAIN)
    page.mouse.click(aim["x"], aim["y"])
    page.wait_for_timeout(1_500)

    expect(button).to_be_attached()
    assert heard(page, "cancel") == []
    assert status(widget, subscription) == "active"
    rest_and_click(page, aim)  # at rest, the same click at the same place confirms
    wait_for(page, "cancel")
    assert status(widget, subscription) == "canceled"


def test_em_10_a_button_confirms_nothing_before_it_was_seen_for_a_while(widget: Widget, guest: Guest) -> None:
    page = guest()
    subscription = open_widget(widget, page)
    framed(page).locator("body").evaluate(PRESSED_AT_ONCE)
    framed(page).get_by_role("link", name=CANCEL).click()

    expect(framed(page).get_by_text("Please press once more")).to_be_visible()
    assert status(widget, subscription) == "active"
