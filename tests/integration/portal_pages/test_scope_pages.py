"""What a portal is limited to, and what it hides, in front of the customer: absent, not only unlisted."""

from typing import Any

import pytest

from tests.integration.portal.shop import Shop, ago
from tests.integration.portal_pages.conftest import Visitor, invoiced

URL = "/v1/portal_configurations"


def limit(shop: Shop, **scope: Any) -> dict[str, Any]:
    """Limit the portal that the visitor is in."""
    [portal] = [each for each in shop.get(URL)["data"] if each["slug"] == shop.portal]
    changed: dict[str, Any] = shop.patch(f"{URL}/{portal['id']}", {"scope": scope})
    return changed


def bought(visitor: Visitor, name: str, **more: Any) -> dict[str, Any]:
    """A running subscription to a product of this name, with a payment and its invoice."""
    shop, customer = visitor.shop, {"id": visitor.customers[0]}
    product = shop.product(name=name, **more)
    subscription = shop.subscription(customer=customer, plan=shop.plan(product=product), started_at=ago(days=3))
    payment = shop.payment(customer, subscription=subscription["id"], paid_at=ago(days=3))
    number = f"NO-{name}"
    invoice = invoiced(shop, customer["id"], number=number, payment=payment["id"], subscription=subscription["id"])
    return {**subscription, "invoice": invoice, "number": number}


def shows(visitor: Visitor, thing: dict[str, Any]) -> set[str]:
    """Where the customer meets it: in lists, by its address, as a document."""
    overview = visitor.get("").text
    places = {
        "overview": thing["id"] in overview,
        "invoices": thing["number"] in visitor.get("/invoices").text,
        "page": visitor.get(f"/subscriptions/{thing['id']}/cancellation").status_code == 200,
        "document": visitor.get(f"/invoices/{thing['invoice']}/pdf").status_code == 200,
    }
    return {place for place, found in places.items() if found}


EVERYWHERE = {"overview", "invoices", "page", "document"}


@pytest.mark.feature("C25")
def test_a_portal_limited_to_campaigns_knows_only_what_they_sold(visitor: Visitor) -> None:
    campaign = visitor.shop.post("/v1/campaigns", {"name": "Music"})
    inside, outside = bought(visitor, "Vinyl", campaign=campaign["id"]), bought(visitor, "Books")
    assert (shows(visitor, inside), shows(visitor, outside)) == (EVERYWHERE, EVERYWHERE)

    limit(visitor.shop, campaigns=[campaign["id"]])

    assert (shows(visitor, inside), shows(visitor, outside)) == (EVERYWHERE, set())


@pytest.mark.feature("C25")
def test_an_empty_list_of_campaigns_is_no_limit(visitor: Visitor) -> None:
    thing = bought(visitor, "Books")

    assert limit(visitor.shop, campaigns=[])["scope"]["campaigns"] is None
    assert shows(visitor, thing) == EVERYWHERE


@pytest.mark.feature("C24")
def test_a_product_is_hidden_in_one_portal_from_the_next_request(visitor: Visitor) -> None:
    shown, hidden = bought(visitor, "Vinyl"), bought(visitor, "Samples")

    limit(visitor.shop, hidden_products=[hidden["product"]])
    assert (shows(visitor, shown), shows(visitor, hidden)) == (EVERYWHERE, set())

    limit(visitor.shop, hidden_products=[])
    assert shows(visitor, hidden) == EVERYWHERE


@pytest.mark.feature("C24")
def test_a_product_that_is_not_for_portals_shows_in_none(visitor: Visitor) -> None:
    thing = bought(visitor, "Staff")

    visitor.shop.patch(f"/v1/products/{thing['product']}", {"show_in_portal": False})

    assert shows(visitor, thing) == set()
    assert visitor.shop.get(f"/v1/subscriptions/{thing['id']}")["id"] == thing["id"]


@pytest.mark.feature("J01")
def test_a_portal_that_is_switched_off_is_gone_with_the_next_request(visitor: Visitor) -> None:
    [portal] = visitor.shop.get(f"{URL}?is_default=true")["data"]
    statuses = []

    for active in (False, True):
        visitor.shop.patch(f"{URL}/{portal['id']}", {"active": active})
        statuses.append((visitor.get("").status_code, visitor.get("/invoices").status_code))

    assert statuses == [(404, 404), (200, 200)]
