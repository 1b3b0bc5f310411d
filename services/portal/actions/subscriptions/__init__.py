"""What happens to a subscription, a verb a file."""

from services.portal.actions.subscriptions.cancel import Canceled, cancel
from services.portal.actions.subscriptions.delete import delete
from services.portal.actions.subscriptions.pause import Paused, pause
from services.portal.actions.subscriptions.prepare_cancellation import CancellationPreview, prepare_cancellation
from services.portal.actions.subscriptions.resubscribe import Resubscribed, preview_resubscription, resubscribe
from services.portal.actions.subscriptions.resume import Resumed, preview_resume, resume
from services.portal.actions.subscriptions.retention import OfferView, accept, offer
from services.portal.actions.subscriptions.start import Started, start, update
from services.portal.actions.subscriptions.undo_cancel import Uncanceled, undo_cancel

__all__ = [
    "Canceled",
    "CancellationPreview",
    "OfferView",
    "Paused",
    "Resubscribed",
    "Resumed",
    "Started",
    "Uncanceled",
    "accept",
    "cancel",
    "delete",
    "offer",
    "pause",
    "prepare_cancellation",
    "preview_resubscription",
    "preview_resume",
    "resubscribe",
    "resume",
    "start",
    "undo_cancel",
    "update",
]
