"""A customer's new address, as auth hands it over once it is proven."""

from typing import Any

import pytest
from werkzeug.test import TestResponse

from shared import clock, ids
from shared.events import CustomerEmailChanged
from tests.integration.portal.shop import Shop
from tests.integration.portal.test_entrances import ask

URL = "/v1/portal_configurations"


@pytest.fixture
def open_shop_of_ada(shop: Shop) -> dict[str, Any]:
    """Ada, whose portal lets customers change their address."""
    (portal,) = shop.get(f"{URL}?is_default=true")["data"]
    features = {"customer_update": {"enabled": True, "allowed_updates": ["email"]}}
    shop.patch(f"{URL}/{portal['id']}", {"features": features})
    return shop.customer("ada@example.com")


def change(shop: Shop, customer: str, email: str = "ada@new.example", **given: Any) -> TestResponse:
    who = {"portal": shop.portal, "session": ids.new("ps"), "proven_at": int(clock.now().timestamp())}
    return ask(shop, "customers/email", customer=customer, email=email, **{**who, **given})


@pytest.mark.feature("A21")
def test_it_is_changed_told_and_logged_once(shop: Shop, open_shop_of_ada: dict[str, Any]) -> None:
    ada = open_shop_of_ada["id"]

    assert change(shop, ada).status_code == 200
    assert change(shop, ada).status_code == 200  # auth was stopped in between and tries again

    (told,) = shop.said(CustomerEmailChanged)
    assert (told.customer, told.email, told.previous_email) == (ada, "ada@new.example", "ada@example.com")
    assert shop.get(f"/v1/customers/{ada}")["email"] == "ada@new.example"
    newest = shop.get(f"/v1/action_log?object={ada}")["data"][0]
    assert (newest["action"], newest["actor_kind"]) == ("customer.updated", "customer")
    assert "ada@" not in str(newest)


@pytest.mark.feature("A21", "M06")
def test_who_may_not_is_refused_here_as_well(shop: Shop, open_shop_of_ada: dict[str, Any]) -> None:
    ada = open_shop_of_ada["id"]

    stale = change(shop, ada, proven_at=int(clock.now().timestamp()) - 31 * 60)
    manager = change(shop, ada, delegate="dlg_1", role="billing_manager")
    owner = change(shop, ada, delegate="dlg_1", role="owner")

    assert (stale.status_code, stale.json["code"]) == (403, "step_up_required")
    assert (manager.status_code, manager.json["code"]) == (403, "role_not_allowed")
    assert owner.status_code == 200
    assert shop.get(f"/v1/action_log?object={ada}")["data"][0]["actor_kind"] == "delegate"


@pytest.mark.feature("A21")
def test_where_the_portal_does_not_offer_it_it_is_not_done(shop: Shop) -> None:
    ada = shop.customer("ada@example.com")["id"]

    answer = change(shop, ada)

    assert (answer.status_code, answer.json["code"]) == (403, "feature_disabled")
    assert shop.get(f"/v1/customers/{ada}")["email"] == "ada@example.com"


def test_it_is_for_auth_alone_and_for_this_vendors_customers(
    shop: Shop, other: Shop, open_shop_of_ada: dict[str, Any]
) -> None:
    """TI-01, SE-11."""
    ada = open_shop_of_ada["id"]

    assert change(shop, other.customer("eve@example.com")["id"]).status_code == 404
    assert change(other, ada).status_code == 403  # a portal of theirs that does not offer it
    assert change(shop, ada, kind="admin").status_code == 404
    assert change(shop, ada, "not an address").status_code == 422
    assert change(shop, ada, portal=other.portal).status_code == 404
