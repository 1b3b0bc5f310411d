"""The way into the catalog: its first list."""

from flask import Blueprint, Response

from services.portal.pages.console.catalog import saving
from shared.web import redirect_to, staff

blueprint = Blueprint("console_catalog", __name__, url_prefix="/console/catalog")


@blueprint.get("")
@staff("read_only")
def begin() -> Response:
    """To what is sold."""
    return redirect_to(f"{saving.HOME}/products")
