"""How events travel: one promise, two carriers. `BUS_URL` chooses RabbitMQ or a SQLite file."""

from shared.bus import topology
from shared.bus.protocol import Bus, Handlers


def connect(url: str) -> Bus:
    """The bus at `amqp://user:password@host/vhost` or `sqlite:///path`. Connects on first use, not here."""
    scheme = url.partition(":")[0]
    if scheme == "sqlite":
        from shared.bus.sqlite import SqliteBus

        return SqliteBus(url)
    if scheme in ("amqp", "amqps"):
        from shared.bus.amqp import AmqpBus  # the embedded defaults run without it

        return AmqpBus(url)
    raise ValueError(f"a bus is amqp://… or sqlite:///…, not {scheme}:")


def declare(url: str, *, service: str, handlers: Handlers) -> None:
    """Make a service's queue and its bindings. Before siblings publish: `bursar migrate` does it, a worker again.

    Raises Unreachable and, when an operator must decide, Mismatch.
    """
    bus = connect(url)
    try:
        bus.declare(service, topology.keys(handlers))
    finally:
        bus.close()
