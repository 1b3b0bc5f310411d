"""What an archive is made of: documents, tables, a manifest, or all as one PDF; and the ZIP, while it is sent.

Never are all documents in memory, but for one merged PDF, which is bounded for that.
"""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from itertools import chain, count
from typing import Any, Final

from services.invoices.actions import documents, statements
from services.invoices.actions.manifest import AMOUNTS, Manifest
from services.invoices.adapters import merging, statement_sheet
from services.invoices.adapters.typst import Typesetter
from services.invoices.adapters.zipping import ZipStream
from services.invoices.queries import archives as queries
from services.invoices.queries import filed
from services.invoices.queries.archives import ArchiveView, Item
from services.invoices.queries.documents import DocumentView, Form, PaperKind
from services.invoices.queries.filed import Facts
from services.invoices.rules.e_invoice import BuyerDataIncomplete, CurrencyUnsupported, SellerDataIncomplete
from shared import clock, i18n, spreadsheet
from shared.database import Begin
from shared.errors import Conflict

AT_ONCE: Final = 20  # documents in memory
ROWS_AT_ONCE: Final = 500
TABLE: Final = ("kind", "number", "date", "order_number", "status", "description", *AMOUNTS)
_UNSAFE: Final = re.compile(r"[^A-Za-z0-9._-]+")


class ArchiveNotReady(Conflict):
    """It is still being made, or could not be."""

    code = "archive_not_ready"


class ArchiveGone(Conflict):
    """A day has passed. Another can be asked for."""

    code = "archive_gone"


def make(begin: Begin, item: Item, *, archive: ArchiveView, typesetter: Typesetter) -> None:
    """What the archive holds of one document, made if this is the first time. Raises CannotTypeset, DocumentDamaged.

    A ZIP has the e-invoice too, where there can be one: not where the seller never said what it needs.
    """
    _document(begin, item, Form.PDF, typesetter)
    if archive.format == "zip":
        with suppress(SellerDataIncomplete, BuyerDataIncomplete, CurrencyUnsupported):
            _document(begin, item, Form.XML, typesetter)


def _document(begin: Begin, item: Item, form: Form, typesetter: Typesetter) -> DocumentView:
    return documents.document(begin, paper=item, form=form, typesetter=typesetter, now=clock.now())


def content(begin: Begin, *, archive: ArchiveView, items: Sequence[Item], typesetter: Typesetter) -> bytes | None:
    """What is kept of it for a day; None for a ZIP, whose documents are kept anyway. Raises what making them raises."""
    if archive.kind == "statement":
        return _statement(begin, archive, items, typesetter)
    match archive.format:
        case "pdf":
            title = statement_sheet.period_title("archive", archive.days, language=archive.locale)
            return merging.merge(_named(begin, items, archive), title=title)
        case "csv":
            return spreadsheet.written(TABLE, (_cells(each) for each in _facts(begin, items)))
        case "json":
            rows = [_object(each) for each in _facts(begin, items)]
            return json.dumps({"data": rows}, ensure_ascii=False, indent=2).encode()
    return None


def table(begin: Begin, *, asked: Mapping[str, Any], kind: PaperKind = "invoice") -> Iterator[bytes]:
    """A table of the papers that the `listing` of their kind finds, a few hundred at a time, newest first."""
    return spreadsheet.streamed(TABLE, ([_cells(each) for each in batch] for batch in _batches(begin, asked, kind)))


def _batches(begin: Begin, asked: Mapping[str, Any], kind: PaperKind) -> Iterator[list[Facts]]:
    last: str | None = None
    while True:
        with begin() as session:
            items = filed.listed(session, kind=kind, asked=asked, after=last, limit=ROWS_AT_ONCE)
            batch = filed.facts(session, items)
        if not batch:
            return
        yield batch
        last = batch[-1].id


def fetch(begin: Begin, *, archive: ArchiveView) -> Iterator[bytes]:
    """Its bytes, a few at a time, each read in a transaction of its own. Raises ArchiveNotReady, ArchiveGone.

    What is refused is refused before the first byte.
    """
    if archive.status == "expired":
        raise ArchiveGone
    if archive.status != "ready":
        raise ArchiveNotReady
    with begin() as session:
        kept = queries.content(session, archive_id=archive.id)
        items = queries.documents(session, archive_id=archive.id)
    return _zipped(begin, items, archive) if kept is None else iter((kept,))


