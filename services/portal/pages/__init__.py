"""Pages that portal renders, by audience."""

from typing import Final

from flask import Blueprint

from services.portal.pages import sandbox
from services.portal.pages.customer import (
    activity,
    invoices,
    looks,
    overview,
    pauses,
    pay,
    payment_methods,
    plans,
    products,
    refunds,
    resubscription,
    subscriptions,
    tickets,
)
from services.portal.rules.payments import card_numbers
from shared.web.inputs import texts

BLUEPRINTS: Final[tuple[Blueprint, ...]] = (
    overview.blueprint,
    subscriptions.blueprint,
    pauses.blueprint,
    resubscription.blueprint,
    invoices.blueprint,
    payment_methods.blueprint,
    pay.blueprint,
    sandbox.blueprint,
    looks.blueprint,
    refunds.blueprint,
    tickets.blueprint,
    activity.blueprint,
    products.blueprint,
    plans.blueprint,
)
MASKED: Final = ("refunds", "tickets")
"""Where people write to people: there, card numbers are masked instead (`rules.support.masking`)."""

AT_THE_PROCESSOR: Final = ("sandbox",)
"""Where card numbers belong."""


def _refuse_card_numbers() -> None:
    """No form of ours takes a card number, in no field. Raises PanDetected."""
    for text in texts():
        card_numbers.decide(text)


for _each in BLUEPRINTS:
    if _each.name not in (*MASKED, *AT_THE_PROCESSOR):
        _each.before_request(_refuse_card_numbers)
