"""Identity secrets of this mode: made, rolled, revoked, kept from taking hashes without expiry."""

from datetime import timedelta

from flask import Blueprint, Response, request

from services.auth.actions import identity_secrets
from services.auth.adapters import Adapters
from services.auth.pages.console import shell
from services.auth.pages.console.keys import OVERLAPS, overlap
from services.auth.queries import identity_secrets as known
from services.auth.queries import staff
from services.auth.rules.roles import Ability
from shared import clock
from shared.database import scope
from shared.errors import Refusal
from shared.web import adapters, redirect_to, session

blueprint = Blueprint("console_secrets", __name__, url_prefix="/console/access/secrets")


@blueprint.get("")
@shell.may(Ability.MANAGE_SECRETS)
def show() -> Response:
    """Every secret: who made it, when it was last used, whether hashes without expiry are taken."""
    return _page()


@blueprint.post("")
@shell.may(Ability.MANAGE_SECRETS)
def change() -> Response:
    """Make a secret, replace one, end one, or have it take no hashes without expiry."""
    table = {"make": _make, "roll": _roll, "revoke": _revoke, "v1_off": _v1_off}
    doing = shell.chosen(table, request.form.get("do", ""))
    return shell.answered(doing, refused=lambda refusal: _page(refusal=refusal))


def _make() -> Response:
    made = identity_secrets.create(
        session(),
        name=request.form.get("name", "")[: shell.LONGEST],
        takes_v1=request.form.get("takes_v1") == "yes",
        created_by=shell.who().user,
        secrets=adapters(Adapters).secrets,
        now=clock.now(),
    )
    return _page(made=made.secret)


def _roll() -> Response:
    made = identity_secrets.roll(
        session(),
        secret_id=request.form.get("which", ""),
        overlap=timedelta(seconds=overlap()),
        created_by=shell.who().user,
        secrets=adapters(Adapters).secrets,
        now=clock.now(),
    )
    return _page(made=made.secret)


def _revoke() -> Response:
    identity_secrets.revoke(session(), secret_id=request.form.get("which", ""), now=clock.now())
    return _back()


def _v1_off() -> Response:
    identity_secrets.change(session(), secret_id=request.form.get("which", ""), takes_v1=False, now=clock.now())
    return _back()


def _back() -> Response:
    return redirect_to(f"{shell.HOME}/secrets")


def _page(*, made: str | None = None, refusal: Refusal | None = None) -> Response:
    return shell.show(
        "auth/console/secrets.html",
        refusal=refusal,
        made=made,
        secrets=known.listed(session()),
        names=staff.names(session(), vendor=scope.current().vendor),
        overlaps=OVERLAPS,
        now=clock.now(),
    )
