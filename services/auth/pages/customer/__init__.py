"""Signing in and out of a portal, in the portal's looks."""

from services.auth.pages.customer.link import blueprint as link
from services.auth.pages.customer.logo import blueprint as logo
from services.auth.pages.customer.sign_in import blueprint as sign_in

__all__ = ["link", "logo", "sign_in"]
