"""/v1/customers/{id}/erase and /erasure: a person's right to be forgotten."""

from typing import Any

from flask.views import MethodView

from services.portal.actions import erasing
from services.portal.api.customers.blueprint import blueprint
from services.portal.queries import erasures, time
from services.portal.queries.erasures import ErasureView
from services.portal.schemas.privacy import Erasure
from shared.web import caller, idempotent, session
from shared.web.access import api
from shared.web.fields import EmptyObject


@blueprint.route("/<customer_id>/erase")
class EraseOfCustomer(MethodView):
    """Erasing a customer."""

    @api("customers:write")
    @idempotent
    @blueprint.arguments(EmptyObject)
    @blueprint.response(200, Erasure)
    def post(self, _given: dict[str, Any], customer_id: str) -> ErasureView:
        """Erase a customer for good, in every service; the answer is the receipt

        Running subscriptions must be canceled first (409 `subscriptions_running`), and what is owed settled
        (`payments_open`). Invoices and payments stay as long as tax law asks. Who was erased stays erased, and the same
        receipt is given again.
        """
        return erasing.erase(session(), customer_id=customer_id, by=caller(), now=time.now(session()))


@blueprint.route("/<customer_id>/erasure")
class ErasureOfCustomer(MethodView):
    """The receipt of an erase."""

    @api("customers:read")
    @blueprint.response(200, Erasure)
    def get(self, customer_id: str) -> ErasureView:
        """Read what was cleared, what is kept, why, and until when"""
        return erasures.of_customer(session(), customer_id=customer_id)
