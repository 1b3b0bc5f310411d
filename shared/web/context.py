"""What belongs to one request: its id, its caller, its transaction; and to one application: settings, adapters.

Views ask for these by function; nothing else looks at `flask.g`.
"""

from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from time import perf_counter
from typing import Any, TypeVar, cast

from flask import current_app, g, request

from shared.database import Begin, Database, Session
from shared.errors import Unauthenticated
from shared.ui import NEUTRAL, Brand
from shared.web.identity import Caller, PassportKeys
from shared.web.lookout import Lookout

T = TypeVar("T")


@dataclass(frozen=True, kw_only=True)
class Wiring:
    """What `create_app` was given."""

    service: str
    settings: Any
    adapters: Any
    database: Database
    keys: PassportKeys
    lookout: Lookout
    step_up: Any = None  # a `shared.web.step_up.Asker`
    console: Any = None  # a `shared.web.console_standing.Asker`
    error_looks: Any = None  # a `shared.web.error_looks.Looks`


@dataclass
class Request:
    """The present request, kept in `flask.g`."""

    id: str
    caller: Caller | None = None
    read_only: bool = True
    open: ExitStack = field(default_factory=ExitStack)
    session: Session | None = None
    started: float = field(default_factory=perf_counter)
    brand: Brand = NEUTRAL
    default_language: str | None = None
    detect_language: bool = True
    visit_language: str | None = None
    reader_language: str | None = None
    language: str | None = None  # what came of them, once somebody asked
    visit_theme: str | None = None
    own_texts: Mapping[str, str] = field(default_factory=dict)  # by key, in place of the catalog's
    portal_texts: Mapping[str, Mapping[str, str]] = field(default_factory=dict)  # by language, weaker
    csrf_cookie: str | None = None
    headers: dict[str, str] = field(default_factory=dict)  # what the answer to this request will carry
    on_step: Callable[[Session], None] | None = None  # what each transaction of a view in steps writes as well
    noted: dict[str, Any] | None = None  # what a view in steps has begun, for the next try of the same request
    is_logged: bool = False  # whether the request log has this request, or cannot have it


def wiring() -> Wiring:
    """What the application was made of."""
    return cast(Wiring, current_app.extensions["bursar"])


def enter(request_id: str, *, read_only: bool) -> None:
    """A request begins."""
    g.bursar = Request(id=request_id, read_only=read_only)


def this() -> Request:
    """The present request."""
    return cast(Request, g.bursar)


def settings(kind: type[T]) -> T:
    """The application's settings, of the kind that the service defines."""
    found = wiring().settings
    assert isinstance(found, kind)
    return found


def adapters(kind: type[T]) -> T:
    """The application's adapters, of the kind that the service defines."""
    found = wiring().adapters
    assert isinstance(found, kind)
    return found


def caller() -> Caller:
    """Who is calling. Raises Unauthenticated when nobody we know is."""
    found = this().caller
    if found is None:
        raise Unauthenticated
    return found


def caller_or_none() -> Caller | None:
    """Who is calling, if anybody we know."""
    return this().caller


def session() -> Session:
    """The transaction of this request, opened at first use. Read-only for GET and HEAD, unless the view `@writes`.

    It commits when the view returns and rolls back when it raises.
    """
    present = this()
    if present.session is None:
        present.session = present.open.enter_context(wiring().database.begin(read_only=present.read_only))
    return present.session


def begin() -> Begin:
    """For actions in steps, each a transaction of its own. What the request has read so far ends here."""
    stop_reading()
    on_step = this().on_step
    if on_step is None:
        return wiring().database.begin

    @contextmanager
    def marked() -> Iterator[Session]:
        with wiring().database.begin() as step:
            yield step
            on_step(step)

    return marked


def stop_reading() -> None:
    """Give the connection back: who holds one while waiting for another waits for ever, once all do.

    The session's next use begins anew and sees what was done meanwhile.
    """
    present = this()
    if present.session is not None:
        present.session.rollback()


def client_address() -> str:
    """The address of the client, as the gateway saw it."""
    return request.headers.get("X-Real-IP") or request.remote_addr or ""


def request_id() -> str:
    """The id of this request, in every log line, event and error."""
    return this().id
