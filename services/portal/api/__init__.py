"""The public API of portal's resources, under /v1."""

from typing import Final

from services.portal.api import (
    action_log,
    billing_settings,
    campaigns,
    coupons,
    customers,
    helpdesks,
    imports,
    payment_methods,
    payments,
    plan_groups,
    plans,
    policy,
    portal_configurations,
    products,
    refunds,
    subscriptions,
    test_clock,
    tickets,
)
from services.portal.rules.payments import card_numbers
from shared.web import ApiBlueprint
from shared.web.inputs import texts

BLUEPRINTS: Final[tuple[ApiBlueprint, ...]] = (
    campaigns.blueprint,
    products.blueprint,
    plans.blueprint,
    plan_groups.blueprint,
    coupons.blueprint,
    customers.blueprint,
    subscriptions.blueprint,
    payments.blueprint,
    payment_methods.blueprint,
    portal_configurations.blueprint,
    imports.blueprint,
    policy.blueprint,
    action_log.blueprint,
    helpdesks.blueprint,
    refunds.blueprint,
    tickets.blueprint,
    billing_settings.blueprint,
    test_clock.blueprint,
)
MASKED: Final = ("refunds", "tickets")
"""Where people write to people: there, card numbers are masked instead (`rules.support.masking`)."""


def _refuse_card_numbers() -> None:
    """Nothing that is sent here may hold a card number, in no field. Raises PanDetected."""
    for text in texts():
        card_numbers.decide(text)


for _each in BLUEPRINTS:
    if _each.name not in MASKED:
        _each.before_request(_refuse_card_numbers)
