"""The public API of portal's resources, under /v1."""

from typing import Final

from flask import request

from services.portal.api import (
    action_log,
    addons,
    billing_settings,
    campaigns,
    coupons,
    customers,
    embedding,
    helpdesks,
    imports,
    meters,
    overview,
    payment_methods,
    payments,
    plan_groups,
    plans,
    policy,
    products,
    refunds,
    saved_replies,
    subscriptions,
    test_clock,
    tickets,
    usage_records,
    wallet,
)
from services.portal.rules.customers import tax_id
from services.portal.rules.payments import card_numbers
from shared.errors import Refusal
from shared.web import ApiBlueprint
from shared.web.api import read_json
from shared.web.inputs import texts

BLUEPRINTS: Final[tuple[ApiBlueprint, ...]] = (
    campaigns.blueprint,
    products.blueprint,
    plans.blueprint,
    addons.blueprint,
    plan_groups.blueprint,
    coupons.blueprint,
    meters.blueprint,
    usage_records.blueprint,
    wallet.blueprint,
    customers.blueprint,
    subscriptions.blueprint,
    payments.blueprint,
    payment_methods.blueprint,
    embedding.blueprint,
    imports.blueprint,
    policy.blueprint,
    action_log.blueprint,
    helpdesks.blueprint,
    saved_replies.blueprint,
    refunds.blueprint,
    tickets.blueprint,
    billing_settings.blueprint,
    test_clock.blueprint,
    overview.blueprint,
)
MASKED: Final = ("refunds", "tickets")
"""Where people write to people: there, card numbers are masked instead (`rules.support.masking`)."""


def _refuse_card_numbers() -> None:
    """Nothing that is sent here may hold a card number, in no field. Raises PanDetected."""
    card_numbers.decide_all(texts(), but=_tax_id())


def _tax_id() -> str | None:
    """A customer's tax id, given with its country: its digits may look like those of a card, and it is one."""
    if request.blueprint != customers.blueprint.name or not request.mimetype.endswith("json"):
        return None
    try:
        body = read_json(request.get_data(cache=True), content_type=request.mimetype)
    except Refusal:
        return None
    given = body if isinstance(body, dict) else {}
    number, country = given.get("tax_id"), given.get("country")
    if not isinstance(number, str) or not isinstance(country, str):
        return None
    return number if tax_id.is_known(number, country=country) else None


for _each in BLUEPRINTS:
    if _each.name not in MASKED:
        _each.before_request(_refuse_card_numbers)
