"""PostgreSQL and RabbitMQ of this machine, for as long as a scenario takes."""

from collections.abc import Iterator
from contextlib import contextmanager

from tests.support import machine
from tests.support.backends import PostgresServer, RabbitServer

SERVICES = ("auth", "portal", "invoices", "notifications")


@contextmanager
def started() -> Iterator[dict[str, str]]:
    """The settings that point `bursar run` to them: an empty database for each service, an empty virtual host."""
    postgres_url, postgres = machine.start_postgres()
    try:
        rabbit_url, management, rabbit = machine.start_rabbitmq()
        try:
            databases, vhosts = PostgresServer(postgres_url), RabbitServer(rabbit_url, management)
            urls = {f"{service.upper()}_DATABASE_URL": databases.new_database() for service in SERVICES}
            yield {**urls, "BUS_URL": vhosts.new_vhost()}
        finally:
            rabbit.end()
    finally:
        postgres.end()
