"""The public API of portal's resources, under /v1."""

from typing import Final

from services.portal.api import (
    action_log,
    campaigns,
    customers,
    imports,
    payments,
    plans,
    policy,
    portal_configurations,
    products,
    subscriptions,
)
from shared.web import ApiBlueprint

BLUEPRINTS: Final[tuple[ApiBlueprint, ...]] = (
    campaigns.blueprint,
    products.blueprint,
    plans.blueprint,
    customers.blueprint,
    subscriptions.blueprint,
    payments.blueprint,
    portal_configurations.blueprint,
    imports.blueprint,
    policy.blueprint,
    action_log.blueprint,
)
