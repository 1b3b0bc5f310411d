"""Stripe as the tests meet it: localstripe in a process of its own, behind a desk that adds what it lacks.

localstripe (GPL, so never imported here) ignores idempotency keys and knows neither discounts nor pauses of a
subscription, nor what is said on canceling. The desk keeps those: it answers the same key with the first answer, holds
what localstripe would refuse beside the subscription, and can decline, fall silent after having done something, or be
slow. What was asked of it is kept in `asked`.
"""

import hashlib
import hmac
import http.client
import json
import re
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Lock, Thread
from typing import Any, Final
from urllib.parse import parse_qsl, urlencode, urlsplit

import requests

from tests.support.machine import free_port

KEY: Final = "sk_test_larkfield"
SECRET: Final = "whsec_larkfield"
_SERVER: Final = (
    "import sys; from aiohttp import web; from localstripe.server import app, store; "
    "store.dump_to_disk = lambda: None; "  # it would keep its state in one place for all
    "web.run_app(app, host='127.0.0.1', port=int(sys.argv[1]), print=None)"
)
_SUBSCRIPTION: Final = re.compile(r"/v1/subscriptions/(sub_\w+)")
_UNKNOWN: Final = re.compile(
    r"^(?:proration_behavior|payment_behavior|cancellation_details|discounts|pause_collection)\b"
)


@dataclass(frozen=True)
class Asked:
    """One request that changes something, as it came."""

    method: str
    path: str
    given: dict[str, str]
    key: str | None


@dataclass
class Desk:
    """What stands in front of localstripe. `loses_next`: the next change is made and never answered."""

    port: int
    behind: int
    asked: list[Asked] = field(default_factory=list)
    loses_next: bool = False
    declines_next: bool = False
    is_down: bool = False
    answers: dict[str, tuple[str, int, bytes]] = field(default_factory=dict)
    beside: dict[str, dict[str, Any]] = field(default_factory=dict)
    lock: Lock = field(default_factory=Lock)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def ask(self, method: str, path: str, **given: Any) -> dict[str, Any]:
        """As somebody else does, by their own code."""
        answer = requests.request(method, self.url + path, data=given, headers={"Authorization": f"Bearer {KEY}"})
        assert answer.status_code == 200, f"{answer.status_code} {answer.text}"
        found: dict[str, Any] = answer.json()
        return found

    def plan(self, amount: int = 2500, *, product: str | None = None, **more: Any) -> dict[str, Any]:
        """A plan, of a product of its own unless one is named."""
        of = product or self.ask("POST", "/v1/products", name="Studio")["id"]
        given = {"product": of, "amount": amount, "currency": "eur", "interval": "month", "nickname": "Team", **more}
        return self.ask("POST", "/v1/plans", **given)

    def customer(self, email: str = "ada@example.com", *, card: str = "4242424242424242") -> dict[str, Any]:
        """A customer with a card."""
        method = self.ask(
            "POST",
            "/v1/payment_methods",
            **{"type": "card", "card[number]": card, "card[exp_month]": 12, "card[exp_year]": 2040, "card[cvc]": "123"},
        )
        made = self.ask("POST", "/v1/customers", email=email, name="Ada")
        self.ask("POST", f"/v1/payment_methods/{method['id']}/attach", customer=made["id"])
        given = {"invoice_settings[default_payment_method]": method["id"]}
        return self.ask("POST", f"/v1/customers/{made['id']}", **given)

    def subscribe(self, email: str = "ada@example.com", *, quantity: int = 2, **more: Any) -> dict[str, Any]:
        """A subscription that runs, and is paid."""
        plan, customer = more.pop("plan", None) or self.plan(), more.pop("customer", None) or self.customer(email)
        given = {"customer": customer["id"], "items[0][plan]": plan["id"], "items[0][quantity]": quantity, **more}
        return self.ask("POST", "/v1/subscriptions", **given)

    def empty(self) -> None:
        """Nothing is there any more, and nothing is wrong."""
        requests.delete(f"http://127.0.0.1:{self.behind}/_config/data", timeout=5)
        self.asked.clear()
        self.beside.clear()
        self.loses_next = self.declines_next = self.is_down = False

    def changes(self) -> list[Asked]:
        """What was asked with an idempotency key: by us."""
        return [each for each in self.asked if each.key is not None]


@contextmanager
def running() -> Iterator[Desk]:
    """localstripe with nothing in it yet, and the desk in front."""
    behind = free_port()
    child = subprocess.Popen([sys.executable, "-c", _SERVER, str(behind)])
    server: ThreadingHTTPServer | None = None
    try:
        _wait(behind)
        server = ThreadingHTTPServer(("127.0.0.1", 0), _Handler)
        desk = Desk(port=server.server_address[1], behind=behind)
        server.desk = desk  # type: ignore[attr-defined]
        Thread(target=server.serve_forever, daemon=True).start()
        yield desk
    finally:
        if server is not None:
            server.shutdown()
            server.server_close()
        child.terminate()
        child.wait(timeout=10)


def signed(body: bytes, *, secret: str = SECRET, at: float | None = None) -> str:
    """The header that Stripe signs a message with."""
    moment = int(time.time() if at is None else at)
    digest = hmac.new(secret.encode(), f"{moment}.".encode() + body, hashlib.sha256).hexdigest()
    return f"t={moment},v1={digest}"


def message(kind: str, about: dict[str, Any], *, message_id: str = "evt_1", livemode: bool = False) -> bytes:
    """A message as Stripe writes it."""
    said = {"id": message_id, "object": "event", "type": kind, "livemode": livemode, "data": {"object": about}}
    return json.dumps(said).encode()


