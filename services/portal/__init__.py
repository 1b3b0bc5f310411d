"""portal: what customers bought and what they may do about it.

Owns campaigns, products, plans, customers, subscriptions, payments, portal configurations, imports, the action log.
Publishes customer.created, customer.updated, customer.email_changed, subscription.started, subscription.canceled,
subscription.uncanceled, subscription.ended, payment.succeeded, portal_configuration.published.
Listens to vendor.registered, vendor.updated, invoice.issued.
"""
