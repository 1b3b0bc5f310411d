"""What a service holds of a customer, for the sibling that puts an export together. Never routed from outside."""

from collections.abc import Callable, Iterable
from typing import Any

from flask import Blueprint, Response, jsonify, request

from shared.database import scope
from shared.database.session import Session
from shared.events import Mode
from shared.web.access import internal
from shared.web.api import read_json
from shared.web.context import session

Collect = Callable[..., Iterable[tuple[str, list[dict[str, Any]]]]]
"""(session, *, customer): table by table, the rows that an export shows."""


def holdings_blueprint(collect: Collect) -> Blueprint:
    """Answers `POST /internal/holdings` with `vendor`, `mode` and `customer`."""
    blueprint = Blueprint("holdings", __name__, url_prefix="/internal/holdings")

    @blueprint.post("")
    @internal
    def hold() -> Response:
        given = read_json(request.get_data(), content_type=request.mimetype)
        mode: Mode = "live" if given["mode"] == "live" else "test"
        with scope.system(vendor=str(given["vendor"]), mode=mode, job="export"):
            return jsonify(dict(_collected(collect, str(given["customer"]))))

    return blueprint


def _collected(collect: Collect, customer: str) -> Iterable[tuple[str, list[dict[str, Any]]]]:
    here: Session = session()
    return collect(here, customer=customer)
