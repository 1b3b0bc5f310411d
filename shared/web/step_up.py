"""Fresh proof asked for in place: a page that needs it shows the field for a code, and what was entered goes along.

What was entered rides in hidden fields of the page and is kept nowhere else; after the right code the page sends it
where it was going, with a token of its own. Auth mails the code, knows the session, and judges what is typed.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Final
from urllib.parse import urlsplit

from flask import Response, current_app, request
from werkzeug.exceptions import HTTPException

from shared.errors import TooMany
from shared.http import Client
from shared.web import htmx, kept_forms, places
from shared.web.access import SAFE
from shared.web.context import caller_or_none, client_address, wiring

PREFIX: Final = "kept."
MOST_FIELDS: Final = 60
LONGEST: Final = 20_000  # characters, of all names and values together


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """What somebody was about to do: `action` is where it was sent, `page` what may be opened instead.

    `sends`: a form was sent, so the code is mailed at once. Opening a page mails nothing; a button there does.
    """

    action: str
    page: str
    sends: bool


@dataclass(frozen=True, kw_only=True)
class Asked:
    """The address on file, masked; `again_at` is when another code may be asked for, None: none was sent yet."""

    email: str
    again_at: str | None


Asker = Callable[[Wanted], Asked | None]
"""Asks auth on behalf of the present caller; None where the caller's session is none of this portal's own."""


def ask_auth(wanted: Wanted) -> Asked | None:
    """The way for every other service. Raises Unavailable, TooMany."""
    who = caller_or_none()
    if who is None or who.session is None:
        return None
    question = {
        "action": wanted.action,
        "page": wanted.page,
        "sends": wanted.sends,
        "client": client_address(),
        "agent": request.headers.get("User-Agent", "")[:500],
        "locale": htmx.language(),
    }
    auth = Client(wiring().settings.auth_url, name="auth")
    answer = auth.post("/internal/step_up", json=question, passport=who.passport)
    if answer.status_code == 429:
        raise TooMany(retry_after=int(answer.headers.get("Retry-After", "60")))
    return Asked(**answer.json()) if answer.ok else None


def wanted() -> Wanted:
    """What the present request, which was refused, wanted. A form too large to ride along leads back to its page."""
    action = request.full_path.rstrip("?")
    if request.method in SAFE:
        return Wanted(action=action, page=action, sends=False)
    page = page_of_the_form()
    return Wanted(action=action if _fits(_entered()) else page, page=page, sends=True)


def ask(wish: Wanted, *, slug: str) -> Response | None:
    """The page in place of what was refused; None where auth knows no such session. Raises Unavailable, TooMany."""
    asked: Asked | None = wiring().step_up(wish)
    if asked is None:
        return None
    fields = [] if request.method in SAFE else _entered()
    if not _fits(fields):
        return show(asked, replace(wish, sends=False), [], slug=slug, status=403)
    return show(asked, wish, fields, slug=slug, status=403)


def _entered() -> list[tuple[str, str]]:
    """The fields of the refused form, but what is secret."""
    return [(name, value) for name, value in request.form.items(multi=True) if name not in kept_forms.SECRETS]


def brought() -> list[tuple[str, str]]:
    """What a page of ours brought along in the present request."""
    fields = [
        (name.removeprefix(PREFIX), value)
        for name, value in request.form.items(multi=True)
        if name.startswith(PREFIX) and name.removeprefix(PREFIX) not in kept_forms.SECRETS
    ]
    return fields if _fits(fields) else []


def show(
    asked: Asked,
    wish: Wanted,
    fields: list[tuple[str, str]],
    *,
    slug: str,
    status: int,
    wrong: str | None = None,
    left: int = 0,
) -> Response:
    """The page with the field for the code, and all that was entered. htmx gets it in place of the page's main part."""
    answer = htmx.render(
        "ui/step_up.html",
        fragment="card",
        status=status,
        slug=slug,
        asked=asked,
        wish=wish,
        kept=fields,
        prefix=PREFIX,
        wrong=wrong,
        left=left,
    )
    if request.headers.get("HX-Request") == "true":
        answer.headers["HX-Retarget"] = "#main"
        answer.headers["HX-Reswap"] = "innerHTML"
    return answer


def go_on(wish: Wanted, fields: list[tuple[str, str]]) -> Response:
    """The page that sends what was entered to where it was going: by itself or, without scripts, at a click."""
    return htmx.render("ui/go_on.html", wish=wish, kept=fields)


def _fits(fields: list[tuple[str, str]]) -> bool:
    return len(fields) <= MOST_FIELDS and sum(len(name) + len(value) for name, value in fields) <= LONGEST


def page_of_the_form() -> str:
    """Where the form that was sent stands: its own path, if that can be opened, else the page of the portal that it
    says it comes from, else the first one."""
    try:
        current_app.url_map.bind("").match(request.path, method="GET")
    except HTTPException:
        slug = str((request.view_args or {}).get("slug", ""))
        home, page = f"/p/{slug}", urlsplit(request.headers.get("Referer", "")).path
        if places.is_own_host() and page.startswith(f"{places.home(slug)}/"):
            page = home + page.removeprefix(places.home(slug))
        return page if page.startswith(f"{home}/") else home
    return request.path
