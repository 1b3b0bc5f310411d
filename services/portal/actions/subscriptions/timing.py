"""What the levels say of canceling: which timings are on offer, and whether unused time is given back."""

from typing import Final

from sqlalchemy.orm import Session

from services.portal.actions.subscriptions.loading import Loaded
from services.portal.queries import portals
from services.portal.queries.portals import PortalView
from services.portal.rules.portals.features import CancelFeature, CancelMode, Proration
from services.portal.rules.subscriptions.cancellation import Offered, Timing
from shared.errors import NotFound

_TIMINGS: Final[dict[CancelMode, tuple[Timing, ...]]] = {
    CancelMode.AT_PERIOD_END: (Timing.AT_PERIOD_END,),
    CancelMode.IMMEDIATELY: (Timing.IMMEDIATELY,),
    CancelMode.CUSTOMER_CHOICE: (Timing.AT_PERIOD_END, Timing.IMMEDIATELY),
}


def offered(loaded: Loaded, feature: CancelFeature | None) -> Offered:
    """Those of the most specific level that says something; a vendor's key is not bound by them."""
    levels = (loaded.row.cancel_timing, loaded.plan.cancel_timing, loaded.product.cancel_timing)
    said = next((CancelMode(each) for each in levels if each is not None), None)
    mode = said or (feature.mode if feature else CancelMode.AT_PERIOD_END)
    return Offered(timings=_TIMINGS[mode], binds=loaded.portal is not None)


def prorates(loaded: Loaded, feature: CancelFeature | None) -> bool:
    """Is unused time of an immediate cancel given back? Only of what the engine charged."""
    if feature is None or loaded.row.collection != "automatic":
        return False
    return feature.proration is not Proration.NONE


def feature_of(session: Session, loaded: Loaded) -> CancelFeature | None:
    """Of the customer's portal; of the vendor's default one where its key asks."""
    portal = loaded.portal or _default(session)
    return None if portal is None else portal.features.cancel


def _default(session: Session) -> PortalView | None:
    try:
        return portals.default(session)
    except NotFound:
        return None
