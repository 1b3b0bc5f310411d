"""The books in the console: number series, the check of all that was issued, and archives of a period."""

from typing import Final

from flask import Blueprint, Response, request

from services.invoices.actions import archive_files, archives
from services.invoices.queries import archives as queries
from services.invoices.queries import ledger
from services.invoices.queries.findings import SeriesReport
from services.invoices.rules.period import LONGEST
from shared import clock
from shared.errors import Refusal
from shared.i18n import base
from shared.web import begin, chosen, console, console_lists, in_steps, redirect_to, session, staff
from shared.web.downloads import attached, within_scope

blueprint: Final = Blueprint("console_ledger", __name__, url_prefix="/console/invoices")

ARCHIVES: Final = "/console/invoices/archives"
DOWNLOAD: Final = "download"
"""What the list of documents offers to do with several."""
FORMATS: Final = ("zip", "pdf", "csv", "json")
_TYPES: Final = {"zip": "application/zip", "pdf": "application/pdf", "csv": "text/csv", "json": "application/json"}


@blueprint.get("/ledger")
@staff("read_only")
def show() -> Response:
    """The number series."""
    return _page(None)


@blueprint.post("/ledger")
@staff("support")
def check() -> Response:
    """Look at every number, sum, date and document, and say what was found."""
    return _page(ledger.check(session()))


@blueprint.get("/archives")
@staff("read_only")
def show_archives() -> Response:
    """What was asked for, and how far it is."""
    return _archives()


@blueprint.post("/archives")
@staff("support")
def request_archive() -> Response:
    """Have the documents of a period put together."""

    def do() -> Response:
        wanted = request.form.get("format", "")
        archives.request(
            session(),
            kind="archive",
            written=request.form.get("period", "")[:LONGEST].strip(),
            format=wanted if wanted in FORMATS else FORMATS[0],
            customer=None,
            locale=base(console.standing().locale),
            now=clock.now(),
        )
        return redirect_to(f"{ARCHIVES}?asked=1")

    return console.answered(do, refused=lambda refusal: _archives(refusal=refusal))


@blueprint.get("/archives/<archive_id>/file")
@staff("read_only")
@in_steps
def fetch(archive_id: str) -> Response:
    """The file. Raises ArchiveNotReady, ArchiveGone."""
    found = queries.record(session(), archive_id=archive_id, kind="archive", now=clock.now())
    chunks = archive_files.fetch(begin(), archive=found)
    answer = attached(within_scope(chunks), name=archive_files.file_name(found), mimetype=_TYPES[found.format])
    if found.size is not None:
        answer.content_length = found.size
    return answer


def _page(reports: list[SeriesReport] | None) -> Response:
    return console.show("invoices/console/ledger.html", series=ledger.series(session()), reports=reports)


def _archives(*, refusal: Refusal | None = None) -> Response:
    found = console_lists.cut(queries.listing(kind="archive"), queries.ROW)
    now = clock.now()
    return console.show(
        "invoices/console/archives.html",
        refusal=refusal,
        archives=[queries.view(row, now=now) for row in found.rows],
        cut=found,
        formats=FORMATS,
        period=request.form.get("period", "")[:LONGEST],
        year=str(now.year),
        longest_period=LONGEST,
        is_asked=request.args.get("asked") == "1",
        offer=chosen.offer(ARCHIVES, kind="documents", role="support", doings=[DOWNLOAD]),
    )
