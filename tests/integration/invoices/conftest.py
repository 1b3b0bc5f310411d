"""A migrated database of each kind, a seller in it, a typesetter."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager

import pytest
from sqlalchemy import event

from services.invoices.adapters.typst import Typesetter
from shared import clock
from shared.database import Database, migrations
from tests.integration.invoices.builders import NOW, a_seller


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

    @contextmanager
    def counted(database: Database) -> Iterator[list[str]]:
        seen: list[str] = []

        def see(_connection: object, _cursor: object, statement: str, *_: object) -> None:
            seen.append(statement)

        event.listen(database.engine, "before_cursor_execute", see)
        yield seen
        event.remove(database.engine, "before_cursor_execute", see)

    return counted
