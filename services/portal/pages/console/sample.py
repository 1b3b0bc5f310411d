"""A customer made up for the preview: what they have in each state, at numbers that a person can follow.

What they may do is decided by the real rules, from the draft's own features.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any, Final

from services.portal.pages.customer import alerts
from services.portal.queries.customers import CustomerView
from services.portal.queries.invoices import InvoiceRow
from services.portal.queries.overview import OverviewView
from services.portal.queries.payment_methods import PaymentMethodView
from services.portal.queries.payments import PaymentView
from services.portal.queries.portals import PortalView
from services.portal.queries.subscriptions import SubscriptionCard
from services.portal.queries.subscriptions.records import NextChargeView
from services.portal.rules import limits, policy
from services.portal.rules.policy import Action, Answer
from services.portal.rules.portals import offering
from services.portal.rules.subscriptions.lifecycle import Status
from services.portal.rules.subscriptions.period import Interval
from shared.money import Money

STATES: Final[Mapping[str, Status | None]] = {
    "active": Status.ACTIVE,
    "past_due": Status.PAST_DUE,
    "trial": Status.TRIALING,
    "canceled": Status.CANCELED,
    "paused": Status.PAUSED,
    "empty": None,
}
"""What the customer of the preview may have; `empty`: nothing yet."""

EMAIL: Final = "mira@tessaly.example"
_NET, _TAX, _TOTAL, _RATE = 4874, 926, 5800, 1900
_CHARGED: Final = frozenset({Status.ACTIVE, Status.TRIALING})
_SHOWN: Final = (
    Action.CANCEL,
    Action.UNDO_CANCEL,
    Action.CHANGE_PLAN,
    Action.CHANGE_QUANTITY,
    Action.APPLY_COUPON,
    Action.PAUSE,
    Action.RESUME,
    Action.RESUBSCRIBE,
)


def overview(portal: PortalView, *, state: str, now: datetime) -> dict[str, Any]:
    """All that the first page of a portal shows, for a customer in this state."""
    status = STATES[state]
    today = now.replace(hour=9, minute=0, second=0, microsecond=0)
    cards = () if status is None else (_card(portal, status, today),)
    unpaid = (_owed(today),) if status is Status.PAST_DUE else ()
    invoices = () if status is None or not portal.invoice_history else _invoices(today)
    view = OverviewView(
        customers=(_customer(today),),
        subscriptions=cards,
        unpaid=unpaid,
        purchases=(),
        purchase_count=0,
        invoices=invoices,
        invoice_count=len(invoices),
        answered=(),
        has_credit=False,
    )
    charged = alerts.cards_of(view, now=today)
    return {
        "of": view.customers,
        "view": view,
        "cards_of": [(EMAIL, list(cards))] if cards else [],
        "invoices": invoices,
        "done": None,
        "alerts": alerts.stack(view, charged, now=today),
        "charged": charged,
        "upcoming": [],
        "is_masked": False,
        "unpaid": unpaid,
        "may_change_email": "email" in portal.features.details,
    }


def _card(portal: PortalView, status: Status, today: datetime) -> SubscriptionCard:
    renews = today + timedelta(days=27 if status is not Status.TRIALING else 5)
    is_canceled = status is Status.CANCELED
    return SubscriptionCard(
        id="sub_preview",
        customer="cus_preview",
        order_number="1042",
        status=status,
        product_name="Studio",
        product_description=None,
        plan_name="Team",
        quantity=2,
        unit_label=None,
        unit_price=Money(_TOTAL // 2, "EUR"),
        interval=Interval.MONTH,
        interval_count=1,
        tax_rate=_RATE,
        tax_behavior="inclusive",
        collection="automatic",
        started_at=today - timedelta(days=400),
        trial_end=renews if status is Status.TRIALING else None,
        current_period_start=today - timedelta(days=3),
        current_period_end=renews,
        next_charge=_next(renews) if status in _CHARGED else None,
        last_bill=None,
        open_payment=_owed(today) if status is Status.PAST_DUE else None,
        payment_method=_method(today),
        default_method=_method(today),
        pauses_at=None,
        resumes_at=renews if status is Status.PAUSED else None,
        scheduled_change=None,
        discount=None,
        canceled_at=today if is_canceled else None,
        ends_at=renews if is_canceled else None,
        ended_at=None,
        has_plans=True,
        has_quantity=True,
        features=(),
        actions={action.value: _answer(portal, action, status) for action in _SHOWN},
        revision=1,
    )


def _answer(portal: PortalView, action: Action, status: Status) -> Answer:
    offered = offering.decide(action=action, features=portal.features)
    return policy.decide(
        action=action,
        limit=limits.decide(action=action, status=status),
        is_enabled=offered.is_enabled,
        is_manual=offered.is_manual,
    )


def _next(at: datetime) -> NextChargeView:
    net, tax, total = (Money(amount, "EUR") for amount in (_NET, _TAX, _TOTAL))
    return NextChargeView(at=at, net=net, tax=tax, total=total, tax_rate=_RATE)


def _method(today: datetime) -> PaymentMethodView:
    return PaymentMethodView(
        id="pm_preview",
        customer="cus_preview",
        brand="visa",
        last4="4242",
        exp_month=12,
        exp_year=today.year + 2,
        is_default=True,
        position=0,
        created_at=today,
        removed_at=None,
        revision=1,
    )


def _owed(today: datetime) -> PaymentView:
    return PaymentView(
        id="pay_preview",
        customer="cus_preview",
        subscription="sub_preview",
        product=None,
        description="Team",
        lines=[],
        currency="EUR",
        tax_behavior="inclusive",
        net=_NET,
        tax=_TAX,
        total=_TOTAL,
        status="open",
        order_number="1043",
        method="card",
        historical=False,
        paid_at=None,
        created_at=today - timedelta(days=3),
        kind="renewal",
        refunded=0,
        payment_method="pm_preview",
        attempts=2,
        decline_code="insufficient_funds",
        failed_at=today - timedelta(days=3),
        retry_at=today + timedelta(days=2),
        action_url=None,
    )


def _invoices(today: datetime) -> tuple[InvoiceRow, ...]:
    return tuple(
        InvoiceRow(
            id=f"inv_preview{number}",
            number=f"INV-{number:06}",
            order_number=str(1040 + number),
            dated_at=today - timedelta(days=3 + 30 * (3 - number)),
            description="Team",
            status="paid",
            net=Money(_NET, "EUR"),
            tax=Money(_TAX, "EUR"),
            total=Money(_TOTAL, "EUR"),
            subscription="sub_preview",
            payment="pay_preview",
        )
        for number in (3, 2, 1)
    )


def _customer(today: datetime) -> CustomerView:
    return CustomerView(
        id="cus_preview",
        email=EMAIL,
        display_name="Mira Halden",
        company="Tessaly Foods GmbH",
        reference=None,
        address=("Hafenweg 12", "20457 Hamburg"),
        postal_address=None,
        country="DE",
        tax_id="DE123456789",
        tax_id_standing="verified",
        tax_id_verified_at=today,
        po_number=None,
        next_po_number=None,
        phone=None,
        shipping=None,
        locale=None,
        created_at=today,
        erased_at=None,
        revision=1,
    )
