"""A vendor's widget in test mode on a page of the vendor's own, and what signs customers in to it.

Fixture: `widget`, on `shop_page`; `make_widget` for one that is set up otherwise.
"""

import hmac
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

import pytest
from playwright.sync_api import Page

from tests.support.shop_page import ShopPage
from tests.support.vendors import Vendor

EMAIL: Final = "mira@tessaly.example"
METHODS: Final = ["email", "hmac_v1", "hmac_v2", "portal_session"]
Guest = Callable[..., Page]


@dataclass(frozen=True)
class Widget:
    """A widget, its vendor and the page it belongs on."""

    vendor: Vendor
    id: str
    slug: str
    secret: str
    page: ShopPage

    @property
    def base(self) -> str:
        return self.vendor.stack.base_url

    def hash(self, who: str = EMAIL) -> str:
        """What the vendor's server makes of an address: `hex(HMAC-SHA256(secret, e-mail))`."""
        return hmac.new(self.secret.encode(), who.encode(), "sha256").hexdigest()

    def embed(self, *, path: str = "/", before: str = "", **options: Any) -> str:
        """The vendor's page with the widget on it, for a customer whom the vendor's server vouches for; its address.

        An option that is None is left out.
        """
        options = {"widget": self.id, "email": EMAIL, "hash": self.hash(), **options}
        given = {name: value for name, value in options.items() if value is not None}
        return self.page.embed(self.base, path=path, before=before, **given)


def make_widget(vendor: Vendor, page: ShopPage, **values: Any) -> Widget:
    """A widget whose v1 hashes are enough to act on, as far as `values` do not say otherwise."""
    made = vendor.post(
        "/v1/portal_configurations",
        {
            "kind": "widget",
            "name": "Our widget",
            "scope": {"access_gate": "any_order"},
            **values,
            "sign_in": {"methods": METHODS, "direct_actions": ["hmac_v1"], **values.get("sign_in", {})},
            "embed": {"allowed_origins": [page.origin], "events": True, "debug": True, **values.get("embed", {})},
        },
    )
    secret = vendor.post("/v1/identity_secrets", {"name": "The shop's server"})["secret"]
    return Widget(vendor, made["id"], made["slug"], secret, page)


@pytest.fixture
def widget(vendor: Vendor, shop_page: ShopPage) -> Widget:
    """A widget that no other test sees."""
    return make_widget(vendor, shop_page)
