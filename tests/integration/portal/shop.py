"""Portal as the tests meet it: its web application, vendors known by event, keys and customers with passports."""

import itertools
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any, Final

import requests
from sqlalchemy import select, text
from werkzeug.test import TestResponse

from services.auth.adapters.passports import Passports
from services.auth.rules.api_key import SCOPES
from services.auth.rules.passport import Subject
from services.portal.adapters import connect
from services.portal.api import BLUEPRINTS, acceptances, email_change, entrances, integrations, internal
from services.portal.handlers import HANDLERS
from services.portal.settings import PortalSettings
from shared import clock, ids
from shared.bus import codec
from shared.database import Database, Session, scope
from shared.database.tables import outbox
from shared.events import Actor, Envelope, Event, Mode, VendorRegistered
from shared.http import Client
from shared.settings import Secret
from shared.web import create_app
from shared.web.app import App
from shared.web.identity import PassportKeys

KEY: Final = "0123456789abcdef0123456789abcdef"
LINK_KEY: Final = "bGlua3MgaW4gbWFpbHMsIDMyIGJ5dGVzIG9mIGl0ISE="
_NUMBER: Final = itertools.count(1)
PASSPORTS: Final = Passports("22" * 32)
AUTH = Actor(kind="system", id="auth")


class _Auth(Client):
    """Stands where auth is: answers with the public keys."""

    def get(self, path: str, *, passport: str | None = None, stream: bool = False, **options: Any) -> requests.Response:
        answer = requests.Response()
        answer.json = PASSPORTS.public  # type: ignore[method-assign]
        return answer


@dataclass(frozen=True)
class Who:
    """Who a customer's action says is asking, as `shared.web.Caller` has it."""

    kind: str = "customer"
    assurance: str | None = "verified"
    proven_at: datetime | None = field(default_factory=clock.now)
    session: str | None = "ses_1"
    portal: str | None = None
    way_in: str | None = "email_code"
    role: str | None = None


def application(database: Database, **more: Any) -> App:
    """Portal's application on this database; `more` are settings."""
    settings = PortalSettings(
        database_url=database.url.render_as_string(hide_password=False),
        bus_url="sqlite:///:memory:",
        public_url="http://localhost:8080",
        auth_url="http://127.0.0.1:9",
        invoices_url="http://127.0.0.1:9",
        notifications_url="http://127.0.0.1:9",
        secret_key=Secret(KEY),
        link_key=Secret(LINK_KEY),
        **more,
    )
    app = create_app(
        "portal",
        settings=settings,
        database=database,
        adapters=connect(settings),
        api=BLUEPRINTS,
        internal=(
            integrations.blueprint,
            acceptances.blueprint,
            internal.blueprint,
            entrances.blueprint,
            email_change.blueprint,
        ),
    )
    keys = PassportKeys(_Auth("http://127.0.0.1:9", name="auth"))
    app.extensions["bursar"] = replace(app.extensions["bursar"], keys=keys)
    return app


