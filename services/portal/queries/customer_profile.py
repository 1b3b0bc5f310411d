"""One customer as the vendor's people see them: what runs, what was paid and issued, with what, and what was asked."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from services.portal.models import Credit, Invoice, Payment, Ticket
from services.portal.queries import credit_notes, customers, invoices, payment_methods, payments, tickets
from services.portal.queries.credit_notes import CreditNoteRow
from services.portal.queries.customers import CustomerView
from services.portal.queries.invoices import InvoiceRow
from services.portal.queries.payment_methods import CardRow
from services.portal.queries.payments import PaymentView
from services.portal.queries.portals import PortalView
from services.portal.queries.subscriptions import SubscriptionCard, cards
from services.portal.queries.tickets import TicketView
from services.portal.rules.assurance import Requester
from shared.database import scope
from shared.money import Money

SHOWN: Final = 10
"""Rows of each kind, the newest first."""


@dataclass(frozen=True, kw_only=True)
class Profile:
    """`subscriptions` say of each action what the portal answers this customer; `credit` is left, by currency;
    `credit_notes` are by the invoice's id."""

    customer: CustomerView
    subscriptions: tuple[SubscriptionCard, ...]
    unpaid: tuple[PaymentView, ...]
    payments: tuple[PaymentView, ...]
    invoices: tuple[InvoiceRow, ...]
    credit_notes: Mapping[str, tuple[CreditNoteRow, ...]]
    cards: tuple[CardRow, ...]
    tickets: tuple[TicketView, ...]
    credit: tuple[Money, ...]


def of(session: Session, *, customer_id: str, portal: PortalView, by: Requester, now: datetime) -> Profile:
    """All of it; `by` is the customer, whose ways in the portal `portal` decides. Raises NotFound."""
    who = customers.profile(session, customer_id=customer_id)
    with scope.use(replace(scope.current(), customers=(customer_id,))):
        unpaid = payments.unpaid(session)
        shown = tuple(
            invoices.view(row)
            for row in session.scalars(
                select(Invoice).order_by(Invoice.dated_at.desc(), Invoice.id.desc()).limit(SHOWN)
            )
        )
        paid = session.scalars(select(Payment).order_by(Payment.id.desc()).limit(SHOWN))
        asked = session.scalars(select(Ticket).order_by(Ticket.id.desc()).limit(SHOWN))
        return Profile(
            customer=who,
            subscriptions=tuple(cards(session, portal=portal, hidden=(), unpaid=unpaid, by=by, now=now)),
            unpaid=unpaid,
            payments=tuple(payments.view(row) for row in paid),
            invoices=shown,
            credit_notes=credit_notes.of_invoices(session, [each.id for each in shown]),
            cards=payment_methods.cards(session, now=now),
            tickets=tuple(tickets.view(row) for row in asked),
            credit=_credit(session),
        )


def _credit(session: Session) -> tuple[Money, ...]:
    left = select(Credit.currency, func.sum(Credit.remaining)).where(Credit.remaining > 0).group_by(Credit.currency)
    return tuple(Money(int(amount), currency) for currency, amount in session.execute(left.order_by(Credit.currency)))
