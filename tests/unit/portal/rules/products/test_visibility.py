"""What a portal's gate lets a customer see, and who gets at links and keys."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.portal.rules.portals.features import AccessGate
from services.portal.rules.products import access, visibility
from services.portal.rules.products.access import Link, Purchase
from services.portal.rules.products.visibility import Bought
from shared.errors import Invalid

gates = st.sampled_from(AccessGate)
facts = st.builds(Bought, has_order=st.booleans(), has_paid=st.booleans(), is_running=st.booleans())


def shows(gate: AccessGate, bought: Bought, **more: object) -> bool:
    given = {"product": "prod_1", "campaign": None, "show_in_portal": True, "campaigns": None, "hidden_products": ()}
    return visibility.decide(**(given | more), gate=gate, bought=bought)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("gate", "opens_with"),
    [
        (AccessGate.ANY_ORDER, "has_order"),
        (AccessGate.PAID_TRANSACTION, "has_paid"),
        (AccessGate.ACTIVE_SUBSCRIPTION, "is_running"),
    ],
)
def test_each_gate_opens_with_one_fact_alone(gate: AccessGate, opens_with: str) -> None:
    nothing = Bought(has_order=False, has_paid=False, is_running=False)
    everything = Bought(has_order=True, has_paid=True, is_running=True)

    assert not shows(gate, nothing)
    assert shows(gate, replace(nothing, **{opens_with: True}))
    assert not shows(gate, replace(everything, **{opens_with: False}))


@given(gate=gates, bought=facts, more=st.sampled_from(["has_order", "has_paid", "is_running"]))
def test_having_done_more_never_closes_a_gate(gate: AccessGate, bought: Bought, more: str) -> None:
    if shows(gate, bought):
        assert shows(gate, replace(bought, **{more: True}))


@given(gate=gates, bought=facts)
def test_no_gate_opens_what_is_hidden_and_none_hides_what_has_no_product(gate: AccessGate, bought: Bought) -> None:
    assert not shows(gate, bought, show_in_portal=False)
    assert not shows(gate, bought, hidden_products=("prod_1",))
    assert not shows(gate, bought, campaigns=("camp_1",), campaign="camp_2")
    assert shows(gate, bought, product=None)


@pytest.mark.parametrize(
    ("purchase", "gives_access"),
    [
        (Purchase(is_subscription=True, is_running=True), True),
        (Purchase(is_subscription=True, is_running=False), False),
        (Purchase(is_subscription=True, is_running=False, paid=100, refunded=0), False),
        (Purchase(is_subscription=False, paid=100, refunded=0), True),
        (Purchase(is_subscription=False, paid=100, refunded=99), True),
        (Purchase(is_subscription=False, paid=100, refunded=100), False),
        (Purchase(is_subscription=False, paid=0, refunded=0), True),
    ],
)
def test_access_ends_with_the_subscription_and_with_the_whole_money(purchase: Purchase, gives_access: bool) -> None:
    assert access.decide(purchase) is gives_access


@pytest.mark.parametrize(
    ("url", "reference", "filled"),
    [
        ("https://l.example/{customer_reference}/start", "a/b", "https://l.example/a%2Fb/start"),
        ("https://l.example/?who={customer_reference}&x=1", "a&x=2#y", "https://l.example/?who=a%26x%3D2%23y&x=1"),
        ("https://l.example/{customer_reference}/x", "..", "https://l.example/%2E%2E/x"),
        ("https://l.example/x", "a", "https://l.example/x"),
    ],
)
def test_what_is_filled_in_cannot_leave_its_place(url: str, reference: str, filled: str) -> None:
    (kept,) = access.check("access_links", [{"label": " Start ", "url": url}])

    assert access.fill([kept], reference=reference) == (Link(label="Start", url=filled),)


@given(reference=st.text(max_size=40))
def test_no_reference_leads_to_another_site(reference: str) -> None:
    (link,) = access.fill([{"label": "x", "url": "https://l.example/{customer_reference}"}], reference=reference)

    assert link.url.startswith("https://l.example/")
    assert not set(link.url.removeprefix("https://l.example/")) & set("/?#\\ \n{}<>\"'")


@pytest.mark.parametrize(
    "url",
    [
        "http://l.example/",
        "javascript:alert(1)",
        "//l.example/",
        "https://",
        "https://{customer_reference}.example/",
        "https://l.example:{customer_reference}/",
        "https://ada:pass@l.example/",
        "https://{customer_reference}@l.example/",
        "https://l.example/{email}",
        "https://l.example/{{customer_reference}}",
        "https://l.example/{customer_reference",
        "https://l.example/a b",
        "https://l.example/\u202e",
        "https://l.example:99999/",
        "https://l.example\\@evil.example/",
        "https://[::1/",
        "https://l.example/" + "a" * 1000,
    ],
)
def test_a_link_that_is_not_a_plain_https_address_is_refused(url: str) -> None:
    with pytest.raises(Invalid) as refused:
        access.check("access_links", [{"label": "x", "url": "https://fine.example/"}, {"label": "x", "url": url}])

    assert [(each.field, each.code) for each in refused.value.fields] == [("access_links.1.url", "bad_url")]
