"""A migrated database of each kind, a real mail server on this machine, and a vendor with a customer."""

import socket
from collections.abc import Iterator
from dataclasses import replace

import pytest
from aiosmtpd.controller import Controller
from flask.testing import FlaskClient
from sqlalchemy import delete

from services.notifications.adapters.mailing import mailing
from services.notifications.models import Base
from shared import clock
from shared.database import Database, migrations, scope, tables
from tests.integration.notifications.builders import VENDOR, customer, portal, vendor
from tests.integration.notifications.hooks import Hooks
from tests.integration.notifications.office import MailServer, Office, settings_for
from tests.integration.notifications.web import application
from tests.support.passports import PassportOffice, passport_office
from tests.support.receivers import receiver


@pytest.fixture
def mail_server() -> Iterator[MailServer]:
    server = MailServer()
    with socket.create_server(("127.0.0.1", 0)) as free:
        server.port = free.getsockname()[1]
    controller = Controller(server, hostname="127.0.0.1", port=server.port, enable_SMTPUTF8=True)
    controller.start()
    yield server
    controller.stop()


@pytest.fixture(scope="module")
def migrated(database_url: str) -> Iterator[Database]:
    migrations.upgrade("notifications", database_url)
    database = Database(database_url)
    yield database
    database.close()


@pytest.fixture
def database(migrated: Database) -> Database:
    with scope.platform(), migrated.begin() as session:
        for table in (*Base.metadata.sorted_tables, *tables.metadata.sorted_tables):
            session.execute(delete(table))
    return migrated


@pytest.fixture
def office(database: Database, mail_server: MailServer) -> Office:
    """Knows the vendor, its portals and one customer."""
    office = Office(database, mailing(settings_for(mail_server.port)))
    office.hear(vendor(), mode="live")
    office.hear(portal(), mode="test")
    office.hear(customer())
    return office


@pytest.fixture
def logging_office(office: Office) -> Office:
    """The embedded mode: mail is kept, with its secrets."""
    given = replace(settings_for(1), mail_url="log:", mailbox=True)
    return Office(office.database, mailing(given))


@pytest.fixture(scope="module")
def passports() -> Iterator[PassportOffice]:
    with passport_office(VENDOR) as office:
        yield office


@pytest.fixture
def client(office: Office, passports: PassportOffice) -> FlaskClient:
    """Knows what `office` knows."""
    return application(office.database, passports, is_open=False).test_client()


@pytest.fixture
def mailbox_client(office: Office, passports: PassportOffice) -> FlaskClient:
    """The same in the embedded mode."""
    return application(office.database, passports, is_open=True).test_client()


@pytest.fixture
def hooks(office: Office, client: FlaskClient, passports: PassportOffice) -> Iterator[Hooks]:
    """A vendor's own program, which listens and may ask the API; the office's clock is right."""
    office.now = clock.now()
    with receiver() as listening:
        yield Hooks(office=office, client=client, passports=passports, receiver=listening)
