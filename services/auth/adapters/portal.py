"""Asks the portal service what auth has not heard yet, or never hears: orders, customers just made, what is whose."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any

from services.auth.rules.flow import Named
from shared.errors import NotFound, Refusal
from shared.http import Client


class PortalRefused(Refusal):
    """Portal takes the question for none of its own. `status` is its answer's."""

    code = "portal_refused"


class PortalService:
    """A typed client. Its calls raise `errors.Unavailable` when portal does not answer."""

    def __init__(self, base_url: str) -> None:
        self._client = Client(base_url, name="portal", timeout=(1.0, 3.0))  # a customer waits, and others behind

    def buyers(self, *, vendor: str, mode: str, order_number: str, passport: str) -> list[str]:
        """The customers whose order this number is: one, or none."""
        found = self._ask("/internal/orders/find", passport, vendor=vendor, mode=mode, order_number=order_number)
        buyers: list[str] = found["customers"]
        return buyers

    def last_orders(
        self, *, vendor: str, mode: str, customers: Sequence[str], passport: str
    ) -> dict[str, datetime | None]:
        """When each of these customers last bought something; None for never."""
        found = self._ask(
            "/internal/customers/last_orders", passport, vendor=vendor, mode=mode, customers=list(customers)
        )
        return {customer: datetime.fromisoformat(at) if at else None for customer, at in found.items()}

    def find_customers(
        self, *, vendor: str, mode: str, passport: str, by: Mapping[str, str | None]
    ) -> list[dict[str, str | None]]:
        """Whom `customer`, `email_key` or `reference` in `by` names: `id` and `locale` of each, oldest first."""
        found: list[dict[str, str | None]] = self._ask(
            "/internal/customers/find", passport, vendor=vendor, mode=mode, **by
        )["customers"]
        return found

    def check_flow(self, *, vendor: str, mode: str, customer: str, named: Named, passport: str) -> str | None:
        """Raises NotFound unless all that is named is this customer's, or the vendor's.

        The payment that an invoice is of, where one is named and there is one.
        """
        found = self._ask(
            "/internal/flows/check", passport, vendor=vendor, mode=mode, customer=customer, **asdict(named)
        )
        payment: str | None = found["payment"]
        return payment

    def accept_direct_actions(
        self,
        *,
        configuration: str,
        vendor: str,
        mode: str,
        direct_actions: Sequence[str],
        staff: str,
        proven_at: datetime,
        passport: str,
    ) -> None:
        """These ways in may act without a code there from now on, as this member of staff accepts.

        Raises NotFound, and PortalRefused where portal finds the sign-in too long ago.
        """
        self._ask(
            f"/internal/portal_configurations/{configuration}/direct_actions",
            passport,
            vendor=vendor,
            mode=mode,
            direct_actions=list(direct_actions),
            staff=staff,
            proven_at=int(proven_at.timestamp()),
        )

    def change_email(self, *, vendor: str, mode: str, customer: str, email: str, passport: str, **by: Any) -> None:
        """The customer's address is this from now on; the same again changes nothing. `by` tells who asks, and where.

        Raises NotFound, PortalRefused.
        """
        self._ask("/internal/customers/email", passport, vendor=vendor, mode=mode, customer=customer, email=email, **by)

    def _ask(self, path: str, passport: str, **question: Any) -> dict[str, Any]:
        answer = self._client.post(path, json=question, passport=passport)
        if answer.status_code == 404:
            raise NotFound
        if not answer.ok:
            raise PortalRefused(status=answer.status_code)
        told: dict[str, Any] = answer.json()
        return told
