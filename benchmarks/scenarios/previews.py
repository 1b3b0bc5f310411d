"""Looking ahead at an action on a subscription, on PostgreSQL: at the service itself and through the gateway.

Floor: one row by the ORM as JSON, asked in the same two ways.
"""

import json
import tempfile
from pathlib import Path
from statistics import median
from typing import Any, Final

from benchmarks import asking, buyer, servers
from benchmarks.asking import Question
from benchmarks.buyer import Buyer
from benchmarks.measure import Measure
from services.auth.adapters.passports import Passports
from services.auth.rules.passport import Subject
from shared import clock
from tests.support.stack import Stack, a_stack

TIMES: Final = 200
GOAL: Final = "under 15 ms"
_SCOPES: Final = ("customers:read", "subscriptions:read")
_GIVEN: Final[dict[str, dict[str, Any]]] = {
    "cancel": {"timing": "immediately"},
    "pause": {"interval": "month", "interval_count": 2},
}


def run() -> list[Measure]:
    with (
        servers.started() as environment,
        tempfile.TemporaryDirectory() as folder,
        a_stack(Path(folder), extra=environment) as stack,
    ):
        return _measured(stack, buyer.signed_in(stack))


def _measured(stack: Stack, who: Buyer) -> list[Measure]:
    found = _asked(stack, who, "floor: one row", f"/v1/customers/{who.customer['id']}", None)
    subscription = who.subscribe()
    path = f"/v1/subscriptions/{subscription['id']}/preview"
    for action, given in _GIVEN.items():
        found += _asked(stack, who, action, path, {"action": action, **given})
    found += _asked(stack, who, "change", path, {"action": "change", "plan": who.team})
    who.end(subscription)
    return [*found, *_asked(stack, who, "resubscribe", path, {"action": "resubscribe"})]


def _asked(stack: Stack, who: Buyer, name: str, path: str, body: dict[str, Any] | None) -> list[Measure]:
    """Medians: at the service with a passport, which auth would have made, and through the gateway with a key."""
    passports = Passports(stack.secrets["PASSPORT_KEYS"])
    subject = Subject(kind="key", id="key_1", vendor=who.vendor.id, mode="test", scopes=_SCOPES)
    sent = None if body is None else json.dumps(body)
    method, headers = ("GET", {}) if body is None else ("POST", {"Content-Type": "application/json"})
    key = {"Authorization": f"Bearer {who.vendor.test_key}"}
    service = Question(
        *(stack.ports["portal"], path, headers, method, sent),
        fresh=lambda: {"X-Passport": passports.issue(subject, now=clock.now())},
    )
    gateway = Question(stack.port, path, {**headers, **key}, method, sent)
    if body is not None:
        _require_allowed(gateway)
    return [
        Measure(
            name=f"{name}, {where} (median)",
            value=median(asking.one_by_one(question, TIMES)) * 1000,
            unit="ms",
            goal=GOAL if where == "at the service" and body is not None else "",
        )
        for where, question in (("at the service", service), ("through the gateway", gateway))
    ]


def _require_allowed(question: Question) -> None:
    """A refused look ahead would be quick."""
    said = json.loads(question.ask()[1])
    if said["decision"] != "allowed":
        raise RuntimeError(f"{question.body}: {said}")
