"""HOLDINGS: what the invoices service holds of customers, column by column. Read `shared/database/personal.py` first.

All of it stays: tax law asks for the books as they were issued. `retentions` says of each until when.
"""

from typing import Final

from sqlalchemy import ColumnElement, Table, select

from services.invoices.models.base import Base
from shared.database.personal import TAX_LAW, Holding, Holdings, Person, own

_SCOPE: Final = " vendor mode"
TABLES: Final[dict[str, Table]] = dict(Base.metadata.tables)


def _of_theirs(table: Table, person: Person) -> ColumnElement[bool]:
    """Rows that belong to an invoice of the customer."""
    invoices = TABLES["invoices"]
    return table.c.invoice.in_(select(invoices.c.id).where(own(invoices, person)))


def _of_their_credit_notes(table: Table, person: Person) -> ColumnElement[bool]:
    """Rows that belong to a credit note of the customer."""
    notes = TABLES["credit_notes"]
    return table.c.credit_note.in_(select(notes.c.id).where(own(notes, person)))


HOLDINGS: Final[Holdings] = {
    "invoices": Holding(
        whose=own,
        exported="id number order_number payment subscription status currency net tax total taxes tax_behavior"
        " description issued_at paid_at historical locale seller buyer method",
        internal="series sequence line_count customer" + _SCOPE,
        ground=TAX_LAW,
    ),
    "invoice_lines": Holding(
        whose=_of_theirs,
        exported="invoice position description quantity unit_amount amount tax_rate period_start period_end",
        internal=_SCOPE,
        ground=TAX_LAW,
    ),
    # The documents themselves are downloaded one by one; a ZIP of all of them would keep nobody waiting less.
    "documents": Holding(
        whose=_of_theirs,
        exported="id invoice kind sha256 size created_at",
        internal="template_version content" + _SCOPE,
        ground=TAX_LAW,
    ),
    "credit_notes": Holding(
        whose=own,
        exported="id number invoice refund currency net tax total taxes issued_at refunded_at locale",
        internal="series sequence customer" + _SCOPE,
        ground=TAX_LAW,
    ),
    "credit_note_documents": Holding(
        whose=_of_their_credit_notes,
        exported="id credit_note kind sha256 size created_at",
        internal="template_version content" + _SCOPE,
        ground=TAX_LAW,
    ),
    "due_documents": Holding(whose=_of_theirs, internal="invoice attempts due_at" + _SCOPE, ground=TAX_LAW),
    "retentions": Holding(
        whose=own, exported="invoice ground delete_after noted_at", internal="customer" + _SCOPE, ground=TAX_LAW
    ),
    # What is in one is exported above; an erase deletes it, since it is a copy.
    "archives": Holding(
        whose=own,
        exported="id kind format period subscription status requested_at ready_at expires_at",
        internal="customer first_day last_day is_chosen locale documents total done attempts size content due_at"
        + _SCOPE,
        is_deleted=True,
    ),
    "sellers": Holding(internal="vendor slug display_name profile default_locale revision"),
    "logos": Holding(internal="vendor sha256 png attempts due_at"),
    "series": Holding(internal="id name prefix next_sequence last_issued_at" + _SCOPE),
}
