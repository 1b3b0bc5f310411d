"""Flask, for all four services. Nothing outside this folder, `api`, `pages` and `wsgi` imports it."""

from shared.web.access import Access, admin, customer, internal, public, staff, writes
from shared.web.api import ApiBlueprint
from shared.web.app import create_app
from shared.web.context import (
    adapters,
    begin,
    caller,
    caller_or_none,
    client_address,
    request_id,
    session,
    settings,
)
from shared.web.fields import Int, Schema, Str
from shared.web.htmx import dress, follow_visit, prefer_language, redirect_to, remember_language, render, speak_to
from shared.web.idempotency import idempotent
from shared.web.identity import Caller
from shared.web.transaction import in_steps

__all__ = [
    "Access",
    "ApiBlueprint",
    "Caller",
    "Int",
    "Schema",
    "Str",
    "adapters",
    "admin",
    "begin",
    "caller",
    "caller_or_none",
    "client_address",
    "create_app",
    "customer",
    "dress",
    "follow_visit",
    "idempotent",
    "in_steps",
    "internal",
    "prefer_language",
    "public",
    "redirect_to",
    "remember_language",
    "render",
    "request_id",
    "session",
    "settings",
    "speak_to",
    "staff",
    "writes",
]
