"""Stripe's API: one pinned version, a time limit on every call, no redirects and nothing of the environment's proxies.

The library is an optional extra (`pip install "bursar[stripe]"`); without it there is no such source.
"""

import json
from collections.abc import Callable
from datetime import datetime
from types import ModuleType
from typing import Any, Final

import requests

from services.portal.adapters.sources import (
    Facts,
    Heard,
    Kind,
    NoSource,
    Order,
    Outcome,
    Page,
    SignatureWrong,
    Told,
)
from services.portal.adapters.stripe import orders, reading
from services.portal.rules.sources.facts import InvoiceFacts
from shared.errors import Unavailable
from shared.logs import log

API_VERSION: Final = "2026-10-28.endive"
TOLERANCE: Final = 300  # seconds between signing and hearing
TIMEOUT: Final = (3.0, 20.0)  # connect, read; seconds
PAGE: Final = 100

_HEARD: Final[dict[str, Kind]] = {
    "customer": Kind.CUSTOMERS,
    "product": Kind.PRODUCTS,
    "plan": Kind.PLANS,
    "price": Kind.PLANS,
    "coupon": Kind.COUPONS,
    "subscription": Kind.SUBSCRIPTIONS,
    "invoice": Kind.INVOICES,
}
_PATHS: Final[dict[Kind, str]] = {
    Kind.PRODUCTS: "/v1/products",
    Kind.PLANS: "/v1/plans",  # prices that recur are plans too
    Kind.COUPONS: "/v1/coupons",
    Kind.CUSTOMERS: "/v1/customers",
    Kind.SUBSCRIPTIONS: "/v1/subscriptions",
    Kind.INVOICES: "/v1/invoices",
}
_ONLY: Final[dict[Kind, dict[str, Any]]] = {
    Kind.SUBSCRIPTIONS: {"status": "all"},
    Kind.INVOICES: {"status": "paid"},
}
_WHOLE: Final[dict[Kind, str]] = {Kind.SUBSCRIPTIONS: "discounts.source.coupon"}
"""What would come as an id only, and is wanted whole."""
_READ: Final[dict[Kind, Callable[[dict[str, Any]], Facts | None]]] = {
    Kind.PRODUCTS: reading.product,
    Kind.PLANS: reading.plan,
    Kind.COUPONS: reading.coupon,
    Kind.CUSTOMERS: reading.customer,
    Kind.SUBSCRIPTIONS: reading.subscription,
    Kind.INVOICES: reading.invoice,
}


class StripeSource:
    """Stripe, at `api_base`: its own address, but for tests."""

    name = "stripe"

    def __init__(self, *, api_base: str) -> None:
        self._api_base = api_base.rstrip("/")

    def account(self, secret_key: str) -> "StripeAccount":
        """Raises NoSource where the library is not installed."""
        stripe = _library()
        session = requests.Session()
        session.trust_env = False
        session.max_redirects = 0  # Stripe sends none; whoever does is somebody else
        client = stripe.StripeClient(
            secret_key,
            stripe_version=API_VERSION,
            base_addresses={"api": self._api_base},
            max_network_retries=0,
            http_client=stripe.RequestsClient(timeout=TIMEOUT, session=session),
        )
        return StripeAccount(stripe, client)

    def hear(self, body: bytes, *, signature: str, secret: str, now: datetime) -> Heard:
        """Raises SignatureWrong, NoSource."""
        stripe = _library()
        try:
            stripe.WebhookSignature.verify_header(body.decode(), signature, secret, None)
            said = json.loads(body)
            signed_at = int(dict(each.split("=", 1) for each in signature.split(","))["t"])
        except (stripe.SignatureVerificationError, ValueError, KeyError) as error:
            raise SignatureWrong from error
        if abs(now.timestamp() - signed_at) > TOLERANCE:
            raise SignatureWrong
        return _heard(said)


