"""Invoices and credit notes in the console: found, looked at, downloaded. What was issued is changed by nobody."""

from typing import Any, Final

from flask import Blueprint, Response, request

from services.invoices.actions import archive_files, downloads
from services.invoices.actions import archives as asking
from services.invoices.adapters import Adapters
from services.invoices.pages.console.ledger import ARCHIVES, DOWNLOAD
from services.invoices.queries import archives, credit_notes, invoices, ledger
from services.invoices.queries.documents import Form, Paper, PaperKind
from services.invoices.rules.period import LONGEST, NoSuchPeriod
from shared import clock
from shared.errors import NotFound, Refusal
from shared.i18n import base
from shared.web import adapters, begin, chosen, console, console_lists, in_steps, redirect_to, session, staff
from shared.web.downloads import attached, issued, within_scope

blueprint: Final = Blueprint("console_invoices", __name__, url_prefix="/console/invoices")

HOME: Final = "/console/invoices"
KINDS: Final[tuple[PaperKind, ...]] = ("invoice", "credit_note")
_FORMS: Final = "any(pdf, xml, ubl, facturx):form"


@blueprint.get("")
@staff("read_only")
def index() -> Response:
    """The documents that fit, newest first."""
    return _list(None)


@blueprint.post("")
@staff("support")
def archive_chosen() -> Response:
    """Have the documents that were ticked put into one ZIP. Raises NotFound for one that is not the vendor's."""
    kind, ids = _kind(), chosen.ticked()
    if request.form.get("do") != DOWNLOAD:
        raise NotFound
    if not ids:
        return chosen.nothing(HOME)
    found = console_lists.picked(ledger.listing(kind), ledger.ROWS[kind], ids)
    if found.keys() != set(ids):
        raise NotFound
    rows = sorted(found.values(), key=lambda each: (each.series, each.sequence))

    def do() -> Response:
        papers = [Paper(kind, each.id) for each in rows]
        asking.request_chosen(session(), papers, locale=base(console.standing().locale), now=clock.now())
        return redirect_to(f"{ARCHIVES}?done={DOWNLOAD}&count={len(papers)}")

    return console.answered(do, refused=_list)


def _list(refusal: Refusal | None) -> Response:
    kind, asked = _kind(), _asked()
    try:
        asked["period"] = archives.days_of(session(), console_lists.asked("period"))
    except NoSuchPeriod as refused:
        refusal = refused
    found = console_lists.cut(ledger.listing(kind, **asked), ledger.ROWS[kind])
    return console.show(
        "invoices/console/documents.html",
        refusal=refusal,
        lines=ledger.lines(session(), kind, found.rows),
        cut=found,
        kind=kind,
        kinds=KINDS,
        statuses=ledger.STATUSES,
        asked={name: console_lists.asked(name) or "" for name in ("q", "status", "period")},
        longest_period=LONGEST,
        csv=console_lists.address(f"{HOME}/csv"),
        offer=chosen.offer(HOME, kind="documents", role="support", doings=[DOWNLOAD]),
    )


@blueprint.get("/csv")
@staff("read_only")
@in_steps
def table() -> Response:
    """The same documents for a spreadsheet, all of them. Raises NoSuchPeriod."""
    kind, asked = _kind(), _asked()
    asked["period"] = archives.days_of(session(), console_lists.asked("period"))
    if kind == "credit_note":
        asked.pop("status")
    lines = archive_files.table(begin(), asked=asked, kind=kind)
    name = "invoices.csv" if kind == "invoice" else "credit-notes.csv"
    return attached(within_scope(lines), name=name, mimetype="text/csv")


@blueprint.get("/<invoice_id>")
@staff("read_only")
def show(invoice_id: str) -> Response:
    """One invoice, and what was credited of it."""
    view = invoices.invoice(session(), invoice_id=invoice_id)
    return console.show(
        "invoices/console/invoice.html",
        invoice=view,
        final=view.final,
        credited=credit_notes.of_invoice(session(), invoice_id=invoice_id),
    )


@blueprint.get(f"/<invoice_id>/<{_FORMS}>")
@staff("read_only")
@in_steps
def download(invoice_id: str, form: str) -> Response:
    """Its document, made if this is the first time."""
    return _download(Paper("invoice", invoice_id), form)


@blueprint.get("/credit-notes/<credit_note_id>")
@staff("read_only")
def show_credit_note(credit_note_id: str) -> Response:
    """One credit note."""
    note = credit_notes.credit_note(session(), credit_note_id=credit_note_id)
    return console.show("invoices/console/credit_note.html", note=note)


@blueprint.get(f"/credit-notes/<credit_note_id>/<{_FORMS}>")
@staff("read_only")
@in_steps
def download_credit_note(credit_note_id: str, form: str) -> Response:
    """Its document, made if this is the first time."""
    return _download(Paper("credit_note", credit_note_id), form)


def _download(paper: Paper, form: str) -> Response:
    found = downloads.document(begin(), paper, Form(form), typesetter=adapters(Adapters).typesetter)
    return issued(found.content, name=found.name, mimetype=found.mimetype, sha256=found.sha256)


def _kind() -> PaperKind:
    return "credit_note" if console_lists.asked("kind") == "credit_note" else "invoice"


def _asked() -> dict[str, Any]:
    """What the search box means: a customer's id, an e-mail address, else a number; and the status, of invoices."""
    wanted = console_lists.asked("q")
    name = "number"
    if wanted is not None and "@" in wanted:
        name = "email"
    elif wanted is not None and wanted.startswith("cus_"):
        name = "customer"
    return {name: wanted, "status": console_lists.asked("status", among=ledger.STATUSES)}
