"""The checker: is this hash right, and what was likely done wrong. Nobody is signed in by it."""

from flask import Blueprint, Response, request

from services.auth.adapters import Adapters
from services.auth.pages.console import shell
from services.auth.queries import identity_check, portals
from services.auth.queries.identity_check import Checked
from services.auth.rules.roles import Ability
from services.auth.rules.signed_identity import LONGEST_PROOF, LONGEST_SUBJECT, IdType, Subject
from shared import clock
from shared.database import scope
from shared.errors import NotFound
from shared.web import adapters, session

blueprint = Blueprint("console_checker", __name__, url_prefix="/console/access/checker")


@blueprint.get("")
@shell.may(Ability.CHECK_IDENTITY)
def show() -> Response:
    """The form."""
    return _page(None)


@blueprint.post("")
@shell.may(Ability.CHECK_IDENTITY)
def check() -> Response:
    """Whether subject and hash match; each mistake by name. In test mode the right hash, never the secret."""
    here = scope.current()
    portal = portals.by_id(session(), request.form.get("portal", ""))
    if portal is None or (portal.vendor, portal.mode) != (here.vendor, here.mode):
        raise NotFound
    subject = request.form.get("subject", "")[:LONGEST_SUBJECT]
    kind = IdType.CUSTOMER_ID if request.form.get("id_type") == IdType.CUSTOMER_ID else IdType.EMAIL
    return _page(
        identity_check.check(
            session(),
            portal=portal,
            whom=Subject(kind, subject) if subject else None,
            given=request.form.get("hash", "")[:LONGEST_PROOF],
            secrets=adapters(Adapters).secrets,
            now=clock.now(),
        )
    )


def _page(checked: Checked | None) -> Response:
    here = scope.current()
    return shell.show(
        "auth/console/checker.html",
        checked=checked,
        portals=portals.listed(session(), here.vendor, here.mode),
        id_types=tuple(IdType),
        typed=request.form,
    )
