"""Making a document once, and handing out the same bytes ever after.

What it says was frozen when the invoice was issued, so it may be made at the first request. It is made outside
of any transaction: nothing is locked while the typesetter works. When two make it at once, one is kept.
"""

import hashlib
from datetime import datetime, timedelta
from typing import Final, cast

from sqlalchemy import delete, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from services.invoices.actions import drawing
from services.invoices.adapters import typst
from services.invoices.adapters.typst import Typesetter
from services.invoices.models import CreditNoteDocument, Document, DueDocument
from services.invoices.queries import documents as queries
from services.invoices.queries.documents import DocumentView, Due, Form, Paper
from shared import ids
from shared.database import Begin, scope
from shared.errors import Unavailable
from shared.events import Mode
from shared.jobs import LeaseLost
from shared.logs import log

_LONGEST_REST: Final = timedelta(hours=1)  # between two attempts at a document that cannot be made


class DocumentDamaged(Unavailable):
    """A stored document is no longer what was issued: an alarm, and no download."""

    code = "document_damaged"


def pdf(begin: Begin, *, invoice_id: str, typesetter: Typesetter, now: datetime) -> DocumentView:
    """The invoice's PDF; made and stored if this is the first time. Raises as `document`."""
    return document(begin, paper=Paper("invoice", invoice_id), form=Form.PDF, typesetter=typesetter, now=now)


def document(begin: Begin, *, paper: Paper, form: Form, typesetter: Typesetter, now: datetime) -> DocumentView:
    """The paper in this form; made and stored if this is the first time.

    Raises NotFound, CannotTypeset, DocumentDamaged when the stored bytes are not those that were issued, and for
    an e-invoice SellerDataIncomplete, BuyerDataIncomplete and CurrencyUnsupported.
    """
    with begin() as session:
        stored = queries.stored(session, paper=paper, form=form)
        said = None if stored else queries.content(session, paper=paper)
    if said is not None:
        content = drawing.drawn(said, form=form, typesetter=typesetter)
        with begin() as session:
            _keep(session, paper=paper, form=form, content=content, now=now)
            stored = queries.stored(session, paper=paper, form=form)
    assert stored is not None
    return intact(stored, paper=paper)


def intact(stored: DocumentView, *, paper: Paper) -> DocumentView:
    """The document, unless it was damaged since it was issued. Raises DocumentDamaged."""
    if not stored.is_intact:
        log.error("document.damaged", paper=paper.id, issued_as=stored.sha256)
        raise DocumentDamaged
    return stored


def make_due(begin: Begin, *, due: Due, typesetter: Typesetter, now: datetime) -> bool:
    """Make a document that is due, in its vendor's scope; False when it could not be made and waits for another try.

    Whatever is wrong with one document, the others behind it are made.
    """
    with scope.system(vendor=due.vendor, mode=cast("Mode", due.mode), job="render_documents"):
        try:
            pdf(begin, invoice_id=due.invoice, typesetter=typesetter, now=now)
        except DocumentDamaged:
            pass  # it was made, and the alarm is raised
        except (SQLAlchemyError, LeaseLost):
            raise
        except Exception:  # noqa: BLE001 - a document that cannot be made is logged, and tried again later
            log.exception("document.not_made", invoice=due.invoice, attempts=due.attempts + 1)
            _postpone(begin, due=due, now=now)
            return False
        with begin() as session:
            session.execute(delete(DueDocument).where(DueDocument.invoice == due.invoice))
        return True


def _keep(session: Session, *, paper: Paper, form: Form, content: bytes, now: datetime) -> None:
    """Store it, unless somebody was faster."""
    if queries.stored(session, paper=paper, form=form) is not None:
        return
    dialect = sqlite if session.get_bind().dialect.name == "sqlite" else postgresql
    row = {
        "id": ids.new("doc"),
        **scope.values(),
        paper.kind: paper.id,
        "kind": form,
        "template_version": typst.template_version(),
        "sha256": hashlib.sha256(content).hexdigest(),
        "size": len(content),
        "content": content,
        "created_at": now,
    }
    table = Document if paper.kind == "invoice" else CreditNoteDocument
    session.connection().execute(dialect.insert(table).values(row).on_conflict_do_nothing())


def _postpone(begin: Begin, *, due: Due, now: datetime) -> None:
    rest = min(timedelta(seconds=2**due.attempts), _LONGEST_REST)
    with begin() as session:
        session.execute(
            update(DueDocument)
            .where(DueDocument.invoice == due.invoice)
            .values(attempts=due.attempts + 1, due_at=now + rest)
        )
