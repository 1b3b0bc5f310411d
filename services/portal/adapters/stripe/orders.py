"""What is asked of Stripe for each action. Times go as Unix seconds, amounts are Stripe's own affair."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

from services.portal.adapters.sources import Order

FEEDBACK: Final = frozenset(
    "too_expensive missing_features switched_service unused customer_service too_complex low_quality other".split()
)


@dataclass(frozen=True, kw_only=True)
class Request:
    """A call of the API."""

    method: str
    path: str
    params: dict[str, Any] = field(default_factory=dict)


def request_of(order: Order) -> Request:
    """The call that carries it out."""
    return _REQUESTS[order.action](order)


def preview_of(order: Order) -> Request:
    """The call that tells what a change would come to."""
    change = _changed(order)
    details = {name: change[name] for name in ("items", "proration_behavior", "proration_date") if name in change}
    return Request(
        method="post",
        path="/v1/invoices/create_preview",
        params={"subscription": order.subscription, "subscription_details": details},
    )


def _cancel(order: Order) -> Request:
    at = order.params["at"]
    words = _words(order)
    if at == "now":
        params = {"prorate": order.params["prorates"], "invoice_now": order.params["prorates"], **words}
        return Request(method="delete", path=_path(order), params=params)
    if at == "period_end":
        return _update(order, {"cancel_at_period_end": True, **words})
    return _update(order, {"cancel_at": _seconds(at), **words})


def _undo_cancel(order: Order) -> Request:
    if order.params["at"] == "period_end":
        return _update(order, {"cancel_at_period_end": False})
    return _update(order, {"cancel_at": ""})


def _change(order: Order) -> Request:
    return _update(order, _changed(order))


def _changed(order: Order) -> dict[str, Any]:
    given = order.params
    item: dict[str, Any] = {"id": order.item, "quantity": given["quantity"]}
    if given["plan"] is not None:
        item["price" if given["plan"].startswith("price_") else "plan"] = given["plan"]
    params: dict[str, Any] = {"items": [item], "proration_behavior": given["proration"]}
    if given["proration"] != "none":
        params["proration_date"] = _seconds(given["at"])
    if given["coupon"] is not None:
        params["discounts"] = [{"coupon": given["coupon"]}]
    # Without the money the old plan stays, as with the engine here.
    params["payment_behavior"] = "error_if_incomplete"
    return params


def _apply_coupon(order: Order) -> Request:
    coupon = order.params["coupon"]
    return _update(order, {"discounts": [{"coupon": coupon}] if coupon is not None else ""})


def _resume(order: Order) -> Request:
    return _update(order, {"pause_collection": ""})


def _resubscribe(order: Order) -> Request:
    given = order.params
    item = {"price" if given["plan"].startswith("price_") else "plan": given["plan"], "quantity": given["quantity"]}
    params: dict[str, Any] = {
        "customer": given["customer"],
        "items": [item],
        "payment_behavior": "error_if_incomplete",
        "metadata": {"bursar_subscription": given["ours"]},
    }
    if given["coupon"] is not None:
        params["discounts"] = [{"coupon": given["coupon"]}]
    return Request(method="post", path="/v1/subscriptions", params=params)


_REQUESTS: Final[dict[str, Callable[[Order], Request]]] = {
    "cancel": _cancel,
    "undo_cancel": _undo_cancel,
    "change": _change,
    "apply_coupon": _apply_coupon,
    "resume": _resume,
    "resubscribe": _resubscribe,
}


def _words(order: Order) -> dict[str, Any]:
    """Why they leave: Stripe knows eight reasons; a vendor's own are kept here."""
    feedback, comment = order.params["feedback"], order.params["comment"]
    details = {"feedback": feedback if feedback in FEEDBACK else None, "comment": comment}
    given = {name: value for name, value in details.items() if value}
    return {"cancellation_details": given} if given else {}


def _update(order: Order, params: dict[str, Any]) -> Request:
    return Request(method="post", path=_path(order), params=params)


def _path(order: Order) -> str:
    return f"/v1/subscriptions/{order.subscription}"


def _seconds(moment: str) -> int:
    return int(datetime.fromisoformat(moment).timestamp())
