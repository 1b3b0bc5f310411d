"""A vendor's belongings, an object of each resource, for tests that ask for them from elsewhere."""

from dataclasses import dataclass
from typing import Any

from tests.support.polling import until
from tests.support.vendors import Vendor


@dataclass(frozen=True)
class Belongings:
    """What a vendor has in one mode: the id of one object of each resource."""

    vendor: Vendor
    live: bool
    ids: dict[str, str]


def furnish(vendor: Vendor, *, live: bool) -> Belongings:
    """An object of each resource."""

    def post(path: str, body: dict[str, Any], **options: Any) -> Any:
        return vendor.post(path, body, live=live, **options)

    campaign = post("/v1/campaigns", {"name": "Spring"})
    product = post("/v1/products", {"name": "Team", "campaign": campaign["id"]})
    plan = post(
        "/v1/plans",
        {"product": product["id"], "name": "Team", "currency": "EUR", "unit_amount": 100, "interval": "month"},
    )
    customer = post("/v1/customers", {"email": "same@shop.example"})
    subscription = post("/v1/subscriptions", {"customer": customer["id"], "plan": plan["id"]})
    payment = post(
        "/v1/payments",
        {"customer": customer["id"], "currency": "EUR", "description": "CD", "amount": 100},
        headers={"Idempotency-Key": "one"},
    )
    imported = vendor.ask(
        "POST",
        "/v1/imports",
        live=live,
        data={"kind": "customers"},
        files={"file": ("c.csv", b"email\nx@shop.example\n")},
    ).json()
    key = post("/v1/api_keys", {"name": "Second", "scopes": ["customers:read"]})
    once = {"Idempotency-Key": "refund"}
    made = {
        "coupon_id": post("/v1/coupons", {"code": "SPRING", "name": "Spring", "percent_off": 500, "duration": "once"}),
        "group_id": post("/v1/plan_groups", {"name": "Team"}),
        "helpdesk_id": post("/v1/helpdesks", {"name": "Desk"}),
        "ticket_id": post("/v1/tickets", {"customer": customer["id"], "subject": "Hello", "message": "Hello"}),
        "refund_id": post("/v1/refunds", {"payment": payment["id"], "amount": 1}, headers=once),
    }
    configuration = vendor.get("/v1/portal_configurations", live=live)["data"][0]
    return Belongings(
        vendor,
        live,
        {
            "campaign_id": campaign["id"],
            "product_id": product["id"],
            "plan_id": plan["id"],
            "customer_id": customer["id"],
            "subscription_id": subscription["id"],
            "payment_id": payment["id"],
            "import_id": imported["id"],
            "key_id": key["id"],
            "configuration_id": configuration["id"],
            "purchase_id": payment["id"],
            "vendor_id": vendor.id,
        }
        | {name: each["id"] for name, each in made.items()},
    )


def with_documents(belongings: Belongings) -> None:
    """The invoice of the payment, and the mail of it, once they are there."""
    vendor, live = belongings.vendor, belongings.live

    def first(path: str) -> str | None:
        found = vendor.get(path, live=live)["data"]
        return found[0]["id"] if found else None

    belongings.ids["invoice_id"] = str(until(lambda: first("/v1/invoices"), seconds=30, what="an invoice"))
    belongings.ids["message_id"] = str(until(lambda: first("/v1/messages"), seconds=30, what="a receipt"))
