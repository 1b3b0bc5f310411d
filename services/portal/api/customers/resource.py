"""/v1/customers: who bought."""

from typing import Any

from flask.views import MethodView

from services.portal.actions import customers as actions
from services.portal.api.customers.blueprint import blueprint
from services.portal.api.lists import listed
from services.portal.queries import customers as queries
from services.portal.queries.customers import CustomerView
from services.portal.rules.customers import details
from services.portal.schemas.customers import Customer, CustomerArgs, CustomerChange, CustomerPage, NewCustomer
from shared import addresses, clock
from shared.web import etags, idempotent, session
from shared.web.access import api


@blueprint.route("")
class Customers(MethodView):
    """All customers."""

    @api("customers:read")
    @blueprint.arguments(CustomerArgs, location="query")
    @blueprint.response(200, CustomerPage)
    def get(self, args: dict[str, Any]) -> dict[str, Any]:
        """List customers, newest first; those with an e-mail address or a reference of yours"""
        key = None if args["email"] is None else addresses.parse(args["email"]).key
        return listed(queries.listing(email_key=key, reference=args["reference"]), args, queries.view)

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

    @api("customers:write")
    @blueprint.arguments(CustomerChange)
    @blueprint.response(200, Customer)
    def patch(self, values: dict[str, Any], customer_id: str) -> CustomerView:
        """Change a customer; a new e-mail address ends their sign-ins"""
        changed = actions.update(session(), customer_id=customer_id, values=values, check=etags.check, now=clock.now())
        etags.show(changed.revision)
        return changed
