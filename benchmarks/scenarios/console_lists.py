"""Each list of the console at a vendor with 100,000 of everything, on PostgreSQL, through the gateway.

One row of each kind is made through the API; its copies are written beside it. Asked are the first page as staff open
it, a page from the middle, and the filters that people use. Floor: one customer by id, as JSON.
"""

import tempfile
from collections.abc import Mapping
from pathlib import Path
from statistics import median
from typing import Final

import requests
from sqlalchemy import create_engine, text

from benchmarks import asking, buyer, servers, staff
from benchmarks.asking import Question
from benchmarks.measure import Measure
from tests.support.stack import Stack, a_stack
from tests.support.vendors import Vendor, register

COPIES: Final = 100_000
TIMES: Final = 20
GOAL: Final = "under 100 ms"
_ID: Final = "left(t.id, 4) || lpad(n::text, 26, '0')"
_CUSTOMER: Final = "'cus_' || lpad(n::text, 26, '0')"
_AGO: Final = "now() - n * interval '20 seconds'"

Columns = Mapping[str, str]
FILLED: Final[Mapping[str, Mapping[str, Columns]]] = {
    "portal": {
        "customers": {
            "email": "'person' || n || '@example.com'",
            "email_key": "'person' || n || '@example.com'",
            "display_name": "'Name ' || n",
            "company": "'Company ' || n % 5000",
            "reference": "'REF-' || n",
        },
        "subscriptions": {
            "customer": _CUSTOMER,
            "order_number": "'S-' || n",
            "status": "(ARRAY['active','active','active','past_due'])[n % 4 + 1]",
        },
        "payments": {"customer": _CUSTOMER, "order_number": "'P-' || n", "paid_at": _AGO},
        "tickets": {
            "customer": _CUSTOMER,
            "subject": "'Subject ' || n",
            "subject_key": "'copy ' || n",
            "status": "(ARRAY['open','answered','closed','closed'])[n % 4 + 1]",
        },
        "coupons": {"code": "'CODE' || n"},
        "action_log": {"customer": _CUSTOMER, "sequence": "n + 1000000", "at": _AGO},
    },
    "invoices": {
        "invoices": {
            "customer": _CUSTOMER,
            "payment": "'pay_' || lpad(n::text, 26, '0')",
            "sequence": "n + 1000",
            "number": "'INV-' || n",
            "issued_at": _AGO,
        },
    },
    "notifications": {
        "messages": {"customer": _CUSTOMER, "dedup_key": "'copy ' || n", "created_at": _AGO, "about": "NULL"},
        "events": {"customer": _CUSTOMER, "created_at": _AGO},
    },
}
"""By service and table, what differs from the row that is copied; the id always does. `n` counts the copies."""

PAGES: Final[tuple[str, ...]] = (
    "/console/overview",
    "/console/customers",
    f"/console/customers?starting_after=cus_{COPIES // 2:026}",
    "/console/customers?status=past_due",
    "/console/customers?q=person5",
    f"/console/customers/cus_{COPIES // 2:026}",
    "/console/tickets",
    "/console/tickets?status=closed",
    "/console/tickets?q=subject%205",
    "/console/catalog/coupons",
    "/console/record",
    "/console/search?q=person5",
    "/console/invoices",
    "/console/invoices?q=INV-5",
    "/console/messages",
    "/console/messages?state=sent",
    "/console/events",
    "/console/events?actor=key",
)


def run() -> list[Measure]:
    with (
        servers.started() as environment,
        tempfile.TemporaryDirectory() as folder,
        a_stack(Path(folder), extra=environment) as stack,
    ):
        vendor = register(stack)
        _one_of_each(vendor)
        browser = staff.signed_in(stack, vendor)
        for service, tables in FILLED.items():
            _fill(environment[f"{service.upper()}_DATABASE_URL"], tables, vendor)
        return _measured(stack, vendor, browser)


def _measured(stack: Stack, vendor: Vendor, browser: requests.Session) -> list[Measure]:
    cookies = "; ".join(f"{each.name}={each.value}" for each in browser.cookies)
    key = {"Authorization": f"Bearer {vendor.test_key}"}
    floor = asking.one_by_one(Question(stack.port, f"/v1/customers/cus_{1:026}", key), TIMES)
    found = [Measure(name="floor: one customer by id (median)", value=median(floor) * 1000, unit="ms", goal="")]
    for path in PAGES:
        taken = asking.one_by_one(Question(stack.port, path, {"Cookie": cookies, "Accept": "text/html"}), TIMES)
        name = path.replace(f"{COPIES // 2:026}", "…")
        found.append(Measure(name=f"{name} (median)", value=median(taken) * 1000, unit="ms", goal=GOAL))
    return found


def _one_of_each(vendor: Vendor) -> None:
    customer = vendor.customer("first@example.com")
    vendor.subscription(customer)
    vendor.payment(customer)
    vendor.post("/v1/tickets", {"customer": customer["id"], "subject": "Where is it?", "message": "Please help."})
    coupon = {"code": "FIRST", "name": "First", "percent_off": 1000, "duration": "once"}
    vendor.post("/v1/coupons", coupon, headers=buyer.once())
    vendor.invoices(1)
    vendor.mail("receipt", to="first@example.com")


def _fill(url: str, tables: Mapping[str, Columns], vendor: Vendor) -> None:
    engine = create_engine(url, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        for table, columns in tables.items():
            pairs = ", ".join(f"'{name}', {value}" for name, value in {"id": _ID, **columns}.items())
            first = f"(SELECT min(id) FROM {table} WHERE vendor = :vendor)"
            connection.execute(
                text(
                    f"INSERT INTO {table} SELECT (jsonb_populate_record(t, jsonb_build_object({pairs}))).*"
                    f" FROM {table} AS t, generate_series(1, :copies) AS n WHERE t.id = {first}"
                ),
                {"vendor": vendor.id, "copies": COPIES},
            )
            connection.execute(text(f"VACUUM ANALYZE {table}"))
    engine.dispose()
