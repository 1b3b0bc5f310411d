"""Billing details: shown, and changed as far as the portal lets. The form follows the country that is chosen in it.

Choosing a country sends what was typed so far and draws the form anew without keeping anything, by a button where
there are no scripts. It is sent as a form and not in an address, which browsers and logs would keep.
"""

from dataclasses import dataclass
from typing import Any, Final

from flask import Blueprint, Response, request

from services.portal.actions import own_details as actions
from services.portal.actions import proof
from services.portal.pages.customer import details_form, flows, recipients, shell
from services.portal.pages.customer.details_form import Shown
from services.portal.queries import agreements, customers, time
from services.portal.queries import recipients as queries
from services.portal.queries.customers import CustomerView
from services.portal.queries.portals import PortalView
from services.portal.rules.customers import own_details, tax_id
from services.portal.rules.customers.countries import COUNTRIES
from services.portal.rules.payments import card_numbers
from services.portal.rules.policy import Action, Answer
from shared.errors import FieldError, Invalid, NotFound, PreconditionFailed
from shared.i18n.countries import country_name, country_names
from shared.web import caller, customer, session
from shared.web.htmx import language
from shared.web.inputs import texts

blueprint = Blueprint("details", __name__, url_prefix="/p/<slug>/details")

REDRAW: Final = "redraw"
_SHOWN: Final = (
    *("display_name", "company", "country", "address", "tax_id"),
    *("po_number", "next_po_number", "phone", "shipping"),
)


@dataclass(frozen=True, kw_only=True)
class Line:
    """A detail in words, or both versions of it: `kept` is on file now, `typed` what somebody wants instead."""

    name: str
    kept: tuple[str, ...]
    typed: tuple[str, ...] = ()


@blueprint.before_request
def refuse_card_numbers() -> None:
    """As everywhere, but a tax id of the chosen country is one, however much its digits look like a card's."""
    number, country = request.form.get("tax_id", ""), request.form.get("country", "")
    card_numbers.decide_all(texts(), but=number if tax_id.is_known(number, country=country) else None)


@blueprint.get("", strict_slashes=False)
@customer
def show(slug: str) -> Response:
    """What is on file, in a form where it may be changed."""
    portal = shell.open_portal(slug)
    _require_proof(portal)
    mine = _chosen(request.args.get("customer"))
    return _page(portal, mine, details_form.draw(details_form.of_record(mine)))


@blueprint.post("", strict_slashes=False)
@customer
def save(slug: str) -> Response:
    """Keep what was typed, or draw the form anew for another country."""
    portal = shell.open_portal(slug)
    _require_proof(portal)
    mine = _chosen(request.form.get("customer"))
    values = details_form.typed(request.form, customer=mine)
    fields = details_form.sent_fields(request.form)
    if request.form.get(REDRAW):
        return _page(portal, mine, details_form.draw(values, wrong=details_form.wrong_tax_id(values)))
    try:
        changed = _change(portal, mine, values, fields)
    except Invalid as invalid:
        shown = details_form.draw(values, wrong=tuple(invalid.fields))
        return _page(portal, mine, shown, has_failed=True, status=422)
    except PreconditionFailed:
        rivals = _rivals(mine, values, fields)
        if rivals:
            return _page(portal, mine, details_form.draw(values), rivals=rivals, status=409)
        changed = mine  # what was typed is what is on file by now
    return flows.done(slug, f"{shell.home(slug)}/details?customer={mine.id}&saved={changed.revision}")


def _change(portal: PortalView, mine: CustomerView, values: dict[str, str], fields: frozenset[str]) -> CustomerView:
    own_details.require(fields, allowed=portal.features.details)
    lacking = details_form.missing(values, fields=fields, customer=mine)
    if lacking:
        raise Invalid(*lacking)
    return actions.change(
        session(),
        customer_id=mine.id,
        values=details_form.asked(values, fields=fields, customer=mine),
        by=time.seen_by(session(), caller()),
        portal=portal,
        check=_same_as_shown,
        now=time.now(session()),
    )


