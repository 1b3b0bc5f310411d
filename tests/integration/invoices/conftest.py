"""A migrated database of each kind, a seller in it, a typesetter."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager

import pytest
from sqlalchemy import text

from services.invoices.adapters.typst import Typesetter
from shared import clock
from shared.database import Database, migrations
from tests.integration.invoices.builders import NOW, a_seller
from tests.support.statements import statements


@pytest.fixture(autouse=True)
def fixed_clock() -> Iterator[None]:
    with clock.fixed(NOW):
        yield


@pytest.fixture(scope="module")
def database(database_url: str) -> Iterator[Database]:
    migrations.upgrade("invoices", database_url)
    database = Database(database_url)
    yield database
    database.close()


@pytest.fixture
def vendor(database: Database) -> str:
    return a_seller(database)


@pytest.fixture(scope="session")
def typesetter() -> Iterator[Typesetter]:
    typesetter = Typesetter()
    yield typesetter
    typesetter.close()


@pytest.fixture
def count_statements() -> Callable[[Database], AbstractContextManager[list[str]]]:
    """The statements that reach the database within the block."""
    return statements


@pytest.fixture
def thawed(database: Database):
    """Change what was issued, as only somebody with the database's own password could."""

    def change(*statements: str) -> None:
        with database.begin() as session:
            connection = session.connection()
            kept: list[str] = []
            if database.is_sqlite:
                triggers = connection.execute(text("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'")).all()
                kept = [row.sql for row in triggers]
                for row in triggers:
                    connection.execute(text(f"DROP TRIGGER {row.name}"))
            else:
                connection.execute(text("SET LOCAL session_replication_role = replica"))
            for statement in statements:
                connection.execute(text(statement))
            for statement in kept:
                connection.exec_driver_sql(statement)

    return change
