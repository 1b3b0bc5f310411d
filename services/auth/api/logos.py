"""Hands vendors' logos to the service that prints them on documents. Never routed from outside."""

from flask import Blueprint, Response

from services.auth.adapters import images
from services.auth.queries import logos
from shared.web import internal, session

blueprint = Blueprint("printed_logos", __name__, url_prefix="/internal/logos")


@blueprint.get("/<vendor>/<sha256>")
@internal(open=True)
def show(vendor: str, sha256: str) -> Response:
    """The picture in the size that documents print; it stands on the sign-in page for anybody to see."""
    png = logos.png(session(), vendor=vendor, fingerprint=sha256)
    return Response(images.printed(png), content_type="image/png")
