"""A pause that ends by itself while the card does not pay: what its charge was for is used up once, then or later."""

import pytest

from tests.integration.portal.clockwork import advance, payments, read, subscriber
from tests.integration.portal.lifecycle import post
from tests.integration.portal.shop import Shop
from tests.integration.portal.test_coupons import apply, make
from tests.integration.portal.test_dunning import heal, spoil


@pytest.mark.feature("C17", "H05")
def test_a_coupon_is_used_once_for_a_charge_that_is_paid_later(shop: Shop) -> None:
    make(shop, duration="repeating", periods=2)
    subscription = subscriber(shop)
    assert apply(shop, subscription).status_code == 200
    post(shop, subscription, "pause", {"interval": "month", "interval_count": 1})
    spoil(shop, subscription)

    advance(shop, "2mo")
    advance(shop, "1d")
    unpaid = read(shop, subscription["id"])
    heal(shop, subscription)
    advance(shop, "65d")

    assert unpaid["status"] == "past_due"
    assert [each.total for each in payments(shop, subscription)] == [5000, 4000, 4000, 5000]
