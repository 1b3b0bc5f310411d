"""The console's pages about what is sold: campaigns, products, plans, add-ons, plan groups, coupons, meters."""

from typing import Final

from flask import Blueprint

from services.portal.pages.console.catalog import addons, campaigns, coupons, groups, meters, plans, products, start

BLUEPRINTS: Final[tuple[Blueprint, ...]] = (
    start.blueprint,
    campaigns.blueprint,
    products.blueprint,
    plans.blueprint,
    addons.blueprint,
    groups.blueprint,
    coupons.blueprint,
    meters.blueprint,
)
