"""The way into the console, and between the vendors and modes of whoever is in it."""

from typing import Final

from flask import Blueprint, Response, request

from services.auth.actions import staff_sessions
from services.auth.pages.console import shell
from services.auth.rules.roles import Ability
from services.auth.settings import Settings
from shared import clock
from shared.errors import NotFound
from shared.events import Mode
from shared.places import CONSOLE
from shared.web import cookies, public, redirect_to, session, settings
from shared.web.console import is_page

blueprint = Blueprint("console_home", __name__, url_prefix="/console")

OVERVIEW: Final = "/console/overview"

_MODES: Final[dict[str, Mode]] = {"test": "test", "live": "live"}


@blueprint.get("", strict_slashes=False)
@public
def show() -> Response:
    """To the console's first page."""
    return redirect_to(shell.HOME)


@blueprint.get("/access")
@shell.may(Ability.ENTER)
def access() -> Response:
    """To the console's overview."""
    return redirect_to(OVERVIEW)


@blueprint.post("/access/switch")
@shell.may(Ability.ENTER)
def switch() -> Response:
    """Act for another vendor that the mailbox works for, or in the other mode."""
    mode = _MODES.get(request.form.get("mode", ""))
    if mode is None:
        raise NotFound
    token = staff_sessions.switch(
        session(), current=shell.who(), user=request.form.get("user", ""), mode=mode, now=clock.now()
    )
    back = request.form.get("to", "")
    answer = redirect_to(back if is_page(back) else shell.HOME)
    cookies.put(answer, settings(Settings).public_url, CONSOLE, token)
    return answer
