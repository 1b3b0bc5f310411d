"""Purchase order numbers by subscription. The customer's own, and one for the next invoice, stand with the details.

Where the vendor wants one before anything changes, the page of the change asks for it and what was chosen comes along.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final
from urllib.parse import urlencode

from flask import Blueprint, Response, request

from services.portal.actions import own_po_numbers as actions
from services.portal.actions import recipients
from services.portal.actions.payments import po_numbers as wanted
from services.portal.pages.customer import shell
from services.portal.queries import customers, time
from services.portal.queries import subscriptions as queries
from services.portal.queries.customers import CustomerView
from services.portal.queries.portals import PortalView
from shared.errors import FieldError, Invalid, NotFound, Refusal
from shared.web import caller, customer, redirect_to, session

blueprint = Blueprint("po_numbers", __name__, url_prefix="/p/<slug>/details/po-numbers")

PREFIX: Final = "of."
LONGEST: Final = 1000
"""Characters of one field that are looked at; the rules say how many may be kept."""
_STEPS: Final = ("change", "quantity")
_CHOSEN: Final = re.compile(r"[a-z0-9_]{0,40}", re.ASCII)


@dataclass(frozen=True, kw_only=True)
class Errand:
    """The change that waits for a number: of which subscription, on which of its pages, with what was chosen there."""

    subscription: str
    step: str
    plan: str
    quantity: str

    @property
    def back(self) -> str:
        """Where it goes on, below the portal's home."""
        chosen = {name: value for name, value in (("plan", self.plan), ("quantity", self.quantity)) if value}
        return f"/subscriptions/{self.subscription}/{self.step}" + (f"?{urlencode(chosen)}" if chosen else "")


def missing(portal: PortalView, subscription_id: str) -> bool:
    """Whether a number has to be given before the present customer may change this subscription, and may be."""
    if not wanted.is_missing(session(), subscription_id=subscription_id):
        return False
    try:
        recipients.require(time.seen_by(session(), caller()), portal=portal, now=time.now(session()))
    except Refusal:
        return False
    return True


@blueprint.get("", strict_slashes=False)
@customer
def show(slug: str) -> Response:
    """Each subscription that goes on, with its number."""
    portal = shell.open_portal(slug)
    recipients.require(time.seen_by(session(), caller()), portal=portal, now=time.now(session()))
    return _page(portal, _chosen(request.args.get("customer")))


@blueprint.post("", strict_slashes=False)
@customer
def save(slug: str) -> Response:
    """Keep what was typed."""
    portal = shell.open_portal(slug)
    mine = _chosen(request.form.get("customer"))
    typed = {name.removeprefix(PREFIX): request.form[name] for name in request.form if name.startswith(PREFIX)}
    errand = _errand(request.form)
    if errand is not None and not typed.get(errand.subscription, "").strip():
        needed = {errand.subscription: FieldError.of(errand.subscription, "required")}
        return _page(portal, mine, errand=errand, typed=typed, wrong=needed, status=422)
    try:
        actions.change(
            session(),
            customer_id=mine.id,
            numbers={each: number[:LONGEST] for each, number in typed.items()},
            by=time.seen_by(session(), caller()),
            portal=portal,
            now=time.now(session()),
        )
    except Invalid as invalid:
        wrong = {each.field: each for each in invalid.fields}
        return _page(portal, mine, errand=errand, typed=typed, wrong=wrong, status=422)
    if errand is not None:
        return redirect_to(f"{shell.home(slug)}{errand.back}")
    return redirect_to(f"{shell.home(slug)}/details/po-numbers?customer={mine.id}&saved=1")


def _errand(sent: Mapping[str, str]) -> Errand | None:
    """What the form was sent for; what is no address of ours is left out."""
    given = {name: sent.get(name, "") for name in ("subscription", "step", "plan", "quantity")}
    if given["step"] not in _STEPS or not given["subscription"]:
        return None
    return Errand(**given) if all(_CHOSEN.fullmatch(each) for each in given.values()) else None


def _chosen(named: str | None) -> CustomerView:
    """One of the customers signed in, the first unless another is named. Raises NotFound."""
    mine = customers.in_scope(session())
    found = next((each for each in mine if named in (None, "", each.id)), None)
    if found is None:
        raise NotFound
    return found


def _page(
    portal: PortalView,
    mine: CustomerView,
    *,
    errand: Errand | None = None,
    typed: dict[str, str] | None = None,
    wrong: dict[str, FieldError] | None = None,
    status: int = 200,
) -> Response:
    rows = queries.with_po_numbers(session(), customer_id=mine.id)
    if errand is not None:
        rows = [each for each in rows if each.id == errand.subscription]
    return shell.show(
        "portal/customer/details/po_numbers.html",
        portal=portal,
        status=status,
        mine=mine,
        rows=rows,
        errand=errand,
        typed={each.id: each.po_number or "" for each in rows} | (typed or {}),
        wrong=wrong or {},
        is_saved=request.args.get("saved") == "1" and status == 200,
    )
