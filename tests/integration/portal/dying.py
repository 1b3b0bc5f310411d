"""Processes of portal that kill themselves with SIGKILL: one that is asked something, and a worker.

Each is a process of its own, with its own connections. `POINTS` are where one that is asked may end, `WORKER` where a
worker that renews may.
"""

import multiprocessing
import os
import signal
from dataclasses import dataclass, field
from typing import Any, Final

from services.portal.actions.payments import collect, refund
from services.portal.actions.subscriptions import renew
from services.portal.adapters import connect
from services.portal.adapters.sandbox import Sandbox
from services.portal.handlers import HANDLERS
from services.portal.jobs import JOBS
from services.portal.queries import time
from services.portal.settings import PortalSettings
from shared.database import Database
from shared.settings import Secret
from shared.web import idempotency
from shared.worker import main
from tests.integration.portal.shop import KEY, LINK_KEY, Shop, application
from tests.support import crashes

POINTS: Final = ("before the insert", "inserted", "committed", "called", "settled", "answering", "answered")
WORKER: Final = ("claiming", "claimed", "called")
PATIENCE: Final = 60.0  # seconds

_PROCESSES = multiprocessing.get_context("forkserver")  # a fresh process, without the seconds that imports take
_PROCESSES.set_forkserver_preload(["tests.integration.portal.dying", "psycopg"])


@dataclass(frozen=True, kw_only=True)
class Asked:
    """A POST of a vendor's key, and where the process that is asked ends."""

    database_url: str
    vendor: str
    path: str
    key: str
    body: dict[str, Any] = field(default_factory=dict)
    crash_at: str


def ask(shop: Shop, path: str, body: dict[str, Any], *, key: str, crash_at: str) -> None:
    """A process of its own is asked, and ends at this point."""
    url = shop.database.url.render_as_string(hide_password=False)
    asked = Asked(database_url=url, vendor=shop.vendor, path=path, key=key, body=body, crash_at=crash_at)
    process = _PROCESSES.Process(target=_answer, args=(asked,))
    process.start()
    process.join(PATIENCE)
    process.kill()
    assert process.exitcode == -signal.SIGKILL, f"it ended with {process.exitcode} and never came to: {crash_at}"


def start_worker(database_url: str, bus_url: str, *, crash_at: str = "") -> Any:
    """Portal's worker, which ends itself at this point; without one it works until it is told to stop."""
    process = _PROCESSES.Process(target=_work, args=(database_url, bus_url, crash_at))
    process.start()
    return process


def _answer(asked: Asked) -> None:
    crashes.arm_own(asked.crash_at)
    _around(time, "now", before="before the insert")
    _around(idempotency, "_mark_begun", after="inserted")
    for calls in (collect, refund):
        _around(calls, "carry_out", before="committed", after="settled")
    for call in ("charge", "refund"):
        _around(Sandbox, call, after="called")
    _around(idempotency, "_kept", before="answering")
    database = Database(asked.database_url)
    shop = Shop(application(database), database, asked.vendor, "", "test")
    shop.ask("POST", asked.path, json=asked.body, headers={"Idempotency-Key": asked.key})
    crashes.reach("answered")
    os._exit(1)


def _work(database_url: str, bus_url: str, crash_at: str) -> None:
    crashes.arm_own(crash_at)
    _around(renew, "_turn_all", after="claiming")
    _around(renew, "_call", before="claimed", after="called")
    settings = PortalSettings(
        database_url=database_url,
        bus_url=bus_url,
        public_url="http://localhost:8080",
        auth_url="http://127.0.0.1:9",
        invoices_url="http://127.0.0.1:9",
        notifications_url="http://127.0.0.1:9",
        secret_key=Secret(KEY),
        link_key=Secret(LINK_KEY),
    )
    main(service="portal", settings=settings, handlers=HANDLERS, jobs=JOBS, adapters=connect(settings))


def _around(holder: Any, name: str, *, before: str = "", after: str = "") -> None:
    inner = getattr(holder, name)

    def outer(*args: Any, **kwargs: Any) -> Any:
        crashes.reach(before)
        result = inner(*args, **kwargs)
        crashes.reach(after)
        return result

    setattr(holder, name, outer)
