"""The tables of notifications, all of them, so that the metadata is complete."""

from services.notifications.models.base import Base
from services.notifications.models.messages import Message
from services.notifications.models.projections import Portal, Recipient, Sender

__all__ = ["Base", "Message", "Portal", "Recipient", "Sender"]
