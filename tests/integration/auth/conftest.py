"""Auth on a migrated database of each kind, wired as it is shipped; only notifications is a stand-in."""

from collections.abc import Iterator
from datetime import datetime

import pytest
from sqlalchemy import delete

from services.auth.actions import vendors
from services.auth.models import Base
from shared import clock
from shared.database import migrations, scope, tables
from shared.events import Actor
from shared.web.app import App
from tests.integration.auth.house import NOON, House, a_customer, a_portal, environment, house_of, shipped_app


@pytest.fixture(scope="module")
def shipped(database_url: str) -> Iterator[App]:
    migrations.upgrade("auth", database_url)
    app = shipped_app(environment(database_url))
    yield app
    app.extensions["bursar"].database.close()


@pytest.fixture
def now() -> Iterator[datetime]:
    with clock.fixed(NOON):
        yield NOON


@pytest.fixture
def house(shipped: App, now: datetime) -> House:
    """Auth knows nobody yet."""
    with scope.platform(), shipped.extensions["bursar"].database.begin() as session:
        for table in (*reversed(Base.metadata.sorted_tables), *tables.metadata.sorted_tables):
            session.execute(delete(table))
    return house_of(shipped)


@pytest.fixture
def vendor(house: House) -> vendors.Registered:
    """Acme, with its live and its test portal."""
    with house.database.begin() as session:
        made = vendors.register(
            session,
            display_name="Acme",
            email="owner@acme.example",
            slug="acme",
            default_locale="en",
            profile={},
            actor=Actor(kind="system", id="test"),
            now=NOON,
        )
    house.hear(a_portal("acme"), vendor=made.vendor.id)
    house.hear(a_portal("acme-test"), vendor=made.vendor.id, mode="test")
    return made


@pytest.fixture
def mira(house: House, vendor: vendors.Registered) -> str:
    """A customer of Acme; her address as it is on file."""
    house.hear(a_customer("Mira@Tessaly.example"), vendor=vendor.vendor.id)
    return "Mira@Tessaly.example"
