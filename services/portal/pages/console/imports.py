"""Files of customers, subscriptions and payments: looked at first, row by row, and brought in after a yes."""

import csv
import io
from collections.abc import Iterator, Mapping
from dataclasses import asdict
from typing import Any, Final

from flask import Blueprint, Response, request

from services.portal.actions.operations import import_checks
from services.portal.queries import billing
from services.portal.queries import imports as queries
from services.portal.rules.operations.import_row import COLUMNS, Kind
from shared import clock, spreadsheet
from shared.errors import FieldError, Invalid, NotFound, Refusal
from shared.i18n import text
from shared.web import begin, console, console_lists, in_steps, redirect_to, session, staff
from shared.web.downloads import attached, within_scope
from shared.web.htmx import language
from shared.web.uploads import takes_bodies

blueprint = Blueprint("console_imports", __name__, url_prefix="/console/imports")

HOME: Final = "/console/imports"
ASKED: Final = ("kind", "status")
KINDS: Final = (Kind.CUSTOMERS, Kind.SUBSCRIPTIONS, Kind.PAYMENTS)
STATES: Final = (
    "checked",
    "running",
    "completed",
    "completed_with_errors",
    "refused",
    "discarded",
    "expired",
    "failed",
)
SHOWN: Final = 200
"""Problems on the page of an import; the API has up to a thousand."""
_COLUMNS: Final = (
    "id",
    "kind",
    "file_name",
    "status",
    "rows",
    "added",
    "customers_added",
    "unchanged",
    "refused",
    "created_at",
    "finished_at",
)


@blueprint.get("")
@staff("read_only")
def index() -> Response:
    """The imports that fit, newest first."""
    found = console_lists.cut(_listing(), queries.ROW)
    return console.show(
        "portal/console/imports/index.html",
        rows=[queries.view(row) for row in found.rows],
        cut=found,
        asked={name: console_lists.asked(name) or "" for name in ASKED},
        kinds=(*KINDS, "stripe"),
        states=STATES,
        csv=console_lists.address(f"{HOME}/list.csv"),
        zone=billing.settings(session()).zone,
    )


@blueprint.get("/list.csv")
@staff("read_only")
@in_steps
def table() -> Response:
    """The same imports for a spreadsheet, all of them."""
    batches = queries.batches(begin(), _listing())

    def rows() -> Iterator[list[Mapping[str, Any]]]:
        for batch in batches:
            yield [asdict(each) for each in batch]

    return attached(within_scope(spreadsheet.streamed(_COLUMNS, rows())), name="imports.csv", mimetype="text/csv")


@blueprint.get("/template/<kind>.csv")
@staff("read_only")
def template(kind: str) -> Response:
    """The columns of a kind of file, with an example row. Raises NotFound."""
    if kind not in tuple(Kind):
        raise NotFound
    columns, out = COLUMNS[Kind(kind)], io.StringIO()
    csv.writer(out).writerows([columns.all, columns.example])
    return attached(out.getvalue().encode(), name=f"{kind}.csv", mimetype="text/csv; charset=utf-8")


@blueprint.get("/new")
@staff("admin")
def ask() -> Response:
    """Which file, and what it holds."""
    return _form()


@blueprint.post("/new")
@staff("admin")
@takes_bodies(largest=import_checks.LARGEST)
def check() -> Response:
    """Look at the file: the page of the import says what it would do. Nothing goes in yet."""

    def do() -> Response:
        upload, kind = request.files.get("file"), request.form.get("kind", "")
        if upload is None or not upload.filename:
            raise Invalid(FieldError.of("file", "required"))
        if kind not in tuple(Kind):
            raise Invalid(FieldError.of("kind", "not_a_choice"))
        found = import_checks.check(
            session(),
            kind=Kind(kind),
            content=upload.stream.read(),
            file_name=upload.filename,
            all_or_nothing=request.form.get("all_or_nothing") == "yes",
            now=clock.now(),
        )
        return redirect_to(f"{HOME}/{found.id}")

    return console.answered(do, refused=lambda refusal: _form(refusal=refusal))


@blueprint.get("/<import_id>")
@staff("read_only")
def show(import_id: str) -> Response:
    """What a file would do, does or did, and which rows can't be used, why."""
    return _page(import_id)


@blueprint.post("/<import_id>/confirm")
@staff("admin")
def confirm(import_id: str) -> Response:
    """Bring it in, in the background."""

    def do() -> Response:
        import_checks.confirm(session(), import_id=import_id, now=clock.now())
        return redirect_to(f"{HOME}/{import_id}")

    return console.answered(do, refused=lambda refusal: _page(import_id, refusal=refusal))


@blueprint.post("/<import_id>/discard")
@staff("admin")
def discard(import_id: str) -> Response:
    """Drop the file."""

    def do() -> Response:
        import_checks.discard(session(), import_id=import_id, now=clock.now())
        return redirect_to(f"{HOME}/{import_id}")

    return console.answered(do, refused=lambda refusal: _page(import_id, refusal=refusal))


def _form(*, refusal: Refusal | None = None) -> Response:
    given = request.form if request.method == "POST" else request.args
    kind = given.get("kind", "")
    return console.show(
        "portal/console/imports/new.html",
        refusal=refusal,
        kinds={each: COLUMNS[each] for each in KINDS},
        kind=kind if kind in tuple(Kind) else Kind.CUSTOMERS.value,
        all_or_nothing=given.get("all_or_nothing") == "yes",
        largest=import_checks.LARGEST // 2**20,
    )


def _page(import_id: str, *, refusal: Refusal | None = None) -> Response:
    found = queries.record(session(), import_id=import_id)
    return console.show(
        "portal/console/imports/show.html",
        refusal=refusal,
        found=found,
        done=queries.progress(session(), import_id=import_id),
        problems=[
            (each, text(f"errors.field.{each.code}", language(), **each.params)) for each in found.errors[:SHOWN]
        ],
        untold=max(found.refused, len(found.errors)) - min(len(found.errors), SHOWN),
        zone=billing.settings(session()).zone,
    )


def _listing() -> Any:
    return queries.listing(
        kind=console_lists.asked("kind", among=(*Kind, "stripe")), status=console_lists.asked("status", among=STATES)
    )
