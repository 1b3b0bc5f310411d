"""Webhooks as a test works them: endpoints by the API, deliveries at the office's own time."""

from dataclasses import dataclass
from typing import Any

from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import undefer
from werkzeug.test import TestResponse

from services.notifications.actions.webhooks import delivering
from services.notifications.models import WebhookDelivery, WebhookEndpoint
from shared.database import scope
from tests.integration.notifications.office import Office
from tests.support.passports import PassportOffice
from tests.support.receivers import Receiver

SCOPES = ("webhook_endpoints:read", "webhook_endpoints:write", "webhook_deliveries:read", "webhook_deliveries:write")


@dataclass
class Hooks:
    """A vendor's program that asks the API, and the worker that delivers."""

    office: Office
    client: FlaskClient
    passports: PassportOffice
    receiver: Receiver

    def ask(self, method: str, path: str, body: Any = None, *, mode: str = "test", **query: str) -> TestResponse:
        headers = self.passports.key(*SCOPES, mode=mode)
        sent = {} if body is None else {"json": body}
        return self.client.open(f"/v1/{path}", method=method, headers=headers, query_string=query, **sent)

    def made(self, **changes: Any) -> dict[str, Any]:
        answer = self.ask("POST", "webhook_endpoints", {"url": self.receiver.url, **changes})
        assert answer.status_code == 201, answer.text
        told: dict[str, Any] = answer.json
        return told

    def deliver(self) -> int:
        """What is due now, one after another, on this thread. How many were tried."""
        webhooks, tried = self.office.mailing.webhooks, 0
        while taken := delivering.take(self.office.database.begin, webhooks=webhooks, now=self.office.now):
            for each in taken:
                delivering.attempt(self.office.database.begin, each, webhooks=webhooks, clock=lambda: self.office.now)
            tried += len(taken)
        return tried

    def deliveries(self) -> list[WebhookDelivery]:
        """Oldest first."""
        with scope.platform(), self.office.database.begin(read_only=True) as session:
            found = select(WebhookDelivery).options(undefer(WebhookDelivery.answers)).order_by(WebhookDelivery.id)
            return list(session.scalars(found))

    def endpoint(self, endpoint_id: str) -> WebhookEndpoint:
        with scope.platform(), self.office.database.begin(read_only=True) as session:
            return session.scalars(select(WebhookEndpoint).where(WebhookEndpoint.id == endpoint_id)).one()