def file_name(archive: ArchiveView) -> str:
    """`invoices-2026-Q2.zip`."""
    name = i18n.text(f"invoices.{archive.kind}.file_name", archive.locale, period=archive.period)
    return f"{_safe(name, archive.kind)}.{archive.format}"


def _zipped(begin: Begin, items: Sequence[Item], archive: ArchiveView) -> Iterator[bytes]:
    zipped, listed, names = ZipStream(), Manifest(), set[str]()
    for start in range(0, len(items), AT_ONCE):
        for said, form, found, has_e_invoice in _loaded(begin, items[start : start + AT_ONCE]):
            name = _unique(f"{_document_name(said, archive.locale)}.{form}", names)
            known = {"sha256": found.sha256, "size": len(found.content), "e_invoice": has_e_invoice}
            listed.add({"file": name, **known, **_cells(said)})
            yield zipped.add(name, found.content, at=said.issued_at)
    at = archive.ready_at or archive.requested_at
    yield from zipped.add_pieces("manifest.csv", listed.as_csv(), at=at)
    yield from zipped.add_pieces("manifest.json", listed.as_json(), at=at)
    yield zipped.end()


def _loaded(begin: Begin, items: Sequence[Item]) -> Iterator[tuple[Facts, Form, DocumentView, bool]]:
    """Each document in each of its forms, as they were issued, and if an e-invoice is among them.

    Raises DocumentDamaged.
    """
    with begin() as session:
        facts = filed.facts(session, items)
        stored = filed.documents(session, items)
    for said, item in zip(facts, items, strict=True):
        for form in (Form.PDF, Form.XML):
            if (item, form) in stored:
                yield said, form, documents.intact(stored[item, form], paper=item), (item, Form.XML) in stored


def _named(begin: Begin, items: Sequence[Item], archive: ArchiveView) -> Iterator[tuple[str, bytes]]:
    for start in range(0, len(items), AT_ONCE):
        for said, form, found, _has_e_invoice in _loaded(begin, items[start : start + AT_ONCE]):
            if form == Form.PDF:
                yield i18n.text(f"invoices.archive.{said.kind}", archive.locale, number=said.number), found.content


def _facts(begin: Begin, items: Sequence[Item]) -> Iterator[Facts]:
    for start in range(0, len(items), ROWS_AT_ONCE):
        with begin() as session:
            found = filed.facts(session, items[start : start + ROWS_AT_ONCE])
        yield from found


def _statement(begin: Begin, archive: ArchiveView, items: Sequence[Item], typesetter: Typesetter) -> bytes:
    assert archive.customer is not None
    wanted = statements.Wanted(
        customer=archive.customer,
        days=archive.days,
        at=archive.requested_at,
        language=archive.locale,
        is_test=archive.mode == "test",
    )
    return statements.drawn(begin, wanted, items, typesetter=typesetter)


def _cells(said: Facts) -> dict[str, Any]:
    """A document as a line of a table. Amounts in whole units with a point: `28.01`."""
    return {
        "kind": said.kind,
        "number": said.number,
        "date": said.day.isoformat(),
        "order_number": said.order_number,
        "status": said.status,
        "description": said.description,
        "currency": said.total.currency,
        "net": said.net.decimal,
        "tax": said.tax.decimal,
        "total": said.total.decimal,
        "credits": said.about,
    }


def _object(said: Facts) -> dict[str, Any]:
    """The same for a program. Amounts in minor units, as everywhere in the API; with ids."""
    amounts = {"net": said.net.amount, "tax": said.tax.amount, "total": said.total.amount}
    ids = {"id": said.id, "customer": said.customer, "subscription": said.subscription}
    return {**ids, **_cells(said), **amounts}


def _document_name(said: Facts, language: str) -> str:
    key = "invoices.document.file_name" if said.kind == "invoice" else "invoices.document.credit.file_name"
    return _safe(i18n.text(key, language, number=said.number), said.kind)


def _safe(name: str, otherwise: str) -> str:
    return _UNSAFE.sub("-", name).strip("-.") or otherwise


def _unique(name: str, taken: set[str]) -> str:
    """The name, or another one where two numbers differ in nothing that a file name may hold."""
    stem, dot, ending = name.rpartition(".")
    found = next(each for each in chain([name], (f"{stem}-{n}{dot}{ending}" for n in count(2))) if each not in taken)
    taken.add(found)
    return found
