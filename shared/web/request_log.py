"""The request log: what a vendor's keys asked of `/v1` that wrote, or was refused. Never bodies, never query values.

A write's line is part of the write's own transaction, so that none is without the other. What was refused was rolled
back, and a view in steps has transactions of its own: theirs is written apart, after them. A line that cannot be
written is said in the log and changes no answer.
"""

import re
from time import perf_counter
from typing import Any, Final

from flask import Blueprint, Response, current_app, jsonify, request
from sqlalchemy.exc import SQLAlchemyError

from shared import clock
from shared.bus.lost import is_lost
from shared.database import Session, api_requests
from shared.database.api_requests import READING, Wanted
from shared.logs import log
from shared.web.access import internal
from shared.web.api import read_json
from shared.web.context import session, this, wiring
from shared.web.idempotency import HEADER

MOST_FIELDS: Final = 20
_ID: Final = re.compile(r"[a-z_]{1,12}_[0-9a-hjkmnp-tv-z]{26}")
_FIELD: Final = re.compile(r"[\w.\[\]-]{1,100}", re.ASCII)
_PLACE: Final = re.compile(r"<(?:[^:<>]+:)?(\w+)>")
_KEY: Final = re.compile(r"[!-~]{1,255}")

blueprint: Final = Blueprint("api_requests", __name__, url_prefix="/internal/api_requests")


@blueprint.post("")
@internal
def tell() -> Response:
    """The lines that this service has of a `vendor` and `mode`, as `wanted`, for auth, which shows those of all."""
    given = read_json(request.get_data(), content_type=request.mimetype)
    with wiring().database.begin(read_only=True) as reading:
        found = api_requests.find(
            reading, Wanted.heard(given["wanted"]), vendor=str(given["vendor"]), mode=str(given["mode"])
        )
    return jsonify(data=[each.told() for each in found.data], knows_place=found.knows_place)


def keep_within(answer: Response) -> bool:
    """Keep a write beside what it wrote, in the request's transaction; whether that was done."""
    if this().read_only or not _is_kept(answer):
        return False
    session().flush()  # what is wrong with the write itself is not the log's to swallow
    try:
        with session().connection().begin_nested():
            _keep(session(), answer)
    except SQLAlchemyError as error:
        if is_lost(error):
            raise  # with the connection went the write
        _failed(error)
    return True


def keep_apart(answer: Response) -> None:
    """Keep what is not kept yet, in a transaction of its own."""
    if this().is_logged or not _is_kept(answer):
        return
    try:
        with wiring().database.begin() as own:
            _keep(own, answer)
    except SQLAlchemyError as error:
        _failed(error)


def _is_kept(answer: Response) -> bool:
    """Of keys alone, and no reads that went well: they change nothing, and are too many."""
    who = this().caller
    is_of_a_key = who is not None and who.kind == "key" and who.vendor is not None and who.mode is not None
    if not is_of_a_key or not request.path.startswith("/v1/"):
        return False
    return answer.status_code >= 400 or request.method not in READING


def _keep(into: Session, answer: Response) -> None:
    who, problem = this().caller, _problem(answer)
    assert who is not None
    api_requests.keep(
        into,
        vendor=who.vendor,
        mode=who.mode,
        key=who.id,
        request_id=this().id,
        method=request.method[:8],
        route=_route()[:200],
        ids={name: value for name, value in (request.view_args or {}).items() if _ID.fullmatch(str(value))},
        status=answer.status_code,
        code=problem.get("code"),
        fields=[name for each in problem.get("errors", ()) if _FIELD.fullmatch(name := each["field"])][:MOST_FIELDS],
        idempotency_key=_idempotency_key(),
        is_replayed=answer.headers.get("Idempotent-Replayed") == "true",
        milliseconds=round((perf_counter() - this().started) * 1000),
        created_at=clock.now(),
    )


def _problem(answer: Response) -> dict[str, Any]:
    """The problem document that is the answer, else an empty one."""
    found = answer.get_json(silent=True) if answer.mimetype == "application/problem+json" else None
    return found if isinstance(found, dict) else {}


def _route() -> str:
    """The address without what only this request has in it; of one that does not exist, the words that others have."""
    if request.url_rule is not None:
        return _PLACE.sub(r"{\1}", request.url_rule.rule)
    words = {word for rule in current_app.url_map.iter_rules() for word in rule.rule.split("/")}
    return "/".join(word if word in words else "{}" for word in request.path.split("/"))


def _idempotency_key() -> str | None:
    given = request.headers.get(HEADER, "")
    return given[:64] if _KEY.fullmatch(given) else None


def _failed(error: SQLAlchemyError) -> None:
    log.warning("api_request.not_kept", error=type(error).__name__)
