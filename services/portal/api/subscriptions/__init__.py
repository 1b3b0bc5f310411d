"""/v1/subscriptions: what runs, and what is done about it, a verb a file."""

from services.portal.api.subscriptions import addons, cancel, change, pause, preview, resource, resubscribe, usage
from services.portal.api.subscriptions.blueprint import blueprint

__all__ = ["addons", "blueprint", "cancel", "change", "pause", "preview", "resource", "resubscribe", "usage"]
