"""/v1/customers: who bought, and what they can get at."""

from services.portal.api.customers import exports, privacy, products, recipients, resource
from services.portal.api.customers.blueprint import blueprint

__all__ = ["blueprint", "exports", "privacy", "products", "recipients", "resource"]
