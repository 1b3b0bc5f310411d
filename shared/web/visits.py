"""What the way in brought along for a visit, asked of auth: where to go back to, what to do first, in which words.

It does not change while the session lives, so an answer is kept for a minute.
"""

from dataclasses import dataclass, field
from threading import Lock
from typing import Any, Final

from cachetools import TTLCache

from shared.http import Client
from shared.web.context import caller_or_none, wiring

_KEPT: Final[TTLCache[str, "Visit"]] = TTLCache(maxsize=2_000, ttl=60)
_LOCK: Final = Lock()


@dataclass(frozen=True, kw_only=True)
class Visit:
    """`flow` is a portal session's `flow_data`; `translations` are texts by key, in the visit's language."""

    return_url: str | None = None
    flow: dict[str, Any] | None = None
    locale: str | None = None
    translations: dict[str, str] = field(default_factory=dict)
    theme: str | None = None
    origin: str | None = None


NOTHING: Final = Visit()


def visit() -> Visit:
    """That of the present request's session. Raises Unavailable while auth is away and was not asked before."""
    who = caller_or_none()
    if who is None or not who.has_details or who.session is None:
        return NOTHING
    with _LOCK:
        kept = _KEPT.get(who.session)
    if kept is not None:
        return kept
    auth = Client(wiring().settings.auth_url, name="auth")
    found = auth.get(f"/internal/sessions/{who.session}", passport=who.passport).json()
    told = Visit(**{name: value for name, value in found.items() if value is not None})
    with _LOCK:
        _KEPT[who.session] = told
    return told