def _heard(said: dict[str, Any]) -> Heard:
    about = said.get("data", {}).get("object", {})
    if about.get("object") == "discount" and about.get("subscription"):
        about = {"object": "subscription", "id": about["subscription"]}
    return Heard(
        id=str(said["id"]),
        kind=_HEARD.get(about.get("object")),
        about=about.get("id"),
        mode="live" if said.get("livemode") else "test",
        is_of_another_account=said.get("account") is not None,
    )


class StripeAccount:
    """One account in one mode."""

    def __init__(self, stripe: ModuleType, client: Any) -> None:
        self._stripe = stripe
        self._client = client

    def carry_out(self, order: Order, *, key: str) -> Told:
        """Do it, under this idempotency key."""
        made = orders.request_of(order)
        try:
            answer = self._client.raw_request(made.method, made.path, idempotency_key=key, **made.params)
        except self._stripe.StripeError as error:
            return self._told(error)
        return Told(outcome=Outcome.DONE, reference=answer.data.get("id"))

    def preview(self, order: Order) -> InvoiceFacts:
        """Raises Unavailable."""
        made = orders.preview_of(order)
        found = reading.invoice(self._ask(made.method, made.path, **made.params))
        if found is None:
            raise Unavailable(part=StripeSource.name)
        return found

    def find(self, kind: Kind, found_id: str) -> Facts | None:
        """Raises Unavailable."""
        try:
            return _READ[kind](self._ask("get", f"{_PATHS[kind]}/{found_id}", **_expand(kind)))
        except _NotThere:
            return None

    def page(self, kind: Kind, *, after: str | None) -> Page:
        """Raises Unavailable."""
        more = {"starting_after": after} if after else {}
        answer = self._ask("get", _PATHS[kind], limit=PAGE, **_ONLY.get(kind, {}), **_expand(kind, "data."), **more)
        rows = answer["data"]
        found = tuple(facts for row in rows if (facts := _READ[kind](row)) is not None)
        return Page(found=found, after=rows[-1]["id"] if answer.get("has_more") and rows else None)

    def _ask(self, method: str, path: str, **params: Any) -> dict[str, Any]:
        try:
            found: dict[str, Any] = self._client.raw_request(method, path, **params).data
        except self._stripe.InvalidRequestError as error:
            if error.http_status == 404:
                raise _NotThere from error
            raise self._trouble(error) from error
        except self._stripe.StripeError as error:
            raise self._trouble(error) from error
        return found

    def _trouble(self, error: Any) -> Unavailable:
        log.warning("source.unavailable", source=StripeSource.name, status=error.http_status, code=error.code)
        return Unavailable(part=StripeSource.name)

    def _told(self, error: Any) -> Told:
        """What a failure means. Only what Stripe itself said is certain; silence and its own faults may be anything."""
        stripe, status = self._stripe, error.http_status
        if isinstance(error, stripe.CardError):
            return Told(outcome=Outcome.DECLINED, code=error.code or "declined")
        if isinstance(error, stripe.RateLimitError) or (status is None and _was_never_sent(error)):
            return Told(outcome=Outcome.NOT_SENT)
        refused = (stripe.AuthenticationError, stripe.PermissionError, stripe.InvalidRequestError)
        if isinstance(error, refused):
            log.warning("source.refused", source=StripeSource.name, status=status, code=error.code)
            return Told(outcome=Outcome.REFUSED, code=error.code or type(error).__name__)
        return Told(outcome=Outcome.UNKNOWN)


def _expand(kind: Kind, within: str = "") -> dict[str, Any]:
    return {"expand": [f"{within}{_WHOLE[kind]}"]} if kind in _WHOLE else {}


class _NotThere(Exception):
    """There is no such object."""


def _was_never_sent(error: BaseException) -> bool:
    """No connection came about, so nothing can have been heard."""
    cause: BaseException | None = error
    while cause is not None:
        if isinstance(cause, requests.exceptions.ConnectTimeout) or "NewConnectionError" in repr(cause):
            return True
        cause = cause.__cause__ or cause.__context__
    return False


def _library() -> ModuleType:
    try:
        import stripe
    except ImportError:
        raise NoSource(source=StripeSource.name) from None
    return stripe
