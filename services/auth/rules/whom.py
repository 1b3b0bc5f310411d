"""DECIDES which one customer a vendor means, whichever way it names one: never "the first" of several.

Worked example: where two customers have `mia@x.com`, naming her by that address is refused with both ids, and by one of
these ids it is not.
"""

from collections.abc import Sequence

from shared.errors import Conflict, NotFound


class CustomerAmbiguous(Conflict):
    """Several customers have the address. `customers` are their ids."""

    code = "customer_ambiguous"


def decide(found: Sequence[str]) -> str:
    """The one id among those found. Raises NotFound, CustomerAmbiguous."""
    if not found:
        raise NotFound
    if len(found) > 1:
        raise CustomerAmbiguous(customers=", ".join(found))
    return found[0]
