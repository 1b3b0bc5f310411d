"""`Idempotency-Key`: the same POST twice has one effect, and the first answer is given again for 24 hours.

The key's row, the effect and its events are one transaction, so a crash leaves all or nothing. On PostgreSQL an
advisory lock tells a second request at once that the first is still at it (409); SQLite writes one after the other.
"""

import hashlib
import json
from collections.abc import Callable
from datetime import timedelta
from functools import wraps
from typing import Any, Final, TypeVar, cast, overload

from flask import Response, current_app, make_response, request
from sqlalchemy import Row, delete, insert, select, text, update

from shared import clock
from shared.database.tables import idempotency_keys
from shared.errors import Conflict, Invalid
from shared.web.context import caller, session, this, wiring

View = TypeVar("View", bound=Callable[..., Any])
HEADER: Final = "Idempotency-Key"
KEPT: Final = timedelta(hours=24)
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


@overload
def idempotent(view: View) -> View: ...
@overload
def idempotent(*, required: bool) -> Callable[[View], View]: ...
def idempotent(view: Any = None, *, required: bool = False) -> Any:
    """For POSTs that make a thing; `required` where money moves. Stands under the access mark, above the rest."""

    def mark(inner: View) -> View:
        @wraps(inner)
        def once(*args: Any, **kwargs: Any) -> Any:
            key = _key(required=required)
            if key is None:
                return inner(*args, **kwargs)
            return _replay_or_run(key, lambda: make_response(current_app.ensure_sync(inner)(*args, **kwargs)))

        return cast(View, once)

    return mark if view is None else mark(view)


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
    _lock(identity)
    earlier = session().connection().execute(select(idempotency_keys).where(*_is(identity))).one_or_none()
    if earlier is not None and earlier.created_at > clock.now() - KEPT:
        return _again(earlier)
    session().connection().execute(delete(idempotency_keys).where(*_is(identity)))
    session().connection().execute(
        insert(idempotency_keys).values(**identity, fingerprint=_fingerprint(), created_at=clock.now())
    )
    answer = run()
    given = {**dict(answer.headers), **this().headers}
    headers = {name: given[name] for name in _KEPT_HEADERS if name in given}
    session().connection().execute(
        update(idempotency_keys)
        .where(*_is(identity))
        .values(status=answer.status_code, headers=headers, body=answer.get_data())
    )
    return answer


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


def _lock(identity: dict[str, str]) -> None:
    if wiring().database.is_sqlite:
        return
    digest = hashlib.sha256("\n".join(identity.values()).encode()).digest()
    number = int.from_bytes(digest[:8], "big", signed=True)
    if not session().scalar(text("SELECT pg_try_advisory_xact_lock(:number)"), {"number": number}):
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
