"""Portal links to several customers at once: those who were ticked in the list of customers, which is portal's."""

from collections.abc import Mapping, Sequence
from typing import Final

from flask import Blueprint, Response

from services.auth.actions import subscriber_links
from services.auth.adapters import Adapters
from services.auth.pages.console import shell
from services.auth.queries import identities
from services.auth.queries import subscriber_links as links
from services.auth.queries.identities import IdentityView
from services.auth.rules.roles import Ability
from shared import clock
from shared.database import scope
from shared.errors import Unavailable
from shared.logs import log
from shared.web import adapters, chosen, session

blueprint: Final = Blueprint("console_chosen_customers", __name__, url_prefix="/console/access/customers")

LIST: Final = "/console/customers"
_NOT_THERE: Final = "console.chosen.why.no_customer"
_NO_ADDRESS: Final = "console.chosen.why.no_address"
_SUPPRESSED: Final = "console.chosen.why.suppressed"
_JUST_SENT: Final = "console.chosen.why.just_sent"


@blueprint.post("/links")
@shell.may(Ability.USE_LINKS)
def send() -> Response:
    """Ask whether to, or mail each of them their link; whom not, and why. Raises NotFound, Invalid."""
    known: dict[str, IdentityView] = {}

    def named(ids: Sequence[str]) -> Mapping[str, str]:
        """Whom auth does not know, any more or yet, goes by their id: they stay, and the others are mailed."""
        known.update({each.customer: each for each in identities.of_customers(session(), ids)})
        return {each: _name(known[each]) if each in known else each for each in ids}

    return chosen.answered(LIST, kind="customers", named=named, doings={"send": _Sending(known)})


class _Sending:
    """Sends one after the other. Who is not written to is asked once for all of them, when the first one comes."""

    def __init__(self, known: Mapping[str, IdentityView]) -> None:
        self._known = known
        self._withheld: frozenset[str] | None = None

    def __call__(self, customer: str) -> bool | str:
        who = self._known.get(customer)
        if who is None:
            return _NOT_THERE
        if not who.email_key:
            return _NO_ADDRESS
        portal = links.portal_for(session())
        if self._withheld is None:
            self._withheld = _withheld([each.email for each in self._known.values()])
        if who.email in self._withheld:
            return _SUPPRESSED
        it = adapters(Adapters)
        is_sent = subscriber_links.send(
            session(), customer=customer, portal=portal, public_url=it.public_url, secrets=it.secrets, now=clock.now()
        )
        return is_sent or _JUST_SENT


def _withheld(addresses: Sequence[str]) -> frozenset[str]:
    """Nobody's, where notifications does not answer: it keeps a mail back by itself, and says so in its list."""
    it = adapters(Adapters)
    passport = it.passports.issue_own(now=clock.now())
    try:
        return it.notifications.withheld(subscriber_links.MAIL, addresses, **scope.values(), passport=passport)
    except Unavailable:
        log.warning("subscriber_link.suppressions_unknown")
        return frozenset()


def _name(who: IdentityView) -> str:
    return f"{who.display_name} ({who.email})" if who.display_name else who.email
