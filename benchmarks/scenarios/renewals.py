"""Due subscriptions on PostgreSQL, charged at the sandbox: renewals a second to the recorded outcome and event, by one
worker and by two; beside it the floor: commits of one row, one after the other, on the same server."""

import multiprocessing
import time
from datetime import datetime, timedelta
from multiprocessing.queues import Queue
from multiprocessing.synchronize import Barrier
from typing import Any, Final

from sqlalchemy import func, insert, select, text

from benchmarks.measure import Measure
from services.portal import models
from services.portal.actions.subscriptions import renew
from services.portal.adapters.processors import Processors
from services.portal.adapters.sandbox import Sandbox
from services.portal.queries.test_clocks import Present
from shared import clock, ids
from shared.database import Database, migrations, scope
from tests.support import machine
from tests.support.backends import PostgresServer

SIZES: Final = (1_000, 10_000, 100_000)
AT_ONCE: Final = 5_000  # rows an insert
COMMITS: Final = 1_000
BATCH: Final = 100


def run() -> list[Measure]:
    url, server = machine.start_postgres()
    try:
        return _measured(PostgresServer(url))
    finally:
        server.end()


def _measured(server: PostgresServer) -> list[Measure]:
    one = {size: _rate(server, size, workers=1) for size in SIZES}
    two = _rate(server, SIZES[1], workers=2)
    found = [Measure(name="floor: commits of one row", value=_floor(server), unit="/s", goal="")]
    found += [
        Measure(name=f"{size:,} due, one worker", value=rate, unit="/s", goal="at least 200/s")
        for size, rate in one.items()
    ]
    return [
        *found,
        Measure(name="cost of one: 100,000 to 1,000", value=one[1_000] / one[100_000], unit="x", goal="at most 1.2"),
        Measure(name="10,000 due, two workers to one", value=two / one[10_000], unit="x", goal="at least 1.6"),
    ]


def _rate(server: PostgresServer, size: int, *, workers: int) -> float:
    """Renewals a second, from the first claim to the last outcome."""
    url = server.new_database()
    migrations.upgrade("portal", url)
    database = Database(url)
    at = clock.now()
    try:
        _seed(database, size, at=at)
        context = multiprocessing.get_context("spawn")
        ready, told = context.Barrier(workers), context.Queue()
        processes = [context.Process(target=_work, args=(url, at, ready, told)) for _ in range(workers)]
        for process in processes:
            process.start()
        spans: list[tuple[datetime, datetime]] = [told.get() for _ in processes]
        for process in processes:
            process.join()
        _require_renewed(database, size)
    finally:
        database.close()
    taken = max(end for _, end in spans) - min(start for start, _ in spans)
    return size / taken.total_seconds()


def _work(url: str, at: datetime, ready: Barrier, told: "Queue[tuple[datetime, datetime]]") -> None:
    """One worker: claims until nothing is left; tells when it began and ended."""
    database = Database(url)
    sandbox = Sandbox(database, public_url="http://localhost:8080")
    processors = Processors(
        by_name={"sandbox": sandbox}, public_url="http://localhost:8080", of_mode={"test": "sandbox"}
    )
    with database.begin() as session:
        session.execute(text("SELECT 1"))
    ready.wait()
    started = clock.now()
    while renew.run(database.begin, processors, present=Present(at=at), limit=BATCH):
        pass
    told.put((started, clock.now()))
    database.close()


def _require_renewed(database: Database, size: int) -> None:
    with database.begin() as session, scope.platform():
        paid = session.scalar(select(func.count()).where(models.Payment.status == "succeeded"))
        said = session.execute(text("SELECT count(*) FROM outbox WHERE key = 'subscription.renewed.v1'")).scalar_one()
    if (paid, said) != (size, size):
        raise RuntimeError(f"{paid} paid and {said} told of {size}")


