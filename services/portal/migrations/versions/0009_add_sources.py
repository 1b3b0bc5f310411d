"""Add billing sources, plans' features and extra recipients of documents."""

import sqlalchemy as sa
from alembic import op

from shared.database import UtcDateTime

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

_PRESENT = sa.text("status <> 'removed'")


def upgrade() -> None:
    _add_sources()
    _add_drafts()
    _add_recipients()
    op.add_column("customers", sa.Column("next_po_number", sa.String(100), nullable=True))
    op.add_column("subscriptions", sa.Column("po_number", sa.String(100), nullable=True))
    _add_credit_notes()
    op.add_column("products", sa.Column("unit_label_plural", sa.String(80), nullable=True))
    op.add_column("plans", sa.Column("features", sa.JSON(), server_default="[]", nullable=False))


def downgrade() -> None:
    op.drop_column("subscriptions", "po_number")
    op.drop_column("customers", "next_po_number")
    op.drop_column("plans", "features")
    op.drop_column("products", "unit_label_plural")
    _drop_sources()
    op.drop_table("portal_sightings")
    op.drop_table("portal_versions")
    op.drop_table("portal_drafts")
    op.drop_table("credit_notes")
    op.drop_table("document_recipients")


def _add_recipients() -> None:
    op.create_table(
        "document_recipients",
        sa.Column("id", sa.String(40), nullable=False),
        sa.Column("vendor", sa.String(40), nullable=False),
        sa.Column("mode", sa.String(4), nullable=False),
        sa.Column("customer", sa.String(40), nullable=False),
        sa.Column("email", sa.String(320), nullable=False),
        sa.Column("email_key", sa.String(320), nullable=False),
        sa.Column("documents", sa.JSON(), nullable=False),
        sa.Column("status", sa.String(12), nullable=False),
        sa.Column("asked", sa.JSON(), nullable=False),
        sa.Column("said_no_at", UtcDateTime(), nullable=True),
        sa.Column("confirmed_at", UtcDateTime(), nullable=True),
        sa.Column("ended_at", UtcDateTime(), nullable=True),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["vendor", "mode", "customer"],
            ["customers.vendor", "customers.mode", "customers.id"],
            name=op.f("fk_document_recipients_vendor_mode_customer"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_document_recipients")),
        sa.UniqueConstraint("vendor", "mode", "id", name=op.f("uq_document_recipients_vendor_mode_id")),
    )
    op.create_index(
        "ix_document_recipients_present",
        "document_recipients",
        ["vendor", "mode", "customer", "email_key"],
        unique=True,
        postgresql_where=_PRESENT,
        sqlite_where=_PRESENT,
    )
    op.create_index("ix_document_recipients_ended_at", "document_recipients", ["ended_at"])


def _add_drafts() -> None:
    op.create_table(
        "portal_drafts",
        sa.Column("configuration", sa.String(40), nullable=False),
        sa.Column("wanted", sa.JSON(), nullable=False),
        sa.Column("changed_at", UtcDateTime(), nullable=False),
        sa.Column("changed_by", sa.String(80), nullable=False),
        sa.Column("vendor", sa.String(40), nullable=False),
        sa.Column("mode", sa.String(4), nullable=False),
        sa.ForeignKeyConstraint(
            ["vendor", "mode", "configuration"],
            ["portal_configurations.vendor", "portal_configurations.mode", "portal_configurations.id"],
            name=op.f("fk_portal_drafts_vendor_mode_configuration"),
        ),
        sa.PrimaryKeyConstraint("configuration", name=op.f("pk_portal_drafts")),
    )
    op.create_table(
        "portal_sightings",
        sa.Column("configuration", sa.String(40), nullable=False),
        sa.Column("origin", sa.String(300), nullable=False),
        sa.Column("seen_at", UtcDateTime(), nullable=False),
        sa.Column("vendor", sa.String(40), nullable=False),
        sa.Column("mode", sa.String(4), nullable=False),
        sa.ForeignKeyConstraint(
            ["vendor", "mode", "configuration"],
            ["portal_configurations.vendor", "portal_configurations.mode", "portal_configurations.id"],
            name=op.f("fk_portal_sightings_vendor_mode_configuration"),
        ),
        sa.PrimaryKeyConstraint("configuration", "origin", name=op.f("pk_portal_sightings")),
    )
    op.create_table(
        "portal_versions",
        sa.Column("id", sa.String(40), nullable=False),
        sa.Column("configuration", sa.String(40), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("document", sa.JSON(), nullable=False),
        sa.Column("published_at", UtcDateTime(), nullable=False),
        sa.Column("published_by", sa.String(80), nullable=False),
        sa.Column("vendor", sa.String(40), nullable=False),
        sa.Column("mode", sa.String(4), nullable=False),
        sa.ForeignKeyConstraint(
            ["vendor", "mode", "configuration"],
            ["portal_configurations.vendor", "portal_configurations.mode", "portal_configurations.id"],
            name=op.f("fk_portal_versions_vendor_mode_configuration"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_portal_versions")),
        sa.UniqueConstraint("configuration", "number", name=op.f("uq_portal_versions_configuration_number")),
        sa.UniqueConstraint("vendor", "mode", "id", name=op.f("uq_portal_versions_vendor_mode_id")),
    )


_OF_SOURCE = ("customers", "products", "plans", "coupons", "subscriptions", "payments")
_DUE = sa.text("due_at IS NOT NULL")
_UNSETTLED = sa.text("settle_at IS NOT NULL")


def _add_sources() -> None:
    for table in _OF_SOURCE:
        op.add_column(table, sa.Column("source_id", sa.String(255), nullable=True))
        if table != "payments":
            op.add_column(table, sa.Column("source_read", sa.BigInteger(), nullable=True))
        op.create_index(f"ix_{table}_vendor_mode_source_id", table, ["vendor", "mode", "source_id"], unique=True)
    op.add_column("subscriptions", sa.Column("source", sa.String(10), server_default="native", nullable=False))
    op.add_column("subscriptions", sa.Column("source_state", sa.JSON(none_as_null=True), nullable=True))
    op.add_column("imports", sa.Column("cursor", sa.JSON(none_as_null=True), nullable=True))
    op.add_column("imports", sa.Column("due_at", UtcDateTime(), nullable=True))
    op.create_index("ix_imports_due_at", "imports", ["due_at"], postgresql_where=_DUE, sqlite_where=_DUE)
    _create_source_connections()
    _create_source_calls()
    _create_source_events()


def _create_source_connections() -> None:
    op.create_table(
        "source_connections",
        sa.Column("id", sa.String(40), nullable=False),
        sa.Column("vendor", sa.String(40), nullable=False),
        sa.Column("mode", sa.String(4), nullable=False),
        sa.Column("source", sa.String(10), nullable=False),
        sa.Column("is_active", sa.Boolean(), nullable=False),
        sa.Column("sealed", sa.Text(), nullable=False),
        sa.Column("reads", sa.BigInteger(), nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_source_connections")),
        sa.UniqueConstraint("vendor", "mode", name=op.f("uq_source_connections_vendor_mode")),
    )


def _create_source_calls() -> None:
    op.create_table(
        "source_calls",
        sa.Column("id", sa.String(40), nullable=False),
        sa.Column("vendor", sa.String(40), nullable=False),
        sa.Column("mode", sa.String(4), nullable=False),
        sa.Column("customer", sa.String(40), nullable=False),
        sa.Column("subscription", sa.String(40), nullable=False),
        sa.Column("action", sa.String(20), nullable=False),
        sa.Column("params", sa.JSON(), nullable=False),
        sa.Column("key", sa.String(80), nullable=False),
        sa.Column("status", sa.String(10), nullable=False),
        sa.Column("code", sa.String(40), nullable=True),
        sa.Column("actor_kind", sa.String(10), nullable=False),
        sa.Column("actor_id", sa.String(80), nullable=False),
        sa.Column("request_id", sa.String(80), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("settle_at", UtcDateTime(), nullable=True),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("settled_at", UtcDateTime(), nullable=True),
        sa.CheckConstraint(
            "status IN ('pending', 'succeeded', 'refused', 'unknown')", name=op.f("ck_source_calls_status")
        ),
        sa.ForeignKeyConstraint(
            ["vendor", "mode", "customer"],
            ["customers.vendor", "customers.mode", "customers.id"],
            name=op.f("fk_source_calls_vendor_mode_customer"),
        ),
        sa.ForeignKeyConstraint(
            ["vendor", "mode", "subscription"],
            ["subscriptions.vendor", "subscriptions.mode", "subscriptions.id"],
            name=op.f("fk_source_calls_vendor_mode_subscription"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_source_calls")),
        sa.UniqueConstraint("key", name=op.f("uq_source_calls_key")),
        sa.UniqueConstraint("vendor", "mode", "id", name=op.f("uq_source_calls_vendor_mode_id")),
    )
    op.create_index("ix_source_calls_vendor_mode_subscription", "source_calls", ["vendor", "mode", "subscription"])
    op.create_index(
        "ix_source_calls_settle_at",
        "source_calls",
        ["settle_at"],
        postgresql_where=_UNSETTLED,
        sqlite_where=_UNSETTLED,
    )


def _create_source_events() -> None:
    op.create_table(
        "source_events",
        sa.Column("id", sa.String(40), nullable=False),
        sa.Column("vendor", sa.String(40), nullable=False),
        sa.Column("mode", sa.String(4), nullable=False),
        sa.Column("source_id", sa.String(255), nullable=False),
        sa.Column("heard_at", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_source_events")),
        sa.UniqueConstraint("vendor", "mode", "source_id", name=op.f("uq_source_events_vendor_mode_source_id")),
    )
    op.create_index("ix_source_events_heard_at", "source_events", ["heard_at"])


def _drop_sources() -> None:
    for table in ("source_events", "source_calls", "source_connections"):
        op.drop_table(table)
    op.drop_index("ix_imports_due_at", "imports")
    for table, column in (
        *(("imports", name) for name in ("due_at", "cursor")),
        *(("subscriptions", name) for name in ("source_state", "source")),
    ):
        op.drop_column(table, column)
    for table in reversed(_OF_SOURCE):
        op.drop_index(f"ix_{table}_vendor_mode_source_id", table)
        if table != "payments":
            op.drop_column(table, "source_read")
        op.drop_column(table, "source_id")


def _add_credit_notes() -> None:
    op.create_table(
        "credit_notes",
        sa.Column("id", sa.String(40), nullable=False),
        sa.Column("vendor", sa.String(40), nullable=False),
        sa.Column("mode", sa.String(4), nullable=False),
        sa.Column("customer", sa.String(40), nullable=False),
        sa.Column("invoice", sa.String(40), nullable=False),
        sa.Column("payment", sa.String(40), nullable=False),
        sa.Column("refund", sa.String(40), nullable=False),
        sa.Column("number", sa.String(40), nullable=False),
        sa.Column("currency", sa.String(3), nullable=False),
        sa.Column("net", sa.BigInteger(), nullable=False),
        sa.Column("tax", sa.BigInteger(), nullable=False),
        sa.Column("total", sa.BigInteger(), nullable=False),
        sa.Column("issued_at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["vendor", "mode", "customer"],
            ["customers.vendor", "customers.mode", "customers.id"],
            name=op.f("fk_credit_notes_vendor_mode_customer"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_credit_notes")),
        sa.UniqueConstraint("vendor", "mode", "id", name=op.f("uq_credit_notes_vendor_mode_id")),
    )
    op.create_index("ix_credit_notes_vendor_mode_invoice", "credit_notes", ["vendor", "mode", "invoice"])
    op.create_index("ix_credit_notes_vendor_mode_refund", "credit_notes", ["vendor", "mode", "refund"])
