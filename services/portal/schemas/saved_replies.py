"""Saved replies."""

from services.portal.rules.support.saved_reply import LONGEST_NAME, LONGEST_TEXT, OFFERED
from services.portal.schemas.base import Versioned, page_of, reference, shown, text
from shared.web.fields import Schema, Str


def _name(**options: bool) -> Str:
    return text(LONGEST_NAME, "What staff choose it by", **options)


def _text(**options: bool) -> Str:
    return text(LONGEST_TEXT, f"What it says; places that a ticket fills are {OFFERED}", lines=True, **options)


class NewSavedReply(Schema):
    """A reply to be saved."""

    name = _name(required=True)
    text = _text(required=True)


class SavedReplyChange(Schema):
    """What may change about a saved reply."""

    name = _name()
    text = _text()


class SavedReply(Versioned):
    """A reply that staff give often."""

    id = shown("`rpl_…`")
    name = shown("What staff choose it by")
    text = shown("What it says, with its places")
    filled = shown("What it says in the ticket that was asked for; only then", allow_none=True)


class SavedReplyArgs(Schema):
    """In which ticket."""

    ticket = reference("Also what it says in this ticket, as `filled`", load_default=None)


SavedReplyPage = page_of(SavedReply)
