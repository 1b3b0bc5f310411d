"""DECIDES what a signed identity may look like before any secret is tried, and why one is not taken.

A subject is an e-mail address or a customer id, as bytes; what was signed is what was sent, to the byte, and nothing is
folded or trimmed. Causes are for the vendor: strangers are told the same for each.
Worked example: ` mira@shop.example` with a blank in front is another subject than without.
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from shared.errors import Unauthenticated

LONGEST_SUBJECT: Final = 320  # characters
LONGEST_PROOF: Final = 4_096  # characters; ours have a few hundred


class IdType(StrEnum):
    """What names a customer."""

    EMAIL = "email"
    CUSTOMER_ID = "customer_id"


class Cause(StrEnum):
    """Why a signed identity is not taken."""

    METHOD_OFF = "method_off"  # the portal does not list this way in
    ID_TYPE_OFF = "id_type_off"  # the portal identifies by the other one
    SUBJECT_BAD = "subject_bad"
    HASH_MISSING = "hash_missing"
    HASH_MALFORMED = "hash_malformed"
    HASH_WRONG = "hash_wrong"
    SECRET_UNKNOWN = "secret_unknown"  # noqa: S105 - a cause, no secret
    V1_OFF = "v1_off"  # for this secret or this customer
    CLAIMS_BAD = "claims_bad"
    AUDIENCE_WRONG = "audience_wrong"
    VENDOR_WRONG = "vendor_wrong"
    MODE_WRONG = "mode_wrong"
    SUBJECT_DIFFERS = "subject_differs"
    EXPIRED = "expired"
    FROM_FUTURE = "from_future"
    LIVES_TOO_LONG = "lives_too_long"
    USED_BEFORE = "used_before"
    CUSTOMER_UNKNOWN = "customer_unknown"
    CUSTOMER_AMBIGUOUS = "customer_ambiguous"


class IdentityRefused(Unauthenticated):
    """Not signed as it must be, or not for this. Whoever asks reads one code for every cause."""

    code = "identity_refused"

    def __init__(self, cause: Cause) -> None:
        super().__init__(cause=cause.value)
        self.cause = cause


@dataclass(frozen=True)
class Subject:
    """Whom a proof is about, as it was sent."""

    id_type: IdType
    id: str


def subject(id_type: IdType, given: object) -> Subject:
    """Raises IdentityRefused for what is no text, blank, too long, or cannot be written in UTF-8."""
    if not isinstance(given, str) or not given.strip() or len(given) > LONGEST_SUBJECT or _is_broken(given):
        raise IdentityRefused(Cause.SUBJECT_BAD)
    return Subject(id_type, given)


def proof(given: object) -> str:
    """The text of a hash or token. Raises IdentityRefused for anything that no proof of ours could be."""
    if given is None or given == "":
        raise IdentityRefused(Cause.HASH_MISSING)
    if not isinstance(given, str) or len(given) > LONGEST_PROOF or not given.isascii():
        raise IdentityRefused(Cause.HASH_MALFORMED)
    return given


def _is_broken(text: str) -> bool:
    return any("\ud800" <= character <= "\udfff" for character in text)
