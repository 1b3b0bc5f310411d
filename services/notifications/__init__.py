"""Notifications: who is told what, when again, when no more.

Owns messages: every mail is a row before it is a mail.
Owns webhook endpoints and deliveries: every event is kept, and queued for the endpoints that asked for it.
Publishes `webhook_endpoint` and `access`.
Listens to `vendor` and `portal_configuration` (who writes, with which address to come back to), `customer` (to whom),
`recipient` (to whom else), `invoice`, `payment`, `payment_method`, `refund`, `coupon`, `subscription` and `ticket`
(about what).
Documents that mails bring along are fetched from invoices over HTTP. Sign-in mails are asked for by auth over HTTP,
sealed, since secrets never ride the bus.
"""
