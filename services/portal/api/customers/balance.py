"""/v1/customers/{id}/balance and /top_ups: what a customer has to their credit, and more of it by card."""

from typing import Any

from flask.views import MethodView

from services.portal.actions.payments import top_up
from services.portal.actions.payments.top_up import TopUpPreview as Preview
from services.portal.api import steps
from services.portal.api.customers.blueprint import blueprint
from services.portal.queries import balance, customers, payments, time
from services.portal.queries.payments import PaymentView
from services.portal.schemas.credits import Balance, BalanceArgs, NewTopUp, TopUp, TopUpPreview
from services.portal.schemas.payments import Payment
from services.portal.settings import PortalSettings
from shared.money import Money
from shared.web import caller, idempotent, in_steps, session, settings
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


@blueprint.route("/<customer_id>/top_ups/preview")
class TopUpPreviews(MethodView):
    """What topping up would do."""

    @api("payments:read", customers=True)
    @blueprint.arguments(TopUp)
    @blueprint.response(200, TopUpPreview)
    def post(self, given: dict[str, Any], customer_id: str) -> Preview:
        """Show what topping up would charge; nothing happens"""
        return top_up.prepare(
            session(),
            customer=customer_id,
            amount=Money(given["amount"], given["currency"]),
            by=time.seen_by(session(), caller()),
            key=settings(PortalSettings).secret_key,
            now=time.now(session()),
        )


@blueprint.route("/<customer_id>/top_ups")
class TopUps(MethodView):
    """Advances by card."""

    @api("payments:write", customers=True)
    @in_steps
    @idempotent(required=True, resumes=True)
    @blueprint.arguments(NewTopUp)
    @blueprint.response(201, Payment)
    def post(self, given: dict[str, Any], customer_id: str) -> PaymentView:
        """Charge an advance to the customer's card; once it is there it is credit

        Customers may top up what their portal offers in `features.wallet`. Declined, the payment is `voided`, with the
        `decline_code`, and nothing is owed.
        """
        amount = Money(given.pop("amount"), given.pop("currency"))
        done = steps.charge(
            lambda step: top_up.top_up(
                step,
                customer=customer_id,
                amount=amount,
                **given,
                by=time.seen_by(step, caller()),
                key=settings(PortalSettings).secret_key,
                now=time.now(step),
            ),
            facts=lambda _made: {},
        )
        return payments.record(session(), payment_id=done.payment or "")
