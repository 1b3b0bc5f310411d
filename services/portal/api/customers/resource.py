"""/v1/customers: who bought."""

from typing import Any

from flask.views import MethodView

from services.portal.actions import customers as actions
from services.portal.actions import own_details
from services.portal.api.customers.blueprint import blueprint
from services.portal.api.lists import listed
from services.portal.queries import customer_search, portals, time
from services.portal.queries import customers as queries
from services.portal.queries.customer_search import Wanted
from services.portal.queries.customers import CustomerView
from services.portal.rules import assurance
from services.portal.rules.customers import details
from services.portal.schemas.customers import Customer, CustomerArgs, CustomerChange, CustomerPage, NewCustomer
from shared import addresses, clock
from shared.web import caller, etags, idempotent, session
from shared.web.access import api


@blueprint.route("")
class Customers(MethodView):
    """All customers."""

    @api("customers:read")
    @blueprint.arguments(CustomerArgs, location="query")
    @blueprint.response(200, CustomerPage)
    def get(self, args: dict[str, Any]) -> dict[str, Any]:
        """List customers, newest first; those with an address or a reference of yours, or found by what is known"""
        asked = {name: args[name] for name in ("reference", "search", "status", "plan")}
        key = None if args["email"] is None else addresses.parse(args["email"]).key
        wanted = Wanted(email_key=key, **asked)
        found = customer_search.listing(session(), wanted, now=time.now(session()))
        return listed(found, args, queries.view, row=customer_search.row(wanted))

    @api("customers:write")
    @idempotent
    @blueprint.arguments(NewCustomer)
    @blueprint.response(201, Customer)
    def post(self, given: dict[str, Any]) -> CustomerView:
        """Create a customer"""
        made = actions.create(session(), given=details.decide(**given), now=clock.now())
        etags.show(made.revision)
        return made


@blueprint.route("/<customer_id>")
class OneCustomer(MethodView):
    """One customer."""

    @api("customers:read")
    @blueprint.response(200, Customer)
    def get(self, customer_id: str) -> CustomerView:
        """Read a customer"""
        found = queries.profile(session(), customer_id=customer_id)
        etags.show(found.revision)
        return found

    @api("customers:write", customers=True)
    @blueprint.arguments(CustomerChange)
    @blueprint.response(200, Customer)
    def patch(self, values: dict[str, Any], customer_id: str) -> CustomerView:
        """Change a customer; a new e-mail address ends their sign-ins

        Billing details are printed from the next invoice on; issued ones stay. Customers themselves change what their
        portal lists in `customer_update.allowed_updates`; anything else is refused, naming the field.
        """
        changed = _change(customer_id, values)
        etags.show(changed.revision)
        return changed


def _change(customer_id: str, values: dict[str, Any]) -> CustomerView:
    by = caller()
    if not assurance.sees_portal(by):
        return actions.update(session(), customer_id=customer_id, values=values, check=etags.check, now=clock.now())
    return own_details.change(
        session(),
        customer_id=customer_id,
        values=values,
        by=time.seen_by(session(), by),
        portal=portals.portal(session(), slug=by.portal or ""),
        check=etags.check,
        now=time.now(session()),
    )
