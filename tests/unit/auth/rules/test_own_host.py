"""Which page is an address at a vendor's own host?"""

import pytest

from services.auth.rules.own_host import HostUnknown, Page, Place, decide
from shared.errors import NotFound

SHOP = (Place("acme", "/billing"), Place("acme-help", "/billing/help"))
ROOT = (Place("acme", ""), Place("acme-help", "/help"))


@pytest.mark.parametrize(
    ("places", "path", "page"),
    [
        (SHOP, "/billing", Page("acme", "/billing", "/p/acme")),
        (SHOP, "/billing/", Page("acme", "/billing", "/p/acme")),
        (SHOP, "/billing/invoices", Page("acme", "/billing", "/p/acme/invoices")),
        (SHOP, "/billing/help/tickets", Page("acme-help", "/billing/help", "/p/acme-help/tickets")),
        (SHOP, "/billing/helpers", Page("acme", "/billing", "/p/acme/helpers")),
        (ROOT, "/", Page("acme", "", "/p/acme")),
        (ROOT, "/invoices/", Page("acme", "", "/p/acme/invoices/")),
        (ROOT, "/p/other", Page("acme", "", "/p/acme/p/other")),
        (ROOT, "/help", Page("acme-help", "/help", "/p/acme-help")),
    ],
)
def test_the_longest_path_in_whole_segments_has_the_address(places: tuple[Place, ...], path: str, page: Page) -> None:
    assert decide(places, path=path) == page


@pytest.mark.parametrize("path", ["/", "/billings", "/Billing", "/bill", "", "/p/acme", "/billing/ä", "/billing/\x00"])
def test_any_other_address_at_the_host_is_nothing(path: str) -> None:
    with pytest.raises(NotFound) as refused:
        decide(SHOP, path=path)

    assert refused.value.code == "not_found"


def test_a_host_without_portals_is_nobodys() -> None:
    with pytest.raises(HostUnknown):
        decide((), path="/billing")
