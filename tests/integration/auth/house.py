"""Auth as the tests meet it: the web application, a browser in front of it, a mailroom behind it, a fixed clock."""

import importlib
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.test import TestResponse

from services.auth import handlers, jobs
from services.auth.adapters import Adapters
from shared import ids
from shared.database import Database, scope
from shared.events import (
    Actor,
    CustomerCreated,
    CustomerEmailChanged,
    Envelope,
    Event,
    PortalConfigurationPublished,
    PortalConfigurationPublishedV2,
    PortalConfigurationPublishedV3,
)
from shared.web.app import App
from shared.web.identity import PassportKeys
from tests.integration.auth.stand_ins import SEALING_KEY, Mailroom, OrderBook

PUBLIC_URL = "http://localhost:8080"
ADMIN_TOKEN = "a" * 40
NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
FIREFOX = "Mozilla/5.0 (Windows NT 10.0; rv:140.0) Gecko/20100101 Firefox/140.0"


def environment(database_url: str, *, public_url: str = PUBLIC_URL) -> dict[str, str]:
    """The variables that an installation sets for auth; its siblings are nowhere."""
    return {
        "AUTH_DATABASE_URL": database_url,
        "BUS_URL": "sqlite:///:memory:",
        "PUBLIC_URL": public_url,
        "AUTH_SECRET_KEY": "s" * 40,
        "PASSPORT_KEYS": "11" * 32,
        "SEALING_KEY": SEALING_KEY,
        "ADMIN_TOKEN": ADMIN_TOKEN,
        **{f"{name}_URL": "http://127.0.0.1:9" for name in ("AUTH", "PORTAL", "INVOICES", "NOTIFICATIONS")},
    }


def shipped_app(environ: dict[str, str]) -> App:
    """The application that `services.auth.wsgi` makes of this environment."""
    with pytest.MonkeyPatch.context() as patch:
        for name, value in environ.items():
            patch.setenv(name, value)
        module: Any = importlib.import_module("services.auth.wsgi")
        app: App = importlib.reload(module).app
    return app


def house_of(app: App) -> "House":
    """The application with a mailroom behind it, and keys that auth need not ask itself for over the network."""
    wiring = app.extensions["bursar"]
    mailroom = Mailroom()
    orders = OrderBook()
    adapters: Any = replace(wiring.adapters, notifications=mailroom, portal=orders)
    published = SimpleNamespace(json=adapters.passports.public)
    itself: Any = SimpleNamespace(get=lambda _path: published)
    app.extensions["bursar"] = replace(wiring, adapters=adapters, keys=PassportKeys(itself))
    return House(app, wiring.database, adapters, mailroom, orders)


@dataclass
class House:
    """Everything of one test."""

    app: App
    database: Database
    adapters: Adapters
    mailroom: Mailroom
    orders: OrderBook

    def browser(self, *, address: str = "203.0.113.7") -> "Browser":
        return Browser(self.app.test_client(), address)

    def hear(self, event: Event, *, vendor: str, mode: str = "live", at: datetime = NOON) -> None:
        """The worker handles this event."""
        envelope = Envelope(
            id=ids.new("evt"),
            source="/bursar/test",
            vendor=vendor,
            mode="live" if mode == "live" else "test",
            actor=Actor(kind="system", id="test"),
            request_id="",
            time=at,
            event=event,
        )
        around = scope.Scope(vendor=vendor, mode=envelope.mode, actor=envelope.actor, request_id="")
        with scope.use(around), self.database.begin() as session:
            for handler in handlers.HANDLERS[type(event)]:
                handler(session, event, envelope=envelope)

    def post_mails(self, *, now: datetime) -> int:
        """The worker's poller runs once."""
        return jobs.send_sign_in_mails(self.database.begin, now=now, adapters=self.adapters) + jobs.send_mails(
            self.database.begin, now=now, adapters=self.adapters
        )

    def identity(self, **headers: str) -> TestResponse:
        """What the gateway asks."""
        return self.app.test_client(use_cookies=False).get("/internal/identity", headers=headers)

    def rows(self, table: Any) -> list[Any]:
        with scope.platform(), self.database.begin(read_only=True) as session:
            return list(session.scalars(select(table)))


def a_portal(slug: str = "acme", *, revision: int = 1, **change: Any) -> PortalConfigurationPublished:
    given: dict[str, Any] = {
        "configuration": f"pcfg_{slug}",
        "slug": slug,
        "active": True,
        "display_name": "Acme",
        "sign_in_methods": ["email", "portal_session"],
        "appearance": {"brand_color": "#0b7a5b"},
        "languages": {"auto_detect": True, "default_locale": "en"},
        "links": {"privacy": "https://acme.example/privacy"},
        "revision": revision,
    }
    return PortalConfigurationPublished(**{**given, **change})


