"""Portal's tables by area. Importing this package makes `Base.metadata` complete."""

from services.portal.models.base import Base
from services.portal.models.customers import Customer
from services.portal.models.operations import Entry, Import
from services.portal.models.payments import Payment
from services.portal.models.portals import Confirmation, PortalConfiguration
from services.portal.models.products import Campaign, Plan, Product
from services.portal.models.projections import Invoice, Vendor
from services.portal.models.subscriptions import Subscription

__all__ = [
    "Base",
    "Campaign",
    "Confirmation",
    "Customer",
    "Entry",
    "Import",
    "Invoice",
    "Payment",
    "Plan",
    "PortalConfiguration",
    "Product",
    "Subscription",
    "Vendor",
]
