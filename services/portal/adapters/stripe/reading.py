"""Stripe's objects as facts. Fields that moved between versions of its API are read at both places.

Every reader answers None for what is no such thing any more, or of no use here.
"""

from datetime import UTC, datetime
from typing import Any

from services.portal.rules.sources.facts import (
    CouponFacts,
    CustomerFacts,
    InvoiceFacts,
    LineFacts,
    PlanFacts,
    ProductFacts,
    SubscriptionFacts,
)


def customer(found: dict[str, Any]) -> CustomerFacts:
    """A customer; a deleted one has only its id."""
    if found.get("deleted"):
        return CustomerFacts(id=found["id"], email=None, is_gone=True)
    address = found.get("address") or {}
    town = " ".join(part for part in (address.get("postal_code"), address.get("city")) if part)
    lines = (address.get("line1"), address.get("line2"), town, address.get("state"))
    return CustomerFacts(
        id=found["id"],
        email=found.get("email"),
        name=found.get("name"),
        phone=found.get("phone"),
        address=tuple(line for line in lines if line),
        country=address.get("country"),
        locale=next(iter(found.get("preferred_locales") or ()), None),
    )


def product(found: dict[str, Any]) -> ProductFacts | None:
    """A product."""
    if found.get("deleted"):
        return None
    return ProductFacts(
        id=found["id"],
        name=found["name"],
        description=found.get("description"),
        unit_label=found.get("unit_label"),
        is_active=bool(found.get("active", True)),
    )


def plan(found: dict[str, Any]) -> PlanFacts | None:
    """A plan, or a price that recurs."""
    recurring = found.get("recurring") or found
    of_product = _id(found.get("product"))
    if found.get("deleted") or of_product is None or not recurring.get("interval"):
        return None
    amount = found.get("unit_amount", found.get("amount"))
    is_fixed = found.get("billing_scheme", "per_unit") == "per_unit" and recurring.get("usage_type") != "metered"
    return PlanFacts(
        id=found["id"],
        product=of_product,
        name=found.get("nickname"),
        currency=found["currency"].upper(),
        unit_amount=amount if is_fixed else None,
        interval=recurring["interval"],
        interval_count=recurring.get("interval_count") or 1,
        trial_days=recurring.get("trial_period_days") or 0,
        is_active=bool(found.get("active", True)),
    )


def coupon(found: dict[str, Any]) -> CouponFacts | None:
    """A coupon."""
    if found.get("deleted"):
        return None
    percent = found.get("percent_off")
    currency = found.get("currency")
    return CouponFacts(
        id=found["id"],
        name=found.get("name"),
        percent_off=None if percent is None else round(percent * 100),
        amount_off=found.get("amount_off"),
        currency=currency.upper() if currency else None,
        duration=found["duration"],
        months=found.get("duration_in_months"),
        expires_at=_moment(found.get("redeem_by")),
        max_redemptions=found.get("max_redemptions"),
        redeemed=found.get("times_redeemed") or 0,
        is_valid=bool(found.get("valid", True)),
    )


def subscription(found: dict[str, Any]) -> SubscriptionFacts | None:
    """A subscription with its first item."""
    items = found["items"]["data"]
    first = items[0] if items else {}
    of_plan = plan(first.get("price") or first.get("plan") or {})
    start = _moment(found.get("current_period_start") or first.get("current_period_start"))
    end = _moment(found.get("current_period_end") or first.get("current_period_end"))
    if of_plan is None or start is None or end is None:
        return None
    pausing = found.get("pause_collection") or {}
    words = found.get("cancellation_details") or {}
    return SubscriptionFacts(
        id=found["id"],
        customer=_id(found["customer"]) or "",
        status=found["status"],
        plan=of_plan,
        item=first["id"],
        items=len(items),
        quantity=first.get("quantity") or 1,
        total=sum(_amount(each) for each in items),
        started_at=_moment(found.get("start_date") or found.get("created")) or start,
        period_start=start,
        period_end=end,
        trial_end=_moment(found.get("trial_end")),
        cancel_at=_moment(found.get("cancel_at")),
        cancels_at_period_end=bool(found.get("cancel_at_period_end")),
        canceled_at=_moment(found.get("canceled_at")),
        ended_at=_moment(found.get("ended_at")),
        is_paused=bool(pausing),
        resumes_at=_moment(pausing.get("resumes_at")),
        coupon=_coupon_of(found),
        feedback=words.get("feedback"),
        comment=words.get("comment"),
        ours=(found.get("metadata") or {}).get("bursar_subscription"),
    )


def invoice(found: dict[str, Any]) -> InvoiceFacts | None:
    """An invoice, paid or not."""
    if found.get("deleted"):
        return None
    details = ((found.get("parent") or {}).get("subscription_details") or {}) | (
        {"subscription": found["subscription"]} if found.get("subscription") else {}
    )
    is_paid = found.get("status") == "paid"
    paid_at = (found.get("status_transitions") or {}).get("paid_at") or found.get("created")
    return InvoiceFacts(
        id=found["id"],
        customer=_id(found.get("customer")) or "",
        subscription=_id(details.get("subscription")),
        currency=found["currency"].upper(),
        total=found["total"],
        tax=_tax(found),
        lines=tuple(_line(each) for each in found["lines"]["data"]) if not found["lines"].get("has_more") else (),
        number=found.get("number"),
        paid_at=_moment(paid_at) if is_paid else None,
    )


def _line(found: dict[str, Any]) -> LineFacts:
    period = found.get("period") or {}
    off = sum(each["amount"] for each in found.get("discount_amounts") or ())
    return LineFacts(
        description=found.get("description") or "",
        quantity=found.get("quantity") or 1,
        amount=found["amount"] - off,
        period_start=_moment(period.get("start")),
        period_end=_moment(period.get("end")),
    )


def _tax(found: dict[str, Any]) -> int:
    if found.get("total_excluding_tax") is not None:
        return int(found["total"] - found["total_excluding_tax"])
    return int(found.get("tax") or 0)


def _coupon_of(found: dict[str, Any]) -> CouponFacts | None:
    """The first discount of the whole subscription, wherever this version keeps it."""
    discounts = [each for each in found.get("discounts") or () if isinstance(each, dict)]
    given = found.get("discount") or next(iter(discounts), None)
    if given is None:
        return None
    of_coupon = given.get("coupon") or (given.get("source") or {}).get("coupon")
    return coupon(of_coupon) if isinstance(of_coupon, dict) else None


def _amount(item: dict[str, Any]) -> int:
    of_plan = plan(item.get("price") or item.get("plan") or {})
    return 0 if of_plan is None or of_plan.unit_amount is None else of_plan.unit_amount * (item.get("quantity") or 1)


def _id(found: Any) -> str | None:
    return None if found is None else str(found["id"] if isinstance(found, dict) else found)


def _moment(seconds: int | None) -> datetime | None:
    return None if seconds is None else datetime.fromtimestamp(seconds, UTC)
