"""WAYS_IN: what each way in proves, as one table."""

from enum import StrEnum
from typing import Final


class Assurance(StrEnum):
    """How surely a session's person is who they say."""

    VERIFIED = "verified"
    VIEWER = "viewer"


class WayIn(StrEnum):
    """How a session began."""

    EMAIL_LINK = "email_link"
    EMAIL_CODE = "email_code"


WAYS_IN: Final[dict[WayIn, Assurance]] = {
    WayIn.EMAIL_LINK: Assurance.VERIFIED,
    WayIn.EMAIL_CODE: Assurance.VERIFIED,
}