@dataclass
class Shop:
    """A vendor in one mode, and what it asks of portal."""

    app: App
    database: Database
    vendor: str
    slug: str
    mode: Mode = "test"

    @property
    def portal(self) -> str:
        return self.slug if self.mode == "live" else f"{self.slug}-test"

    def live(self) -> "Shop":
        return replace(self, mode="live")

    def ask(self, method: str, path: str, *, scopes: tuple[str, ...] = SCOPES, **options: Any) -> TestResponse:
        """A request with this vendor's key."""
        subject = Subject(kind="key", id="key_1", vendor=self.vendor, mode=self.mode, scopes=scopes)
        headers = {"X-Passport": PASSPORTS.issue(subject, now=clock.now()), **options.pop("headers", {})}
        return self.app.test_client().open(path, method=method, headers=headers, **options)

    def get(self, path: str, **options: Any) -> Any:
        return _good(self.ask("GET", path, **options))

    def post(self, path: str, body: dict[str, Any], **options: Any) -> Any:
        return _good(self.ask("POST", path, json=body, **options))

    def patch(self, path: str, body: dict[str, Any], **options: Any) -> Any:
        return _good(self.ask("PATCH", path, json=body, **options))

    def customer(self, email: str = "ada@example.com", **more: Any) -> dict[str, Any]:
        made: dict[str, Any] = self.post("/v1/customers", {"email": email, **more})
        return made

    def product(self, **more: Any) -> dict[str, Any]:
        body = {"name": "Studio", "tax_rate": 1900, "tax_behavior": "inclusive", "unit_label": "seat", **more}
        made: dict[str, Any] = self.post("/v1/products", body)
        return made

    def plan(self, *, product: dict[str, Any] | None = None, **more: Any) -> dict[str, Any]:
        of = product or self.product()
        body = {
            "product": of["id"],
            "name": f"Team {next(_NUMBER)}",
            "currency": "EUR",
            "unit_amount": 2500,
            "interval": "month",
            **more,
        }
        made: dict[str, Any] = self.post("/v1/plans", body)
        return made

    def subscription(self, *, customer: dict[str, Any] | None = None, quantity: int = 2, **more: Any) -> dict[str, Any]:
        plan = more.pop("plan", None) or self.plan()
        who = customer or self.customer(f"c{next(_NUMBER)}@example.com")
        body = {"customer": who["id"], "plan": plan["id"], "quantity": quantity, **more}
        made: dict[str, Any] = self.post("/v1/subscriptions", body)
        return made

    def payment(self, customer: dict[str, Any], **more: Any) -> dict[str, Any]:
        body = {"customer": customer["id"], "currency": "EUR", "description": "Reeds", "amount": 1290, **more}
        made: dict[str, Any] = self.post("/v1/payments", body, headers={"Idempotency-Key": f"p{next(_NUMBER)}"})
        return made

    @contextmanager
    def as_customer(self, *customers: str) -> Iterator[Session]:
        """A transaction in the scope of these customers."""
        actor = Actor(kind="customer", id=customers[0])
        here = scope.Scope(vendor=self.vendor, mode=self.mode, actor=actor, request_id="req_test", customers=customers)
        with scope.use(here), self.database.begin() as session:
            yield session

    @contextmanager
    def inside(self) -> Iterator[Session]:
        """A transaction in the vendor's scope."""
        with scope.system(vendor=self.vendor, mode=self.mode, job="test"), self.database.begin() as session:
            yield session

    def who(self, **more: Any) -> Who:
        return Who(**{"portal": self.portal, **more})

    def said(self, kind: type[Event]) -> list[Any]:
        """The events of a kind that this vendor's mode has recorded, oldest first."""
        with self.database.begin() as session:
            in_order = (outbox.c.recorded_at, outbox.c.id)  # ids of the same millisecond have no order
            bodies = session.execute(select(outbox.c.body).where(outbox.c.key == kind.key()).order_by(*in_order))
            envelopes = [codec.decode(body.encode()) for (body,) in bodies]
        return [each.event for each in envelopes if (each.vendor, each.mode) == (self.vendor, self.mode)]

    def logged(self, object_id: str) -> list[str]:
        """What the action log has of a thing, oldest first."""
        return [each["action"] for each in reversed(self.get(f"/v1/action_log?object={object_id}")["data"])]

    def hear(self, said: Event, *, mode: Mode | None = None, by: Actor = AUTH) -> None:
        """The worker handles this event."""
        hear(self.database, said, vendor=self.vendor, mode=mode or self.mode, by=by)


def hear(database: Database, said: Event, *, vendor: str, mode: Mode, by: Actor = AUTH) -> None:
    """As the consumer does: in the scope of the envelope, in one transaction."""
    envelope = Envelope(
        id=ids.new("evt"),
        source="/test",
        vendor=vendor,
        mode=mode,
        actor=by,
        request_id="",
        time=clock.now(),
        event=said,
    )
    with (
        scope.use(scope.Scope(vendor=vendor, mode=mode, actor=by, request_id="req_test")),
        database.begin() as session,
    ):
        for handler in HANDLERS[type(said)]:
            handler(session, said, envelope=envelope)


def registered(vendor: str, slug: str, **more: Any) -> VendorRegistered:
    given: dict[str, Any] = {
        "display_name": "Larkfield",
        "profile": {"brand_color": "#0b7a5b", "support_url": "https://larkfield.example/help"},
        "default_locale": "en",
        "revision": 1,
        **more,
    }
    return VendorRegistered(vendor=vendor, slug=slug, **given)


def open_shop(app: App, database: Database) -> Shop:
    """A new vendor."""
    vendor, slug = ids.new("ven"), f"shop-{next(_NUMBER)}"
    hear(database, registered(vendor, slug), vendor=vendor, mode="live")
    return Shop(app, database, vendor, slug)


def ago(**of: float) -> str:
    """A moment of the past, as JSON has it."""
    return (clock.now() - timedelta(**of)).isoformat()


def count(database: Database, table: str) -> int:
    with database.begin() as session:
        return int(session.execute(text(f"SELECT count(*) FROM {table}")).scalar_one())


def _good(answer: TestResponse) -> Any:
    assert answer.status_code < 300, f"{answer.status_code} {answer.text}"
    return answer.json


Make = Callable[[], Shop]
