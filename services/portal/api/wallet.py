"""/v1/credits: what customers have to their credit, and what the vendor grants."""

from typing import Any

from flask.views import MethodView

from services.portal.actions import credits as actions
from services.portal.api.lists import listed
from services.portal.queries import credits as queries
from services.portal.queries import customers, time
from services.portal.queries.credits import CreditView
from services.portal.schemas.credits import Credit, CreditArgs, CreditPage, NewCredit
from shared.money import Money
from shared.web import ApiBlueprint, idempotent, session
from shared.web.access import api
from shared.web.fields import EmptyObject

blueprint = ApiBlueprint("credits", description="What customers have to their credit")


@blueprint.route("")
class Credits(MethodView):
    """All credits."""

    @api("credits:read")
    @blueprint.arguments(CreditArgs, location="query")
    @blueprint.response(200, CreditPage)
    def get(self, args: dict[str, Any]) -> dict[str, Any]:
        """List credits, newest first; those of a customer, or from one source"""
        if args["customer"] is not None:
            customers.profile(session(), customer_id=args["customer"])
        return listed(queries.listing(customer=args["customer"], source=args["source"]), args, queries.view)

    @api("credits:write")
    @idempotent(required=True)
    @blueprint.arguments(NewCredit)
    @blueprint.response(201, Credit)
    def post(self, given: dict[str, Any]) -> CreditView:
        """Grant credit: it comes off the customer's next charges in its currency, as a discount before tax is shown"""
        return actions.grant(
            session(),
            customer=given["customer"],
            amount=Money(given["amount"], given["currency"]),
            description=given["description"],
            now=time.now(session()),
        )


@blueprint.route("/<credit_id>")
class OneCredit(MethodView):
    """One credit."""

    @api("credits:read")
    @blueprint.response(200, Credit)
    def get(self, credit_id: str) -> CreditView:
        """Read a credit"""
        return queries.credit(session(), credit_id=credit_id)


@blueprint.route("/<credit_id>/void")
class VoidedCredit(MethodView):
    """A grant that is taken back."""

    @api("credits:write")
    @idempotent
    @blueprint.arguments(EmptyObject)
    @blueprint.response(200, Credit)
    def post(self, _given: dict[str, Any], credit_id: str) -> CreditView:
        """Take back what is left of a credit that you granted; what was used stays used"""
        return actions.withdraw(session(), credit_id=credit_id, now=time.now(session()))
