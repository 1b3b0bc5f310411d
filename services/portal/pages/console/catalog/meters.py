"""Meters in the console: what is counted of what customers use, so that plans can show it."""

from collections.abc import Mapping
from typing import Any, Final

from flask import Blueprint, Response, request

from services.portal.actions import usage as actions
from services.portal.pages.console.catalog import lists, saving
from services.portal.pages.console.catalog.reading import Reading
from services.portal.pages.console.catalog.shelf import Shelf, serve
from services.portal.queries import usage
from services.portal.queries.usage import MeterView
from services.portal.schemas.usage import AGGREGATIONS, NAME, UNIT
from shared import clock
from shared.web import redirect_to, session, staff

blueprint = Blueprint("console_meters", __name__, url_prefix="/console/catalog/meters")

HERE: Final = f"{saving.HOME}/meters"
_COLUMNS: Final = ("id", "name", "unit_label", "aggregation", "created_at", "archived_at")


def _update(of_id: str, values: Mapping[str, Any]) -> object:
    return actions.update_meter(session(), meter_id=of_id, values=values, now=clock.now())


serve(
    blueprint,
    Shelf(
        name="meters",
        of="meter_id",
        rows=usage.meters,
        view=usage.meter_view,
        columns=_COLUMNS,
        update=_update,
    ),
)


@blueprint.get("")
@staff("read_only")
def show() -> Response:
    """All of them, the newest first."""
    found = lists.found(usage.meters())
    return lists.show("meters", found, listed=[usage.meter_view(row) for row in found.rows])


@blueprint.get("/new")
@staff("admin")
def ask() -> Response:
    """The form for a new one."""
    return _form(None)


@blueprint.post("/new")
@staff("admin")
def create() -> Response:
    """Make one."""
    read = Reading(form=request.form, kind="meter")
    values = _values(read) | {"aggregation": read.one_of("aggregation", AGGREGATIONS) or AGGREGATIONS[0]}

    def do() -> Response:
        made = actions.create_meter(session(), **values, now=clock.now())
        session().flush()
        return redirect_to(f"{HERE}/{made.id}?done=created")

    return saving.kept(do, read=read, again=lambda **told: _form(None, **told))


@blueprint.get("/<meter_id>")
@staff("read_only")
def show_one(meter_id: str) -> Response:
    """One, with its form."""
    return _form(usage.meter(session(), meter_id=meter_id))


@blueprint.post("/<meter_id>")
@staff("admin")
def save(meter_id: str) -> Response:
    """Change what it is called."""
    of = usage.meter(session(), meter_id=meter_id)
    read = Reading(form=request.form, kind="meter")
    values = _values(read)

    def do() -> Response:
        actions.update_meter(session(), meter_id=meter_id, values=values, check=saving.check, now=clock.now())
        return redirect_to(f"{HERE}/{meter_id}?done=saved")

    return saving.kept(do, read=read, again=lambda **told: _form(of, **told))


def _values(read: Reading) -> dict[str, Any]:
    return {"name": read.needed("name", longest=NAME), "unit_label": read.words("unit_label", longest=UNIT)}


def _form(of: MeterView | None, **told: Any) -> Response:
    return saving.form(
        "meter",
        kind="meter",
        kept={
            "name": of.name if of else "",
            "unit_label": of.unit_label if of else "",
            "aggregation": of.aggregation if of else AGGREGATIONS[0],
        },
        of=of,
        longest={"name": NAME, "unit_label": UNIT},
        aggregations=AGGREGATIONS,
        **told,
    )
