"""Changes of who or what may get at a vendor's data, told by auth and notifications."""

from dataclasses import dataclass
from typing import Any

from shared.events.base import Event


@dataclass(frozen=True, kw_only=True)
class AccessChanged(Event):
    """Somebody, the envelope's actor, changed who or what has access for a vendor: for its action log.

    `action`: vendor_user.invited, vendor_user.role_changed, vendor_user.removed, api_key.made, api_key.rolled,
    api_key.revoked, identity_secret.made, identity_secret.changed, identity_secret.rolled, identity_secret.revoked,
    subscriber_link.mailed, webhook_endpoint.made, webhook_endpoint.changed, webhook_endpoint.rolled,
    webhook_endpoint.resent, webhook_endpoint.deleted. `object` is the id of what changed, or of the customer whose link
    was mailed, `before` and `after` its values, each possibly null: never a secret, never an address of a person.
    What is about the vendor's people is told in mode live, whichever mode they were in.
    """

    name = "access.changed"
    version = 1

    action: str
    object: str
    before: dict[str, Any] | None
    after: dict[str, Any] | None
