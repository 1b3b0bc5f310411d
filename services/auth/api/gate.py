"""Answers the gateway who is asking: `/internal/identity`, in front of auth's Flask application. Never routed outside.

The gateway asks before every request, at most once a second for each credential. So this costs whatever anybody does:
it is one statement, with neither Flask's request around it nor a line in the log where nobody is refused.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from time import perf_counter
from typing import TYPE_CHECKING, Any, Final, cast

from flask import Flask
from werkzeug.http import parse_cookie

from services.auth.actions import bad_keys, keys, sessions
from services.auth.actions.global_sessions import note_seen as seen_everywhere
from services.auth.actions.staff_sessions import note_seen as staff_seen
from services.auth.adapters import Adapters
from services.auth.queries import hosts, identity
from services.auth.queries.identity import Known
from services.auth.rules import api_key, own_host, sign_in
from services.auth.rules.session import is_worth_noting
from shared import clock
from shared.database import Database
from shared.database.session import Session
from shared.errors import NotFound, Refusal, TooMany, Unauthenticated
from shared.logs import log
from shared.places import GLOBAL, PLACES
from shared.web import cookies, frames, health, places
from shared.web.context import Wiring

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

PATH: Final = "/internal/identity"


@dataclass(frozen=True)
class Gate:
    """The WSGI application around `inner`.

    200 with a passport for somebody we know, 200 without for anybody else; 401 for a bad API key, and for a host or
    path that is no portal's: the gateway tells them apart by the code, since its subrequest can be told no in no other
    way.
    """

    inner: "WSGIApplication"
    wiring: Callable[[], Wiring]

    @property
    def adapters(self) -> Adapters:
        return cast(Adapters, self.wiring().adapters)

    @property
    def database(self) -> Database:
        return self.wiring().database

    def __call__(self, environ: "WSGIEnvironment", start: "StartResponse") -> Iterable[bytes]:
        if environ["PATH_INFO"] != PATH or environ["REQUEST_METHOD"] != "GET":
            return self.inner(environ, start)
        started = perf_counter()
        try:
            status, headers = "200 OK", self._answer(environ)
        except (Unauthenticated, NotFound, TooMany) as refusal:
            status, headers = "401 UNAUTHORIZED", _refused(refusal)
            log.info("identity.refused", reason=refusal.code, request_id=environ.get("HTTP_X_REQUEST_ID"))
        except Exception:  # noqa: BLE001 - the edge: whatever it was, the gateway gets an answer and the log the trace
            status, headers = "500 INTERNAL SERVER ERROR", {}
            log.exception("request.failed", request_id=environ.get("HTTP_X_REQUEST_ID"))
        health.count("auth", route=PATH, method="GET", status=int(status[:3]), seconds=perf_counter() - started)
        start(status, [("Content-Length", "0"), ("Cache-Control", "no-store"), *headers.items()])
        return ()

    def _answer(self, environ: "WSGIEnvironment") -> dict[str, str]:
        """The headers for the gateway. Raises Unauthenticated, NotFound, TooMany."""
        now, headers = clock.now(), {}
        with self.database.begin(read_only=True) as session:
            page = _own_page(session, environ)
            if page is not None:
                headers = {"X-Portal-Home": page.home or places.ROOT, "X-Inside-Path": page.inside}
            portal = page.slug if page else environ.get("HTTP_X_PORTAL", "")
            known = self._known(session, environ, portal=portal, now=now)
        if known is not None:
            self._note(known, now)
            headers["X-Passport"] = self.adapters.passports.for_request(known.subject, now=now)
        return headers

    def _known(self, session: Session, environ: "WSGIEnvironment", *, portal: str, now: datetime) -> Known | None:
        """Pages know cookies and frames' tokens, the API knows bearer tokens; neither looks at the other's."""
        if portal:
            return self._of_page(session, environ, portal=portal, now=now)
        scheme, _, token = environ.get("HTTP_AUTHORIZATION", "").partition(" ")
        if not scheme:
            return None
        if scheme.lower() != "bearer":
            raise Unauthenticated
        return self._of_bearer(session, token.strip(), client=_client(environ), now=now)

    def _of_bearer(self, session: Session, token: str, *, client: str, now: datetime) -> Known:
        """Raises BadKey, and TooManyBadKeys to a client that keeps trying. A good key is never kept waiting."""
        try:
            return identity.of_bearer(session, token=token, secrets=self.adapters.secrets, now=now)
        except api_key.MalformedKey:
            api_key.check_bad(bad_last_minute=self.adapters.malformed_keys.count(client))
            raise
        except api_key.BadKey:
            session.close()
            with self.database.begin() as writing:
                bad_keys.note(writing, client=client, now=now)
            raise

    def _of_page(self, session: Session, environ: "WSGIEnvironment", *, portal: str, now: datetime) -> Known | None:
        """A request with a frame's token is the frame's, whatever cookies the browser added."""
        framed = environ.get(_FRAMED)
        if framed is not None:
            return identity.of_frame(session, token=framed, portal=portal, now=now)
        brought, public_url = parse_cookie(environ), self.adapters.public_url
        token = brought.get(cookies.name(public_url, portal))
        known = identity.of_cookie(session, token=token, portal=portal, now=now) if token else None
        everywhere = brought.get(cookies.name(public_url, GLOBAL))
        if known is None and everywhere and portal not in PLACES:
            return identity.of_global(session, token=everywhere, portal=portal, now=now)
        return known

    def _note(self, known: Known, now: datetime) -> None:
        """In a transaction of its own, once a minute: the answer itself only reads."""
        if known.id and is_worth_noting(last_noted_at=known.last_noted_at, now=now):
            with self.database.begin() as writing:
                NOTED[known.by](writing, known.id, now)


def install(app: Flask) -> None:
    """Put the gate in front of auth's application, once it is wired."""
    gate = Gate(app.wsgi_app, lambda: cast(Wiring, app.extensions["bursar"]))
    app.wsgi_app = gate  # type: ignore[method-assign, assignment]  # Flask's own way to put something in front


def _refused(refusal: Refusal) -> dict[str, str]:
    headers = {"X-Auth-Error": refusal.code}
    if isinstance(refusal, TooMany):
        headers["Retry-After"] = str(refusal.retry_after)
    return headers


def _own_page(session: Session, environ: "WSGIEnvironment") -> own_host.Page | None:
    """The page that was asked for, where that was at another host than the installation's."""
    host = environ.get("HTTP_X_OWN_HOST")
    if not host:
        return None
    return own_host.decide(hosts.places(session, host=host), path=environ.get("HTTP_X_OWN_PATH", ""))


def _client(environ: "WSGIEnvironment") -> str:
    return sign_in.client_of(environ.get("HTTP_X_REAL_IP") or environ.get("REMOTE_ADDR", ""))


def _note_key(writing: Session, key_id: str, now: datetime) -> None:
    keys.note_used(writing, key_id=key_id, now=now)


def _note_portal_session(writing: Session, session_id: str, now: datetime) -> None:
    sessions.note_seen(writing, session_id=session_id, now=now)


_FRAMED: Final = "HTTP_" + frames.SESSION.upper().replace("-", "_")

NOTED: Final[dict[str, Callable[[Session, str, datetime], Any]]] = {
    "key": _note_key,
    "portal_session": _note_portal_session,
    "global_session": seen_everywhere,
    "staff_session": staff_seen,
}
"""How it is noted that something was used: (session, its id, now)."""
