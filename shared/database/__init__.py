"""Tables, transactions and the scope that every query runs in."""

from shared.database.base import CustomerScoped, UtcDateTime, VendorScoped, new_metadata
from shared.database.session import Begin, Database, Session, steady

__all__ = ["Begin", "CustomerScoped", "Database", "Session", "UtcDateTime", "VendorScoped", "new_metadata", "steady"]
