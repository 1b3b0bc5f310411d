"""The overview: tiles with a table behind each, what needs attention, why people cancel, the latest, what to set up."""

from dataclasses import dataclass
from typing import Final

from flask import Blueprint, Response

from services.portal.adapters import Adapters
from services.portal.adapters.notifications import Webhooks
from services.portal.pages.console import lines
from services.portal.pages.console.overview import sparkline
from services.portal.pages.console.overview.sparkline import Sparkline
from services.portal.queries import action_log, billing, time, vendor_overview, vendor_setup
from services.portal.queries.vendor_overview import BusinessView, Reason
from shared.errors import Unavailable
from shared.i18n import DEFAULT, catalog
from shared.web import adapters, caller, console, session, staff
from shared.web.htmx import translate

blueprint = Blueprint("console_overview", __name__, url_prefix="/console/overview")

LATEST: Final = 6
REASONS: Final = 6
MONTH: Final = 4
"""Weeks back that a tile compares with."""
WAYS: Final = {
    "company": "/console/access/company",
    "catalog": "/console/catalog/plans",
    "billing": "/console/billing",
    "portal": "/console/portals",
    "seen": "/console/developers/embed",
    "customer": "/console/imports",
    "subscription": "/console/customers",
    "team": "/console/access/people",
}
"""Where each step of the set-up list is taken."""
OF_OWNERS: Final = ("team",)
"""Those that owners take; who is none is told so."""


@dataclass(frozen=True, kw_only=True)
class Share:
    """A reason in words, and its part of all, in basis points."""

    said: str
    count: int
    part: int


@blueprint.get("")
@staff("read_only")
def show() -> Response:
    """All of it on one page."""
    webhooks = _webhooks()
    found = vendor_overview.business(session(), now=time.now(session()))
    steps = vendor_setup.steps(session())
    return console.show(
        "portal/console/overview/show.html",
        found=found,
        webhooks=webhooks,
        sparklines=_sparklines(found),
        before=found.weeks[-1 - MONTH],
        shares=_shares(found.reasons),
        latest=lines.shown(action_log.latest(session(), limit=LATEST)),
        steps=steps,
        done=sum(each.is_done for each in steps),
        ways=WAYS,
        of_owners=OF_OWNERS,
        zone=billing.settings(session()).zone,
    )


def _webhooks() -> Webhooks | None:
    """How they stand; None while nobody can say, which holds up nothing else."""
    try:
        return adapters(Adapters).notifications.webhooks(passport=caller().passport)
    except Unavailable:
        return None


def _sparklines(found: BusinessView) -> dict[str, Sparkline]:
    """Revenue's is that of the currency which brings in most now: two can't be one line."""
    main = max(found.revenue, key=lambda each: each.amount).currency if found.revenue else None
    revenue = [sum(each.amount for each in week.revenue if each.currency == main) for week in found.weeks]
    return {
        "revenue": sparkline.draw(revenue),
        "active": sparkline.draw([week.active for week in found.weeks]),
        "past_due": sparkline.draw([week.past_due for week in found.weeks]),
        "canceled": sparkline.draw([week.canceled for week in found.weeks]),
    }


def _shares(reasons: tuple[Reason, ...]) -> tuple[Share, ...]:
    """The most frequent ones."""
    whole = sum(each.count for each in reasons)
    return tuple(
        Share(said=_said(each.feedback), count=each.count, part=round(10_000 * each.count / whole))
        for each in reasons[:REASONS]
    )


def _said(feedback: str | None) -> str:
    """In words where it is one of ours; a vendor's own reasons are words already."""
    if feedback is None:
        return translate("console.overview.no_reason")
    key = f"portal.cancel.reason.{feedback}"
    return translate(key) if key in catalog(DEFAULT) else feedback
