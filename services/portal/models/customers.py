"""Who bought."""

from datetime import datetime
from typing import Any, Final

from sqlalchemy import JSON, CheckConstraint, Index, Integer, LargeBinary, String, UniqueConstraint, func, text
from sqlalchemy.orm import Mapped, mapped_column, synonym

from services.portal.models.base import Base, FromSource, Id, from_source, owned, refers
from shared.database import CustomerScoped, UtcDateTime

_DUE = text("due_at IS NOT NULL")
_TO_CHECK = text("tax_id_check_at IS NOT NULL")
WORDS: Final = (
    "to_tsvector('simple'::regconfig, (coalesce(customers.display_name, ''::character varying)::text || ' '::text)"
    " || coalesce(customers.company, ''::character varying)::text)"
)
"""Each word of a name and a company, as PostgreSQL finds them: a query says it in the very words of the index.

SQLite has no such index, and reads the names.
"""


class Customer(CustomerScoped, FromSource, Base):
    """A customer. `email` as it was given, `email_key` as it is found; `reference` is the vendor's own id.

    `address` are the lines as printed, `postal_address` the fields they are made of, where those are known.
    One with `erased_at` has no address and no name any more; the row is kept for what payments and invoices refer to.
    """

    __tablename__ = "customers"
    __table_args__ = (
        owned(),
        UniqueConstraint("vendor", "mode", "reference"),
        from_source("customers"),
        Index("ix_customers_vendor_mode_email_key", "vendor", "mode", "email_key"),
        Index("ix_customers_tax_id_check_at", "tax_id_check_at", postgresql_where=_TO_CHECK, sqlite_where=_TO_CHECK),
        Index("ix_customers_words", text(WORDS), postgresql_using="gin").ddl_if(dialect="postgresql"),
    )

    id: Mapped[str] = mapped_column(Id, primary_key=True)
    customer = synonym("id")
    email: Mapped[str] = mapped_column(String(320))
    email_key: Mapped[str] = mapped_column(String(320))
    display_name: Mapped[str | None] = mapped_column(String(200))
    company: Mapped[str | None] = mapped_column(String(200))
    reference: Mapped[str | None] = mapped_column(String(200))
    address: Mapped[list[Any]] = mapped_column(JSON)
    postal_address: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))
    country: Mapped[str | None] = mapped_column(String(2))
    tax_id: Mapped[str | None] = mapped_column(String(80))
    tax_id_standing: Mapped[str | None] = mapped_column(String(10))  # unverified or verified
    tax_id_verified_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    tax_id_check_at: Mapped[datetime | None] = mapped_column(UtcDateTime)  # when the register is to be asked
    po_number: Mapped[str | None] = mapped_column(String(100))
    next_po_number: Mapped[str | None] = mapped_column(String(100))  # for the next invoice alone
    phone: Mapped[str | None] = mapped_column(String(80))
    shipping: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))
    locale: Mapped[str | None] = mapped_column(String(80))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    erased_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    revision: Mapped[int] = mapped_column(Integer)


_OWN: Final = (Customer.vendor, Customer.mode)
_BEGINS: Final = {"begins": "text_pattern_ops", "email_key": "text_pattern_ops"}
"""PostgreSQL finds what begins with a word by an index of this kind alone."""

Index("ix_customers_email_begins", *_OWN, Customer.email_key, postgresql_ops=_BEGINS)
Index("ix_customers_name_begins", *_OWN, func.lower(Customer.display_name).label("begins"), postgresql_ops=_BEGINS)
Index("ix_customers_company_begins", *_OWN, func.lower(Customer.company).label("begins"), postgresql_ops=_BEGINS)
Index("ix_customers_reference_begins", *_OWN, func.lower(Customer.reference).label("begins"), postgresql_ops=_BEGINS)


class Erasure(CustomerScoped, Base):
    """The receipt of an erase: what was cleared, by name; what is kept, as `{"what", "ground", "until"}`."""

    __tablename__ = "erasures"
    __table_args__ = (owned(), refers("customer", "customers"), UniqueConstraint("customer"))

    id: Mapped[str] = mapped_column(Id, primary_key=True)
    cleared: Mapped[list[Any]] = mapped_column(JSON)
    kept: Mapped[list[Any]] = mapped_column(JSON)
    erased_by: Mapped[str] = mapped_column(String(10))  # the kind of who did it
    erased_at: Mapped[datetime] = mapped_column(UtcDateTime)


class Export(CustomerScoped, Base):
    """Everything held of a customer, as a ZIP, made in the background. `content` goes once it was fetched or expired.

    `status`: `pending`, `ready`, `fetched`, `expired`, or `failed` when a part could not be had.
    """

    __tablename__ = "exports"
    __table_args__ = (
        owned(),
        refers("customer", "customers"),
        CheckConstraint("status IN ('pending', 'ready', 'fetched', 'expired', 'failed')", name="status"),
        Index("ix_exports_vendor_mode_customer", "vendor", "mode", "customer"),
        Index("ix_exports_due_at", "due_at", postgresql_where=_DUE, sqlite_where=_DUE),
    )

    id: Mapped[str] = mapped_column(Id, primary_key=True)
    status: Mapped[str] = mapped_column(String(10))
    requested_by: Mapped[str] = mapped_column(String(80))
    requested_at: Mapped[datetime] = mapped_column(UtcDateTime)
    ready_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    expires_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    fetched_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    due_at: Mapped[datetime | None] = mapped_column(UtcDateTime)  # when the clock has to give up on it, or drop it
    attempts: Mapped[int] = mapped_column(Integer)
    size: Mapped[int | None] = mapped_column(Integer)  # bytes
    content: Mapped[bytes | None] = mapped_column(LargeBinary, deferred=True)
