"""Who is calling, how surely, and for how long.

Owns vendors, vendor users, API keys, the addresses customers sign in with, sign-in links and codes, sessions.
Publishes vendor.registered and vendor.updated.
Listens to customer.created, customer.updated, customer.email_changed and portal_configuration.published.
"""
