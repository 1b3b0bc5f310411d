"""DECIDES may customers change what they have, come back and look things up the way a configuration says.

A portal that lets customers change subscriptions names what: plan (`price`), quantity, coupon. Coming back on another
plan needs changing plans to be on. Invoices show all, or those of the subscription being viewed. Tickets, where they
name a helpdesk, name one that exists. Of their own details customers change those that are listed.

Worked example: `subscription_update` on with nothing allowed is `required`; `allow_plan_change` without `price` among
the updates is `needs_price_updates`.
"""

from collections.abc import Mapping
from typing import Any, Final

from services.portal.rules.portals import problems as check
from services.portal.rules.portals import wallet
from services.portal.rules.portals.features import DETAILS, Condition, Proration
from services.portal.rules.portals.problems import Known
from shared.errors import FieldError

UPDATES: Final = ("price", "promotion_code", "quantity")
TRIALS: Final = ("end_trial", "continue_trial")
INVOICES: Final = ("all", "subscription")


def decide(features: Mapping[str, Any], *, known: Known) -> list[FieldError]:
    """What is wrong with the features of changing; `features` are complete."""
    problems: list[FieldError] = []
    update, resubscribe = features["subscription_update"], features["subscription_resubscribe"]
    _check_update(update, problems)
    may_change_plan = update["enabled"] and "price" in update["default_allowed_updates"]
    if resubscribe["enabled"] and resubscribe["allow_plan_change"] and not may_change_plan:
        problems.append(FieldError.of("features.subscription_resubscribe.allow_plan_change", "needs_price_updates"))
    check.choice("features.invoice_history.scope", features["invoice_history"]["scope"], INVOICES, problems)
    check.choices(
        "features.customer_update.allowed_updates", features["customer_update"]["allowed_updates"], DETAILS, problems
    )
    wallet.check_feature(features["wallet"], problems)
    check.known("features.tickets.helpdesk", features["tickets"]["helpdesk"], known.helpdesks, problems)
    return problems


def _check_update(feature: Mapping[str, Any], problems: list[FieldError]) -> None:
    where = "features.subscription_update"
    allowed = feature["default_allowed_updates"]
    check.choices(f"{where}.default_allowed_updates", allowed, UPDATES, problems)
    if feature["enabled"] and not allowed:
        problems.append(FieldError.of(f"{where}.default_allowed_updates", "required"))
    check.choice(f"{where}.proration_behavior", feature["proration_behavior"], set(Proration), problems)
    check.choice(f"{where}.trial_update_behavior", feature["trial_update_behavior"], TRIALS, problems)
    conditions = [each["type"] for each in feature["schedule_at_period_end"]["conditions"]]
    check.choices(f"{where}.schedule_at_period_end.conditions", conditions, set(Condition), problems)
