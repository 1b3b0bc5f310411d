"""/v1/payments: money that arrived."""

from typing import Any

from flask.views import MethodView

from services.portal.actions import payments as actions
from services.portal.actions.payments import collect, pay
from services.portal.adapters import Adapters
from services.portal.api.lists import listed
from services.portal.queries import customers, subscriptions, time
from services.portal.queries import payments as queries
from services.portal.queries.payments import PaymentView
from services.portal.rules.payments import recording
from services.portal.schemas.payments import NewPayment, Paying, Payment, PaymentArgs, PaymentPage
from shared import clock
from shared.totals import Line
from shared.web import ApiBlueprint, adapters, begin, caller, idempotent, in_steps, session
from shared.web.access import api
from shared.web.idempotency import effect_key

blueprint = ApiBlueprint("payments", description="Money that arrived; an invoice follows each")
_SIMPLE = ("description", "amount", "quantity", "tax_rate")


@blueprint.route("")
class Payments(MethodView):
    """All payments."""

    @api("payments:read")
    @blueprint.arguments(PaymentArgs, location="query")
    @blueprint.response(200, PaymentPage)
    def get(self, args: dict[str, Any]) -> dict[str, Any]:
        """List payments, newest first; those of a customer or a subscription"""
        if args["customer"] is not None:
            customers.profile(session(), customer_id=args["customer"])
        if args["subscription"] is not None:
            subscriptions.record(session(), subscription_id=args["subscription"], now=clock.now())
        wanted = queries.listing(customer=args["customer"], subscription=args["subscription"])
        return listed(wanted, args, queries.view)

    @api("payments:write")
    @idempotent(required=True)
    @blueprint.arguments(NewPayment)
    @blueprint.response(201, Payment)
    def post(self, given: dict[str, Any]) -> PaymentView:
        """Record a payment that was taken elsewhere"""
        now = clock.now()
        paid_at = given.pop("paid_at") or now
        lines = _lines(given)
        return actions.record(session(), **given, lines=lines, paid_at=paid_at, now=now)


@blueprint.route("/<payment_id>")
class OnePayment(MethodView):
    """One payment."""

    @api("payments:read")
    @blueprint.response(200, Payment)
    def get(self, payment_id: str) -> PaymentView:
        """Read a payment"""
        return queries.record(session(), payment_id=payment_id)


@blueprint.route("/<payment_id>/pay")
class PayOfPayment(MethodView):
    """Collecting what is open."""

    @api("payments:write")
    @in_steps
    @idempotent(required=True, resumes=True)
    @blueprint.arguments(Paying)
    @blueprint.response(200, Payment)
    def post(self, given: dict[str, Any], payment_id: str) -> PaymentView:
        """Try to collect an open payment now; one that is being tried stays as it is"""
        collect.run(
            begin(),
            processors=adapters(Adapters).processors,
            act=lambda step: pay.pay(
                step, payment_id=payment_id, **given, by=caller(), effect=effect_key(), now=time.now(step)
            ),
        )
        return queries.record(session(), payment_id=payment_id)


def _lines(given: dict[str, Any]) -> list[Line]:
    """The lines, or the one that description and amount make. Takes what it uses out of `given`."""
    lines = given.pop("lines", None)
    simple = {name: given.pop(name) for name in _SIMPLE if name in given}
    if lines is not None:
        return [Line(**line) for line in lines]
    return [recording.line_of(**{"quantity": 1, **simple})]
