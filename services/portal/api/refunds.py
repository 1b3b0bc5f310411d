"""/v1/refunds: money that goes back."""

from typing import Any

from flask.views import MethodView

from services.portal.actions.payments import refund as actions
from services.portal.adapters import Adapters
from services.portal.api.lists import listed
from services.portal.queries import customers, payments, time
from services.portal.queries import refunds as queries
from services.portal.queries.refunds import RefundView
from services.portal.schemas.support import NewRefund, Refund, RefundArgs, RefundPage
from shared.web import ApiBlueprint, adapters, begin, caller, idempotent, in_steps, session
from shared.web.access import api
from shared.web.idempotency import effect_key

blueprint = ApiBlueprint("refunds", description="Money that goes back")


@blueprint.route("")
class Refunds(MethodView):
    """All refunds."""

    @api("refunds:read")
    @blueprint.arguments(RefundArgs, location="query")
    @blueprint.response(200, RefundPage)
    def get(self, args: dict[str, Any]) -> dict[str, Any]:
        """List refunds, newest first; those of a payment or a customer, in a state"""
        if args["payment"] is not None:
            payments.record(session(), payment_id=args["payment"])
        if args["customer"] is not None:
            customers.profile(session(), customer_id=args["customer"])
        wanted = queries.listing(payment=args["payment"], customer=args["customer"], status=args["status"])
        return listed(wanted, args, queries.view)

    @api("refunds:write")
    @in_steps
    @idempotent(required=True, resumes=True)
    @blueprint.arguments(NewRefund)
    @blueprint.response(201, Refund)
    def post(self, given: dict[str, Any]) -> RefundView:
        """Give money back, all of a payment or a part; what was taken elsewhere is recorded as given back there"""
        with begin()() as step:
            now = time.now(step)
            done = actions.request(
                step,
                payment_id=given["payment"],
                amount=given["amount"],
                reason=given["reason"],
                comment=given["comment"],
                by=time.seen_by(step, caller()),
                effect=effect_key(),
                now=now,
            )
        if done.intent is not None:
            return actions.carry_out(begin(), processors=adapters(Adapters).processors, intent=done.intent)
        assert done.refund is not None
        return done.refund


@blueprint.route("/<refund_id>")
class OneRefund(MethodView):
    """One refund."""

    @api("refunds:read")
    @blueprint.response(200, Refund)
    def get(self, refund_id: str) -> RefundView:
        """Read a refund"""
        return queries.refund(session(), refund_id=refund_id)
