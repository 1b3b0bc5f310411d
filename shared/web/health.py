"""/healthz: the process. /readyz: what it needs. /metrics. On the service's own port, never through the gateway."""

from typing import Final

from flask import Blueprint, Response, jsonify
from prometheus_client import CONTENT_TYPE_LATEST, Histogram, generate_latest
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from shared import bus
from shared.bus.protocol import Unreachable
from shared.web.access import internal
from shared.web.context import wiring

blueprint = Blueprint("health", __name__)
_METHODS: Final = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")
_seconds = Histogram("bursar_request_seconds", "Requests answered.", ("service", "method", "route", "status"))


def count(*, route: str, method: str, status: int, seconds: float) -> None:
    """A request was answered. By its route, not its path: a path holds ids and has no end of values."""
    known = method if method in _METHODS else "other"
    _seconds.labels(wiring().service, known, route, str(status)).observe(seconds)


@blueprint.get("/healthz")
@internal(open=True)
def healthz() -> Response:
    """This process answers."""
    return jsonify(status="up", service=wiring().service)


@blueprint.get("/readyz")
@internal(open=True)
def readyz() -> tuple[Response, int]:
    """The database answers; so does the bus, without which requests still succeed (`degraded`)."""
    database, events = _database_is_up(), _bus_is_up()
    status = "up" if database and events else "degraded" if database else "down"
    return jsonify(
        status=status, database="up" if database else "down", bus="up" if events else "down"
    ), 200 if database else 503


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


def _bus_is_up() -> bool:
    try:
        connection = bus.connect(wiring().settings.bus_url)
        try:
            connection.ping()
        finally:
            connection.close()
    except Unreachable:
        return False
    return True
