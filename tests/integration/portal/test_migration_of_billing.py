"""What a database of the first release becomes: nothing is lost, and a line of the action log is sealed once."""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
from sqlalchemy import Engine, MetaData, Table, insert, inspect, select, text, update
from sqlalchemy.exc import DBAPIError

from services.portal.models import Base, Entry, Invoice, Payment, Plan, Product, Subscription
from shared.database import Database, migrations, tables
from tests.integration.portal.first_rows import (
    CUSTOMER,
    ENTRY,
    INVOICE,
    JUNE,
    PAYMENT,
    PLAN,
    PRODUCT,
    SCOPE,
    SUBSCRIPTION,
)

_SEAL = {"sequence": 1, "previous_hash": "0" * 64, "hash": "a" * 64}


@pytest.fixture
def old(database_url: str) -> Iterator[Database]:
    """A database as the first migration left it, with rows in it."""
    migrations.upgrade("portal", database_url, to="0001")
    database = Database(database_url)
    _add(database, "customers", CUSTOMER)
    _add(database, "products", PRODUCT)
    _add(database, "plans", PLAN)
    _add(database, "subscriptions", {**SUBSCRIPTION, "id": "sub_active", "order_number": "S1", "status": "active"})
    canceled = {
        "id": "sub_canceled",
        "order_number": "S2",
        "status": "canceled",
        "ends_at": datetime(2026, 5, 9, tzinfo=UTC),
    }
    _add(database, "subscriptions", {**SUBSCRIPTION, **canceled})
    ended = {"id": "sub_ended", "order_number": "S3", "status": "ended", "ended_at": JUNE}
    _add(database, "subscriptions", {**SUBSCRIPTION, **ended})
    _add(database, "payments", PAYMENT)
    _add(database, "invoices", INVOICE)
    _add(database, "action_log", {**ENTRY, "id": "log_1"})
    _add(database, "action_log", {**ENTRY, "id": "log_2"})
    yield database
    database.close()
    migrations.downgrade("portal", database_url)


@pytest.fixture
def new(old: Database, database_url: str) -> Database:
    """The same, brought to what the models are."""
    migrations.upgrade("portal", database_url)
    return old


def test_subscriptions_go_on_being_billed_elsewhere(new: Database) -> None:
    rows = _rows(new, Subscription)

    assert {(row["collection"], row["pending_lines"] == [], row["policies"] == {}) for row in rows.values()} == {
        ("external", True, True)
    }
    assert {name: (row["status"], row["due_at"], row["canceled_from"]) for name, row in rows.items()} == {
        "sub_active": ("active", JUNE, None),
        "sub_canceled": ("canceled", datetime(2026, 5, 9, tzinfo=UTC), "active"),
        "sub_ended": ("ended", None, None),
    }
    assert {row["plan"] for row in rows.values()} == {"plan_1"}


def test_products_plans_and_payments_keep_their_rows_and_allow_what_they_allowed(new: Database) -> None:
    product, plan, payment = (
        _rows(new, model)[row] for model, row in ((Product, "prod_1"), (Plan, "plan_1"), (Payment, "pay_1"))
    )

    assert product.items() >= {**PRODUCT, "access_links": [], "policies": {}, "refund_window_days": None}.items()
    assert plan.items() >= {**PLAN, "trial_days": 0, "policies": {}, "plan_group": None}.items()
    assert payment.items() >= {**PAYMENT, "kind": "recorded", "refunded": 0, "attempts": 0, "after": None}.items()
    assert _rows(new, Invoice)["inv_1"]["payment"] == "pay_1"


@pytest.mark.filterwarnings("ignore:Skipped unsupported reflection of expression-based index")
@pytest.mark.filterwarnings("ignore:autogenerate skipping metadata-specified expression-based index")
def test_the_new_form_is_the_models_to_the_last_constraint(new: Database, database_url: str) -> None:
    migrated = _form(new.engine)
    assert migrations.differences("portal", database_url) == []

    migrations.downgrade("portal", database_url)
    for metadata in (Base.metadata, tables.metadata):
        metadata.create_all(new.engine)
    made = _form(new.engine)
    for metadata in (Base.metadata, tables.metadata):
        metadata.drop_all(new.engine)

    assert migrated == made


def test_going_back_restores_the_old_form_and_rows_and_coming_again_is_possible(
    old: Database, database_url: str
) -> None:
    before = _form(old.engine), _everything(old)

    migrations.upgrade("portal", database_url)
    migrations.downgrade("portal", database_url, to="0001")

    assert (_form(old.engine), _everything(old)) == before
    assert _is_refused(old, text("UPDATE action_log SET action = 'x'"))
    assert _is_refused(old, text("DELETE FROM action_log"))
    migrations.upgrade("portal", database_url)


def test_going_back_maps_states_that_were_not_and_deletes_what_was_never_paid(new: Database, database_url: str) -> None:
    subscription = {**SUBSCRIPTION, "collection": "automatic", "pending_lines": [], "policies": {}}
    for status in ("trialing", "past_due", "paused"):
        _add(new, "subscriptions", {**subscription, "id": f"sub_{status}", "order_number": status, "status": status})
    payment = {**PAYMENT, "kind": "renewal", "refunded": 0, "attempts": 1, "paid_at": None}
    _add(new, "payments", {**payment, "id": "pay_2", "order_number": "P2", "status": "open"})
    _add(new, "invoices", {**INVOICE, "id": "inv_2", "payment": "pay_2", "number": "2"})
    with new.begin() as session:
        session.connection().execute(update(Product.__table__).values(cancel="needs_approval"))

    migrations.downgrade("portal", database_url, to="0001")

    rows = _everything(new)
    assert {row["id"]: row["status"] for row in rows["subscriptions"]} == {
        "sub_active": "active",
        "sub_canceled": "canceled",
        "sub_ended": "ended",
        "sub_trialing": "active",
        "sub_past_due": "active",
        "sub_paused": "active",
    }
    assert [row["id"] for row in rows["payments"]] == ["pay_1"]
    assert {row["id"]: row["payment"] for row in rows["invoices"]} == {"inv_1": "pay_1", "inv_2": None}
    assert [row["cancel"] for row in rows["products"]] == ["deny"]


