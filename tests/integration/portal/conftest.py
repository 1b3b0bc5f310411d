"""A migrated database of each kind with portal's application, and vendors in it."""

from collections.abc import Iterator

import pytest

from shared.database import Database, migrations
from shared.web.app import App
from tests.integration.portal.shop import Shop, application, open_shop


@pytest.fixture(scope="module")
def database(database_url: str) -> Iterator[Database]:
    migrations.upgrade("portal", database_url)
    database = Database(database_url)
    yield database
    database.close()


@pytest.fixture(scope="module")
def app(database: Database) -> App:
    return application(database)


@pytest.fixture
def shop(app: App, database: Database) -> Shop:
    """A vendor of the test's own, in test mode."""
    return open_shop(app, database)


@pytest.fixture
def other(app: App, database: Database) -> Shop:
    """Another one."""
    return open_shop(app, database)
