"""/v1/customers/{id}/recipients: further addresses that a customer's documents go to."""

from typing import Any

from flask import request
from flask.views import MethodView

from services.portal.actions import recipients as actions
from services.portal.api.customers.blueprint import blueprint
from services.portal.queries import customers, portals
from services.portal.queries import recipients as queries
from services.portal.queries import time as times
from services.portal.queries.recipients import RecipientView
from services.portal.rules import assurance
from services.portal.schemas.recipients import NewRecipient, Recipient, RecipientChange, RecipientPage
from shared import clock
from shared.web import caller, idempotent, session
from shared.web.access import api
from shared.web.fields import EmptyObject


@blueprint.route("/<customer_id>/recipients")
class RecipientsOfCustomer(MethodView):
    """The further addresses of a customer."""

    @api("customers:read", customers=True)
    @blueprint.response(200, RecipientPage)
    def get(self, customer_id: str) -> dict[str, Any]:
        """List the further addresses of a customer's documents, oldest first"""
        _require(customer_id)
        return {"data": list(queries.of_customer(session(), customer_id=customer_id)), "has_more": False}

    @api("customers:write", customers=True)
    @idempotent
    @blueprint.arguments(NewRecipient)
    @blueprint.response(201, Recipient)
    def post(self, given: dict[str, Any], customer_id: str) -> RecipientView:
        """Add an address; a mail asks its owner first, and nothing else goes there before they agree

        Up to ten. The owner of an address can end it with a link in each mail, without signing in: then it is not
        asked for this customer again for 30 days (409 `recipient_said_no`).
        """
        _require(customer_id)
        return actions.add(session(), customer_id=customer_id, **given, now=clock.now())


@blueprint.route("/<customer_id>/recipients/<recipient_id>")
class OneRecipient(MethodView):
    """One further address."""

    @api("customers:write", customers=True)
    @blueprint.arguments(RecipientChange)
    @blueprint.response(200, Recipient)
    def patch(self, given: dict[str, Any], customer_id: str, recipient_id: str) -> RecipientView:
        """Choose which documents go there"""
        _require(customer_id)
        return actions.change(session(), customer_id=customer_id, recipient_id=recipient_id, **given, now=clock.now())

    @api("customers:write", customers=True)
    @blueprint.response(204)
    def delete(self, customer_id: str, recipient_id: str) -> None:
        """Remove an address; nothing goes there any more"""
        _require(customer_id)
        actions.remove(session(), customer_id=customer_id, recipient_id=recipient_id, now=clock.now())


@blueprint.route("/<customer_id>/recipients/<recipient_id>/resend")
class ResendOfRecipient(MethodView):
    """Another mail to whoever has not answered."""

    @api("customers:write", customers=True)
    @idempotent
    @blueprint.arguments(EmptyObject)
    @blueprint.response(200, Recipient)
    def post(self, _given: dict[str, Any], customer_id: str, recipient_id: str) -> RecipientView:
        """Ask the owner of an address once more: at most three times a day, not twice within ten minutes"""
        _require(customer_id)
        return actions.ask_again(session(), customer_id=customer_id, recipient_id=recipient_id, now=clock.now())


def _require(customer_id: str) -> None:
    """That the customer is there, and that whoever asks may say where documents go; that it is told if it must be."""
    customers.profile(session(), customer_id=customer_id)
    by, now = times.seen_by(session(), caller()), times.now(session())
    portal = portals.portal(session(), slug=by.portal or "") if assurance.sees_portal(by) else None
    actions.require(by, portal=portal, now=now)
    if request.method != "GET":
        actions.tell(session(), by, customer_id=customer_id, now=now)
