"""Who is in the console, as auth knows them: any service but auth asks it."""

from collections.abc import Callable
from dataclasses import dataclass
from threading import Lock
from typing import Final

from cachetools import TTLCache

from shared.http import Client
from shared.web.context import wiring
from shared.web.identity import Caller

_KEPT: Final[TTLCache[tuple[str, str], "Standing"]] = TTLCache(maxsize=2_000, ttl=10)
_LOCK: Final = Lock()


@dataclass(frozen=True, kw_only=True)
class Workplace:
    """A vendor that the same mailbox works for: as which user, and what it is called."""

    user: str
    vendor_name: str


@dataclass(frozen=True, kw_only=True)
class Standing:
    """Whom auth knows behind the present session: one of a vendor's people. `locale` is the vendor's language."""

    user: str
    email: str
    name: str | None
    vendor_name: str
    locale: str
    workplaces: tuple[Workplace, ...]


Asker = Callable[[Caller], Standing | None]
"""Asks who is behind the caller's session; None where that has ended."""


def ask_auth(who: Caller) -> Standing | None:
    """The way for every service but auth; an answer is good for some seconds. Raises Unavailable."""
    key = (who.session or "", who.id)
    with _LOCK:
        kept = _KEPT.get(key)
    if kept is not None:
        return kept
    answer = Client(wiring().settings.auth_url, name="auth").get("/internal/staff", passport=who.passport)
    if not answer.ok:
        return None
    told = answer.json()
    workplaces = tuple(Workplace(**each) for each in told.pop("workplaces"))
    found = Standing(**told, workplaces=workplaces)
    with _LOCK:
        _KEPT[key] = found
    return found
