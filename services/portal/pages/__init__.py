"""Pages that portal renders, by audience."""

from typing import Final

from flask import Blueprint

from services.portal.pages.customer import invoices, looks, overview, subscriptions

BLUEPRINTS: Final[tuple[Blueprint, ...]] = (
    overview.blueprint,
    subscriptions.blueprint,
    invoices.blueprint,
    looks.blueprint,
)
