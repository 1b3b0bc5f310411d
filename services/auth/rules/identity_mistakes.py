"""What vendors get wrong when they sign, as one list of words; each has its sentence in `identity.mistake.<word>`."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum


class Mistake(StrEnum):
    """The likely reason why a hash or token does not match."""

    HASH_UPPER_CASE = "hash_upper_case"
    HASH_BLANK = "hash_blank"
    HASH_PREFIXED = "hash_prefixed"
    HASH_BASE64 = "hash_base64"
    HASH_TRUNCATED = "hash_truncated"
    HASH_MALFORMED = "hash_malformed"
    SUBJECT_NEWLINE = "subject_newline"
    SUBJECT_BLANK = "subject_blank"
    SUBJECT_BLANK_SENT = "subject_blank_sent"
    SUBJECT_LETTER_CASE = "subject_letter_case"
    SUBJECT_URL_ENCODED = "subject_url_encoded"
    SUBJECT_QUOTED = "subject_quoted"
    ID_FOR_EMAIL = "id_for_email"
    EMAIL_FOR_ID = "email_for_id"
    SECRET_OTHER_MODE = "secret_other_mode"  # noqa: S105 - a mistake, no secret
    SECRET_ENDED = "secret_ended"  # noqa: S105 - a mistake, no secret
    SECRET_BLANK = "secret_blank"  # noqa: S105 - a mistake, no secret
    SECRET_ID = "secret_id"  # noqa: S105 - a mistake, no secret
    SECRET_UNKNOWN = "secret_unknown"  # noqa: S105 - a mistake, no secret
    SECRET_NOT_OF_KID = "secret_not_of_kid"  # noqa: S105 - a mistake, no secret
    V1_OFF = "v1_off"
    NOT_HMAC = "not_hmac"
    SWAPPED = "swapped"
    OTHER_ALGORITHM = "other_algorithm"
    TOKEN_MALFORMED = "token_malformed"  # noqa: S105 - a mistake, no secret
    PADDED = "padded"
    MAC_HEX = "mac_hex"
    CONTEXT_MISSING = "context_missing"
    SIGNED_JSON = "signed_json"
    SIGNED_PAYLOAD_ALONE = "signed_payload_alone"
    CLAIMS_UNREADABLE = "claims_unreadable"
    CLAIMS_OTHER = "claims_other"
    TIMES_IN_MILLISECONDS = "times_in_milliseconds"
    AUDIENCE_WRONG = "audience_wrong"
    VENDOR_WRONG = "vendor_wrong"
    MODE_WRONG = "mode_wrong"
    SUBJECT_DIFFERS = "subject_differs"
    EXPIRED = "expired"
    FROM_FUTURE = "from_future"
    LIVES_TOO_LONG = "lives_too_long"
    USED_BEFORE = "used_before"
    UNKNOWN = "unknown"


@dataclass(frozen=True, kw_only=True)
class Held:
    """The vendor's secrets by id: those that verify here, those that no longer do, those of the other mode.

    `refuse_v1` are ids of good ones that take no v1 hashes.
    """

    good: Mapping[str, str]
    ended: Mapping[str, str] = field(default_factory=dict)
    other_mode: Mapping[str, str] = field(default_factory=dict)
    refuse_v1: frozenset[str] = frozenset()


@dataclass(frozen=True, kw_only=True)
class Finding:
    """What is wrong, the plainest explanation first; nothing, where it matches. `secret` is the id of what signed."""

    mistakes: tuple[Mistake, ...] = ()
    secret: str | None = None

    @property
    def is_match(self) -> bool:
        """Whether it is signed as it must be."""
        return not self.mistakes
