"""/healthz: the process. /readyz: what it needs. /metrics. On the service's own port, never through the gateway."""

from typing import Final

from flask import Blueprint, Response, jsonify
from prometheus_client import CONTENT_TYPE_LATEST, Histogram, generate_latest
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from shared.web.access import internal
from shared.web.context import wiring

blueprint = Blueprint("health", __name__)
_METHODS: Final = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")
_seconds = Histogram("bursar_request_seconds", "Requests answered.", ("service", "method", "route", "status"))


def count(service: str, *, route: str, method: str, status: int, seconds: float) -> None:
    """A request was answered. By its route, not its path: a path holds ids and has no end of values."""
    known = method if method in _METHODS else "other"
    _seconds.labels(service, known, route, str(status)).observe(seconds)


@blueprint.get("/healthz")
@internal(open=True)
def healthz() -> Response:
    """This process answers."""
    return jsonify(status="up", service=wiring().service)


@blueprint.get("/readyz")
@internal(open=True)
def readyz() -> tuple[Response, int]:
    """The database answers; so does the bus, without which requests still succeed (`degraded`).

    A bus that has this service's queues otherwise than declared keeps or loses what it should not: not ready.
    """
    database, events = _database_is_up(), wiring().lookout.state()
    is_ready = database and events.differs is None
    answer = {
        "status": "down" if not is_ready else "up" if events.is_up else "degraded",
        "database": "up" if database else "down",
        "bus": "up" if events.is_up else "down",
    }
    if events.differs is not None:
        answer["topology"] = events.differs
    return jsonify(answer), 200 if is_ready else 503


@blueprint.get("/metrics")
@internal(open=True)
def metrics() -> Response:
    """For Prometheus."""
    return Response(generate_latest(), content_type=CONTENT_TYPE_LATEST)


def _database_is_up() -> bool:
    try:
        with wiring().database.begin(read_only=True) as session:
            session.execute(text("SELECT 1"))
    except SQLAlchemyError:
        return False
    return True
