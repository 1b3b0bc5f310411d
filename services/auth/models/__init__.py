"""Auth's tables; importing this package makes `Base.metadata` complete."""

from services.auth.models.base import Base
from services.auth.models.keys import ApiKey
from services.auth.models.projections import Identity, Portal
from services.auth.models.sessions import PortalSession
from services.auth.models.sign_in import Attempt, SignInRequest
from services.auth.models.vendors import Logo, Vendor, VendorUser

__all__ = [
    "ApiKey",
    "Attempt",
    "Base",
    "Identity",
    "Logo",
    "Portal",
    "PortalSession",
    "SignInRequest",
    "Vendor",
    "VendorUser",
]
