"""Campaigns in the console: groups of products that a portal may be limited to."""

from collections.abc import Mapping
from typing import Any, Final

from flask import Blueprint, Response, request

from services.portal.actions import products as actions
from services.portal.pages.console.catalog import lists, saving
from services.portal.pages.console.catalog.reading import Reading
from services.portal.pages.console.catalog.shelf import Shelf, serve
from services.portal.queries import catalog, products
from services.portal.queries.products import CampaignView
from services.portal.schemas.products import NAME
from shared import clock
from shared.web import redirect_to, session, staff

blueprint = Blueprint("console_campaigns", __name__, url_prefix="/console/catalog/campaigns")

HERE: Final = f"{saving.HOME}/campaigns"
_COLUMNS: Final = ("id", "name", "created_at", "archived_at")


def _update(of_id: str, values: Mapping[str, Any]) -> object:
    return actions.update_campaign(session(), campaign_id=of_id, values=values, now=clock.now())


serve(
    blueprint,
    Shelf(
        name="campaigns",
        of="campaign_id",
        rows=products.campaigns,
        view=products.campaign_view,
        columns=_COLUMNS,
        update=_update,
    ),
)


@blueprint.get("")
@staff("read_only")
def show() -> Response:
    """All of them, the newest first."""
    found = lists.found(products.campaigns())
    views = [products.campaign_view(row) for row in found.rows]
    counted = catalog.products_of(session(), [each.id for each in views])
    return lists.show("campaigns", found, listed=views, counted=counted)


@blueprint.get("/new")
@staff("admin")
def ask() -> Response:
    """The form for a new one."""
    return _form(None)


@blueprint.post("/new")
@staff("admin")
def create() -> Response:
    """Make one."""
    read = Reading(form=request.form, kind="campaign")
    name = read.needed("name", longest=NAME)

    def do() -> Response:
        made = actions.create_campaign(session(), name=name, now=clock.now())
        session().flush()
        return redirect_to(f"{HERE}/{made.id}?done=created")

    return saving.kept(do, read=read, again=lambda **told: _form(None, **told))


@blueprint.get("/<campaign_id>")
@staff("read_only")
def show_one(campaign_id: str) -> Response:
    """One, with its form."""
    return _form(products.campaign(session(), campaign_id=campaign_id))


@blueprint.post("/<campaign_id>")
@staff("admin")
def save(campaign_id: str) -> Response:
    """Change it."""
    of = products.campaign(session(), campaign_id=campaign_id)
    read = Reading(form=request.form, kind="campaign")
    values = {"name": read.needed("name", longest=NAME)}

    def do() -> Response:
        actions.update_campaign(session(), campaign_id=campaign_id, values=values, check=saving.check, now=clock.now())
        return redirect_to(f"{HERE}/{campaign_id}?done=saved")

    return saving.kept(do, read=read, again=lambda **told: _form(of, **told))


def _form(of: CampaignView | None, **told: Any) -> Response:
    return saving.form(
        "campaign",
        kind="campaign",
        kept={"name": of.name if of else ""},
        of=of,
        counted=catalog.products_of(session(), [of.id]).get(of.id, 0) if of else 0,
        longest=NAME,
        **told,
    )
