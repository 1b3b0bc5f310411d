"""The tables that every service has: what it says, what it heard, what it does by the clock, what it answered.

Plain tables with metadata of their own, so that `shared` owns no model of any service; each
service's first migration makes them beside its own.
"""

from typing import Final

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    Column,
    Index,
    Integer,
    LargeBinary,
    String,
    Table,
    Text,
    UniqueConstraint,
    and_,
    text,
)

from shared.database.base import ID_LENGTH, UtcDateTime, new_metadata

metadata: Final = new_metadata()

outbox: Final = Table(
    "outbox",
    metadata,
    Column("id", String(ID_LENGTH), primary_key=True),  # the event's id, for ever
    Column("key", String(80), nullable=False),
    Column("body", Text, nullable=False),  # the CloudEvent as it travels: JSON, ASCII
    Column("recorded_at", UtcDateTime, nullable=False),
    Column("published_at", UtcDateTime),  # set after the bus confirmed it
    Column("parked_at", UtcDateTime),  # set while no queue is bound to its key
)
"""Events recorded with the change they tell of. Pending: neither published nor parked."""

is_pending: Final = and_(outbox.c.published_at.is_(None), outbox.c.parked_at.is_(None))
is_parked: Final = and_(outbox.c.published_at.is_(None), outbox.c.parked_at.is_not(None))

Index("ix_outbox_pending", outbox.c.id, postgresql_where=is_pending, sqlite_where=is_pending)
Index("ix_outbox_parked", outbox.c.key, outbox.c.id, postgresql_where=is_parked, sqlite_where=is_parked)
Index("ix_outbox_published_at", outbox.c.published_at)

inbox: Final = Table(
    "inbox",
    metadata,
    Column("event_id", String(ID_LENGTH), primary_key=True),
    Column("handled_at", UtcDateTime, nullable=False),
    Index("ix_inbox_handled_at", "handled_at"),
)
"""Events whose effects are stored. Written in the same transaction as the effects."""

jobs: Final = Table(
    "jobs",
    metadata,
    Column("name", String(80), primary_key=True),
    Column("due_at", UtcDateTime, nullable=False),
    Column("lease_until", UtcDateTime),
    Column("token", BigInteger, nullable=False, server_default=text("0")),  # grows with each lease: the fence
)
"""Work of the clock that one replica at a time may do."""

idempotency_keys: Final = Table(
    "idempotency_keys",
    metadata,
    Column("id", BigInteger().with_variant(Integer, "sqlite"), primary_key=True, autoincrement=True),
    Column("vendor", String(ID_LENGTH), nullable=False),
    Column("mode", String(4), nullable=False),
    Column("actor", String(ID_LENGTH), nullable=False),
    Column("method", String(8), nullable=False),
    Column("path", String(500), nullable=False),
    Column("key", String(255), nullable=False),
    Column("fingerprint", String(64), nullable=False),  # SHA-256 of what was asked, hex
    Column("status", Integer),  # null while the first request is still at it
    Column("headers", JSON),
    Column("body", LargeBinary),
    Column("created_at", UtcDateTime, nullable=False),
    UniqueConstraint("vendor", "mode", "actor", "method", "path", "key", name="uq_idempotency_keys_request"),
    Index("ix_idempotency_keys_created_at", "created_at"),
)
"""What was answered to a POST with an `Idempotency-Key`, for 24 hours. `shared.web.idempotency` writes it."""

api_requests: Final = Table(
    "api_requests",
    metadata,
    Column("id", String(ID_LENGTH), primary_key=True),  # in the order of time, across services
    Column("vendor", String(ID_LENGTH), nullable=False),
    Column("mode", String(4), nullable=False),
    Column("key", String(ID_LENGTH), nullable=False),
    Column("request_id", String(64), nullable=False),
    Column("method", String(8), nullable=False),
    Column("route", String(200), nullable=False),
    Column("ids", JSON, nullable=False),  # what stood in the places of the route, where that can be an id of ours
    Column("status", Integer, nullable=False),
    Column("code", String(80)),  # of the problem document, if that was the answer
    Column("fields", JSON, nullable=False),  # the names of those that were refused
    Column("idempotency_key", String(64)),
    Column("is_replayed", Boolean, nullable=False),
    Column("milliseconds", Integer, nullable=False),
    Column("created_at", UtcDateTime, nullable=False),
    Index("ix_api_requests_list", "vendor", "mode", "id"),
    Index("ix_api_requests_created_at", "created_at"),
)
"""What keys asked of `/v1` that wrote, or was refused, for 30 days. `shared.web.request_log` writes it."""

erased_customers: Final = Table(
    "erased_customers",
    metadata,
    Column("customer", String(ID_LENGTH), primary_key=True),
    Column("vendor", String(ID_LENGTH), nullable=False),
    Column("mode", String(4), nullable=False),
    Column("erased_at", UtcDateTime, nullable=False),
    Column("masked_at", UtcDateTime),  # set once nothing that was published names them any more
    Index("ix_erased_customers_masked_at", "masked_at"),
)
"""Who is gone for good: wins over whatever arrives later. `shared.erasing` writes it."""
