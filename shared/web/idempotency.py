"""`Idempotency-Key`: the same POST twice has one effect, and the first answer is given again for 24 hours.

The key's row, the effect and its events are one transaction, so a crash leaves all or nothing. On PostgreSQL an
advisory lock tells a second request at once that the first is still at it (409); SQLite writes one after the other.

A view in steps can't be one transaction. Its key is claimed first; each step marks the claim as begun in the step's own
transaction; the answer is kept at the end. A claim without an answer is in use for `CLAIMED_FOR`, then the request that
made it is taken for dead: if it had not begun, the next one runs; if it had, the next one runs where the view says that
it continues what it finds (`resumes`), and is told to look for itself otherwise. Nothing is ever done twice.

What a view needs to go on with, it keeps with the step that made it (`note`); the next try finds it (`begun`).
"""

import hashlib
import json
from collections.abc import Callable
from datetime import timedelta
from functools import wraps
from typing import Any, Final, TypeVar, cast, overload

from flask import Response, current_app, make_response, request
from sqlalchemy import Row, delete, insert, select, text, update
from sqlalchemy.dialects import postgresql, sqlite

from shared import clock
from shared.database import Session
from shared.database.tables import idempotency_keys
from shared.errors import Conflict, Invalid
from shared.web.context import caller, session, stop_reading, this, wiring

View = TypeVar("View", bound=Callable[..., Any])
HEADER: Final = "Idempotency-Key"
KEPT: Final = timedelta(hours=24)
CLAIMED_FOR: Final = timedelta(seconds=50)
_BEGUN: Final = b"begun"
LONGEST: Final = 255
_KEPT_HEADERS: Final = ("Content-Type", "Location", "ETag")


class KeyMissing(Invalid):
    """What moves money needs an `Idempotency-Key`."""

    code = "idempotency_key_missing"


class KeyMalformed(Invalid):
    """A key is one header of 1 to 255 visible ASCII characters."""

    code = "idempotency_key_malformed"


class KeyReused(Invalid):
    """The key came before with another request."""

    code = "idempotency_key_reused"


class KeyInUse(Conflict):
    """The first request with this key is still at it."""

    code = "idempotency_key_in_use"


class KeyInterrupted(Conflict):
    """The first request with this key broke off after it had begun; what it began is settled by the clock."""

    code = "idempotency_key_interrupted"


@overload
def idempotent(view: View) -> View: ...
@overload
def idempotent(*, required: bool = False, resumes: bool = False) -> Callable[[View], View]: ...
def idempotent(view: Any = None, *, required: bool = False, resumes: bool = False) -> Any:
    """For POSTs that make a thing; `required` where money moves. Stands under the access mark and `in_steps`.

    `resumes`: called again after a crash, the view continues what it began instead of beginning anew.
    """

    def mark(inner: View) -> View:
        @wraps(inner)
        def once(*args: Any, **kwargs: Any) -> Any:
            key = _key(required=required)
            if key is None:
                return inner(*args, **kwargs)

            def run() -> Response:
                return make_response(current_app.ensure_sync(inner)(*args, **kwargs))

            if getattr(once, "in_steps", False):
                return _replay_or_run_in_steps(key, run, resumes=resumes)
            return _replay_or_run(key, run)

        return cast(View, once)

    return mark if view is None else mark(view)


def effect_key() -> str | None:
    """64 hex digits that name this request's effect, the same at each try; None without a key.

    What a view in steps begins under this name it finds again when it `resumes`.
    """
    given = request.headers.get(HEADER)
    return None if given is None else _digest(_identity(given)).hex()


def note(**facts: Any) -> None:
    """Keep `facts`, which JSON can hold, with the open step: once it is committed, a later try has them as `begun`."""
    this().noted = facts


def begun() -> dict[str, Any] | None:
    """What an earlier try of this request, which broke off, had noted in a step that was committed."""
    return this().noted


def _key(*, required: bool) -> str | None:
    given = request.headers.getlist(HEADER)
    if not given:
        if required:
            raise KeyMissing
        return None
    if (
        len(given) > 1
        or not 1 <= len(given[0]) <= LONGEST
        or not all("!" <= character <= "~" for character in given[0])
    ):
        raise KeyMalformed
    return given[0]


def _replay_or_run(key: str, run: Callable[[], Response]) -> Response:
    identity = _identity(key)
    _lock(session(), identity)
    earlier = session().connection().execute(select(idempotency_keys).where(*_is(identity))).one_or_none()
    if earlier is not None and earlier.created_at > clock.now() - KEPT:
        return _again(earlier)
    session().connection().execute(delete(idempotency_keys).where(*_is(identity)))
    session().connection().execute(
        insert(idempotency_keys).values(**identity, fingerprint=_fingerprint(), created_at=clock.now())
    )
    answer = run()
    session().connection().execute(update(idempotency_keys).where(*_is(identity)).values(**_kept(answer)))
    return answer