def _seed(database: Database, size: int, *, at: datetime) -> None:
    """One vendor with `size` customers, each with a card and a subscription that is due."""
    whose = {"vendor": ids.new("ven"), "mode": "test"}
    product, plan = ids.new("prod"), ids.new("plan")
    with database.begin() as session:
        connection = session.connection()
        connection.execute(insert(models.Product), [_product(product, at) | whose])
        connection.execute(insert(models.Plan), [_plan(plan, product, at) | whose])
    for begin in range(0, size, AT_ONCE):
        rows = [_customer(each, plan, product, at) for each in range(begin, min(begin + AT_ONCE, size))]
        for table in (models.Customer, models.SandboxCard, models.PaymentMethod, models.Subscription):
            more = {} if table is models.SandboxCard else whose
            with database.begin() as session:
                session.connection().execute(insert(table), [row[table] | more for row in rows])
            _analyze(database)


def _analyze(database: Database) -> None:
    """Tell the planner of the rows: a foreign key that was first checked on an empty table reads all of it for ever."""
    with database.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text("ANALYZE"))


def _product(product: str, at: datetime) -> dict[str, Any]:
    return {
        "id": product,
        "name": "Studio",
        "tax_rate": 1900,
        "tax_behavior": "inclusive",
        "show_in_portal": True,
        "access_links": [],
        "policies": {},
        "cancel": "inherit",
        "created_at": at,
        "revision": 1,
    }


def _plan(plan: str, product: str, at: datetime) -> dict[str, Any]:
    price = {"currency": "EUR", "unit_amount": 2500, "interval": "month", "interval_count": 1, "trial_days": 0}
    row = {"id": plan, "product": product, "name": "Team", "policies": {}, "cancel": "inherit"}
    return {**price, **row, "created_at": at, "revision": 1}


def _customer(number: int, plan: str, product: str, at: datetime) -> dict[Any, dict[str, Any]]:
    customer, card = ids.new("cus"), ids.new("sbcard")
    email = f"customer{number}@example.com"
    shown = {"brand": "visa", "last4": "4242", "exp_month": 12, "exp_year": at.year + 5, "created_at": at}
    began = at - timedelta(days=31, seconds=number % 86_400)
    return {
        models.Customer: {
            "id": customer,
            "email": email,
            "email_key": email,
            "address": [],
            "created_at": at,
            "revision": 1,
        },
        models.SandboxCard: {"id": card, "behavior": "pays", **shown},
        models.PaymentMethod: {
            "id": ids.new("pm"),
            "customer": customer,
            "processor": "sandbox",
            "token": card,
            **shown,
            "is_default": True,
            "position": 1,
            "revision": 1,
        },
        models.Subscription: _subscription(customer, plan, product, began=began, ends=at - timedelta(seconds=1)),
    }


def _subscription(customer: str, plan: str, product: str, *, began: datetime, ends: datetime) -> dict[str, Any]:
    price = {"quantity": 2, "unit_amount": 2500, "currency": "EUR", "interval": "month", "interval_count": 1}
    return {
        "id": ids.new("sub"),
        "customer": customer,
        "plan": plan,
        "product": product,
        "order_number": ids.order_number(),
        "status": "active",
        **price,
        "tax_rate": 1900,
        "tax_behavior": "inclusive",
        "anchor": ends,
        "started_at": began,
        "current_period_start": began,
        "current_period_end": ends,
        "collection": "automatic",
        "due_at": ends,
        "pending_lines": [],
        "policies": {},
        "cancel": "inherit",
        "created_at": began,
        "revision": 1,
    }


def _floor(server: PostgresServer) -> float:
    database = Database(server.new_database())
    try:
        with database.begin() as session:
            session.execute(text("CREATE TABLE floor (value integer)"))
        started = time.perf_counter()
        for value in range(COMMITS):
            with database.begin() as session:
                session.execute(text("INSERT INTO floor VALUES (:value)"), {"value": value})
        return COMMITS / (time.perf_counter() - started)
    finally:
        database.close()
