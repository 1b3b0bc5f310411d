"""The API keys of this mode: made, rolled, revoked. A key is shown in the answer that made it and nowhere else."""

from datetime import timedelta
from typing import Final

from flask import Blueprint, Response, request

from services.auth.actions import keys
from services.auth.pages.console import shell
from services.auth.queries import keys as known
from services.auth.queries import staff
from services.auth.rules.api_key import RESOURCES, KeyKind
from services.auth.rules.roles import Ability
from shared import clock
from shared.database import scope
from shared.errors import NotFound, Refusal
from shared.web import redirect_to, session

blueprint = Blueprint("console_keys", __name__, url_prefix="/console/access/keys")

OVERLAPS: Final = (0, 3_600, 86_400, 604_800)
"""Seconds that a rolled key may go on working, to choose from."""


@blueprint.get("")
@shell.may(Ability.MANAGE_KEYS)
def show() -> Response:
    """Every key: what it may do, who made it, when it was last used."""
    return _page()


@blueprint.post("")
@shell.may(Ability.MANAGE_KEYS)
def change() -> Response:
    """Make a key, replace one, or end one."""
    doing = shell.chosen({"make": _make, "roll": _roll, "revoke": _revoke}, request.form.get("do", ""))
    return shell.answered(doing, refused=lambda refusal: _page(refusal=refusal))


def _make() -> Response:
    here = scope.current()
    made = keys.create(
        session(),
        vendor_id=here.vendor,
        mode=here.mode,
        name=request.form.get("name", "")[: shell.LONGEST],
        kind=_kind(),
        scopes=request.form.getlist("scopes")[: len(RESOURCES) * 2],
        own=shell.own_scopes(),
        created_by=shell.who().user,
        now=clock.now(),
    )
    return _page(made=made.secret)


def _roll() -> Response:
    made = keys.roll(
        session(),
        key_id=request.form.get("key", ""),
        overlap=timedelta(seconds=overlap()),
        own=shell.own_scopes(),
        created_by=shell.who().user,
        now=clock.now(),
    )
    return _page(made=made.secret)


def _revoke() -> Response:
    keys.revoke(session(), key_id=request.form.get("key", ""), now=clock.now())
    return redirect_to(f"{shell.HOME}/keys")


def overlap() -> int:
    """The seconds that a form chose. Raises NotFound for what no form of ours offers."""
    given = {str(each): each for each in OVERLAPS}.get(request.form.get("overlap", ""))
    if given is None:
        raise NotFound
    return given


def _kind() -> KeyKind:
    try:
        return KeyKind(request.form.get("kind", ""))
    except ValueError:
        raise NotFound from None


def _page(*, made: str | None = None, refusal: Refusal | None = None) -> Response:
    return shell.show(
        "auth/console/keys.html",
        refusal=refusal,
        made=made,
        keys=known.listed(session()),
        names=staff.names(session(), vendor=scope.current().vendor),
        kinds=tuple(KeyKind),
        resources=RESOURCES,
        own=shell.own_scopes(),
        overlaps=OVERLAPS,
        now=clock.now(),
    )