def _replay_or_run_in_steps(key: str, run: Callable[[], Response], *, resumes: bool) -> Response:
    identity = _identity(key)
    with wiring().database.begin() as step:
        earlier = _claim(step, identity, resumes=resumes)
    if earlier is not None:
        return _again(earlier)
    this().on_step = lambda step: _mark_begun(step, identity)
    try:
        answer = run()
    except BaseException:
        stop_reading()
        with wiring().database.begin() as step:
            _let_go(step, identity)
        raise
    stop_reading()
    with wiring().database.begin() as step:
        step.connection().execute(update(idempotency_keys).where(*_is(identity)).values(**_kept(answer)))
    return answer


def _claim(step: Session, identity: dict[str, str], *, resumes: bool) -> Row[Any] | None:
    """The earlier request when it has an answer; None when the key is ours now. Raises KeyInUse, KeyInterrupted."""
    now, connection = clock.now(), step.connection()
    insert_of = sqlite.insert if wiring().database.is_sqlite else postgresql.insert
    mine = {**identity, "fingerprint": _fingerprint(), "created_at": now}
    inserted = insert_of(idempotency_keys).values(mine).on_conflict_do_nothing().returning(idempotency_keys.c.id)
    if connection.execute(inserted).first() is not None:
        return None
    earlier = connection.execute(select(idempotency_keys).where(*_is(identity)).with_for_update()).one_or_none()
    if earlier is None:
        raise KeyInUse
    age, kept = now - earlier.created_at, None
    if age <= KEPT:
        if earlier.status is not None or earlier.fingerprint != mine["fingerprint"]:
            return earlier
        if age <= CLAIMED_FOR:
            raise KeyInUse
        if earlier.body is not None and not resumes:
            raise KeyInterrupted
        kept = earlier.body  # should this try break off as well, the next one finds what the first had begun
        this().noted = None if kept is None else json.loads(kept.removeprefix(_BEGUN) or "null")
    fresh = {"fingerprint": mine["fingerprint"], "created_at": now, "status": None, "headers": None, "body": kept}
    connection.execute(update(idempotency_keys).where(*_is(identity)).values(fresh))
    return None


def _mark_begun(step: Session, identity: dict[str, str]) -> None:
    noted = this().noted
    body = _BEGUN if noted is None else _BEGUN + json.dumps(noted).encode()
    step.connection().execute(update(idempotency_keys).where(*_is(identity)).values(body=body))


def _let_go(step: Session, identity: dict[str, str]) -> None:
    """The request failed. Its key is free; once it had begun it is kept, so that it does not begin again."""
    mine = [*_is(identity), idempotency_keys.c.status.is_(None)]
    step.connection().execute(delete(idempotency_keys).where(*mine, idempotency_keys.c.body.is_(None)))
    over = clock.now() - CLAIMED_FOR - timedelta(seconds=1)  # nobody is at it, so nobody need wait
    step.connection().execute(update(idempotency_keys).where(*mine).values(created_at=over))


def _kept(answer: Response) -> dict[str, Any]:
    """What is given again."""
    given = {**dict(answer.headers), **this().headers}
    headers = {name: given[name] for name in _KEPT_HEADERS if name in given}
    return {"status": answer.status_code, "headers": headers, "body": answer.get_data()}


def _again(earlier: Row[Any]) -> Response:
    if earlier.fingerprint != _fingerprint():
        raise KeyReused
    if earlier.status is None:
        raise KeyInUse
    answer = Response(earlier.body, status=earlier.status, headers=earlier.headers)
    answer.headers["Idempotent-Replayed"] = "true"
    return answer


def _identity(key: str) -> dict[str, str]:
    who = caller()
    return {
        "vendor": who.vendor or "",
        "mode": who.mode or "",
        "actor": who.id,
        "method": request.method,
        "path": request.path,
        "key": key,
    }


def _is(identity: dict[str, str]) -> list[Any]:
    return [idempotency_keys.c[name] == value for name, value in identity.items()]


def _digest(identity: dict[str, str]) -> bytes:
    return hashlib.sha256("\n".join(identity.values()).encode()).digest()


def _lock(transaction: Session, identity: dict[str, str]) -> None:
    if wiring().database.is_sqlite:
        return
    number = int.from_bytes(_digest(identity)[:8], "big", signed=True)
    if not transaction.scalar(text("SELECT pg_try_advisory_xact_lock(:number)"), {"number": number}):
        raise KeyInUse


def _fingerprint() -> str:
    """Of what was asked: canonical JSON where it is JSON, the bytes and file names where it is a form."""
    if request.mimetype == "application/json" and request.get_data(cache=True):
        asked = json.dumps(json.loads(request.get_data(cache=True)), sort_keys=True, separators=(",", ":")).encode()
    elif request.files:
        parts = [hashlib.sha256(each.stream.read()).hexdigest() for each in request.files.values()]
        for each in request.files.values():
            each.stream.seek(0)
        asked = json.dumps([sorted(request.form.items()), parts]).encode()
    else:
        asked = request.get_data(cache=True)
    return hashlib.sha256(asked).hexdigest()
