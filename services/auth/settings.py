"""What the auth service is told by its environment."""

from dataclasses import dataclass

from shared.settings import CommonSettings, Secret, setting


@dataclass(frozen=True, kw_only=True)
class Settings(CommonSettings):
    """Keys that only auth and its peers know, and where the peers are."""

    secret_key: Secret = setting("what keys of sign-in codes are derived from, 32 characters or more")
    passport_keys: Secret = setting(
        "Ed25519 seeds of 64 hex digits, separated by commas: the first signs passports, all of them verify"
    )
    sealing_key: Secret = setting("Fernet key that sign-in mails are sealed under on their way to notifications")
    admin_token: Secret = setting("token of the installation's operator, for /v1/vendors; 32 characters or more")
    notifications_url: str = setting("where the notifications service listens")
    portal_url: str = setting("where the portal service listens")
    invoices_url: str = setting("where the invoices service listens")
