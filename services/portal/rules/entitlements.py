"""DECIDES whether a vendor may use what the operator of the installation can withhold (J04).

Refused is only what is new: a portal that has its own host, sends to a helpdesk or has style rules goes on with them,
and whatever else of it is changed can be saved. Taking one away is always possible. The portal at our own address is
never withheld, since nothing here names it.

Worked example: `own_domain` is withheld from a vendor whose portal is at billing.shop.example. Its texts change as
before; another host is refused with `not_entitled`, the operator's reason, and whom to ask.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from shared.entitlements import Entitlement
from shared.errors import Forbidden

MANUAL: Final = "manual"


class NotEntitled(Forbidden):
    """The operator withholds it; the params say what, why, and whom to ask."""

    code = "not_entitled"


@dataclass(frozen=True, kw_only=True)
class Used:
    """What a portal has of each: its host, the features that go to a helpdesk, its style rules; empty: none."""

    host: str | None
    to_helpdesk: frozenset[str]
    css: str | None


def used(*, host: str | None, features: Mapping[str, Any], css: str | None) -> Used:
    """What of it a portal uses."""
    to_helpdesk = frozenset(name for name, each in features.items() if each.get("execution") == MANUAL)
    return Used(host=host, to_helpdesk=to_helpdesk, css=css)


def newly(before: Used | None, after: Used) -> frozenset[Entitlement]:
    """What the portal `after` needs that it did not have `before`; None for one that is new."""
    had = before or Used(host=None, to_helpdesk=frozenset(), css=None)
    needs = {
        Entitlement.OWN_DOMAIN: after.host is not None and after.host != had.host,
        Entitlement.HELPDESKS: bool(after.to_helpdesk - had.to_helpdesk),
        Entitlement.CUSTOM_CSS: bool(after.css) and after.css != had.css,
    }
    return frozenset(each for each, is_needed in needs.items() if is_needed)


def decide(needed: frozenset[Entitlement], *, known: Mapping[str, Any] | None) -> None:
    """Return when nothing of it is withheld, as the operator says in `known` (None: nothing is). Raises NotEntitled."""
    if known is None:
        return
    for each in Entitlement:
        if each in needed and each in known["withheld"]:
            raise NotEntitled(entitlement=each.value, reason=known["reason"], ask=known["ask"])
