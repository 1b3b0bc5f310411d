"""portal: what customers bought and what they may do about it.

Owns campaigns, products, plans, plan groups, add-ons, coupons, customers, further recipients of their documents,
subscriptions, payments and the attempts to collect them, payment methods, refunds, credits, helpdesks, tickets, portal
configurations, billing settings, test clocks, imports, the action log; and the sandbox, a processor that moves no
money.
Publishes customer.created, customer.updated, customer.email_changed, customer.erased, customer.export_requested,
customer.export_ready, recipient.invited, recipient.changed, subscription.deleted, subscription.started,
subscription.renewed, subscription.plan_changed, subscription.quantity_changed, subscription.addons_changed,
subscription.paused, subscription.resuming, subscription.resumed, subscription.canceled, subscription.uncanceled,
subscription.ended, subscription.past_due, subscription.recovered, subscription.trial_ending, payment.succeeded,
payment.failed, payment.action_required, payment_method.added, payment_method.updated, payment_method.removed,
payment_method.expiring, refund.requested, refund.succeeded, refund.failed, coupon.applied, ticket.opened,
ticket.answered, ticket.resolved, portal_configuration.published, direct_action.taken.
Listens to vendor.*, invoice.issued, session.*, delegate.*.
"""
