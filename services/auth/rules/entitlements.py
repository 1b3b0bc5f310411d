"""DECIDES what an operator may say of a vendor's entitlements.

Nothing is withheld by default. What is withheld is named, with a reason and with whom to ask, both of which the
vendor's people read where they are refused; the portal itself can't be named, so that no vendor is ever without one.

Worked example: `["helpdesks"]` withheld without a reason is refused; with `Part of the larger plan.` and
`sales@host.example` it is kept. `[]` gives everything back, and forgets reason and address.
"""

from collections.abc import Collection
from typing import Any

from services.auth.rules.vendor import check_line
from shared.entitlements import Entitlement
from shared.errors import FieldError, Invalid


def decide(*, withheld: Collection[str], reason: str | None, ask: str | None) -> dict[str, Any] | None:
    """What is kept of it, None: everything is theirs. Raises Invalid."""
    known = [each for each in Entitlement if each in withheld]
    if len(known) != len(set(withheld)):
        raise Invalid(FieldError.of("withheld", "unknown_entitlement", offered=", ".join(Entitlement)))
    if not known:
        return None
    check_line("reason", reason or "")
    check_line("ask", ask or "")
    return {"withheld": [each.value for each in known], "reason": reason, "ask": ask}