def a_portal_v2(
    slug: str = "acme", *, cross_device: str = "confirm", revision: int = 1, **change: Any
) -> PortalConfigurationPublishedV2:
    first = vars(a_portal(slug, revision=revision, **change))
    methods = first["sign_in_methods"]
    rest = {name: value for name, value in first.items() if name != "sign_in_methods"}
    return PortalConfigurationPublishedV2(**rest, sign_in={"methods": methods, "cross_device": cross_device})


def a_portal_v3(
    slug: str = "acme", *, revision: int = 2, methods: Sequence[str] = ("email", "portal_session"), **change: Any
) -> PortalConfigurationPublishedV3:
    """A portal that lists these ways in; `sign_in` and `embed` may be given in part."""
    first = vars(a_portal(slug, revision=revision))
    rest = {name: value for name, value in first.items() if name != "sign_in_methods"}
    sign_in = {
        "methods": list(methods),
        "identify_by": "email",
        "direct_actions": [],
        "cross_device": "confirm",
        "require_hash": True,
        "redirect_url": None,
        "sender_name": None,
        "reply_to": None,
        "invitation_email": False,
        **change.pop("sign_in", {}),
    }
    embed = {"allowed_origins": [], "events": False, "debug": False, **change.pop("embed", {})}
    more: dict[str, Any] = {"kind": "hosted", "is_default": True, "domain": None, "default_return_url": None}
    return PortalConfigurationPublishedV3(**{**rest, "sign_in": sign_in, "embed": embed, **more, **change})


def a_customer(email: str, *, customer: str = "cus_1", revision: int = 1, locale: str | None = None) -> CustomerCreated:
    return CustomerCreated(
        customer=customer, email=email, display_name="Mira", reference=None, locale=locale, revision=revision
    )


def a_move(email: str, previous: str, *, customer: str = "cus_1", revision: int = 2) -> CustomerEmailChanged:
    return CustomerEmailChanged(
        customer=customer,
        email=email,
        previous_email=previous,
        display_name="Mira",
        reference=None,
        locale=None,
        revision=revision,
    )


class Browser:
    """A browser without scripts, at one address, with its own cookies."""

    def __init__(self, client: FlaskClient, address: str) -> None:
        self.client = client
        self.headers = {"X-Real-IP": address, "User-Agent": FIREFOX, "Sec-Fetch-Site": "same-origin"}

    def get(self, path: str, **headers: str) -> TestResponse:
        return self.client.get(path, base_url=PUBLIC_URL, headers={**self.headers, **headers})

    def post(self, path: str, *, headers: dict[str, str] | None = None, **form: str) -> TestResponse:
        """Send a form of ours, with the hidden field that the page would have."""
        data = {"csrf_token": self.csrf(path), **form}
        return self.client.post(path, base_url=PUBLIC_URL, data=data, headers={**self.headers, **(headers or {})})

    def csrf(self, path: str) -> str:
        page = self.get(path.split("/sign-")[0] + "/sign-in")
        found = re.search(r'name="csrf_token" value="([0-9a-f]+)"', page.text)
        assert found is not None, page.text
        return found[1]

    def ask(self, email: str, *, slug: str = "acme", **form: str) -> TestResponse:
        return self.post(f"/p/{slug}/sign-in", email=email, **form)

    def type_code(self, code: str, *, slug: str = "acme") -> TestResponse:
        return self.post(f"/p/{slug}/sign-in/code", code=code)

    def describe(self, link: str, *, slug: str = "acme") -> TestResponse:
        return self.post(f"/p/{slug}/sign-in/link/describe", headers={"HX-Request": "true"}, token=token_of(link))

    def click(self, link: str, *, slug: str = "acme") -> TestResponse:
        """What the page's script sends for a real click."""
        return self.post(f"/p/{slug}/sign-in/link", token=token_of(link))

    def cookie(self, slug: str = "acme") -> str | None:
        found = self.client.get_cookie(f"bursar_8080_{slug}", domain="localhost")
        return found.value if found else None

    def is_signed_in(self, house: House, slug: str = "acme") -> bool:
        cookie = self.cookie(slug)
        if cookie is None:
            return False
        answer = house.identity(Cookie=f"bursar_8080_{slug}={cookie}", **{"X-Portal": slug})
        return "X-Passport" in answer.headers


def token_of(link: str) -> str:
    return link.partition("#t=")[2]


def visible(answer: TestResponse) -> tuple[int, dict[str, str], str]:
    """What somebody in front of it could tell apart: status, headers but the request's id, body; secrets blanked."""
    hidden = re.compile(r"(bursar_8080_[a-z_-]+|Expires)=[^;]+")
    headers = {
        name: hidden.sub(r"\1=…", value) for name, value in answer.headers if name not in ("X-Request-Id", "Date")
    }
    return answer.status_code, headers, answer.text
