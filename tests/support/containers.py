"""PostgreSQL and RabbitMQ as containers, where a Docker engine answers."""

import os
import warnings
from collections.abc import Iterator
from contextlib import contextmanager

from tests.support.machine import CannotStart

POSTGRES = "postgres:17"
RABBITMQ = "rabbitmq:4-management"


def start_postgres() -> tuple[str, str]:
    """A URL of its `postgres` database, and the container's id. Raises CannotStart."""
    with _docker(POSTGRES):
        from testcontainers.postgres import PostgresContainer

        container = PostgresContainer(
            POSTGRES, username="postgres", password="postgres", dbname="postgres", driver=None
        )
        container.with_command("postgres -c fsync=off -c max_connections=300").start()
        return container.get_connection_url(), str(container.get_wrapped_container().id)


def start_rabbitmq() -> tuple[str, str, str]:
    """Its AMQP URL, the URL of its management API, and the container's id. Raises CannotStart."""
    with _docker(RABBITMQ):
        from testcontainers.rabbitmq import RabbitMqContainer

        container = RabbitMqContainer(RABBITMQ, username="bursar", password="bursar").with_exposed_ports(5672, 15672)
        container.start()
        host = container.get_container_host_ip()
        amqp, management = container.get_exposed_port(5672), container.get_exposed_port(15672)
        identity = str(container.get_wrapped_container().id)
        return f"amqp://bursar:bursar@{host}:{amqp}/%2F", f"http://bursar:bursar@{host}:{management}", identity


def end(identity: str) -> None:
    with _docker("the engine"):
        import docker

        docker.from_env().containers.get(identity).remove(force=True, v=True)


@contextmanager
def _docker(what: str) -> Iterator[None]:
    """Whatever Docker says no with becomes CannotStart: there are other ways to have a server."""
    if os.environ.get("TEST_WITHOUT_DOCKER"):
        raise CannotStart("TEST_WITHOUT_DOCKER is set")
    os.environ.setdefault("TESTCONTAINERS_RYUK_DISABLED", "true")  # its image is not needed for the little we start
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # testcontainers warns of its own older ways
        try:
            import docker

            docker.from_env(timeout=60).ping()
            yield
        except Exception as error:
            raise CannotStart(f"Docker, {what}: {type(error).__name__}: {str(error)[:200]}") from error