def test_a_line_of_the_action_log_is_sealed_once(new: Database) -> None:
    log = Entry.__table__
    one = update(log).where(log.c.id == "log_1")

    with new.begin() as session:
        session.connection().execute(one.values(**_SEAL))

    assert _rows(new, Entry)["log_1"].items() >= {**ENTRY, **_SEAL}.items()
    assert _is_refused(new, one.values(**_SEAL))
    assert _is_refused(new, one.values(hash="b" * 64))
    assert _is_refused(new, one.values(hash=None, sequence=None, previous_hash=None))
    with pytest.raises(DBAPIError, match=r"append-only|uq_action_log_vendor_mode_sequence"), new.begin() as session:
        session.connection().execute(update(log).where(log.c.id == "log_2").values(**_SEAL))


def test_sealing_changes_nothing_else_and_half_a_seal_is_none(new: Database) -> None:
    log = Entry.__table__
    one = update(log).where(log.c.id == "log_1")
    others: dict[str, Any] = {name: "oth" for name in log.c.keys() if name not in _SEAL}  # noqa: SIM118 - columns
    others |= {"before": {"name": "Months"}, "after": {}, "at": JUNE}
    changes = [{name: value} | seal for name, value in others.items() for seal in ({}, _SEAL)]
    halves = [{name: value for name, value in _SEAL.items() if name != missing} for missing in _SEAL]
    before = _rows(new, Entry)

    kept = [each for each in (*changes, *halves) if _is_refused(new, one.values(**each))]

    assert kept == [*changes, *halves]
    assert _rows(new, Entry) == before


def test_no_line_of_the_action_log_is_deleted_or_replaced(new: Database) -> None:
    with new.begin() as session:
        session.connection().execute(update(Entry.__table__).where(Entry.__table__.c.id == "log_1").values(**_SEAL))
    before = _rows(new, Entry)
    seal = "sequence = 1, previous_hash = 'c', hash = 'd'"
    changes = ["DELETE FROM action_log WHERE id = 'log_2'", "TRUNCATE action_log"]
    if new.is_sqlite:
        changes[1:] = [
            "REPLACE INTO action_log SELECT * FROM action_log WHERE id = 'log_2'",
            f"UPDATE OR REPLACE action_log SET {seal} WHERE id = 'log_2'",
        ]

    kept = [change for change in changes if _is_refused(new, text(change))]

    assert kept == changes
    assert _rows(new, Entry) == before


def _add(database: Database, table: str, row: dict[str, Any]) -> None:
    with database.begin() as session:
        connection = session.connection()
        reflected = Table(table, MetaData(), autoload_with=connection, resolve_fks=False)
        connection.execute(insert(reflected).values(**SCOPE, **row))


def _rows(database: Database, model: type[Base]) -> dict[str, dict[str, Any]]:
    with database.begin(read_only=True) as session:
        return {row["id"]: dict(row) for row in session.connection().execute(select(model.__table__)).mappings()}


def _everything(database: Database) -> dict[str, list[dict[str, Any]]]:
    found = MetaData()
    found.reflect(database.engine)
    with database.begin(read_only=True) as session:
        return {
            name: [
                dict(row) for row in session.connection().execute(select(table).order_by(*table.primary_key)).mappings()
            ]
            for name, table in found.tables.items()
            if name != "alembic_version"
        }


def _is_refused(database: Database, change: Any) -> bool:
    try:
        with database.begin() as session:
            session.connection().execute(change)
    except DBAPIError as error:
        return "append-only" in str(error.orig)
    return False


def _form(engine: Engine) -> dict[str, Any]:
    """Columns and constraints of each table, whatever their order."""
    seen = inspect(engine)
    return {
        name: {
            "columns": sorted(
                (each["name"], str(each["type"]), each["nullable"], each["default"]) for each in seen.get_columns(name)
            ),
            "primary_key": seen.get_pk_constraint(name),
            **{
                get.__name__: sorted(map(str, get(name)))
                for get in (seen.get_check_constraints, seen.get_unique_constraints, seen.get_foreign_keys)
            },
            "indexes": sorted(map(_index, seen.get_indexes(name))),
            "written": _written(engine, name),
        }
        for name in seen.get_table_names()
        if name != "alembic_version"
    }


def _written(engine: Engine, table: str) -> list[str]:
    """SQLite's indexes as they were made: those on expressions are read there by nobody else, and warned of."""
    if engine.dialect.name != "sqlite":
        return []
    asked = text(
        "SELECT sql FROM sqlite_master WHERE type = 'index' AND tbl_name = :name AND sql IS NOT NULL ORDER BY 1"
    )
    with engine.connect() as connection:
        return list(connection.scalars(asked, {"name": table}))


def _index(seen: Any) -> str:
    options = {name: str(value) for name, value in seen.get("dialect_options", {}).items()}
    return f"{seen['name']} {seen['unique']} {seen['column_names']} {options}"
