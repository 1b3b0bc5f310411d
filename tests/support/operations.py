"""What each writing operation with an id in its path is sent, by a vendor who tries it on what is not theirs."""

from typing import Any, Final

from tests.support.pictures import png

ABSENT: Final = "00000000000000000000000000"

BODIES: Final[dict[str, Any]] = {
    "patch /v1/campaigns/{campaign_id}": {"name": "Mine now"},
    "patch /v1/products/{product_id}": {"name": "Mine now"},
    "patch /v1/plans/{plan_id}": {"name": "Mine now"},
    "post /v1/plans/{plan_id}/price": {"currency": "EUR", "unit_amount": 1},
    "patch /v1/customers/{customer_id}": {"display_name": "Mine now"},
    "patch /v1/subscriptions/{subscription_id}": {"cancel": "deny"},
    "post /v1/subscriptions/{subscription_id}/preview": {"action": "cancel"},
    "post /v1/subscriptions/{subscription_id}/cancel": {},
    "post /v1/subscriptions/{subscription_id}/undo_cancel": {},
    "post /v1/subscriptions/{subscription_id}/change": {"quantity": 3},
    "post /v1/subscriptions/{subscription_id}/undo_change": {},
    "post /v1/subscriptions/{subscription_id}/coupon": {"code": "SPRING"},
    "delete /v1/subscriptions/{subscription_id}/coupon": {},
    "post /v1/subscriptions/{subscription_id}/addons": {"addon": f"add_{ABSENT}"},
    "post /v1/subscriptions/{subscription_id}/addons/{addon_id}": {"quantity": 2},
    "delete /v1/subscriptions/{subscription_id}/addons/{addon_id}": {},
    "post /v1/subscriptions/{subscription_id}/addons/{addon_id}/undo_remove": {},
    "post /v1/subscriptions/{subscription_id}/pause": {},
    "post /v1/subscriptions/{subscription_id}/resume": {},
    "post /v1/subscriptions/{subscription_id}/resubscribe": {},
    "delete /v1/subscriptions/{subscription_id}": {},
    "post /v1/customers/{customer_id}/exports": {},
    "post /v1/customers/{customer_id}/exports/{export_id}/fetch": {},
    "post /v1/customers/{customer_id}/erase": {},
    "post /v1/customers/{customer_id}/top_ups": {"amount": 100, "currency": "EUR"},
    "post /v1/customers/{customer_id}/top_ups/preview": {"amount": 100, "currency": "EUR"},
    "post /v1/imports/{import_id}/confirm": {},
    "post /v1/imports/{import_id}/discard": {},
    "post /v1/customers/{customer_id}/recipients": {"email": "mine@shop.example", "documents": ["invoice"]},
    "patch /v1/customers/{customer_id}/recipients/{recipient_id}": {"documents": ["credit_note"]},
    "delete /v1/customers/{customer_id}/recipients/{recipient_id}": {},
    "post /v1/customers/{customer_id}/recipients/{recipient_id}/resend": {},
    "put /v1/customers/{customer_id}/license_keys/{purchase_id}": {"license_key": "MINE-NOW"},
    "delete /v1/message_texts/{text_id}": {},
    "delete /v1/suppressions/{suppression_id}": {},
    "patch /v1/webhook_endpoints/{endpoint_id}": {"description": "Mine now"},
    "delete /v1/webhook_endpoints/{endpoint_id}": {},
    "post /v1/webhook_endpoints/{endpoint_id}/roll": {"overlap": 0},
    "post /v1/webhook_endpoints/{endpoint_id}/test": {},
    "post /v1/webhook_endpoints/{endpoint_id}/resend": {},
    "post /v1/webhook_deliveries/{delivery_id}/resend": {},
    "post /v1/messages/{message_id}/resend": {},
    "patch /v1/coupons/{coupon_id}": {"name": "Mine now"},
    "patch /v1/addons/{addon_id}": {"name": "Mine now"},
    "patch /v1/plan_groups/{group_id}": {"name": "Mine now"},
    "patch /v1/meters/{meter_id}": {"name": "Mine now"},
    "post /v1/payments/{payment_id}/pay": {},
    "post /v1/credits/{credit_id}/void": {},
    "delete /v1/payment_methods/{payment_method_id}": {},
    "post /v1/payment_methods/{payment_method_id}/assign": {"subscription": f"sub_{ABSENT}"},
    "post /v1/payment_methods/{payment_method_id}/make_default": {},
    "patch /v1/helpdesks/{helpdesk_id}": {"name": "Mine now"},
    "delete /v1/helpdesks/{helpdesk_id}": {},
    "patch /v1/saved_replies/{reply_id}": {"name": "Mine now"},
    "delete /v1/saved_replies/{reply_id}": {},
    "post /v1/tickets/{ticket_id}/reply": {"message": "Mine now"},
    "post /v1/tickets/{ticket_id}/approve": {},
    "post /v1/tickets/{ticket_id}/decline": {},
    "post /v1/tickets/{ticket_id}/close": {},
    "patch /v1/portal_configurations/{configuration_id}": {"display_name": "Mine now"},
    "post /v1/portal_configurations/{configuration_id}/verify_domain": {},
    "post /v1/portal_configurations/{configuration_id}/check_css": {"css": ".card { color: teal }"},
    "post /v1/portal_configurations/{configuration_id}/import": {"file": "format: bursar/portal/1"},
    "post /v1/portal_configurations/{configuration_id}/check_embed": {"page": "https://shop.example"},
    "patch /v1/portal_configurations/{configuration_id}/draft": {"display_name": "Mine now"},
    "delete /v1/portal_configurations/{configuration_id}/draft": {},
    "post /v1/portal_configurations/{configuration_id}/publish": {},
    "post /v1/portal_configurations/{configuration_id}/rollback": {"version": f"pver_{ABSENT}"},
    "patch /v1/vendors/{vendor_id}": {"display_name": "Mine now"},
    "post /v1/vendors/{vendor_id}/suspend": {},
    "post /v1/vendors/{vendor_id}/resume": {},
    "post /v1/vendors/{vendor_id}/close": {},
    "put /v1/vendors/{vendor_id}/entitlements": {"withheld": []},
    "put /v1/vendors/{vendor_id}/logo": {"files": {"file": ("logo.png", png(8, 8))}},
    "delete /v1/vendors/{vendor_id}/logo_dark": {},
    "put /v1/vendors/{vendor_id}/logo_dark": {"files": {"file": ("logo.png", png(8, 8))}},
    "patch /v1/identity_secrets/{secret_id}": {"takes_v1": False},
    "post /v1/identity_secrets/{secret_id}/roll": {"overlap": 0},
    "post /v1/identity_secrets/{secret_id}/revoke": {},
    "patch /v1/identity/customers/{customer_id}": {"takes_v1": False},
    "post /v1/portal_sessions/{session_id}/revoke": {},
    "post /v1/subscriber_links/{customer_id}/mail": {},
    "post /v1/subscriber_links/{customer_id}/regenerate": {},
    "post /v1/subscriber_links/{customer_id}/revoke": {},
    "patch /v1/delegates/{delegate_id}": {"role": "viewer"},
    "post /v1/delegates/{delegate_id}/revoke": {},
    "patch /v1/vendor_users/{user_id}": {"role": "support"},
    "delete /v1/vendor_users/{user_id}": {},
    "post /v1/api_keys/{key_id}/roll": {"overlap": 0},
    "post /v1/api_keys/{key_id}/revoke": {},
}
"""A body that would work on an object of one's own; with `files`, a form.

A writing operation without a line here fails the test.
"""

INSTALLATIONS: Final = {
    "put /v1/vendors/{vendor_id}/entitlements",
    *(f"post /v1/vendors/{{vendor_id}}/{each}" for each in ("suspend", "resume", "close")),
}
"""What no key may do, whosever the vendor is: 403 before anything is looked up."""

WITHOUT_BODY: Final = {"post /v1/customers/{customer_id}/exports/{export_id}/fetch"} | {
    operation for operation in BODIES if operation.startswith("delete") or operation.endswith("/revoke")
}

NOT_MADE_HERE: Final = {"payment_method_id": "pm"}
"""Only its customer can add a card; foreign ones are tried where there are some, in portal's integration tests."""


def body_of(operation: str, **more: str) -> dict[str, Any]:
    """How `requests` sends the operation's body, with `more` fields in it."""
    body = BODIES[operation]
    return {"files": body["files"], "data": more} if "files" in body else {"json": {**body, **more}}
