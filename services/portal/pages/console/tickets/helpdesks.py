"""Helpdesks: which there are, where their tickets go, a new one, and changing one."""

import re
from typing import Any, Final

from flask import Blueprint, Response, request

from services.portal.actions.support import helpdesks as actions
from services.portal.pages.console import wording
from services.portal.queries import helpdesks as queries
from services.portal.queries import time
from services.portal.rules.support.due import LEAST_HOURS, MOST_HOURS
from shared.errors import FieldError, Invalid, Refusal
from shared.web import console, redirect_to, session, staff

blueprint = Blueprint("console_helpdesks", __name__, url_prefix="/console/tickets/helpdesks")

HOME: Final = "/console/tickets/helpdesks"
FIELDS: Final = ("name", "email", "url", "departments", "answer_hours")
_LONGEST: Final = {"name": 200, "departments": 80}
_HOURS: Final = re.compile(r"[0-9]{1,4}")
_MOST_SHOWN: Final = 200


@blueprint.get("")
@staff("read_only")
def show() -> Response:
    """All of them, those that are put away last."""
    rows = session().scalars(queries.listing().limit(_MOST_SHOWN))
    listed = sorted(
        (queries.view(row) for row in rows), key=lambda each: (each.archived_at is not None, each.name.casefold())
    )
    return console.show("portal/console/tickets/helpdesks.html", listed=listed, done=request.args.get("done"))


@blueprint.get("/new")
@staff("admin")
def ask() -> Response:
    """The form for a new one."""
    return _form()


@blueprint.post("/new")
@staff("admin")
def create() -> Response:
    """Make one."""

    def do() -> Response:
        actions.create(session(), **_given(), now=time.now(session()))
        return redirect_to(f"{HOME}?done=created")

    return console.answered(do, refused=lambda refusal: _form(refusal=refusal))


@blueprint.get("/<helpdesk_id>")
@staff("read_only")
def read(helpdesk_id: str) -> Response:
    """One of them."""
    return _form(helpdesk_id)


@blueprint.post("/<helpdesk_id>")
@staff("admin")
def save(helpdesk_id: str) -> Response:
    """Change it, put it away or take it back."""
    doing = console.chosen(
        {
            "save": lambda: _save(helpdesk_id, **_given()),
            "archive": lambda: _save(helpdesk_id, archived=True),
            "restore": lambda: _save(helpdesk_id, archived=False),
        },
        request.form.get("do", ""),
    )
    return console.answered(doing, refused=lambda refusal: _form(helpdesk_id, refusal=refusal))


def _save(helpdesk_id: str, **values: Any) -> Response:
    actions.update(session(), helpdesk_id=helpdesk_id, values=values, now=time.now(session()))
    return redirect_to(f"{HOME}?done=saved")


def _given() -> dict[str, Any]:
    """As the API takes it. Raises Invalid."""
    typed = {name: request.form.get(name, "").strip() for name in FIELDS}
    departments = [each.strip() for each in typed["departments"].splitlines() if each.strip()]
    problems = []
    if not typed["name"]:
        problems.append(FieldError.of("name", "required"))
    for field, longest in (("name", len(typed["name"])), ("departments", max(map(len, departments), default=0))):
        if longest > _LONGEST[field]:
            problems.append(FieldError.of(field, "too_long", most=_LONGEST[field]))
    if typed["answer_hours"] and not _HOURS.fullmatch(typed["answer_hours"]):
        problems.append(FieldError.of("answer_hours", "out_of_range", least=LEAST_HOURS, most=MOST_HOURS))
    if problems:
        raise Invalid(*problems)
    email, url = typed["email"][: console.LONGEST] or None, typed["url"][: console.LONGEST] or None
    hours = int(typed["answer_hours"]) if typed["answer_hours"] else None
    return {"name": typed["name"], "email": email, "url": url, "departments": departments, "answer_hours": hours}


def _form(helpdesk_id: str | None = None, *, refusal: Refusal | None = None) -> Response:
    of = None if helpdesk_id is None else queries.helpdesk(session(), helpdesk_id=helpdesk_id)
    stored = {
        "name": of.name if of else "",
        "email": (of.email if of else None) or "",
        "url": (of.url if of else None) or "",
        "departments": "\n".join(of.departments) if of else "",
        "answer_hours": str(of.answer_hours) if of and of.answer_hours else "",
    }
    is_typed = refusal is not None and "name" in request.form
    return console.show(
        "portal/console/tickets/helpdesk.html",
        status=console.status_of(refusal) if refusal else 200,
        wrong=wording.by_field(refusal) if isinstance(refusal, Invalid) else {},
        refusal=None if isinstance(refusal, Invalid) else refusal,
        of=of,
        values={name: request.form.get(name, "") for name in FIELDS} if is_typed else stored,
    )
