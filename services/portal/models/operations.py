"""What was done, by whom; what was brought in from files."""

from datetime import datetime
from typing import Any

from sqlalchemy import (
    JSON,
    BigInteger,
    CheckConstraint,
    Index,
    Integer,
    LargeBinary,
    PrimaryKeyConstraint,
    String,
    UniqueConstraint,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column

from services.portal.models.base import Base, Id, owned, refers
from shared.database import UtcDateTime, VendorScoped

_UNSEALED = text("hash IS NULL")
_DUE = text("due_at IS NOT NULL")


class Entry(VendorScoped, Base):
    """One line of the action log. The database refuses to change or delete it, but for sealing it once.

    `rule` is the level of the policy that decided. `sequence`, `previous_hash` and `hash` chain a vendor's lines of a
    mode (`actions.operations.sealing`); they are null until the line is sealed, a moment after it was written, so
    that writers need not wait for one another.
    """

    __tablename__ = "action_log"
    __table_args__ = (
        owned(),
        UniqueConstraint("vendor", "mode", "sequence"),
        Index("ix_action_log_vendor_mode_object", "vendor", "mode", "object"),
        Index("ix_action_log_vendor_mode_customer", "vendor", "mode", "customer"),
        Index("ix_action_log_vendor_mode_action", "vendor", "mode", "action", "id"),
        Index("ix_action_log_vendor_mode_actor", "vendor", "mode", "actor_id", "id"),
        Index("ix_action_log_unsealed", "id", postgresql_where=_UNSEALED, sqlite_where=_UNSEALED),
    )

    id: Mapped[str] = mapped_column(Id, primary_key=True)
    actor_kind: Mapped[str] = mapped_column(String(10))
    actor_id: Mapped[str] = mapped_column(String(80))
    action: Mapped[str] = mapped_column(String(80))
    object: Mapped[str] = mapped_column(Id)
    customer: Mapped[str | None] = mapped_column(Id)
    rule: Mapped[str | None] = mapped_column(String(40))
    before: Mapped[dict[str, Any] | None] = mapped_column(JSON)
    after: Mapped[dict[str, Any] | None] = mapped_column(JSON)
    request_id: Mapped[str] = mapped_column(String(80))
    client_address: Mapped[str | None] = mapped_column(String(45))
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    sequence: Mapped[int | None] = mapped_column(BigInteger)
    previous_hash: Mapped[str | None] = mapped_column(String(64))
    hash: Mapped[str | None] = mapped_column(String(64))


class LogHead(VendorScoped, Base):
    """The last sealed line of a vendor's action log in one mode: whoever seals locks it, and it tells when the newest
    lines are gone, which the chain alone could not."""

    __tablename__ = "action_log_heads"
    __table_args__ = (PrimaryKeyConstraint("vendor", "mode"),)

    sequence: Mapped[int] = mapped_column(BigInteger)
    hash: Mapped[str] = mapped_column(String(64))


class TestClock(VendorScoped, Base):
    """A test-mode vendor's own time: so many seconds ahead of the system's, and what it is being advanced to."""

    __tablename__ = "test_clocks"
    __table_args__ = (UniqueConstraint("vendor", "mode"), CheckConstraint("mode = 'test'", name="test_only"))
    __test__ = False  # not a test, whatever its name says to pytest

    id: Mapped[str] = mapped_column(Id, primary_key=True)
    offset_seconds: Mapped[int] = mapped_column(BigInteger)
    advancing_to: Mapped[datetime | None] = mapped_column(UtcDateTime)
    changed_at: Mapped[datetime] = mapped_column(UtcDateTime)
    revision: Mapped[int] = mapped_column(Integer)


class BillingSettings(VendorScoped, Base):
    """How a vendor bills in one mode; a vendor without a row has the defaults of `rules.operations.billing`.

    `settings`: time_zone, retry_days, after_last_retry, trial_notice_days, card_notice_days, resume_notice_days.
    """

    __tablename__ = "billing_settings"
    __table_args__ = (UniqueConstraint("vendor", "mode"),)

    id: Mapped[str] = mapped_column(Id, primary_key=True)
    settings: Mapped[dict[str, Any]] = mapped_column(JSON)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    revision: Mapped[int] = mapped_column(Integer)


class Import(VendorScoped, Base):
    """One file that was brought in, or all of a billing source: what it held, what became of it.

    Of a source, `cursor` is how far it is; `due_at` when somebody else takes over, null once it is done.
    """

    __tablename__ = "imports"
    __table_args__ = (owned(), Index("ix_imports_due_at", "due_at", postgresql_where=_DUE, sqlite_where=_DUE))

    id: Mapped[str] = mapped_column(Id, primary_key=True)
    kind: Mapped[str] = mapped_column(String(20))
    file_name: Mapped[str] = mapped_column(String(200))
    all_or_nothing: Mapped[bool]
    status: Mapped[str] = mapped_column(String(30))
    rows: Mapped[int] = mapped_column(Integer)
    added: Mapped[int] = mapped_column(Integer)
    customers_added: Mapped[int] = mapped_column(Integer)
    unchanged: Mapped[int] = mapped_column(Integer)
    refused: Mapped[int] = mapped_column(Integer)
    errors: Mapped[list[Any]] = mapped_column(JSON)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    finished_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    cursor: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))
    due_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class ImportFile(VendorScoped, Base):
    """A file that was checked and waits for whoever asked to say yes, or for a worker to bring it in; then it goes.

    `due_at`: when a worker may take it, or take it over; of one that nobody confirmed, when it is dropped. `done` of
    `size` bytes are in. The rest is who confirmed it, as the action log names them.
    """

    __tablename__ = "import_files"
    __table_args__ = (refers("id", "imports"), Index("ix_import_files_due_at", "due_at"))

    id: Mapped[str] = mapped_column(Id, primary_key=True)  # the import's
    content: Mapped[bytes] = mapped_column(LargeBinary, deferred=True)
    size: Mapped[int] = mapped_column(Integer)
    done: Mapped[int] = mapped_column(Integer)
    attempts: Mapped[int] = mapped_column(Integer)
    due_at: Mapped[datetime] = mapped_column(UtcDateTime)
    confirmed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    actor_kind: Mapped[str] = mapped_column(String(10))
    actor_id: Mapped[str] = mapped_column(String(80))
    request_id: Mapped[str] = mapped_column(String(80))
