"""The key that signs passports is changed on two running replicas, one after the other: no request fails (SE-02)."""

import itertools
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import jwt
import pytest
from flask import Blueprint

from shared.database import Database, migrations
from shared.settings import CommonSettings
from shared.web import admin, create_app
from shared.web.app import App
from shared.web.identity import PassportKeys
from tests.integration.auth.house import ADMIN_TOKEN, PUBLIC_URL, environment, shipped_app
from tests.support.polling import until

OLD, NEW = "11" * 32, "22" * 32
ROTATION = (f"{OLD},{NEW}", f"{NEW},{OLD}", NEW)
"""What `docs/operations.md` says: first let everybody know the new key, then sign with it, then drop the old one."""
REST = 1.1
"""Seconds between two steps: a service asks for keys it does not know, but only once a second."""

guarded = Blueprint("guarded", __name__, url_prefix="/internal")


@guarded.get("/guarded")
@admin
def enter() -> str:
    return "welcome"


@dataclass
class Replicas:
    """Two of auth, each with keys of its own, asked in turn as the gateway does. One can be replaced at a time."""

    database_url: str
    apps: list[App] = field(default_factory=list)
    started: list[App] = field(default_factory=list)
    turns: Iterator[int] = field(default_factory=itertools.count)

    def __post_init__(self) -> None:
        self.apps = [self.start(OLD), self.start(OLD)]

    def start(self, keys: str) -> App:
        self.started.append(shipped_app({**environment(self.database_url), "PASSPORT_KEYS": keys}))
        return self.started[-1]

    def get(self, path: str, **headers: str) -> Any:
        app = self.apps[next(self.turns) % 2]
        answer = app.test_client().get(path, headers=headers)
        return type("Answer", (), {"json": answer.get_json, "passport": answer.headers.get("X-Passport", "")})

    def passport(self) -> str:
        found: str = self.get("/internal/identity", Authorization=f"Bearer {ADMIN_TOKEN}").passport
        return found

    def close(self) -> None:
        for app in self.started:
            app.extensions["bursar"].database.close()


@pytest.fixture
def replicas(tmp_path: Path) -> Iterator[Replicas]:
    url = f"sqlite:///{tmp_path}/auth.db"
    migrations.upgrade("auth", url)
    made = Replicas(url)
    yield made
    made.close()


@pytest.fixture
def service(replicas: Replicas, tmp_path: Path) -> Iterator[App]:
    """One that verifies passports with the keys that auth publishes."""
    settings = CommonSettings(
        database_url=f"sqlite:///{tmp_path}/service.db",
        bus_url=f"sqlite:///{tmp_path}/bus.db",
        public_url=PUBLIC_URL,
        auth_url="http://127.0.0.1:9",
        log_level="error",
    )
    database = Database(settings.database_url)
    app = create_app("service", settings=settings, database=database, adapters=object(), internal=[guarded])
    asked: Any = replicas
    app.extensions["bursar"] = replace(app.extensions["bursar"], keys=PassportKeys(asked))
    yield app
    database.close()


@dataclass
class Visitors:
    """Requests of several at once, as they come through the gateway; what they were answered."""

    replicas: Replicas
    service: App
    stop: threading.Event = field(default_factory=threading.Event)
    statuses: list[int] = field(default_factory=list)
    kids: list[str] = field(default_factory=list)

    def go(self) -> None:
        client = self.service.test_client()
        while not self.stop.is_set():
            passport = self.replicas.passport()
            self.kids.append(jwt.get_unverified_header(passport)["kid"])
            for _ in range(3):  # the gateway keeps an answer for a second
                self.statuses.append(client.get("/internal/guarded", headers={"X-Passport": passport}).status_code)

    def let_in(self, count: int) -> None:
        """Wait until so many more were answered."""
        enough = len(self.statuses) + count
        until(lambda: len(self.statuses) >= enough)


def test_no_request_fails_while_the_signing_key_changes(replicas: Replicas, service: App) -> None:
    visitors, from_before = Visitors(replicas, service), replicas.passport()
    known, signs, alone = ROTATION
    with ThreadPoolExecutor(max_workers=4) as pool:
        running = [pool.submit(visitors.go) for _ in range(4)]
        visitors.let_in(30)
        _roll(visitors, known)
        time.sleep(REST)
        _roll(visitors, signs)
        late = service.test_client().get("/internal/guarded", headers={"X-Passport": from_before})
        signed_by_both = len(visitors.kids)
        visitors.let_in(30)
        _roll(visitors, alone)
        visitors.stop.set()
    for each in running:
        each.result()

    assert set(visitors.statuses) == {200}
    assert late.status_code == 200, "a passport of the old key is good for its minute"
    assert len(set(visitors.kids[:signed_by_both])) == 2
    assert len(set(visitors.kids[signed_by_both + len(running) :])) == 1, "the old key still signs"


def test_a_dropped_key_is_no_key(replicas: Replicas, service: App) -> None:
    from_before = replicas.passport()

    replicas.apps = [replicas.start(ROTATION[-1]) for _ in range(2)]

    client = service.test_client()
    assert client.get("/internal/guarded", headers={"X-Passport": replicas.passport()}).status_code == 200
    assert client.get("/internal/guarded", headers={"X-Passport": from_before}).status_code == 401


def _roll(visitors: Visitors, keys: str) -> None:
    """Replace one replica after the other by one with these keys, with requests in between."""
    replicas = visitors.replicas
    for number in (0, 1):
        replicas.apps[number] = replicas.start(keys)
        visitors.let_in(30)
