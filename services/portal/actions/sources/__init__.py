"""Subscriptions that another source bills: copied here as they are there, and changed there as wished here."""
