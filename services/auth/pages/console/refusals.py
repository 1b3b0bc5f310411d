"""Whom the vendor's widgets did not let in during the last week, and why: for whoever helps a customer."""

from flask import Blueprint, Response

from services.auth.pages.console import shell
from services.auth.queries import refusals
from services.auth.rules.roles import Ability
from shared.web import session

blueprint = Blueprint("console_refusals", __name__, url_prefix="/console/access/refusals")


@blueprint.get("")
@shell.may(Ability.SEE_REFUSALS)
def show() -> Response:
    """The newest of them."""
    return shell.show("auth/console/refusals.html", refusals=refusals.newest(session()))
