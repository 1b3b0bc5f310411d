"""The vendor's logo, for anybody: it stands on the sign-in page already."""

from flask import Blueprint, Response, request

from services.auth.pages.customer import portal as shell
from services.auth.queries import logos
from shared.web import public, session

blueprint = Blueprint("logo", __name__, url_prefix="/p/<slug>")


@blueprint.get("/sign-in/logo.png")
@public
def show(slug: str) -> Response:
    """The picture that `v` names, without it the portal's present one; another picture has another address."""
    with shell.entered(slug) as portal:
        wanted = request.args.get("v") or portal.appearance.get("logo")
        answer = Response(logos.png(session(), vendor=portal.vendor, fingerprint=wanted), content_type="image/png")
        answer.headers["Content-Disposition"] = "inline"
        answer.headers["Cache-Control"] = "public, max-age=86400"
        return answer
