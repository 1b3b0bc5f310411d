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
        "meter_id": post("/v1/meters", {"name": "API calls"}),
        "addon_id": post(
            "/v1/addons",
            {
                "product": product["id"],
                "name": "Backups",
                "currency": plan["currency"],
                "unit_amount": 100,
                "interval": plan["interval"],
            },
        ),
        "group_id": post("/v1/plan_groups", {"name": "Team"}),
        "helpdesk_id": post("/v1/helpdesks", {"name": "Desk"}),
        "reply_id": post("/v1/saved_replies", {"name": "Thanks", "text": "Thank you, {customer}."}),
        "suppression_id": post("/v1/suppressions", {"address": "nobody@shop.example"}),
        "ticket_id": post("/v1/tickets", {"customer": customer["id"], "subject": "Hello", "message": "Hello"}),
        "export_id": post(f"/v1/customers/{customer['id']}/exports", {}),
        "recipient_id": post(
            f"/v1/customers/{customer['id']}/recipients", {"email": "books@shop.example", "documents": ["invoice"]}
        ),
        "text_id": vendor.ask(
            "PUT",
            "/v1/message_texts",
            live=live,
            json={"language": "en", "key": "mails.receipt.button", "text": "See it"},
        ).json(),
        "credit_id": post(
            "/v1/credits",
            {"customer": customer["id"], "amount": 100, "currency": "EUR", "description": "Welcome"},
            headers=once,
        ),
        "endpoint_id": post(
            "/v1/webhook_endpoints", {"url": "https://shop.example/hooks", "events": ["refund.failed"]}
        ),
        "refund_id": post("/v1/refunds", {"payment": payment["id"], "amount": 1}, headers=once),
    }
    made["delivery_id"] = post(f"/v1/webhook_endpoints/{made['endpoint_id']['id']}/test", {})
    configuration = vendor.get("/v1/portal_configurations?is_default=true", live=live)["data"][0]
    versions = vendor.get(f"/v1/portal_configurations/{configuration['id']}/versions", live=live)["data"]
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
            "session_id": post("/v1/portal_sessions", {"customer": customer["id"]})["id"],
            "secret_id": post("/v1/identity_secrets", {"name": "Second"})["id"],
            "configuration_id": configuration["id"],
            "version_id": versions[0]["id"],
            "delegate_id": a_delegate(vendor, customer["id"], live=live),
            "purchase_id": payment["id"],
            "vendor_id": vendor.id,
            "user_id": vendor.get("/v1/vendor_users", live=live)["data"][0]["id"],
        }
        | {name: each["id"] for name, each in made.items()},
    )


def a_delegate(vendor: Vendor, customer: str, *, live: bool) -> str:
    """Somebody of the customer's, once auth has heard of the customer."""
    body = {"customer": customer, "email": "books@shop.example", "role": "accountant"}

    def made() -> str | None:
        answer = vendor.ask("POST", "/v1/delegates", live=live, json=body)
        return str(answer.json()["id"]) if answer.status_code == 201 else None

    return str(until(made, seconds=20, what="a delegate"))


def with_documents(belongings: Belongings) -> None:
    """The invoice of the payment, and the mail of it, once they are there."""
    vendor, live = belongings.vendor, belongings.live

    def first(path: str) -> str | None:
        found = vendor.get(path, live=live)["data"]
        return found[0]["id"] if found else None

    belongings.ids["invoice_id"] = str(until(lambda: first("/v1/invoices"), seconds=30, what="an invoice"))
    year = {
        "customer": belongings.ids["customer_id"],
        "period": vendor.get("/v1/invoices", live=live)["data"][0]["paid_at"][:4],
    }
    belongings.ids["archive_id"] = vendor.post("/v1/invoice_archives", year, live=live)["id"]
    belongings.ids["statement_id"] = vendor.post("/v1/statements", year, live=live)["id"]
    credited = until(lambda: first("/v1/credit_notes"), seconds=30, what="a credit note")
    belongings.ids["credit_note_id"] = str(credited)
    belongings.ids["event_id"] = str(until(lambda: first("/v1/events"), seconds=30, what="an event"))
    belongings.ids["api_request_id"] = str(first("/v1/api_requests"))
    belongings.ids["message_id"] = str(until(lambda: first("/v1/messages"), seconds=30, what="a receipt"))
