"""The global portal: what one mailbox bought, vendor by vendor, each as its own section allows."""

from collections.abc import Iterator
from dataclasses import dataclass

from flask import Blueprint, Response

from services.portal.adapters import Adapters
from services.portal.adapters.auth import Section
from services.portal.pages.customer import shell
from services.portal.queries import time
from services.portal.queries.overview import OverviewView, overview
from services.portal.queries.portals import PortalView
from services.portal.queries.portals import portal as portal_at
from shared.database import scope
from shared.database.scope import Scope
from shared.errors import NotFound
from shared.places import GLOBAL, PLACES
from shared.ui import Brand
from shared.web import adapters, caller, render, request_id, session
from shared.web.access import everywhere

blueprint = Blueprint("everywhere", __name__, url_prefix=PLACES[GLOBAL])


@dataclass(frozen=True, kw_only=True)
class Group:
    """What was bought at one vendor, dressed as that vendor."""

    portal: PortalView
    brand: Brand
    view: OverviewView


@blueprint.get("", strict_slashes=False)
@everywhere
def show() -> Response:
    """All purchases, grouped by vendor. A vendor without a section, or with a closed one, is absent."""
    known = adapters(Adapters).auth.memberships(passport=caller().passport)
    groups = [group for section in known.sections for group in _group(section)]
    return render(
        "portal/everywhere/overview.html",
        brand=Brand(name="Bursar", home=PLACES[GLOBAL]),
        groups=groups,
        email=known.email,
        mode=known.mode,
    )


def _group(section: Section) -> Iterator[Group]:
    """In the scope of that vendor, mode and customer; nothing where the section closed a moment ago."""
    here = Scope(
        vendor=section.vendor,
        mode=section.mode,
        actor=caller().actor,
        request_id=request_id(),
        customers=section.customers,
    )
    with scope.use(here):
        try:
            portal = portal_at(session(), slug=section.portal)
        except NotFound:
            return
        by, now = time.seen_by(session(), caller()), time.now(session())
        view = overview(session(), portal=portal, by=by, now=now)
        if view.subscriptions or view.purchase_count or view.invoice_count:
            yield Group(portal=portal, brand=shell.brand_of(portal), view=view)
