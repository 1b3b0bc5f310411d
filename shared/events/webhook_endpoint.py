"""Webhook endpoints, told by notifications."""

from dataclasses import dataclass

from shared.events.base import Event


@dataclass(frozen=True, kw_only=True)
class WebhookEndpointDisabled(Event):
    """An endpoint was switched off, and nothing is sent to it any more.

    `reason`: by_hand, gone (it answered 410), failing (it took nothing for five days). `failing_since` is when it
    began to fail, null where it did not.
    """

    name = "webhook_endpoint.disabled"
    version = 1

    endpoint: str
    url: str
    reason: str
    failing_since: str | None
    disabled_at: str
