"""Somebody who arrives at a widget with a proof of who they are, and what comes of it.

Each way in that a frame can take is a function `(session, arrival, *, secrets, now) -> Admitted | Refused`; the
table of them is `PROOFS` in `services.auth.api.embed`.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from services.auth.queries.portals import PortalView
from services.auth.rules.device import Device


@dataclass(frozen=True, kw_only=True)
class Arrival:
    """`given` is what the frame sent for proof, as it came: nothing in it was looked at but the names.

    `details` is what the page around the frame wishes for the visit, as in `PortalSession.details`. `client` is whom
    limits count.
    """

    portal: PortalView
    given: Mapping[str, Any]
    details: dict[str, Any]
    client: str
    device: Device


@dataclass(frozen=True)
class Admitted:
    """A session began. Only the frame's memory holds its `token`, until `expires_at` at the latest.

    `start` is the page that the visit was made for, where it is for one.
    """

    token: str
    expires_at: datetime
    start: str | None = None


@dataclass(frozen=True, kw_only=True)
class Refused:
    """Nobody was let in. `cause` is for the vendor's eyes; the frame reads `code`, which is the same for nearly all.

    `subject` is the address or id that was named, in clear: it is masked before it is kept. A forged one counts
    against the client. `is_one_time`: the proof was a secret of ours that works once, not a vendor's signature.
    """

    cause: str
    way_in: str
    subject: str | None = None
    code: str = "identity_refused"
    is_forged: bool = False
    is_one_time: bool = False
