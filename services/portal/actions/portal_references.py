"""The vendor's things that a portal's configuration names, looked up so that the rules can tell known from unknown.

What the configuration named before counts as known, so that a helpdesk put away since then stands in the way of no
other change.
"""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from services.portal.models import Campaign, Coupon, Helpdesk, Plan, Product
from services.portal.rules.portals.problems import Known

_KINDS: Final[dict[str, Any]] = {
    "helpdesks": Helpdesk,
    "coupons": Coupon,
    "plans": Plan,
    "campaigns": Campaign,
    "products": Product,
}
_WITH_HELPDESK: Final = ("subscription_cancel", "refund_request", "tickets")


def look_up(
    session: Session,
    *,
    features: Mapping[str, Any],
    scope: Mapping[str, Any],
    named_before: Mapping[str, frozenset[str]],
) -> Known:
    """Those of the named ids that exist and are in use. A statement for each kind that is newly named."""
    now = named(features, scope)
    return Known(**{kind: _known(session, kind, now[kind], named_before.get(kind, frozenset())) for kind in _KINDS})


def named(features: Mapping[str, Any], scope: Mapping[str, Any]) -> dict[str, frozenset[str]]:
    """The ids that a configuration names, by kind."""
    offers = list(features.get("subscription_cancel", {}).get("offers", ()))
    return {
        "helpdesks": _ids(features.get(feature, {}).get("helpdesk") for feature in _WITH_HELPDESK),
        "coupons": _ids(offer.get("coupon") for offer in offers),
        "plans": _ids(offer.get("plan") for offer in offers),
        "campaigns": _ids(_all(scope.get("campaigns"))),
        "products": _ids(_all(scope.get("hidden_products"))),
    }


def _known(session: Session, kind: str, wanted: frozenset[str], before: frozenset[str]) -> frozenset[str]:
    model, new = _KINDS[kind], wanted - before
    if not new:
        return before
    found = session.scalars(select(model.id).where(model.id.in_(new), model.archived_at.is_(None)))
    return before | frozenset(found)


def _ids(given: Iterable[str | None]) -> frozenset[str]:
    return frozenset(each for each in given if each is not None)


def _all(given: list[str] | None) -> Iterator[str]:
    yield from given or ()
