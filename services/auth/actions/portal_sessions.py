"""Portal sessions: ways in that a vendor's backend makes for a customer it has signed in itself."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from services.auth.actions import entries, global_sessions, sessions
from services.auth.actions.entries import PORTAL_SESSION, Made
from services.auth.adapters import Adapters
from services.auth.models import PortalSession
from services.auth.queries import identities, portals
from services.auth.queries.portals import PortalView
from services.auth.queries.sessions import sees
from services.auth.rules import address, flow, return_url, whom
from services.auth.rules.entry import PortalSessionsOff
from services.auth.rules.session import Ending
from services.auth.rules.ways_in import WayIn, is_open
from shared.database import scope
from shared.database.session import Session
from shared.errors import Conflict, NotFound
from shared.i18n import LANGUAGES
from shared.portal_address import portal_address

WIDGET: Final = "widget"


class PortalInactive(Conflict):
    """The portal is closed."""

    code = "portal_inactive"


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """What a vendor asks for; exactly one of the first three names the customer. `flow` is its `flow_data`.

    `locale` is a tag, `auto` for the browser's, or null for the customer's own; `theme` auto, light or dark, or null
    for the visitor's or the portal's.
    """

    customer: str | None = None
    email: str | None = None
    reference: str | None = None
    configuration: str | None = None
    locale: str | None = None
    return_url: str | None = None
    flow: dict[str, Any] | None = None
    theme: str | None = None


@dataclass(frozen=True, kw_only=True)
class Opened:
    """A new portal session: the address that opens it and, for a widget, what its loader takes as `token`."""

    made: Made
    customer: str
    url: str


def create(
    session: Session, *, wanted: Wanted, created_by: str, public_url: str, adapters: Adapters, now: datetime
) -> Opened:
    """A way in for this customer, good once and for five minutes.

    Raises NotFound, CustomerAmbiguous, PortalInactive, PortalSessionsOff, Invalid for a return address that is not the
    vendor's, Unavailable while portal is away and must be asked.
    """
    passport = adapters.passports.issue_own(now=now)
    portal = _portal(session, wanted.configuration)
    customer, locale = _customer(session, wanted, adapters=adapters, passport=passport)
    back = _checked(wanted.return_url, "return_url", portal)
    made = entries.make(
        session,
        kind=PORTAL_SESSION,
        portal=portal,
        customers=[customer],
        way_in=WayIn.PORTAL_SESSION,
        created_by=created_by,
        now=now,
        has_secret=portal.kind == WIDGET,
        details={
            "return_url": back,
            "locale": locale,
            "theme": wanted.theme,
            "flow": _flow(wanted.flow, portal, customer, adapters=adapters, passport=passport),
        },
    )
    home = portal_address(public_url, slug=portal.slug, host=portal.host, path=portal.path)
    return Opened(made=made, customer=customer, url=f"{home}/sign-in/entry#t={made.token}")


def revoke(session: Session, *, session_id: str, now: datetime) -> None:
    """It opens nothing any more, and whoever is in by it is out. Raises NotFound."""
    is_entry = entries.take_back(session, entry_id=session_id, now=now)
    ended = sessions.revoke(session, session_id=session_id, now=now, reason=Ending.ENDED_BY_VENDOR)
    if not (is_entry or ended) and session.get(PortalSession, session_id) is None:
        raise NotFound


def revoke_of_customer(session: Session, *, customer: str, now: datetime) -> int:
    """Every session that sees the customer ends, and no way in that waits for them opens; how many ended.

    One of the global portal sees them, too: it ends with all its sections. Raises NotFound.
    """
    people = identities.of_customers(session, [customer])
    if not people:
        raise NotFound
    for each in people:
        global_sessions.revoke_of_address(session, email_key=each.email_key, now=now)
    entries.take_back_of(session, customer=customer, now=now)
    return sessions.revoke_where(session, sees(customer), now=now, reason=Ending.ENDED_BY_VENDOR)


def _portal(session: Session, configuration: str | None) -> PortalView:
    """The configuration that was named, or the vendor's default one."""
    here = scope.current()
    found = (
        portals.of_vendor(session, here.vendor, here.mode)
        if configuration is None
        else portals.by_id(session, configuration)
    )
    if found is None or (found.vendor, found.mode) != (here.vendor, here.mode):
        raise NotFound
    if not found.active:
        raise PortalInactive
    if not is_open(WayIn.PORTAL_SESSION, found.sign_in_methods):
        raise PortalSessionsOff
    return found


def _customer(session: Session, wanted: Wanted, *, adapters: Adapters, passport: str) -> tuple[str, str | None]:
    """The customer's id, and the visit's language. Portal is asked for whom auth has not heard of yet."""
    by = {
        "customer": wanted.customer,
        "email_key": None if wanted.email is None else address.key_of(wanted.email) or "",
        "reference": wanted.reference,
    }
    found = {each.customer: each.locale for each in identities.named(session, **by)}
    if not found:
        here = scope.current()
        asked = adapters.portal.find_customers(vendor=here.vendor, mode=here.mode, passport=passport, by=by)
        found = {str(each["id"]): each["locale"] for each in asked}
    customer = whom.decide(sorted(found))
    return customer, _locale(wanted.locale, found[customer])


def _locale(wanted: str | None, of_customer: str | None) -> str | None:
    chosen = wanted or of_customer
    return chosen if chosen in LANGUAGES else None


def _checked(url: str | None, field: str, portal: PortalView) -> str | None:
    if url is None:
        return None
    allowed = (*portal.embed.get("allowed_origins", ()), portal.return_url, *_websites(portal))
    return return_url.decide(url, field=field, allowed=allowed, mode=portal.mode)


def _websites(portal: PortalView) -> tuple[str | None, ...]:
    return (portal.links.get("return"),)


def _flow(
    given: dict[str, Any] | None, portal: PortalView, customer: str, *, adapters: Adapters, passport: str
) -> dict[str, Any] | None:
    """The flow as it is kept: all that it names is the customer's or the vendor's, and it leads back to the vendor."""
    if given is None:
        return None
    after = (given.get("after_completion") or {}).get("redirect") or {}
    _checked(after.get("return_url"), "flow_data.after_completion.redirect.return_url", portal)
    named = flow.named(given)
    if not any(vars(named).values()):
        return given
    payment = adapters.portal.check_flow(
        vendor=portal.vendor, mode=portal.mode, customer=customer, named=named, passport=passport
    )
    if named.invoice is None:
        return given
    if payment is None:  # nothing of it is to be paid here
        raise NotFound
    own = given["type"]
    return {**given, own: {**given[own], "payment": payment}}
