"""/v1/customers/{id}/balance: what a customer has to their credit."""

from typing import Any

from flask.views import MethodView

from services.portal.api.customers.blueprint import blueprint
from services.portal.queries import balance, customers
from services.portal.schemas.credits import Balance, BalanceArgs
from shared.web import session
from shared.web.access import api


@blueprint.route("/<customer_id>/balance")
class CustomerBalance(MethodView):
    """What a customer has to their credit."""

    @api("customers:read")
    @blueprint.arguments(BalanceArgs, location="query")
    @blueprint.response(200, Balance)
    def get(self, args: dict[str, Any], customer_id: str) -> dict[str, Any]:
        """Read what is left to a customer's credit, by currency, and how it came about"""
        customers.profile(session(), customer_id=customer_id)
        found = balance.of(session(), customer=customer_id, cursor=args["after"])
        left = [{"currency": each.currency, "amount": each.amount} for each in found.left]
        return {"customer": customer_id, "left": left, "history": found.moved, "next_cursor": found.next_cursor}
