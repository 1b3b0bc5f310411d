"""WAYS_IN: what each way in proves, and the word with which a portal's configuration allows it, as one table.

A way in that a portal does not list behaves like a wrong credential: nobody learns the difference. What staff see
when they look on as a customer is not the portal's to allow.
Worked example: where `sign_in.methods` is `email, order_number`, a mailed code gives a verified session, an order
number one that only looks on, and a permanent link opens nothing.
"""

from collections.abc import Collection
from dataclasses import dataclass
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
    PORTAL_SESSION = "portal_session"
    HMAC_V2 = "hmac_v2"
    HMAC_V1 = "hmac_v1"
    ORDER_NUMBER = "order_number"
    PERMANENT_LINK = "permanent_link"
    STAFF_VIEW = "staff_view"


class Method(StrEnum):
    """What `sign_in.methods` of a portal's configuration may list."""

    EMAIL = "email"
    PORTAL_SESSION = "portal_session"
    HMAC_V2 = "hmac_v2"
    HMAC_V1 = "hmac_v1"
    ORDER_NUMBER = "order_number"
    PERMANENT_LINK = "permanent_link"


@dataclass(frozen=True)
class Proof:
    """What a way in is worth, and the method that allows it; None: no portal can refuse it."""

    assurance: Assurance
    method: Method | None


WAYS_IN: Final[dict[WayIn, Proof]] = {
    WayIn.EMAIL_LINK: Proof(Assurance.VERIFIED, Method.EMAIL),
    WayIn.EMAIL_CODE: Proof(Assurance.VERIFIED, Method.EMAIL),
    WayIn.PORTAL_SESSION: Proof(Assurance.VERIFIED, Method.PORTAL_SESSION),
    WayIn.HMAC_V2: Proof(Assurance.VERIFIED, Method.HMAC_V2),
    WayIn.HMAC_V1: Proof(Assurance.VIEWER, Method.HMAC_V1),
    WayIn.ORDER_NUMBER: Proof(Assurance.VIEWER, Method.ORDER_NUMBER),
    WayIn.PERMANENT_LINK: Proof(Assurance.VIEWER, Method.PERMANENT_LINK),
    WayIn.STAFF_VIEW: Proof(Assurance.VIEWER, None),
}


STANDING: Final = (WayIn.HMAC_V2, WayIn.HMAC_V1, WayIn.ORDER_NUMBER, WayIn.PERMANENT_LINK)
"""What works again and again, or is signed elsewhere: taken off a portal's list, whoever is in by it is out."""


def is_weak(method: Method) -> bool:
    """Whether who comes this way only looks on, and changes something where the portal has it act all the same."""
    return any(proof.method is method and proof.assurance is Assurance.VIEWER for proof in WAYS_IN.values())


def is_open(way_in: WayIn, methods: Collection[str]) -> bool:
    """Whether a portal that lists these methods lets people in this way."""
    method = WAYS_IN[way_in].method
    return method is None or method in methods
