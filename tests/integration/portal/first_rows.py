"""One row of each kind, as portal's first migration holds them."""

from datetime import UTC, datetime

MAY, JUNE = datetime(2026, 5, 1, tzinfo=UTC), datetime(2026, 6, 1, tzinfo=UTC)
SCOPE = {"vendor": "ven_1", "mode": "test"}
CUSTOMER = {
    "id": "cus_1",
    "email": "a@example.com",
    "email_key": "a@example.com",
    "address": [],
    "created_at": MAY,
    "revision": 1,
}
PRODUCT = {
    "id": "prod_1",
    "name": "Tea",
    "tax_rate": 1900,
    "tax_behavior": "inclusive",
    "show_in_portal": True,
    "cancel": "allow",
    "created_at": MAY,
    "revision": 1,
}
PLAN = {
    "id": "plan_1",
    "product": "prod_1",
    "name": "Monthly",
    "currency": "EUR",
    "unit_amount": 500,
    "interval": "month",
    "interval_count": 1,
    "cancel": "inherit",
    "created_at": MAY,
    "revision": 1,
}
SUBSCRIPTION = {
    "plan": "plan_1",
    "product": "prod_1",
    "customer": "cus_1",
    "quantity": 1,
    "unit_amount": 500,
    "currency": "EUR",
    "interval": "month",
    "interval_count": 1,
    "tax_rate": 1900,
    "tax_behavior": "inclusive",
    "anchor": MAY,
    "started_at": MAY,
    "current_period_start": MAY,
    "current_period_end": JUNE,
    "cancel": "inherit",
    "created_at": MAY,
    "revision": 1,
}
PAYMENT = {
    "id": "pay_1",
    "customer": "cus_1",
    "subscription": "sub_active",
    "product": "prod_1",
    "description": "Tea",
    "lines": [{"net": 420}],
    "currency": "EUR",
    "tax_behavior": "inclusive",
    "net": 420,
    "tax": 80,
    "total": 500,
    "status": "succeeded",
    "order_number": "P1",
    "historical": False,
    "paid_at": MAY,
    "created_at": MAY,
}
INVOICE = {
    "id": "inv_1",
    "customer": "cus_1",
    "payment": "pay_1",
    "number": "1",
    "order_number": "P1",
    "status": "paid",
    "currency": "EUR",
    "net": 420,
    "tax": 80,
    "total": 500,
    "description": "Tea",
    "dated_at": MAY,
    "historical": False,
}
ENTRY = {
    "actor_kind": "staff",
    "actor_id": "key_1",
    "action": "plan.changed",
    "object": "plan_1",
    "before": {"name": "Month", "price": [1, 2]},
    "request_id": "req_1",
    "at": MAY,
}
