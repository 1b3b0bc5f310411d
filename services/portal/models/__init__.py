"""Portal's tables by area. Importing this package makes `Base.metadata` complete."""

from services.portal.models.base import Base
from services.portal.models.customers import Customer
from services.portal.models.operations import BillingSettings, Entry, Import, LogHead, TestClock
from services.portal.models.payments import Attempt, Credit, Payment, PaymentMethod, Refund
from services.portal.models.portals import Confirmation, PortalConfiguration
from services.portal.models.products import Campaign, Coupon, Plan, PlanGroup, Product, Redemption
from services.portal.models.projections import Invoice, Vendor
from services.portal.models.sandbox import SandboxCard, SandboxCharge, SandboxRefund, SandboxSetup
from services.portal.models.subscriptions import Subscription
from services.portal.models.support import Helpdesk, Ticket, TicketMessage

__all__ = [
    "Attempt",
    "Base",
    "BillingSettings",
    "Campaign",
    "Confirmation",
    "Coupon",
    "Credit",
    "Customer",
    "Entry",
    "Helpdesk",
    "Import",
    "Invoice",
    "LogHead",
    "Payment",
    "PaymentMethod",
    "Plan",
    "PlanGroup",
    "PortalConfiguration",
    "Product",
    "Redemption",
    "Refund",
    "SandboxCard",
    "SandboxCharge",
    "SandboxRefund",
    "SandboxSetup",
    "Subscription",
    "TestClock",
    "Ticket",
    "TicketMessage",
    "Vendor",
]