def _wait(port: int) -> None:
    deadline = time.monotonic() + 20
    while True:
        try:
            requests.get(f"http://127.0.0.1:{port}/v1/balance", headers={"Authorization": f"Bearer {KEY}"}, timeout=1)
        except requests.ConnectionError:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.1)
        else:
            return


class _Handler(BaseHTTPRequestHandler):
    """The desk's own side of HTTP."""

    protocol_version = "HTTP/1.1"

    def log_message(self, *_given: Any) -> None:
        """Says nothing."""

    def do_GET(self) -> None:
        self._answer()

    def do_POST(self) -> None:
        self._answer()

    def do_DELETE(self) -> None:
        self._answer()

    def _answer(self) -> None:
        desk: Desk = self.server.desk  # type: ignore[attr-defined]
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0)).decode()
        if desk.is_down:
            self._say(503, b'{"error": {"type": "api_error", "message": "down"}}')
            return
        with desk.lock:
            status, answer = self._do(desk, body)
            is_lost = desk.loses_next and self.command != "GET"
            desk.loses_next = desk.loses_next and not is_lost
        if is_lost:
            self.close_connection = True
            self.connection.close()
            return
        self._say(status, answer)

    def _do(self, desk: Desk, body: str) -> tuple[int, bytes]:
        key = self.headers.get("Idempotency-Key")
        given = dict(parse_qsl(body, keep_blank_values=True))
        if self.command != "GET":
            desk.asked.append(Asked(self.command, urlsplit(self.path).path, given, key))
        if key is not None and key in desk.answers:
            before, status, answer = desk.answers[key]
            same = before == f"{self.command} {self.path} {body}"
            return (status, answer) if same else (400, b'{"error": {"type": "idempotency_error", "message": "other"}}')
        if desk.declines_next and self.command != "GET":
            desk.declines_next = False
            said = {"error": {"type": "card_error", "code": "card_declined", "message": "Declined."}}
            status, answer = 402, json.dumps(said).encode()
        else:
            status, answer = self._forward(desk, given)
        if key is not None:
            desk.answers[key] = (f"{self.command} {self.path} {body}", status, answer)
        return status, answer

    def _forward(self, desk: Desk, given: dict[str, str]) -> tuple[int, bytes]:
        """To localstripe, without what it does not know; and back, with what is kept beside."""
        known = {name: value for name, value in given.items() if not _UNKNOWN.match(name) and value != ""}
        if self.path == "/v1/invoices/create_preview":
            known |= _named(desk, known)
        found = _SUBSCRIPTION.match(self.path)
        if found is not None and self.command != "GET":
            _keep_beside(desk.beside.setdefault(found[1], {}), given)
        url = urlsplit(self.path)
        query = {name: value for name, value in parse_qsl(url.query) if not name.startswith("expand")}
        is_paid_only = url.path == "/v1/invoices" and query.pop("status", None) == "paid"
        method = "GET" if found is not None and self.command == "POST" and not known else self.command
        connection = http.client.HTTPConnection("127.0.0.1", desk.behind, timeout=10)
        connection.request(
            method,
            url.path + (f"?{urlencode(query)}" if query else ""),
            body=urlencode(known) if method == "POST" else None,
            headers={
                "Authorization": self.headers["Authorization"],
                "Content-Type": "application/x-www-form-urlencoded",
            },
        )
        answer = connection.getresponse()
        said = answer.read()
        if answer.status != 200:
            return answer.status, said
        whole = json.loads(said)
        if is_paid_only:
            whole["data"] = [each for each in whole["data"] if each["status"] == "paid"]
        if self.command == "POST" and url.path == "/v1/subscriptions":
            own = {name[9:-1]: value for name, value in given.items() if name.startswith("metadata[")}
            _keep_beside(desk.beside.setdefault(whole["id"], {"metadata": own}), given)
        for each in whole.get("data", [whole]):
            each.update(desk.beside.get(each.get("id"), {}))
        return 200, json.dumps(whole).encode()

    def _say(self, status: int, body: bytes) -> None:
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


def _named(desk: Desk, given: dict[str, str]) -> dict[str, str]:
    """Whose subscription a preview is of, and its plan: localstripe wants to be told."""
    of = requests.get(
        f"http://127.0.0.1:{desk.behind}/v1/subscriptions/{given['subscription']}",
        headers={"Authorization": f"Bearer {KEY}"},
        timeout=5,
    ).json()
    named = {"customer": of["customer"], "subscription_details[items][0][plan]": of["items"]["data"][0]["plan"]["id"]}
    return {name: value for name, value in named.items() if name not in given}


def _keep_beside(beside: dict[str, Any], given: dict[str, str]) -> None:
    """What localstripe would refuse, as Stripe shows it."""
    words = {name[21:-1]: value for name, value in given.items() if name.startswith("cancellation_details[")}
    if words:
        beside["cancellation_details"] = words
    if given.get("cancel_at_period_end") == "true":
        beside["canceled_at"] = int(time.time())
    elif given.get("cancel_at_period_end") == "false":
        beside["canceled_at"] = None
    if "discounts[0][coupon]" in given:
        coupon = {"id": given["discounts[0][coupon]"], "object": "coupon", "percent_off": 20.0, "duration": "forever"}
        beside["discounts"] = [{"object": "discount", "source": {"type": "coupon", "coupon": coupon}}]
    elif given.get("discounts") == "":
        beside["discounts"] = []
    if "pause_collection[behavior]" in given:
        beside["pause_collection"] = {"behavior": given["pause_collection[behavior]"], "resumes_at": None}
    elif given.get("pause_collection") == "":
        beside["pause_collection"] = None
