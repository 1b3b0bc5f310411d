"""Why somebody leaves: one of the known reasons or the vendor's own, and a comment. Nothing of it is ever required."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any, Final

from services.portal.rules.portals.features import REASONS
from shared.errors import FieldError, Invalid

COMMENT_LENGTH: Final = 1000
REASON_LENGTH: Final = 40


@dataclass(frozen=True, kw_only=True)
class Said:
    """In the customer's words."""

    feedback: str | None
    comment: str | None

    def details(self) -> dict[str, Any]:
        """As events carry it."""
        return {"feedback": self.feedback, "comment": self.comment, "reason": "cancellation_requested"}


def said(feedback: str | None, comment: str | None, *, own: Collection[str]) -> Said:
    """What was said, checked; `own` are the vendor's reasons. Raises Invalid."""
    plain = (comment or "").strip() or None
    if feedback is not None and feedback not in REASONS and feedback not in own:
        raise Invalid(FieldError.of("feedback", "not_a_choice"))
    if plain is not None and len(plain) > COMMENT_LENGTH:
        raise Invalid(FieldError.of("comment", "too_long", most=COMMENT_LENGTH))
    if plain is not None and "\x00" in plain:
        raise Invalid(FieldError.of("comment", "control_character"))
    return Said(feedback=feedback, comment=plain)
