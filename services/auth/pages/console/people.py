"""Who works for the vendor: seen by all of them, changed by owners."""

from flask import Blueprint, Response, request

from services.auth.actions import staff
from services.auth.actions.staff import Inviter
from services.auth.adapters import Adapters
from services.auth.pages.console import shell
from services.auth.queries import staff as known
from services.auth.rules.roles import Ability, Role
from shared import clock
from shared.database import scope
from shared.errors import Refusal
from shared.web import adapters, redirect_to, session

blueprint = Blueprint("console_people", __name__, url_prefix="/console/access/people")


@blueprint.get("")
@shell.may(Ability.SEE_PEOPLE)
def show() -> Response:
    """Everybody, with role and since when."""
    return _page()


@blueprint.post("")
@shell.may(Ability.MANAGE_PEOPLE)
def change() -> Response:
    """Invite somebody, give somebody another role, or remove somebody."""
    doing = shell.chosen({"invite": _invite, "role": _change_role, "remove": _remove}, request.form.get("do", ""))
    return shell.answered(doing, refused=_page)


def _invite() -> Response:
    it, here, who = adapters(Adapters), scope.current(), shell.who()
    staff.invite(
        session(),
        vendor_id=here.vendor,
        mode=here.mode,
        email=_given("email"),
        role=shell.role_of(_given("role")),
        name=_given("name").strip() or None,
        by=Inviter(id=who.user, name=who.email, own=shell.own_scopes()),
        public_url=it.public_url,
        secrets=it.secrets,
        now=clock.now(),
    )
    return _back()


def _change_role() -> Response:
    staff.change_role(
        session(),
        vendor_id=scope.current().vendor,
        user_id=_given("user"),
        role=shell.role_of(_given("role")),
        by=shell.who().user,
        own=shell.own_scopes(),
        now=clock.now(),
    )
    return _back()


def _remove() -> Response:
    staff.remove(
        session(),
        vendor_id=scope.current().vendor,
        user_id=_given("user"),
        by=shell.who().user,
        own=shell.own_scopes(),
        now=clock.now(),
    )
    return _back()


def _back() -> Response:
    return redirect_to(f"{shell.HOME}/people")


def _page(refusal: Refusal | None = None) -> Response:
    people = known.listed(session(), vendor=scope.current().vendor)
    return shell.show(
        "auth/console/people.html",
        refusal=refusal,
        people=people,
        names=known.names(session(), vendor=scope.current().vendor),
        roles=tuple(Role),
        typed=request.form if refusal else {},
    )


def _given(name: str) -> str:
    return request.form.get(name, "")[: shell.LONGEST]
