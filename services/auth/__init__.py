"""Who is calling, how surely, and for how long.

Owns vendors, vendor users, API keys, the addresses customers sign in with, sign-in links and codes, sessions.
Publishes vendor.*, delegate.*, session.started and session.revoked.
Listens to customer.*, subscription.started, subscription.deleted and portal_configuration.published.
"""
