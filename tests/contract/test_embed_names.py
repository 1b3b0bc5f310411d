"""The frame's script knows what every form of the portal does: its table of actions has a row for each."""

import re
from typing import Final

from services.portal.pages import BLUEPRINTS
from shared.ui import STATIC, whole

NAMES: Final = (STATIC / "embed" / "frame" / "names.js").read_text(encoding="utf-8")


def _posts() -> set[str]:
    """Addresses behind the portal's home to which its pages send forms, ids filled in. Those behind `/recipient/` are
    for whoever a mail's link leads there, who has no portal, and so no frame.
    """
    from flask import Flask

    app = Flask(__name__)
    for blueprint in BLUEPRINTS:
        app.register_blueprint(blueprint)
    rules = (rule.rule for rule in app.url_map.iter_rules() if "POST" in (rule.methods or ()))
    behind = (rule.removeprefix("/p/<slug>") for rule in rules if rule.startswith("/p/<slug>"))
    return {re.sub(r"<[^>]+>", "x_1", rule) for rule in behind if not rule.startswith("/recipient/")}


def test_every_form_of_the_portal_is_an_action_by_name() -> None:
    section = "^/subscriptions/[^/]+/"
    written = re.findall(r'path: (S \+ )?"([^"]+)"', NAMES)
    patterns = [re.compile((section if prefix else "") + pattern) for prefix, pattern in written]

    unknown = {post for post in _posts() if not any(pattern.search(post) for pattern in patterns)}

    assert unknown == set()


def test_every_event_that_can_be_stopped_is_one_that_is_told() -> None:
    stopped = set(re.findall(r'"(pre_[a-z_]+)"', NAMES))

    assert stopped == {
        f"pre_{each}"
        for each in ("subscribe", "change_plan", "change_quantity", "cancel", "pause", "resubscribe", "request_refund")
    }


def test_the_frames_scripts_are_all_in_its_one_file() -> None:
    joined = whole("frame.js")

    for script in (STATIC / "embed" / "frame").glob("*.js"):
        assert script.read_bytes() in joined
    assert b"<!--#" not in joined


def test_the_frames_styles_are_those_of_every_page_and_its_own() -> None:
    joined = whole("frame.css")

    assert (STATIC / "app.css").read_bytes() in joined
    assert b"body.framed" in joined
    assert b"<!--#" not in joined
