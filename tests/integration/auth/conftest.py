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
from tests.integration.auth.house import (
    NOON,
    House,
    a_customer,
    a_portal,
    a_portal_v3,
    environment,
    house_of,
    shipped_app,
)
from tests.integration.auth.signing import METHODS, Signer, a_signer


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


@pytest.fixture
def signer(house: House, vendor: vendors.Registered, mira: str) -> Signer:
    """Acme's server, which signs for its customers; its live portal takes both kinds of signed identity."""
    house.hear(a_portal_v3(methods=METHODS), vendor=vendor.vendor.id)
    return a_signer(house, vendor)


@pytest.fixture
def in_test(house: House, vendor: vendors.Registered, mira: str) -> Signer:
    """The same in test mode, where the portal asks for no hash."""
    test = a_portal_v3("acme-test", methods=METHODS, sign_in={"require_hash": False})
    house.hear(test, vendor=vendor.vendor.id, mode="test")
    house.hear(a_customer("mira@tessaly.example", customer="cus_test"), vendor=vendor.vendor.id, mode="test")
    return a_signer(house, vendor, "test")
