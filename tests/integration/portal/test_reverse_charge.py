"""Reverse charge: what was shown is what is charged, and what the invoice is made of; from the next charge on."""

from typing import Any

import pytest

from services.portal.actions import tax_ids
from shared import clock
from shared.errors import Unavailable
from shared.events import PaymentSucceeded, VendorUpdated
from tests.integration.portal import changing, clockwork
from tests.integration.portal.shop import Shop

PROFILE = {"country": "DE", "tax_id": "DE 136 695 976", "legal_name": "Larkfield GmbH"}
FRENCH = {"country": "FR", "tax_id": "FR40303265045", "company": "Tessaly SARL"}


class Register:
    """Stands where VIES is."""

    is_on = True

    def __init__(self, *, knows: bool | None) -> None:
        self.knows = knows

    def is_valid(self, *, state: str, number: str) -> bool:
        if self.knows is None:
            raise Unavailable(part="vies")
        return self.knows


@pytest.fixture
def seller(shop: Shop) -> Shop:
    """In Germany, with a VAT number."""
    shop.hear(
        VendorUpdated(
            vendor=shop.vendor,
            slug=shop.slug,
            display_name="Larkfield",
            profile=PROFILE,
            default_locale="en",
            revision=2,
        ),
        mode="live",
    )
    return shop


def business(shop: Shop, subscription: dict[str, Any], **changes: Any) -> None:
    shop.patch(f"/v1/customers/{subscription['customer']}", FRENCH | changes)


def told(shop: Shop) -> tuple[int, int, int, list[int]]:
    """The newest invoice to be: net, tax, total, and the rates of its lines."""
    payment = shop.said(PaymentSucceeded)[-1]
    return payment.net, payment.tax, payment.total, [line["tax_rate"] for line in payment.lines]


@pytest.mark.feature("F02")
@pytest.mark.parametrize(
    ("tax_behavior", "first", "then"),
    [("inclusive", (10000, 1900, 11900), 10000), ("exclusive", (11900, 2261, 14161), 11900)],
)
def test_from_the_next_charge_on_it_is_without_tax_as_shown_before(
    seller: Shop, tax_behavior: str, first: tuple[int, int, int], then: int
) -> None:
    product = seller.product(tax_behavior=tax_behavior)
    plan = seller.plan(product=product, unit_amount=11900)
    subscription = clockwork.subscriber(seller, plan=plan, quantity=1)
    assert told(seller) == (*first, [1900])

    business(seller, subscription)
    foreseen = clockwork.read(seller, subscription["id"])["next_charge"]
    clockwork.advance(seller, "1mo")

    assert (foreseen["net"], foreseen["tax"], foreseen["total"]) == (then, 0, then)
    assert told(seller) == (then, 0, then, [0])
    after = clockwork.read(seller, subscription["id"])
    assert (after["unit_amount"], after["tax_rate"]) == (11900, 1900)  # what was agreed stays

    business(seller, subscription, country="DE", tax_id="DE136695976")  # moved home
    clockwork.advance(seller, "1mo")
    assert told(seller)[:3] == first


@pytest.mark.parametrize(
    ("changes", "is_reversed"),
    [
        ({}, True),
        ({"country": "GR", "tax_id": "EL094259216"}, True),
        ({"country": "GB", "tax_id": "GB980780684"}, False),
        ({"country": "GB", "tax_id": "XI980780684"}, False),
        ({"country": "DE", "tax_id": "DE136695976"}, False),
        ({"tax_id": None}, False),
    ],
)
def test_whose_number_counts(seller: Shop, changes: dict[str, Any], is_reversed: bool) -> None:
    customer = seller.customer(**{**FRENCH, **changes})
    subscription = seller.subscription(customer=customer, quantity=1)

    assert (clockwork.read(seller, subscription["id"])["next_charge"]["tax"] == 0) is is_reversed


@pytest.mark.feature("F02")
@pytest.mark.parametrize(("knows", "is_reversed"), [(True, True), (None, True), (False, False)])
def test_a_number_that_the_register_does_not_know_shifts_no_tax(
    seller: Shop, knows: bool | None, is_reversed: bool
) -> None:
    """Down, it is accepted as not verified; asked later, the answer counts from the next charge on."""
    subscription = seller.subscription(customer=seller.customer(**FRENCH), quantity=1)

    tax_ids.check_due(seller.database.begin, vies=Register(knows=knows), now=clock.now())  # type: ignore[arg-type]

    assert (clockwork.read(seller, subscription["id"])["next_charge"]["tax"] == 0) is is_reversed


def test_a_seller_without_a_number_of_the_union_charges_as_before(shop: Shop) -> None:
    subscription = shop.subscription(customer=shop.customer(**FRENCH), quantity=1)

    assert clockwork.read(shop, subscription["id"])["next_charge"]["tax"] > 0


@pytest.mark.feature("F02")
def test_a_change_of_plan_is_charged_as_shown_and_gives_back_the_tax_that_was_paid(seller: Shop) -> None:
    sold = changing.plans(seller)
    subscription = clockwork.subscriber(seller, plan=sold.team, quantity=1)
    business(seller, subscription)
    changing.halfway(seller, subscription)

    foreseen = changing.preview(seller, subscription, {"plan": sold.pro["id"]})
    changed = changing.done(changing.ask(seller, subscription, {"plan": sold.pro["id"]}))

    net, tax, total, rates = told(seller)
    assert (net, tax, total) == tuple(foreseen["due_now"][each] for each in ("net", "tax", "total"))
    assert rates == [1900, 0]  # unused time at the tax it was sold with, the new plan without
    assert tax < 0
    assert changed["next_charge"]["tax"] == foreseen["next_charge"]["tax"] == 0
    assert changed["next_charge"]["total"] == 5042  # 60.00 with 19 % within
    assert (changed["unit_amount"], changed["tax_rate"]) == (6000, 1900)
    clockwork.advance(seller, "1mo")
    assert told(seller) == (5042, 0, 5042, [0])
