"""Searching 100,000 customers on PostgreSQL, at the service: what the console's page of customers and the API ask.

Each kind of word is searched in turn, with other words each time. Floor: one customer by id, as JSON.
"""

import tempfile
from pathlib import Path
from statistics import median
from typing import Final

from sqlalchemy import create_engine, text

from benchmarks import asking, servers
from benchmarks.asking import Question
from benchmarks.measure import Measure
from services.auth.adapters.passports import Passports
from services.auth.rules.passport import Subject
from shared import clock
from tests.support.stack import Stack, a_stack
from tests.support.vendors import Vendor, register

CUSTOMERS: Final = 100_000
TIMES: Final = 200
GOALS: Final = ("median under 50 ms", "p99 under 150 ms")
SEARCHES: Final = {
    "address": "person{number}@",
    "name": "name {number}",
    "company": "company {part}",
    "reference": "ref-{number}",
    "nothing": "zz{number}",
    "many": "person{digit}",
}
_FILLED: Final = text(
    """
    INSERT INTO customers
        (id, vendor, mode, email, email_key, display_name, company, reference, address, created_at, revision)
    SELECT 'cus_' || lpad(n::text, 26, '0'), :vendor, 'test', 'person' || n || '@example.com',
        'person' || n || '@example.com', 'Name ' || n, 'Company ' || n % 5000, 'REF-' || n, '[]', now(), 1
    FROM generate_series(1, :customers) AS n
    """
)


def run() -> list[Measure]:
    with (
        servers.started() as environment,
        tempfile.TemporaryDirectory() as folder,
        a_stack(Path(folder), extra=environment) as stack,
    ):
        vendor = register(stack)
        vendor.customer()
        _fill(environment["PORTAL_DATABASE_URL"], vendor)
        return _measured(stack, vendor)


def _measured(stack: Stack, vendor: Vendor) -> list[Measure]:
    floor = asking.one_by_one(_asked(stack, vendor, f"/v1/customers/cus_{1:026}"), TIMES)
    found = [Measure(name="floor: one customer by id (median)", value=median(floor) * 1000, unit="ms", goal="")]
    for name, words in SEARCHES.items():
        taken = [seconds for number in range(TIMES) for seconds in _once(stack, vendor, words, number)]
        for what, value, goal in (
            ("median", median(taken), GOALS[0]),
            ("p99", asking.percentile(taken, 0.99), GOALS[1]),
        ):
            found.append(Measure(name=f"search by {name} ({what})", value=value * 1000, unit="ms", goal=goal))
    return found


def _once(stack: Stack, vendor: Vendor, words: str, number: int) -> list[float]:
    said = words.format(number=number * 487 + 11, part=number * 23 % 5000, digit=number % 9 + 1)
    question = _asked(stack, vendor, f"/v1/customers?search={said.replace(' ', '%20')}&limit=50")
    question.anew()
    question.ask()
    return [question.ask()[0]]


def _asked(stack: Stack, vendor: Vendor, path: str) -> Question:
    """With a passport, as auth makes it of a key."""
    passports = Passports(stack.secrets["PASSPORT_KEYS"])
    subject = Subject(kind="key", id="key_1", vendor=vendor.id, mode="test", scopes=("customers:read",))
    return Question(
        stack.ports["portal"], path, fresh=lambda: {"X-Passport": passports.issue(subject, now=clock.now())}
    )


def _fill(url: str, vendor: Vendor) -> None:
    engine = create_engine(url, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(_FILLED, {"vendor": vendor.id, "customers": CUSTOMERS})
        connection.execute(text("VACUUM ANALYZE customers"))
    engine.dispose()
