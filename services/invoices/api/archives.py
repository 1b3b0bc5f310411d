"""/v1/invoice_archives and /v1/statements: documents of a period, made in the background, kept for a day."""

from typing import Any, Final

from flask import Response
from flask.views import MethodView

from services.invoices.actions import archive_files, archives
from services.invoices.queries import archives as queries
from services.invoices.queries.archives import ArchiveView
from services.invoices.schemas.archives import ArchiveArgs, ArchiveIn, ArchivePageSchema, ArchiveSchema, StatementIn
from shared import clock
from shared.web import ApiBlueprint, begin, idempotent, in_steps, session
from shared.web.access import api
from shared.web.downloads import attached, within_scope
from shared.web.paging import page

archives_blueprint: Final = ApiBlueprint("invoice_archives", description="All documents of a period, kept for 24 hours")
statements_blueprint: Final = ApiBlueprint("statements", description="Statements of account, kept for 24 hours")
BLUEPRINTS: Final = (archives_blueprint, statements_blueprint)

_PATHS: Final = {"archive": "/v1/invoice_archives", "statement": "/v1/statements"}
_TYPES: Final = {"zip": "application/zip", "pdf": "application/pdf", "csv": "text/csv", "json": "application/json"}
_BINARY: Final = {"format": "binary", "type": "string"}


@archives_blueprint.route("")
class Archives(MethodView):
    """All of them."""

    @api("invoice_archives:read", customers=True)
    @archives_blueprint.arguments(ArchiveArgs, location="query")
    @archives_blueprint.response(200, ArchivePageSchema)
    def get(self, args: dict[str, Any]) -> dict[str, Any]:
        """List archives, newest first"""
        return _listed("archive", args)

    @api("invoice_archives:write", customers=True)
    @idempotent
    @archives_blueprint.arguments(ArchiveIn)
    @archives_blueprint.response(202, ArchiveSchema)
    def post(self, given: dict[str, Any]) -> dict[str, Any]:
        """Have the documents of a period put together; the same that is under way is that one

        409 `period_empty` where there is none, `too_many_documents` where they don't fit in one file.
        """
        return _shown(archives.request(session(), kind="archive", now=clock.now(), **_asked(given)))


@archives_blueprint.route("/<archive_id>")
class OneArchive(MethodView):
    """One of them."""

    @api("invoice_archives:read", customers=True)
    @archives_blueprint.response(200, ArchiveSchema)
    def get(self, archive_id: str) -> dict[str, Any]:
        """Read how far an archive is"""
        return _shown(queries.record(session(), archive_id=archive_id, kind="archive", now=clock.now()))


@archives_blueprint.route("/<archive_id>/file")
class FileOfArchive(MethodView):
    """What is in it."""

    @api("invoice_archives:read", customers=True)
    @in_steps
    @archives_blueprint.response(200, _BINARY, content_type="application/octet-stream")
    def get(self, archive_id: str) -> Response:
        """Fetch the file, within 24 hours (409 `archive_not_ready` before, `archive_gone` after)"""
        return _fetched(archive_id, kind="archive")


@statements_blueprint.route("")
class Statements(MethodView):
    """All of them."""

    @api("statements:read", customers=True)
    @statements_blueprint.arguments(ArchiveArgs, location="query")
    @statements_blueprint.response(200, ArchivePageSchema)
    def get(self, args: dict[str, Any]) -> dict[str, Any]:
        """List statements, newest first"""
        return _listed("statement", args)

    @api("statements:write", customers=True)
    @idempotent
    @statements_blueprint.arguments(StatementIn)
    @statements_blueprint.response(202, ArchiveSchema)
    def post(self, given: dict[str, Any]) -> dict[str, Any]:
        """Have a statement of account made: opening and closing balance of each currency, and what moved between

        409 `period_empty` where nothing moved and nothing was owed.
        """
        return _shown(archives.request(session(), kind="statement", format="pdf", now=clock.now(), **_asked(given)))


@statements_blueprint.route("/<statement_id>")
class OneStatement(MethodView):
    """One of them."""

    @api("statements:read", customers=True)
    @statements_blueprint.response(200, ArchiveSchema)
    def get(self, statement_id: str) -> dict[str, Any]:
        """Read how far a statement is"""
        return _shown(queries.record(session(), archive_id=statement_id, kind="statement", now=clock.now()))


@statements_blueprint.route("/<statement_id>/file")
class FileOfStatement(MethodView):
    """The document."""

    @api("statements:read", customers=True)
    @in_steps
    @statements_blueprint.response(200, _BINARY, content_type="application/pdf")
    def get(self, statement_id: str) -> Response:
        """Fetch the PDF, within 24 hours (409 `archive_not_ready` before, `archive_gone` after)"""
        return _fetched(statement_id, kind="statement")


def _asked(given: dict[str, Any]) -> dict[str, Any]:
    return {"written" if name == "period" else name: value for name, value in given.items()}


def _listed(kind: str, args: dict[str, Any]) -> dict[str, Any]:
    found = page(session(), queries.listing(kind=kind, customer=args["customer"]), queries.ROW, args)
    now = clock.now()
    return {"data": [_shown(queries.view(row, now=now)) for row in found.data], "has_more": found.has_more}


def _shown(view: ArchiveView) -> dict[str, Any]:
    said = {name: getattr(view, name) for name in view.__dataclass_fields__}
    return said | {"file_name": archive_files.file_name(view), "file": f"{_PATHS[view.kind]}/{view.id}/file"}


def _fetched(archive_id: str, *, kind: str) -> Response:
    found = queries.record(session(), archive_id=archive_id, kind=kind, now=clock.now())
    chunks = archive_files.fetch(begin(), archive=found)
    answer = attached(within_scope(chunks), name=archive_files.file_name(found), mimetype=_TYPES[found.format])
    if found.size is not None:
        answer.content_length = found.size
    return answer
