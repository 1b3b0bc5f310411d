"""The tables of notifications, all of them, so that the metadata is complete."""

from services.notifications.models.base import Base
from services.notifications.models.events import KeptEvent
from services.notifications.models.messages import Message
from services.notifications.models.projections import Portal, Recipient, Sender
from services.notifications.models.recipients import DocumentRecipient
from services.notifications.models.suppressions import Suppression
from services.notifications.models.texts import MessageText
from services.notifications.models.webhooks import WebhookDelivery, WebhookEndpoint

__all__ = [
    "Base",
    "DocumentRecipient",
    "KeptEvent",
    "Message",
    "MessageText",
    "Portal",
    "Recipient",
    "Sender",
    "Suppression",
    "WebhookDelivery",
    "WebhookEndpoint",
]
