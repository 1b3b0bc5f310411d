"""Tell the vendor that a webhook endpoint was switched off, unless somebody of theirs did it."""

from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

from sqlalchemy import select

from services.notifications.actions.messages import tell_vendor
from services.notifications.models import Sender, WebhookEndpoint
from services.notifications.rules.messages import Kind
from services.notifications.rules.webhooks import Off
from shared.database import Session, scope
from shared.events import WebhookEndpointDisabled
from shared.logs import log


def disabled(session: Session, event: WebhookEndpointDisabled, *, key: str, now: datetime) -> None:
    """To the endpoint's contact, else to the vendor's own address."""
    if event.reason == Off.BY_HAND:
        return
    named = select(WebhookEndpoint.contact).where(WebhookEndpoint.id == event.endpoint)
    own = select(Sender.reply_to).where(Sender.id == scope.current().vendor)
    address = session.scalar(named) or session.scalar(own)
    if address is None:
        log.warning("webhook.nobody_told", endpoint=event.endpoint)
        return
    facts: dict[str, Any] = {
        "endpoint": event.endpoint,
        "url": event.url,
        "server": urlsplit(event.url).hostname,
        "reason": event.reason,
        "since": event.failing_since or event.disabled_at,
    }
    tell_vendor(session, Kind.WEBHOOK_DISABLED, facts, address=address, dedup_key=key, about=event.endpoint, now=now)
