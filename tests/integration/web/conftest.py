"""A web application just large enough to show what shared.web promises."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from types import SimpleNamespace
from typing import Any

import jwt
import marshmallow as ma
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from flask import Blueprint, Response
from flask.testing import FlaskClient
from flask.views import MethodView
from jwt.utils import base64url_encode
from sqlalchemy import String, func, select
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from shared import clock, ids
from shared.database import Database, VendorScoped, new_metadata
from shared.database.tables import metadata as shared_tables
from shared.errors import Conflict, StepUpRequired, TooMany, Unavailable
from shared.settings import CommonSettings, Secret, setting
from shared.web import (
    ApiBlueprint,
    Int,
    Schema,
    Str,
    admin,
    begin,
    create_app,
    customer,
    etags,
    idempotent,
    in_steps,
    internal,
    public,
    session,
    writes,
)
from shared.web.access import api as key_with
from shared.web.app import App
from shared.web.csrf import field
from shared.web.htmx import error_page
from shared.web.identity import PassportKeys
from shared.web.paging import PageArgs, page

PUBLIC_URL = "http://localhost:8080"
VENDOR, OTHER_VENDOR = "ven_a", "ven_b"


class Base(DeclarativeBase):
    metadata = new_metadata()


class Thing(VendorScoped, Base):
    __tablename__ = "things"

    id: Mapped[str] = mapped_column(String(40), primary_key=True)
    name: Mapped[str] = mapped_column(String(100))
    amount: Mapped[int]


class ThingIn(Schema):
    name = Str(required=True)
    amount = Int(required=True)


class ThingOut(Schema):
    id = Str()
    name = Str()
    amount = Int()


class Things(Schema):
    data = ma.fields.List(ma.fields.Nested(ThingOut))
    has_more = ma.fields.Boolean()


class NotTwice(Conflict):
    code = "conflict"


@dataclass(frozen=True, kw_only=True)
class Settings(CommonSettings):
    secret_key: Secret = setting("signs")


things = ApiBlueprint("things", description="Things")
pages = Blueprint("pages", __name__, url_prefix="/p/<slug>")
inside = Blueprint("inside", __name__, url_prefix="/internal")


@things.route("")
class Collection(MethodView):
    @key_with("things:read", customers=True)
    @things.arguments(PageArgs, location="query")
    @things.response(200, Things)
    def get(self, args: dict[str, Any]) -> Any:
        """List things"""
        return page(session(), select(Thing), Thing, args)

    @key_with("things:write")
    @idempotent
    @things.arguments(ThingIn)
    @things.response(201, ThingOut)
    def post(self, given: dict[str, Any]) -> Any:
        """Make a thing"""
        thing = Thing(id=ids.new("thg"), **given)
        session().add(thing)
        session().flush()
        if given["name"] == "fail":
            raise RuntimeError("at SELECT secret FROM /etc/passwd")
        if given["name"] == "twice":
            raise NotTwice
        if given["name"] == "busy":
            raise TooMany(retry_after=7)
        if given["name"] == "away":
            raise Unavailable(part="other")
        etags.show(1)
        return thing


@things.route("/paid", methods=["POST"])
@key_with("things:write")
@idempotent(required=True)
@things.arguments(ThingIn)
@things.response(201, ThingOut)
def pay(given: dict[str, Any]) -> Any:
    """Pay for a thing"""
    thing = Thing(id=ids.new("thg"), **given)
    session().add(thing)
    return thing


def _by_steps(given: dict[str, Any]) -> Any:
    """One step makes the thing, or finds it."""
    if given["name"] == "early":
        raise NotTwice
    with begin()() as step:
        found = step.scalars(select(Thing).where(Thing.name == given["name"])).first()
        thing = found or Thing(id=ids.new("thg"), **given)
        step.add(thing)
        step.flush()
        if given["name"] == "late":
            raise RuntimeError("within the step")
    return thing


@things.route("/stepwise", methods=["POST"])
@key_with("things:write")
@in_steps
@idempotent(required=True)
@things.arguments(ThingIn)
@things.response(201, ThingOut)
def stepwise(given: dict[str, Any]) -> Any:
    """Make a thing in steps"""
    return _by_steps(given)


@things.route("/resumed", methods=["POST"])
@key_with("things:write")
@in_steps
@idempotent(required=True, resumes=True)
@things.arguments(ThingIn)
@things.response(201, ThingOut)
def resumed(given: dict[str, Any]) -> Any:
    """Make a thing in steps, or go on with the one that was begun"""
    return _by_steps(given)


@things.route("/vendors", methods=["GET"])
@admin
@things.response(200, ThingOut)
def vendors() -> Any:
    """Installation only"""
    return {"id": "x"}


@pages.get("")
@customer
def show(slug: str) -> Response:
    return Response(f"<form>{field()}</form>{session().scalar(select(func.count()).select_from(Thing))}")


@pages.post("")
@customer
def change(slug: str) -> str:
    session().add(Thing(id=ids.new("thg"), name=slug, amount=1))
    return "done"


@pages.post("/steps")
@customer
@in_steps
def steps(slug: str) -> str:
    for name in ("intent", "outcome"):
        with begin()() as transaction:
            transaction.add(Thing(id=ids.new("thg"), name=name, amount=1))
        if slug == "broken" or name == "outcome":
            break
    return "done"


@pages.get("/greeting")
@public
def greeting(slug: str) -> Response:
    return error_page(status=200, sentence="<b>&", request_id="r")


@pages.get("/prove")
@customer
def prove(slug: str) -> str:
    raise StepUpRequired(action="cancel")


@pages.get("/sneaky")
@customer
def sneaky(slug: str) -> str:
    session().add(Thing(id=ids.new("thg"), name="sneaky", amount=1))
    session().flush()
    return "written by a GET"


@pages.get("/seen")
@customer
@writes
def seen(slug: str) -> str:
    session().add(Thing(id=ids.new("thg"), name="seen", amount=1))
    return "noted"


@inside.get("/sibling")
@internal
def sibling() -> str:
    return "hello"


class World:
    """The application, passports for it, and what is in its database."""

    def __init__(self, app: App, database: Database) -> None:
        self.app, self.database = app, database
        self._key = Ed25519PrivateKey.generate()
        x = base64url_encode(self._key.public_key().public_bytes_raw()).decode()
        published = SimpleNamespace(json=lambda: {"keys": [{"kty": "OKP", "crv": "Ed25519", "kid": "k", "x": x}]})
        auth: Any = SimpleNamespace(get=lambda _path: published)
        app.extensions["bursar"] = replace(app.extensions["bursar"], keys=PassportKeys(auth))

    def client(self) -> FlaskClient:
        return self.app.test_client()

    def passport(self, kind: str = "key", **changes: Any) -> dict[str, str]:
        now = int(clock.now().timestamp())
        claims = {
            "iss": "bursar-auth",
            "aud": "bursar",
            "iat": now,
            "exp": now + 60,
            "jti": "j",
            "kind": kind,
            "sub": f"{kind}_1",
            "vendor": VENDOR,
            "mode": "test",
            "customers": ["cus_1"],
            "scopes": ["things:read", "things:write"] if kind == "key" else [],
            "assurance": "verified",
            "proven_at": now,
            "session": "ses_1",
            "portal": "acme",
            **changes,
        }
        headers = {"typ": "passport+jwt", "kid": "k"}
        return {"X-Passport": jwt.encode(claims, self._key, algorithm="EdDSA", headers=headers)}

    def names(self) -> list[str]:
        with self.database.engine.connect() as connection:
            return sorted(connection.scalars(select(Thing.__table__.c.name)))


@pytest.fixture
def world(database_url: str) -> Iterator[World]:
    database = Database(database_url)
    Base.metadata.create_all(database.engine)
    shared_tables.create_all(database.engine)
    settings = Settings(
        database_url=database_url,
        bus_url="sqlite:///:memory:",
        public_url=PUBLIC_URL,
        auth_url="http://127.0.0.1:9",
        secret_key=Secret("s" * 40),
        log_level="error",
    )
    app = create_app(
        "tests", settings=settings, database=database, adapters=object(), api=[things], pages=[pages], internal=[inside]
    )
    yield World(app, database)
    Base.metadata.drop_all(database.engine)
    shared_tables.drop_all(database.engine)
    database.close()
