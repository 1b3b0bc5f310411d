"""What is made of a portal is kept by its revision: a change shows at once, and one that was taken back never does."""

import pytest

from services.portal.actions import changes
from services.portal.models import PortalConfiguration
from services.portal.queries import portals
from shared.database import Database, scope
from tests.integration.portal.shop import Shop
from tests.integration.portal_pages.conftest import Visitor


class _TakenBackError(Exception):
    """Rolls back."""


def name_of(database: Database, shop: Shop, slug: str) -> str:
    with scope.system(vendor=shop.vendor, mode=shop.mode, job="test"), database.begin(read_only=True) as session:
        return portals.portal(session, slug=slug).display_name


def test_every_change_shows_with_the_next_request(shop: Shop, visitor: Visitor) -> None:
    (portal,) = shop.get("/v1/portal_configurations?is_default=true")["data"]
    for name in ("Larkfield Studio", "Larkfield Halls", "Larkfield Studio"):
        shop.patch(f"/v1/portal_configurations/{portal['id']}", {"display_name": name})
        assert name in visitor.get().text


def test_what_was_changed_and_taken_back_is_not_kept(database: Database, shop: Shop) -> None:
    (portal,) = shop.get("/v1/portal_configurations?is_default=true")["data"]
    slug = portal["slug"]
    before = name_of(database, shop, slug)

    with pytest.raises(_TakenBackError):
        _change_and_take_back(database, shop, portal)
    assert name_of(database, shop, slug) == before

    shop.patch(f"/v1/portal_configurations/{portal['id']}", {"display_name": "Larkfield Halls"})
    assert name_of(database, shop, slug) == "Larkfield Halls"


def _change_and_take_back(database: Database, shop: Shop, portal: dict[str, str]) -> None:
    with scope.system(vendor=shop.vendor, mode=shop.mode, job="test"), database.begin() as session:
        changes.apply(session.get_one(PortalConfiguration, portal["id"]), {"display_name": "Never so"})
        session.flush()
        assert portals.portal(session, slug=portal["slug"]).display_name == "Never so"
        raise _TakenBackError
