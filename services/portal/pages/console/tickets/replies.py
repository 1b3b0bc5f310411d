"""Saved replies: which there are, a new one, changing and deleting one."""

from typing import Any, Final

from flask import Blueprint, Response, request

from services.portal.actions.support import saved_replies as actions
from services.portal.pages.console import wording
from services.portal.queries import saved_replies as queries
from services.portal.queries import time
from services.portal.rules.support.saved_reply import LONGEST_NAME, LONGEST_TEXT, MOST, OFFERED
from shared.errors import FieldError, Invalid, Refusal
from shared.web import console, redirect_to, session, staff

blueprint = Blueprint("console_replies", __name__, url_prefix="/console/tickets/replies")

HOME: Final = "/console/tickets/replies"
FIELDS: Final[dict[str, int]] = {"name": LONGEST_NAME, "text": LONGEST_TEXT}
"""The fields of the form, and how long each may be."""


@blueprint.get("")
@staff("read_only")
def show() -> Response:
    """All of them, by name."""
    rows = session().scalars(queries.listing().limit(MOST))
    listed = sorted((queries.view(row) for row in rows), key=lambda each: each.name.casefold())
    return console.show("portal/console/tickets/replies.html", listed=listed, done=request.args.get("done"))


@blueprint.get("/new")
@staff("admin")
def ask() -> Response:
    """The form for a new one."""
    return _form()


@blueprint.post("/new")
@staff("admin")
def create() -> Response:
    """Save a new one."""

    def do() -> Response:
        actions.create(session(), **_given(), now=time.now(session()))
        return redirect_to(f"{HOME}?done=created")

    return console.answered(do, refused=lambda refusal: _form(refusal=refusal))


@blueprint.get("/<reply_id>")
@staff("read_only")
def read(reply_id: str) -> Response:
    """One of them."""
    return _form(reply_id)


@blueprint.post("/<reply_id>")
@staff("admin")
def save(reply_id: str) -> Response:
    """Change it, or delete it."""
    doing = console.chosen(
        {"save": lambda: _save(reply_id), "delete": lambda: _delete(reply_id)}, request.form.get("do", "")
    )
    return console.answered(doing, refused=lambda refusal: _form(reply_id, refusal=refusal))


def _save(reply_id: str) -> Response:
    actions.update(session(), reply_id=reply_id, values=_given(), now=time.now(session()))
    return redirect_to(f"{HOME}?done=saved")


def _delete(reply_id: str) -> Response:
    actions.delete(session(), reply_id=reply_id, now=time.now(session()))
    return redirect_to(f"{HOME}?done=deleted")


def _given() -> dict[str, Any]:
    """As the API takes it. Raises Invalid."""
    typed = {name: request.form.get(name, "").replace("\r\n", "\n").strip() for name in FIELDS}
    problems = [FieldError.of(name, "required") for name, value in typed.items() if not value]
    problems += [
        FieldError.of(name, "too_long", most=longest) for name, longest in FIELDS.items() if len(typed[name]) > longest
    ]
    if problems:
        raise Invalid(*problems)
    return {**typed, "name": " ".join(typed["name"].split())}


def _form(reply_id: str | None = None, *, refusal: Refusal | None = None) -> Response:
    of = None if reply_id is None else queries.saved_reply(session(), reply_id=reply_id)
    is_typed = refusal is not None and "name" in request.form
    stored = {"name": of.name if of else "", "text": of.text if of else ""}
    return console.show(
        "portal/console/tickets/reply.html",
        status=console.status_of(refusal) if refusal else 200,
        wrong=wording.by_field(refusal) if isinstance(refusal, Invalid) else {},
        refusal=None if isinstance(refusal, Invalid) else refusal,
        of=of,
        values={name: request.form.get(name, "") for name in FIELDS} if is_typed else stored,
        longest=FIELDS,
        places=OFFERED,
    )
