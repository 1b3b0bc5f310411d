"""/v1/customers: who bought, and what they can get at."""

from services.portal.api.customers import balance, exports, privacy, products, recipients, resource
from services.portal.api.customers.blueprint import blueprint

__all__ = ["balance", "blueprint", "exports", "privacy", "products", "recipients", "resource"]
