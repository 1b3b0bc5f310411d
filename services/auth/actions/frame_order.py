"""Signing in inside a frame with the number of an order and the address it was bought with: to look on, there alone."""

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from services.auth.actions.arrival import Admitted, Arrival, Refused
from services.auth.actions.sign_in.order import use_order
from services.auth.actions.sign_in.use import Unusable
from services.auth.rules.session import longest
from services.auth.rules.ways_in import WayIn
from shared.database.session import Session

LONGEST_TYPED: Final = 320  # characters


def typed(arrival: Arrival, name: str) -> str:
    """What was typed under `name`; empty for what is no text."""
    given = arrival.given.get(name)
    return given[:LONGEST_TYPED] if isinstance(given, str) else ""


def enter(
    session: Session, arrival: Arrival, *, number: str | None, buyers: Sequence[str], now: datetime
) -> Admitted | Refused:
    """Let in who knows both; `number` and `buyers` as for `use_order`. Wrong is wrong, whatever it was.

    Raises TooManySignIns. Wrong ones are counted there and not against the client's proofs.
    """
    came = use_order(
        session,
        portal=arrival.portal,
        number=number,
        email=typed(arrival, "email"),
        buyers=buyers,
        current=None,
        client=arrival.client,
        device=arrival.device,
        framed=True,
        details=arrival.details,
        now=now,
    )
    if isinstance(came, Unusable):
        return Refused(cause="order_wrong", way_in=WayIn.ORDER_NUMBER)
    return Admitted(came.token, now + longest(WayIn.ORDER_NUMBER, arrival.portal.sign_in.terms))
