"""What happens to a subscription, a verb a file."""

from services.portal.actions.subscriptions.cancel import Canceled, cancel
from services.portal.actions.subscriptions.end import end_due
from services.portal.actions.subscriptions.prepare_cancellation import (
    CancellationPreview,
    prepare_cancellation,
    preview_cancellation,
)
from services.portal.actions.subscriptions.start import start, update
from services.portal.actions.subscriptions.undo_cancel import Uncanceled, undo_cancel

__all__ = [
    "Canceled",
    "CancellationPreview",
    "Uncanceled",
    "cancel",
    "end_due",
    "prepare_cancellation",
    "preview_cancellation",
    "start",
    "undo_cancel",
    "update",
]
