"""Plan groups in the console: which plans belong together, and the grid of who may move from which to which."""

from collections.abc import Mapping
from typing import Any, Final

from flask import Blueprint, Response, request

from services.portal.actions import plan_groups as actions
from services.portal.actions import products as product_actions
from services.portal.pages.console.catalog import lists, saving
from services.portal.pages.console.catalog.reading import Reading
from services.portal.pages.console.catalog.shelf import Shelf, serve
from services.portal.queries import catalog, coupons, time
from services.portal.queries.catalog import PlanChoice
from services.portal.queries.coupons import PlanGroupView
from services.portal.rules.policy import Decision
from services.portal.rules.products import matrix
from services.portal.rules.products.matrix import Pair
from services.portal.schemas.products import NAME
from shared.web import redirect_to, session, staff

blueprint = Blueprint("console_plan_groups", __name__, url_prefix="/console/catalog/plan-groups")

HERE: Final = f"{saving.HOME}/plan-groups"
MOST_IN_GRID: Final = 20
"""Plans of one grid: with more nobody sees through it, and the API names pairs one by one."""

_COLUMNS: Final = ("id", "name", "switches", "created_at", "archived_at")


def _update(of_id: str, values: Mapping[str, Any]) -> object:
    return actions.update(session(), group_id=of_id, values=values, now=time.now(session()))


serve(
    blueprint,
    Shelf(
        name="plan-groups",
        of="group_id",
        rows=coupons.plan_groups,
        view=coupons.plan_group_view,
        columns=_COLUMNS,
        update=_update,
    ),
)


@blueprint.get("")
@staff("read_only")
def show() -> Response:
    """All of them, the newest first."""
    found = lists.found(coupons.plan_groups())
    views = [coupons.plan_group_view(row) for row in found.rows]
    counted = catalog.plans_in(session(), [each.id for each in views])
    return lists.show("plan-groups", found, listed=views, counted=counted)


@blueprint.get("/new")
@staff("admin")
def ask() -> Response:
    """The form for a new one."""
    return _form(None)


@blueprint.post("/new")
@staff("admin")
def create() -> Response:
    """Make one with the plans that are ticked; on to its grid."""
    read = Reading(form=request.form, kind="group")
    name = read.needed("name", longest=NAME)

    def do() -> Response:
        made = actions.create(session(), name=name, now=time.now(session()))
        session().flush()
        _join(made.id, read.several("plans"))
        return redirect_to(f"{HERE}/{made.id}?done=created")

    return saving.kept(do, read=read, again=lambda **told: _form(None, **told))


@blueprint.get("/<group_id>")
@staff("read_only")
def show_one(group_id: str) -> Response:
    """One, with its plans and its grid."""
    return _form(coupons.plan_group(session(), group_id=group_id))


@blueprint.post("/<group_id>")
@staff("admin")
def save(group_id: str) -> Response:
    """Change its name, its plans and its grid; switches that were agreed stay."""
    of = coupons.plan_group(session(), group_id=group_id)
    read = Reading(form=request.form, kind="group")
    shown, ticked = _pairs(read.several("pair")), set(_pairs(read.several("may")))
    values = {
        "name": read.needed("name", longest=NAME),
        "switches": matrix.calculate(of.switches, shown=shown, ticked=ticked),
    }

    def do() -> Response:
        actions.update(session(), group_id=group_id, values=values, check=saving.check, now=time.now(session()))
        _join(group_id, read.several("plans"))
        return redirect_to(f"{HERE}/{group_id}?done=saved")

    return saving.kept(do, read=read, again=lambda **told: _form(of, **told))


def _join(group_id: str, ticked: list[str]) -> None:
    """The plans that are ticked are in the group; those that were shown and are not ticked leave it."""
    now = time.now(session())
    for each in catalog.plan_choices(session()):
        if each.id in ticked and each.group != group_id:
            product_actions.update_plan(session(), plan_id=each.id, values={"plan_group": group_id}, now=now)
        if each.id not in ticked and each.group == group_id:
            product_actions.update_plan(session(), plan_id=each.id, values={"plan_group": None}, now=now)


def _pairs(written: list[str]) -> list[Pair]:
    """Each is written as `plan_1:plan_2`."""
    given = (each.partition(":") for each in written)
    return [(origin, target) for origin, _colon, target in given if origin and target]


def _form(of: PlanGroupView | None, *, read: Reading | None = None, **told: Any) -> Response:
    choices = catalog.plan_choices(session())
    members = [each for each in choices if of and each.group == of.id][:MOST_IN_GRID]
    return saving.form(
        "group",
        kind="group",
        kept={"name": of.name if of else "", "plans": [each.id for each in choices if of and each.group == of.id]},
        of=of,
        choices=choices,
        groups=catalog.names(session(), {each.group for each in choices}),
        members=members,
        grid=_grid(of, members, read) if of else {},
        said={pair: str(matrix.decision(of.switches, pair) or "") for pair in _all(members)} if of else {},
        longest=NAME,
        read=read,
        **told,
    )


def _all(members: list[PlanChoice]) -> list[Pair]:
    return [(origin.id, target.id) for origin in members for target in members if origin is not target]


def _grid(of: PlanGroupView, members: list[PlanChoice], read: Reading | None) -> dict[Pair, bool]:
    """Is a pair ticked: as somebody left it, else as the table says."""
    if read is not None:
        ticked = set(_pairs(read.several("may")))
        return {pair: pair in ticked for pair in _all(members)}
    return {pair: matrix.decision(of.switches, pair) is not Decision.DENIED for pair in _all(members)}
