"""Which invoices an address asks for, and the address that asks for them: the same for the list and for its files."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Final
from urllib.parse import urlencode

from babel.numbers import NumberFormatError, parse_decimal
from flask import request

from services.portal.queries import invoices, time
from services.portal.queries.invoices import STATUSES, Wanted
from services.portal.queries.overview import shown_cards
from services.portal.queries.portals import PortalView
from services.portal.queries.subscriptions import SubscriptionCard
from shared import money
from shared.i18n import locale_of
from shared.web import caller, session
from shared.web.htmx import language

LONGEST_ID: Final = 40
LONGEST_SEARCH: Final = 80
LONGEST_AMOUNT: Final = 15
YEARS: Final = range(1990, 2200)


def choices(portal: PortalView) -> tuple[SubscriptionCard, ...]:
    """The subscriptions to choose from, where invoices are listed with the one they are for."""
    if not invoices.is_narrow(portal):
        return ()
    by, now = time.seen_by(session(), caller()), time.now(session())
    return shown_cards(session(), portal=portal, by=by, now=now)


def wanted(choices: Sequence[SubscriptionCard], *, given: Mapping[str, str] | None = None) -> Wanted:
    """What the address, or a form, asks for; what makes no sense there asks for nothing. Of one choice, it is that."""
    said = request.args if given is None else given
    only = choices[0].id if len(choices) == 1 else None
    year, status = said.get("year", ""), said.get("status", "")
    return Wanted(
        year=int(year) if year.isascii() and year.isdecimal() and int(year[:6]) in YEARS else None,
        status=status if status in STATUSES else None,
        subscription=said.get("subscription", "")[:LONGEST_ID] or only,
        words=said.get("q", "").strip()[:LONGEST_SEARCH],
        least=_amount("least"),
        most=_amount("most"),
    )


def asked(wanted: Wanted) -> dict[str, str]:
    """The parameters that ask for it; amounts as they were typed."""
    named = {"year": wanted.year, "status": wanted.status, "subscription": wanted.subscription, "q": wanted.words}
    amounts = {name: typed(name) for name in ("least", "most") if _amount(name) is not None}
    return {name: str(value) for name, value in {**named, **amounts}.items() if value}


def query(asked: Mapping[str, str]) -> str:
    """`?year=2026`, or nothing."""
    return f"?{urlencode(asked)}" if asked else ""


def typed(name: str) -> str:
    """A parameter as it stands in the address."""
    return request.args.get(name, "").strip()[:LONGEST_AMOUNT]


def _amount(name: str) -> Decimal | None:
    """An amount as it is written in the reader's language: `1.234,50` where commas part decimals."""
    try:
        found = parse_decimal(typed(name), locale=locale_of(language()), strict=True)
    except NumberFormatError:
        return None
    return found if found.is_finite() and 0 <= found <= money.LARGEST else None
