"""/v1/payment_methods: cards, entered by customers at the processor."""

from collections.abc import Callable
from typing import Any

from flask.views import MethodView

from services.portal.actions.payments import adding, methods
from services.portal.actions.payments.adding import Wanted
from services.portal.actions.payments.calls import Calls
from services.portal.actions.payments.methods import Changed
from services.portal.adapters import Adapters
from services.portal.api import steps
from services.portal.api.lists import listed
from services.portal.queries import customers, time
from services.portal.queries import payment_methods as queries
from services.portal.queries.payment_methods import PaymentMethodView
from services.portal.queries.portals import default
from services.portal.schemas.payment_methods import (
    Assignment,
    NewSetup,
    PaymentMethod,
    PaymentMethodArgs,
    PaymentMethodPage,
    Setup,
)
from shared.database import Session, scope
from shared.web import ApiBlueprint, adapters, begin, caller, idempotent, in_steps, session
from shared.web.access import api
from shared.web.fields import EmptyObject

blueprint = ApiBlueprint("payment_methods", description="Cards, kept at the processor; no number is ever here")


@blueprint.route("")
class PaymentMethods(MethodView):
    """All cards."""

    @api("payments:read")
    @blueprint.arguments(PaymentMethodArgs, location="query")
    @blueprint.response(200, PaymentMethodPage)
    def get(self, args: dict[str, Any]) -> dict[str, Any]:
        """List the cards that are kept, newest first; those of a customer"""
        if args["customer"] is not None:
            customers.profile(session(), customer_id=args["customer"])
        return listed(queries.listing(customer=args["customer"]), args, queries.view)


@blueprint.route("/setups")
class Setups(MethodView):
    """Visits to the processor's card page."""

    @api("payments:write")
    @in_steps
    @idempotent(resumes=True)
    @blueprint.arguments(NewSetup)
    @blueprint.response(201, Setup)
    def post(self, given: dict[str, Any]) -> dict[str, str]:
        """Start adding a card: where the customer enters it"""
        processors = adapters(Adapters).processors
        processor = processors.for_mode(scope.current().mode)
        with begin()() as step:
            slug = default(step).slug
            reference = adding.begin_adding(step, wanted=Wanted(**given), by=caller(), now=time.now(step))
        back = processors.url(f"/p/{slug}/payment-methods/return")
        return {"url": processor.start_setup(reference=reference, return_url=back).url}


@blueprint.route("/<payment_method_id>")
class OnePaymentMethod(MethodView):
    """One card."""

    @api("payments:read")
    @blueprint.response(200, PaymentMethod)
    def get(self, payment_method_id: str) -> PaymentMethodView:
        """Read a card"""
        return queries.record(session(), payment_method_id=payment_method_id)

    @api("payments:write")
    @blueprint.response(204)
    def delete(self, payment_method_id: str) -> None:
        """Remove a card; the last one that a running subscription needs stays"""
        methods.remove(session(), payment_method_id=payment_method_id, by=caller(), now=time.now(session()))


@blueprint.route("/<payment_method_id>/make_default")
class DefaultOfPaymentMethod(MethodView):
    """The card that is charged."""

    @api("payments:write")
    @in_steps
    @idempotent(required=True, resumes=True)
    @blueprint.arguments(EmptyObject)
    @blueprint.response(200, PaymentMethod)
    def post(self, _given: dict[str, Any], payment_method_id: str) -> PaymentMethodView:
        """Make a card the default; open payments that go to it now are tried at once"""
        return _tried(
            payment_method_id,
            lambda step: methods.make_default(
                step, payment_method_id=payment_method_id, by=caller(), now=time.now(step)
            ),
        )


@blueprint.route("/<payment_method_id>/assign")
class AssignmentOfPaymentMethod(MethodView):
    """A subscription's own card."""

    @api("payments:write")
    @in_steps
    @idempotent(required=True, resumes=True)
    @blueprint.arguments(Assignment)
    @blueprint.response(200, PaymentMethod)
    def post(self, given: dict[str, Any], payment_method_id: str) -> PaymentMethodView:
        """Charge one subscription to this card; what is open of it is tried at once"""
        return _tried(
            payment_method_id,
            lambda step: methods.assign(
                step,
                payment_method_id=payment_method_id,
                subscription_id=given["subscription"],
                by=caller(),
                now=time.now(step),
            ),
        )


def _tried(payment_method_id: str, act: Callable[[Session], Changed]) -> PaymentMethodView:
    """The card, once what was open has been tried with it."""
    steps.call(lambda step: Calls(payments=act(step).intents))
    return queries.record(session(), payment_method_id=payment_method_id)
