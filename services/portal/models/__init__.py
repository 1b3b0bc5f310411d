"""Portal's tables by area. Importing this package makes `Base.metadata` complete."""

from services.portal.models.base import Base
from services.portal.models.customers import Customer, Erasure, Export
from services.portal.models.operations import BillingSettings, Entry, Import, ImportFile, LogHead, TestClock
from services.portal.models.payments import Attempt, Credit, Payment, PaymentMethod, Refund
from services.portal.models.portals import Confirmation, PortalConfiguration, PortalDraft, PortalSighting, PortalVersion
from services.portal.models.products import Addon, Campaign, Coupon, Plan, PlanGroup, Product, Redemption
from services.portal.models.projections import CreditNote, Delegate, Invoice, Vendor
from services.portal.models.recipients import DocumentRecipient
from services.portal.models.sandbox import SandboxCard, SandboxCharge, SandboxRefund, SandboxSetup
from services.portal.models.sources import SourceCall, SourceConnection, SourceEvent
from services.portal.models.subscriptions import Subscription
from services.portal.models.support import Helpdesk, SavedReply, Ticket, TicketMessage
from services.portal.models.usage import Meter, UsageRecord

__all__ = [
    "Addon",
    "Attempt",
    "Base",
    "BillingSettings",
    "Campaign",
    "Confirmation",
    "Coupon",
    "Credit",
    "CreditNote",
    "Customer",
    "Delegate",
    "DocumentRecipient",
    "Entry",
    "Erasure",
    "Export",
    "Helpdesk",
    "Import",
    "ImportFile",
    "Invoice",
    "LogHead",
    "Meter",
    "Payment",
    "PaymentMethod",
    "Plan",
    "PlanGroup",
    "PortalConfiguration",
    "PortalDraft",
    "PortalSighting",
    "PortalVersion",
    "Product",
    "Redemption",
    "Refund",
    "SandboxCard",
    "SandboxCharge",
    "SandboxRefund",
    "SandboxSetup",
    "SavedReply",
    "SourceCall",
    "SourceConnection",
    "SourceEvent",
    "Subscription",
    "TestClock",
    "Ticket",
    "TicketMessage",
    "UsageRecord",
    "Vendor",
]
