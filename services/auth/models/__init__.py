"""Auth's tables; importing this package makes `Base.metadata` complete."""

from services.auth.models.base import Base
from services.auth.models.entries import Entry, IdentitySecret, Refusal, SubscriberLink, UsedNonce
from services.auth.models.errands import Errand
from services.auth.models.keys import ApiKey
from services.auth.models.mails import Mail
from services.auth.models.people import Delegate
from services.auth.models.projections import Identity, Portal
from services.auth.models.sessions import GlobalSession, PortalSession, StaffSession
from services.auth.models.sign_in import Attempt, SignInRequest
from services.auth.models.vendors import Logo, Vendor, VendorUser

__all__ = [
    "ApiKey",
    "Attempt",
    "Base",
    "Delegate",
    "Entry",
    "Errand",
    "GlobalSession",
    "Identity",
    "IdentitySecret",
    "Logo",
    "Mail",
    "Portal",
    "PortalSession",
    "Refusal",
    "SignInRequest",
    "StaffSession",
    "SubscriberLink",
    "UsedNonce",
    "Vendor",
    "VendorUser",
]
