"""What portal is told by its environment."""

from dataclasses import dataclass

from shared.settings import CommonSettings, Secret, setting


@dataclass(frozen=True, kw_only=True)
class PortalSettings(CommonSettings):
    """Portal's settings."""

    secret_key: Secret = setting(
        "signs what customers agree to, and seals vendors' keys to their billing sources; 32 random characters or "
        "more, one for all replicas; after a change the billing sources must be connected again"
    )
    link_key: Secret = setting(
        "Fernet key of the links in mails that work without a sign-in, such as the one that ends them; the same for "
        "portal, invoices and notifications"
    )
    dns_servers: str = setting(
        "name servers that are asked for the records of vendors' own hosts, as address or address:port separated by "
        "commas; empty asks the system's",
        default="",
    )
    vies_url: str = setting(
        "where the European Union's register of VAT numbers is asked whether a customer's number is given out; "
        "empty asks nobody. Its own address is https://ec.europa.eu/taxation_customs/vies/rest-api",
        default="",
    )
    invoices_url: str = setting("where the invoices service listens, for documents")
    notifications_url: str = setting("where the notifications service listens, for a customer's mails in the console")
    stripe_api_base: str = setting(
        "where Stripe's API is; another address than its own is for tests only, and is asked with vendors' keys",
        default="https://api.stripe.com",
    )
