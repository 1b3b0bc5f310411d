"""A service's web application, wired once for all: identity, access, one transaction, errors, health.

Around every view, in this order: the request's id, the caller's passport, the scope of queries, the view with
its access mark, the commit. What a view raises rolls everything back.
"""

import re
from collections.abc import Sequence
from time import perf_counter
from typing import Any, Final

import structlog
from flask import Blueprint, Flask, Response, current_app, request
from werkzeug.exceptions import HTTPException

from shared import ids
from shared.database import Database, scope
from shared.database.scope import Scope
from shared.errors import Refusal
from shared.http import Client
from shared.logs import configure, log
from shared.settings import CommonSettings
from shared.web import (
    access,
    console_standing,
    csrf,
    errors,
    frames,
    health,
    htmx,
    identity,
    places,
    problem_codes,
    request_log,
)
from shared.web.api import ApiBlueprint, BursarApi
from shared.web.context import Request, Wiring, client_address, enter, this, wiring
from shared.web.error_looks import Looks
from shared.web.identity import PassportKeys
from shared.web.lookout import Lookout
from shared.web.step_up import Asker, ask_auth

MAX_BODY: Final = 1_000_000  # bytes; imports raise it for themselves
_REQUEST_ID: Final = re.compile(r"[A-Za-z0-9-]{8,64}")


class App(Flask):
    """Flask, with the transaction around the view: it has committed before an answer leaves."""

    api: BursarApi

    def dispatch_request(self) -> Any:
        present = this()
        with present.open:
            present.caller = _caller()
            _enter_scope(present)
            if request.url_rule is not None and "pages" in _parts(request.blueprint):
                csrf.check()
            answer = self.make_response(super().dispatch_request())
            kept = request_log.keep_within(answer)
        present.is_logged = kept  # the line is there once the transaction has committed
        return answer

    def openapi(self) -> dict[str, Any]:
        """The description of this service's part of the public API."""
        described: dict[str, Any] = self.api.spec.to_dict()
        return described | {"x-problems": problem_codes.described(self.import_name)}


def create_app(
    service: str,
    *,
    settings: CommonSettings,
    database: Database,
    adapters: object,
    api: Sequence[ApiBlueprint] = (),
    pages: Sequence[Blueprint] = (),
    internal: Sequence[Blueprint] = (),
    step_up: Asker = ask_auth,
    error_looks: Looks | None = None,
    console: console_standing.Asker = console_standing.ask_auth,
) -> App:
    """The WSGI application of one service. Raises RuntimeError for a view without an access mark.

    `step_up` has a code mailed to whoever must prove anew who they are, `console` tells who is in the console; auth
    itself need not ask itself. `error_looks` dresses a page that says what went wrong, where no view came to it.
    """
    configure(service=service, level=settings.log_level)
    app = App(f"services.{service}", static_folder=None, template_folder="templates")
    app.config.update(MAX_CONTENT_LENGTH=MAX_BODY, MAX_FORM_MEMORY_SIZE=MAX_BODY, MAX_FORM_PARTS=100)
    app.json.sort_keys = False  # type: ignore[attr-defined]  # the default provider has it
    keys = PassportKeys(Client(settings.auth_url, name="auth"))
    app.extensions["bursar"] = Wiring(
        service=service,
        settings=settings,
        adapters=adapters,
        database=database,
        keys=keys,
        lookout=Lookout(settings.bus_url, queue=service),
        step_up=step_up,
        error_looks=error_looks,
        console=console,
    )
    app.before_request(_begin)
    app.after_request(_finish)
    app.register_error_handler(Refusal, errors.refused)
    app.register_error_handler(HTTPException, errors.http)
    app.register_error_handler(Exception, errors.unexpected)
    htmx.install(app)
    app.api = BursarApi(app)
    for resource in api:
        app.api.register_blueprint(resource)
    for kind, blueprints in (("pages", pages), ("internal", (*internal, health.blueprint, request_log.blueprint))):
        for blueprint in blueprints:
            app.register_blueprint(blueprint, name=f"{kind}.{blueprint.name}" if blueprint.name != kind else kind)
    _refuse_unmarked(app)
    return app


def views(app: Flask) -> dict[str, access.Access | None]:
    """`METHOD endpoint` to the access mark of the view behind it, None for one that wears none."""
    found: dict[str, access.Access | None] = {}
    for rule in app.url_map.iter_rules():
        view = app.view_functions[rule.endpoint]
        for method in sorted((rule.methods or set()) - {"HEAD", "OPTIONS"}):
            view_class = getattr(view, "view_class", None)
            worn = getattr(view_class, method.lower()) if view_class else view
            found[f"{method} {rule.rule}"] = getattr(worn, access.MARK, None)
    return found


def _refuse_unmarked(app: Flask) -> None:
    unmarked = [name for name, mark in views(app).items() if mark is None]
    if unmarked:
        raise RuntimeError(f"views without an access mark: {', '.join(unmarked)}")


def _parts(blueprint: str | None) -> list[str]:
    return (blueprint or "").split(".")


def _begin() -> None:
    given = request.headers.get("X-Request-Id", "")
    known = given if _REQUEST_ID.fullmatch(given) else ids.new("req")
    view = _view()
    reads = request.method in ("GET", "HEAD", "OPTIONS") and not getattr(view, "writes", False)
    reads = reads or getattr(view, "in_steps", False)  # its transactions are its own
    enter(known, read_only=reads)
    request.max_content_length = getattr(view, "largest", MAX_BODY)  # a page's form is read before its view begins
    structlog.contextvars.clear_contextvars()
    structlog.contextvars.bind_contextvars(request_id=known)


def _view() -> Any:
    """The view that this request will reach, or None."""
    if request.endpoint is None:
        return None
    view = current_app.view_functions[request.endpoint]
    view_class = getattr(view, "view_class", None)
    return getattr(view_class, request.method.lower(), None) if view_class else view


def _caller() -> identity.Caller | None:
    passport = request.headers.get("X-Passport")
    return identity.verify(passport, wiring().keys) if passport else None


def _enter_scope(present: Request) -> None:
    who = present.caller
    if who is None or who.vendor is None or who.mode is None:
        return
    structlog.contextvars.bind_contextvars(vendor=who.vendor, mode=who.mode)
    customers = who.customers if who.kind == "customer" or who.is_looking_on else None
    here = Scope(
        vendor=who.vendor,
        mode=who.mode,
        actor=who.actor,
        request_id=present.id,
        customers=customers,
        client_address=client_address() or None,
    )
    present.open.enter_context(scope.use(here))


def _finish(response: Response) -> Response:
    route, seconds = request.url_rule.rule if request.url_rule else None, perf_counter() - this().started
    response.headers["X-Request-Id"] = this().id
    response.headers.update(this().headers)
    response.headers.setdefault("Cache-Control", "no-store")
    response = frames.leads(places.leave(response))
    request_log.keep_apart(response)
    service = wiring().service
    health.count(service, route=route or "none", method=request.method, status=response.status_code, seconds=seconds)
    log.info(
        "request",
        method=request.method,
        route=route,
        status=response.status_code,
        milliseconds=round(seconds * 1000, 1),
    )
    return response