def _require_proof(portal: PortalView) -> None:
    """An address and a telephone number are not shown to whoever knows an order number. Raises StepUpRequired."""
    proof.require(Action.UPDATE_DETAILS, by=time.seen_by(session(), caller()), portal=portal, now=time.now(session()))


def _same_as_shown(revision: int) -> None:
    """Raises PreconditionFailed when somebody else saved since the form was drawn."""
    if request.form.get("revision") != str(revision):
        raise PreconditionFailed


def _chosen(wanted: str | None) -> CustomerView:
    """One of the customers signed in, the first unless another is named. Raises NotFound."""
    mine = customers.in_scope(session())
    found = next((each for each in mine if wanted in (None, "", each.id)), None)
    if found is None:
        raise NotFound
    return found


def _page(
    portal: PortalView,
    mine: CustomerView,
    shown: Shown,
    *,
    has_failed: bool = False,
    rivals: tuple[Line, ...] = (),
    status: int = 200,
) -> Response:
    people = customers.in_scope(session())
    answer = _answer(Action.UPDATE_DETAILS, portal)
    fields = details_form.changeable(portal.features.details) if answer.is_allowed else frozenset()
    return shell.show(
        "portal/customer/details/index.html",
        portal=portal,
        of=people,
        status=status,
        people=people,
        mine=mine,
        shown=shown,
        fields=fields,
        fixed=_fixed(mine, fields),
        denied=None if answer.is_allowed else answer.reason,
        may_change_email=_answer(Action.CHANGE_EMAIL, portal).is_allowed,
        has_failed=has_failed,
        errors=_errors(shown.wrong.values()) if has_failed else (),
        rivals=rivals,
        is_saved=request.args.get("saved") == str(mine.revision),
        recipients=queries.of_customer(session(), customer_id=mine.id) if recipients.is_offered(portal) else None,
        countries=country_names(COUNTRIES, language()),
    )


def _answer(action: Action, portal: PortalView) -> Answer:
    return agreements.answer(action, by=time.seen_by(session(), caller()), portal=portal, now=time.now(session()))


def _errors(wrong: Any) -> tuple[tuple[str, FieldError], ...]:
    """In the order they were found: the id of the field each leads to, and what is wrong with it."""
    return tuple((f"f-{each.field}", each) for each in wrong)


def _fixed(mine: CustomerView, fields: frozenset[str]) -> tuple[Line, ...]:
    """What is on file and not to be changed here."""
    lines = _lines(mine)
    return tuple(Line(name=name, kept=lines[name]) for name in _SHOWN if name not in fields and lines[name])


def _lines(mine: CustomerView) -> dict[str, tuple[str, ...]]:
    return _words(details_form.of_record(mine)) | {"address": mine.address}


def _rivals(now: CustomerView, values: dict[str, str], fields: frozenset[str]) -> tuple[Line, ...]:
    """What is on file by now beside what was typed, where they differ."""
    kept, typed = _lines(now), _words(values)
    wanted = set(details_form.asked(values, fields=fields, customer=now))
    wanted |= {"address"} if details_form.ADDRESS in wanted else set()
    return tuple(
        Line(name=name, kept=kept[name], typed=typed[name])
        for name in _SHOWN
        if name in wanted and kept[name] != typed[name]
    )


def _words(values: dict[str, str]) -> dict[str, tuple[str, ...]]:
    """The details as they are read: country by name, addresses as they are printed."""
    found = {name: (values[name],) if values[name] else () for name in ("display_name", "company", "phone")}
    found |= {name: (values[name],) if values[name] else () for name in ("tax_id", "po_number", "next_po_number")}
    country = values["country"]
    return found | {
        "country": (country_name(country, language()),) if country else (),
        "address": details_form.printed(values, of=details_form.ADDRESS, country=country),
        "shipping": _shipping(values),
    }


def _shipping(values: dict[str, str]) -> tuple[str, ...]:
    country = values["shipping.country"]
    if not country:
        return ()
    around = (values["shipping.name"], values["shipping.phone"])
    lines = details_form.printed(values, of=details_form.SHIPPING, country=country)
    return tuple(line for line in (around[0], *lines, country_name(country, language()), around[1]) if line)
