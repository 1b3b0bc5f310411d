"""Refusals to answers: a problem document for a client, a page for a person, on every error."""

from http import HTTPStatus
from typing import Any, Final
from urllib.parse import quote

from flask import Response, jsonify, make_response, redirect, request
from werkzeug.exceptions import HTTPException

from shared.bus.lost import is_lost
from shared.errors import (
    Conflict,
    FieldError,
    Forbidden,
    Invalid,
    NotFound,
    PanDetected,
    PreconditionFailed,
    Refusal,
    StepUpRequired,
    TooMany,
    Unauthenticated,
    Unavailable,
)
from shared.i18n import DEFAULT, catalog, text
from shared.logs import log
from shared.web import error_looks, htmx, kept_forms, step_up
from shared.web.access import ChoiceRequired, ReadOnlySession, SignInRequired
from shared.web.api import Malformed, UnsupportedMediaType
from shared.web.context import this
from shared.web.idempotency import KeyInUse, KeyMalformed, KeyMissing
from shared.web.paging import InvalidCursor

STATUS: Final[tuple[tuple[type[Refusal], int], ...]] = (
    (Malformed, 400),
    (PanDetected, 400),
    (InvalidCursor, 400),
    (KeyMissing, 400),
    (KeyMalformed, 400),
    (UnsupportedMediaType, 415),
    (Unauthenticated, 401),
    (Forbidden, 403),
    (NotFound, 404),
    (KeyInUse, 409),
    (Conflict, 409),
    (PreconditionFailed, 412),
    (Invalid, 422),
    (TooMany, 429),
    (Unavailable, 503),
)
"""Kind to status; the first that fits."""

RETRY_AFTER_UNAVAILABLE: Final = 5  # seconds
BY_STATUS: Final = {
    400: "malformed_request",
    404: "not_found",
    405: "method_not_allowed",
    413: "too_large",
    415: "unsupported_media_type",
    500: "internal_error",
}
"""What Flask itself refuses, and what is a fault of ours."""


def status_of(kind: type[Refusal]) -> int:
    """What a refusal of this kind is answered with."""
    return next((status for known, status in STATUS if issubclass(kind, known)), 422)


def refused(error: Refusal) -> Response:
    """The answer to something a rule or an action refused."""
    if isinstance(error, StepUpRequired) and _is_looking_on():
        error = ReadOnlySession()  # whoever only sees what the customer sees has nothing to prove
    status = status_of(type(error))
    log.info("request.refused", reason=error.code, status=status)
    if not for_a_client():
        if isinstance(error, SignInRequired):
            return _to_sign_in(error)
        if isinstance(error, ChoiceRequired):
            return _to_sign_in(error, page="/sign-in/choose")
        if isinstance(error, StepUpRequired):
            return _in_place(error)
    answer = _answer(status, error.code, error.params, error.fields if isinstance(error, Invalid) else ())
    if isinstance(error, TooMany):
        answer.headers["Retry-After"] = str(error.retry_after)
    if isinstance(error, Unavailable):
        answer.headers["Retry-After"] = str(RETRY_AFTER_UNAVAILABLE)
    if isinstance(error, KeyInUse):
        answer.headers["Retry-After"] = "1"
    if status == 401 and for_a_client():
        answer.headers["WWW-Authenticate"] = "Bearer"
    return answer


def http(error: HTTPException) -> Response:
    """The answer to what Flask itself refuses: no such path, wrong method, body too large."""
    if error.response is not None:
        return make_response(error.response)
    status = error.code or 500
    answer = _answer(status, BY_STATUS.get(status, "malformed_request" if status < 500 else "internal_error"), {}, ())
    for name, value in error.get_headers():
        if name in ("Allow", "Retry-After"):
            answer.headers[name] = value
    return answer


def unexpected(error: Exception) -> Response:
    """The answer to a fault of ours: nothing of it leaves the process but the request's id."""
    if is_lost(error):
        this().is_logged = True  # nor could the log be written: nobody waits for that
        log.warning("request.database_away", error=type(error).__name__)
        answer = _answer(503, Unavailable.code, {"part": "database"}, ())
        answer.headers["Retry-After"] = str(RETRY_AFTER_UNAVAILABLE)
        return answer
    log.error("request.failed", exc_info=error)
    return _answer(500, "internal_error", {}, ())


def for_a_client() -> bool:
    """Whether a program reads the answer: a client of the API, a sibling, a frame that signs in."""
    if request.path.startswith("/embed/"):
        return request.method == "POST"
    return request.path.startswith(("/v1/", "/internal/"))


def _is_looking_on() -> bool:
    who = this().caller
    return who is not None and who.is_looking_on


def _answer(status: int, code: str, params: dict[str, Any], fields: tuple[FieldError, ...]) -> Response:
    if for_a_client():
        return _problem(status, code, params, fields)
    error_looks.wear()
    sentence = text(f"errors.{code}", htmx.language(), **_in_words(params))
    return htmx.error_page(status=status, sentence=sentence, request_id=this().id)


def _in_words(params: dict[str, Any]) -> dict[str, Any]:
    """For people: a state by its name in their language. Programs read it as the API writes it."""
    key = f"errors.status.{params.get('status')}"
    return params | {"status": text(key, htmx.language())} if key in catalog(DEFAULT) else params


def _problem(status: int, code: str, params: dict[str, Any], fields: tuple[FieldError, ...]) -> Response:
    document: dict[str, Any] = {
        "type": f"/docs#{code}",
        "title": HTTPStatus(status).phrase,
        "status": status,
        "code": code,
        "detail": text(f"errors.{code}", "en", **params),
        "instance": this().id,
    }
    if fields:
        document["errors"] = [
            {
                "field": each.field,
                "code": each.code,
                "detail": text(f"errors.field.{each.code}", "en", **dict(each.params)),
            }
            for each in fields
        ]
    answer = jsonify(document)
    answer.status_code = status
    answer.content_type = "application/problem+json"
    return answer


def _to_sign_in(error: Refusal, *, page: str = "/sign-in", reason: str | None = None) -> Response:
    """A page that needs somebody signed in, or signed in anew, leads there and back."""
    slug = error.params.get("slug") or (request.view_args or {}).get("slug")
    if not slug:
        return _answer(401, error.code, {}, ())
    back = request.full_path.rstrip("?") if request.method == "GET" else step_up.page_of_the_form()
    query = f"next={quote(back, safe='/')}" + (f"&reason={reason}" if reason else "")
    target = f"/p/{slug}{page}?{query}"
    if request.headers.get("HX-Request") == "true":
        return Response(status=401, headers={"HX-Redirect": target})
    return kept_forms.keep(make_response(redirect(target, code=303)), page=back)


def _in_place(error: StepUpRequired) -> Response:
    """The page asks for a code itself. Where auth can't be asked, or knows no such session, a sign-in proves it."""
    slug = str(error.params.get("slug") or (request.view_args or {}).get("slug") or "")
    try:
        answer = step_up.ask(step_up.wanted(), slug=slug) if slug else None
    except TooMany as often:
        return refused(often)
    except Unavailable:
        answer = None
    return answer or _to_sign_in(error, reason="step_up")
