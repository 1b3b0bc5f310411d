"""Pages that portal renders, by audience."""

from typing import Final

from flask import Blueprint

from services.portal.pages import sandbox
from services.portal.pages.console import imports as console_imports
from services.portal.pages.console import portal_files as console_portal_files
from services.portal.pages.console import portal_texts as console_portal_texts
from services.portal.pages.console import portals as console_portals
from services.portal.pages.console import preview as console_preview
from services.portal.pages.console import search as console_search
from services.portal.pages.console import wizard as console_wizard
from services.portal.pages.console.catalog import BLUEPRINTS as CATALOG
from services.portal.pages.console.customers import BLUEPRINTS as CUSTOMERS
from services.portal.pages.console.developers import clock as console_clock
from services.portal.pages.console.developers import embed as console_embed
from services.portal.pages.console.overview import show as console_overview
from services.portal.pages.console.settings import billing as console_billing
from services.portal.pages.console.settings import domains as console_domains
from services.portal.pages.console.settings import record as console_record
from services.portal.pages.console.tickets import BLUEPRINTS as TICKETS
from services.portal.pages.customer import (
    accessibility,
    activity,
    addons,
    balance,
    details,
    documents,
    everywhere,
    flows,
    invoice_files,
    invoices,
    language,
    looks,
    mail_links,
    overview,
    pauses,
    pay,
    payment_methods,
    periods,
    plans,
    po_numbers,
    privacy,
    products,
    recipients,
    refunds,
    resubscription,
    subscription,
    subscriptions,
    tickets,
)
from services.portal.pages.embed import help_icon, windows
from services.portal.pages.embed import shell as embed
from services.portal.rules.payments import card_numbers
from shared.web.inputs import texts

BLUEPRINTS: Final[tuple[Blueprint, ...]] = (
    overview.blueprint,
    everywhere.blueprint,
    flows.blueprint,
    subscription.blueprint,
    subscriptions.blueprint,
    pauses.blueprint,
    resubscription.blueprint,
    invoices.blueprint,
    invoice_files.blueprint,
    periods.blueprint,
    documents.blueprint,
    payment_methods.blueprint,
    pay.blueprint,
    sandbox.blueprint,
    language.blueprint,
    looks.blueprint,
    refunds.blueprint,
    tickets.blueprint,
    accessibility.blueprint,
    activity.blueprint,
    balance.blueprint,
    details.blueprint,
    recipients.blueprint,
    po_numbers.blueprint,
    mail_links.blueprint,
    products.blueprint,
    plans.blueprint,
    addons.blueprint,
    privacy.blueprint,
    embed.blueprint,
    windows.blueprint,
    help_icon.blueprint,
    console_overview.blueprint,
    console_portals.blueprint,
    console_wizard.blueprint,
    console_search.blueprint,
    console_portal_files.blueprint,
    console_portal_texts.blueprint,
    console_preview.blueprint,
    *CATALOG,
    *TICKETS,
    *CUSTOMERS,
    console_imports.blueprint,
    console_billing.blueprint,
    console_clock.blueprint,
    console_embed.blueprint,
    console_domains.blueprint,
    console_record.blueprint,
)
MASKED: Final = ("refunds", "tickets", "console_ticket")
"""Where people write to people: there, card numbers are masked instead (`rules.support.masking`)."""

AT_THE_PROCESSOR: Final = ("sandbox",)
"""Where card numbers belong."""

BY_ITSELF: Final = ("details",)
"""Refuses them with an eye for tax ids, whose digits may look the same."""


def _refuse_card_numbers() -> None:
    """No form of ours takes a card number, in no field. Raises PanDetected."""
    for text in texts():
        card_numbers.decide(text)


for _each in BLUEPRINTS:
    if _each.name not in (*MASKED, *AT_THE_PROCESSOR, *BY_ITSELF):
        _each.before_request(_refuse_card_numbers)
