"""A vendor whose billing source is Stripe, and what is there: made by somebody else's code, as any app does."""

from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import select
from werkzeug.test import TestResponse

from services.portal.actions.sources import asking, syncing
from services.portal.adapters import Adapters
from services.portal.models import Subscription
from services.portal.queries.imports import ImportView
from shared import clock
from shared.database import scope
from tests.integration.portal.shop import Shop
from tests.support.localstripe import KEY, SECRET, Desk, message, signed


@dataclass
class AtStripe:
    """The shop, and its account at Stripe."""

    shop: Shop
    desk: Desk
    there: dict[str, Any] = field(default_factory=dict)

    @property
    def sources(self) -> Any:
        """As the application has them."""
        wiring = self.shop.app.extensions["bursar"]
        adapters = wiring.adapters
        assert isinstance(adapters, Adapters)
        return adapters.processors.sources

    def connect(self, **more: Any) -> TestResponse:
        """Choose Stripe."""
        keys = {"secret_key": KEY, "webhook_secret": SECRET, **more}
        return self.shop.ask("PATCH", "/v1/billing_settings", json={"billing_source": "stripe", "stripe": keys})

    def take_over(self) -> ImportView:
        """The first sync, to its end."""
        with scope.system(vendor=self.shop.vendor, mode=self.shop.mode, job="test"):
            return syncing.run(self.shop.database.begin, sources=self.sources, now=clock.now())

    def carry_on(self) -> int:
        """The clock looks for calls without an outcome, long afterwards."""
        return asking.carry_on_due(self.shop.database.begin, sources=self.sources, now=clock.now() + asking.LEASE * 100)

    def invoice_of(self, there: dict[str, Any]) -> dict[str, Any]:
        """The first invoice of a subscription there."""
        found: dict[str, Any] = self.desk.ask("GET", f"/v1/invoices?subscription={there['id']}")["data"][0]
        return found

    def hear(self, kind: str, about: dict[str, Any], *, message_id: str = "evt_1", **more: Any) -> TestResponse:
        """A message comes, signed."""
        body = message(kind, about, message_id=message_id, livemode=more.pop("livemode", False))
        return self.send(body, signature=signed(body, **more))

    def send(self, body: bytes, *, signature: str, vendor: str | None = None) -> TestResponse:
        """A message comes, however signed."""
        return self.shop.app.test_client().post(
            f"/integrations/stripe/{vendor or self.shop.slug}",
            data=body,
            headers={"Stripe-Signature": signature, "Content-Type": "application/json"},
        )

    def here(self, there: dict[str, Any]) -> dict[str, Any]:
        """The copy of a subscription, by the API."""
        with self.shop.inside() as session:
            found = session.scalar(select(Subscription.id).where(Subscription.source_id == there["id"]))
        assert found is not None, "it is not here"
        shown: dict[str, Any] = self.shop.get(f"/v1/subscriptions/{found}")
        return shown
