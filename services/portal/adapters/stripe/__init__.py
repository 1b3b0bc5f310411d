"""Stripe as a billing source, through its official library."""

from services.portal.adapters.stripe.source import StripeSource

__all__ = ["StripeSource"]
