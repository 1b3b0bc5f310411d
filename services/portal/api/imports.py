"""/v1/imports: files of customers, payments and subscriptions."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from typing import Any

from flask.views import MethodView

from services.portal.actions.operations import import_checks
from services.portal.actions.operations import imports as actions
from services.portal.api.lists import listed
from services.portal.queries import imports as queries
from services.portal.queries.imports import ImportView
from services.portal.rules.operations.import_row import Kind
from services.portal.schemas.operations import Import, ImportPage, NewImport
from shared import clock
from shared.database import Session
from shared.i18n import text
from shared.web import idempotent, session
from shared.web.access import api
from shared.web.fields import EmptyObject
from shared.web.paging import PageArgs
from shared.web.uploads import UploadBlueprint, takes_bodies

blueprint = UploadBlueprint("imports", description="Files of customers, payments and subscriptions")


@blueprint.route("")
class Imports(MethodView):
    """All imports."""

    @api("imports:read")
    @blueprint.arguments(PageArgs, location="query")
    @blueprint.response(200, ImportPage)
    def get(self, args: dict[str, Any]) -> dict[str, Any]:
        """List imports, newest first"""
        return listed(queries.listing(), args, lambda row: _shown(queries.view(row)))

    @api("imports:write")
    @takes_bodies(largest=import_checks.LARGEST)
    @idempotent
    @blueprint.arguments(NewImport, location="files")
    @blueprint.response(201, Import)
    def post(self, given: dict[str, Any]) -> dict[str, Any]:
        """Bring a CSV file in, or only look at it; what is wrong with it is told by line"""
        upload = given["file"]
        if given["dry_run"] == "true":
            return _shown(_checked(given))
        found = actions.run(
            _within_this_request,
            kind=Kind(given["kind"]),
            file=upload.stream,
            file_name=upload.filename or "upload.csv",
            all_or_nothing=given["all_or_nothing"] == "true",
            now=clock.now(),
        )
        return _shown(found)


@blueprint.route("/<import_id>")
class OneImport(MethodView):
    """One import."""

    @api("imports:read")
    @blueprint.response(200, Import)
    def get(self, import_id: str) -> dict[str, Any]:
        """Read an import"""
        return _shown(queries.record(session(), import_id=import_id))


@blueprint.route("/<import_id>/confirm")
class ConfirmationOfImport(MethodView):
    """The yes to a dry run."""

    @api("imports:write")
    @idempotent
    @blueprint.arguments(EmptyObject)
    @blueprint.response(202, Import)
    def post(self, _given: dict[str, Any], import_id: str) -> dict[str, Any]:
        """Bring in what a dry run looked at, in the background (409 `import_not_waiting` once it was dropped)"""
        return _shown(import_checks.confirm(session(), import_id=import_id, now=clock.now()))


@blueprint.route("/<import_id>/discard")
class DiscardOfImport(MethodView):
    """The no to a dry run."""

    @api("imports:write")
    @idempotent
    @blueprint.arguments(EmptyObject)
    @blueprint.response(200, Import)
    def post(self, _given: dict[str, Any], import_id: str) -> dict[str, Any]:
        """Drop the file that a dry run looked at (409 `import_not_waiting` where it waits no more)"""
        return _shown(import_checks.discard(session(), import_id=import_id, now=clock.now()))


def _checked(given: dict[str, Any]) -> ImportView:
    upload = given["file"]
    return import_checks.check(
        session(),
        kind=Kind(given["kind"]),
        content=upload.stream.read(),
        file_name=upload.filename or "upload.csv",
        all_or_nothing=given["all_or_nothing"] == "true",
        now=clock.now(),
    )


@contextmanager
def _within_this_request() -> Iterator[Session]:
    """A step of the request's own transaction: an uploaded file goes in as a whole or, after a crash, not at all."""
    with session().begin_nested():
        yield session()


def _shown(found: ImportView) -> dict[str, Any]:
    """With a sentence for each problem."""
    errors = [
        {**asdict(each), "detail": text(f"errors.field.{each.code}", "en", **each.params)} for each in found.errors
    ]
    return {**asdict(found), "errors": errors}
