"""Writing and running migrations works alike on both databases, for a service made up here."""

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import inspect

import services
from shared.database import Database, migrations

_BASE = """
from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column
from datetime import datetime
from shared.database.base import UtcDateTime, VendorScoped, new_metadata

class Base(DeclarativeBase):
    metadata = new_metadata()

class Shelf(VendorScoped, Base):
    __tablename__ = "shelf"
    id: Mapped[str] = mapped_column(String(40), primary_key=True)
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    # room

class Book(VendorScoped, Base):
    __tablename__ = "book"
    id: Mapped[str] = mapped_column(String(40), primary_key=True)
    shelf: Mapped[str] = mapped_column(ForeignKey("shelf.id"))
"""
_ENV = """
from services.{name}.models import Base
from shared.database.migrations import run_env

run_env(Base.metadata)
"""


@pytest.fixture
def service(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """A service's folder with models and an empty `migrations`."""
    name = f"made_up_{tmp_path.name.replace('-', '_')}"
    folder = tmp_path / name
    (folder / "migrations" / "versions").mkdir(parents=True)
    for package in (folder, folder / "migrations"):
        (package / "__init__.py").write_text("")
    (folder / "models.py").write_text(_BASE)
    (folder / "migrations" / "env.py").write_text(_ENV.format(name=name))
    monkeypatch.setattr(services, "__path__", [*services.__path__, str(tmp_path)])
    yield name
    for module in [module for module in sys.modules if module.startswith(f"services.{name}")]:
        del sys.modules[module]


def has(database_url: str) -> set[str]:
    database = Database(database_url)
    try:
        return set(inspect(database.engine).get_table_names())
    finally:
        database.close()


def test_a_first_migration_makes_the_models_tables_and_the_shared_ones_and_takes_them_away(
    service: str, database_url: str
) -> None:
    path = migrations.revision(service, "create tables", database_url=database_url)
    assert path.name == "0001_create_tables.py"

    migrations.upgrade(service, database_url)

    assert has(database_url) >= {"shelf", "book", "outbox", "inbox", "jobs", "idempotency_keys"}
    assert migrations.differences(service, database_url) == []
    migrations.upgrade(service, database_url)
    migrations.downgrade(service, database_url)
    assert has(database_url) == {"alembic_version"}


def test_the_next_migration_holds_what_the_models_have_more_and_keeps_the_rows(service: str, database_url: str) -> None:
    migrations.revision(service, "create tables", database_url=database_url)
    migrations.upgrade(service, database_url)
    database = Database(database_url)
    with database.engine.begin() as connection:
        connection.exec_driver_sql("INSERT INTO shelf VALUES ('s', '2026-01-01 00:00:00', 'ven', 'test')")
        connection.exec_driver_sql("INSERT INTO book (id, shelf, vendor, mode) VALUES ('b', 's', 'ven', 'test')")
    models = Path(services.__path__[-1]) / service / "models.py"
    models.write_text(_BASE.replace("# room", "room: Mapped[str | None] = mapped_column(String(9))"))
    for module in [module for module in sys.modules if module.startswith(f"services.{service}")]:
        del sys.modules[module]
    assert migrations.is_current(service, database)

    path = migrations.revision(service, "Name the room!", database_url=database_url)

    assert path.name == "0002_name_the_room.py"
    assert not migrations.is_current(service, database)
    migrations.upgrade(service, database_url)
    assert migrations.is_current(service, database)
    assert migrations.differences(service, database_url) == []
    with database.engine.begin() as connection:
        assert connection.exec_driver_sql("SELECT count(*) FROM book").scalar() == 1
    database.close()
    migrations.downgrade(service, database_url)


def test_a_migration_that_fails_leaves_the_database_as_it_was(service: str, database_url: str) -> None:
    path = migrations.revision(service, "create tables", database_url=database_url)
    path.write_text(path.read_text().replace("\n\ndef downgrade", '\n    op.execute("not sql")\n\n\ndef downgrade', 1))

    with pytest.raises(Exception, match="syntax error"):
        migrations.upgrade(service, database_url)

    assert has(database_url) <= {"alembic_version"}
