"""What a customer sees first, in words and amounts."""

import itertools

import pytest

from shared.events import VendorUpdated
from tests.integration.portal import cards
from tests.integration.portal.shop import Shop, ago, hear, registered
from tests.integration.portal_pages.conftest import Visitor, invoiced
from tests.support.statements import statements

_NUMBER = itertools.count(1)


def test_nothing_bought_says_so_and_what_to_do(visitor: Visitor) -> None:
    page = visitor.get().text

    assert "No purchases with this e-mail" in page
    assert "Use another e-mail" in page
    assert "ada@example.com" in page
    assert "<table" not in page


@pytest.mark.feature("C01")
def test_a_subscription_shows_the_exact_next_amount_and_its_day(visitor: Visitor) -> None:
    shop = visitor.shop
    subscription = shop.subscription(customer={"id": visitor.customers[0]}, quantity=2, started_at=ago(days=3))

    page = visitor.get().text

    assert "€50.00" in page
    assert "per month · incl. 19% tax" in page
    assert f'datetime="{subscription["current_period_end"][:10]}"' in page
    assert "Renews on" in page
    assert "2 × seat" in page
    assert "Cancel subscription" in page


def test_somebody_else_s_purchases_are_not_there(visitor: Visitor) -> None:
    shop = visitor.shop
    stranger = shop.customer("eve@example.com")
    foreign = shop.subscription(customer=stranger)
    document = invoiced(shop, stranger["id"], number="INV-EVE")

    answers = [visitor.get(f"/subscriptions/{foreign['id']}/cancellation"), visitor.get(f"/invoices/{document}/pdf")]

    assert "INV-EVE" not in visitor.get().text + visitor.get("/invoices").text
    assert [answer.status_code for answer in answers] == [404, 404]
    assert visitor.invoices.asked == 0


def test_two_records_of_one_person_are_shown_apart_by_name(visitor: Visitor) -> None:
    shop = visitor.shop
    firm = shop.customer("ada@example.com", company="Lovelace Ltd")
    for customer in (visitor.customers[0], firm["id"]):
        shop.subscription(customer={"id": customer})
    visitor.customers = (*visitor.customers, firm["id"])

    page = visitor.get().text

    assert "Lovelace Ltd" in page
    assert page.count("data-subscription=") == 2


def test_what_the_vendor_does_not_allow_is_explained_in_their_words(visitor: Visitor) -> None:
    shop = visitor.shop
    plan = shop.plan(cancel="deny", cancel_message="Please call us <b>first</b>.")
    subscription = shop.subscription(customer={"id": visitor.customers[0]}, plan=plan)

    page = visitor.get().text

    assert "Please call us &lt;b&gt;first&lt;/b&gt;." in page
    assert f"{subscription['id']}/cancellation" not in page


def test_the_page_speaks_german_and_stays_german(visitor: Visitor) -> None:
    visitor.shop.subscription(customer={"id": visitor.customers[0]})

    chosen, later = visitor.get("?locale=de").text, visitor.get(**{"Accept-Language": "en"}).text

    for page in (chosen, later):
        assert '<html lang="de" dir="ltr">' in page
        assert "Verlängert sich am" in page
        assert "50,00\N{NO-BREAK SPACE}€" in page


def test_a_weak_sign_in_sees_its_own_address_masked(visitor: Visitor) -> None:
    visitor.assurance = "viewer"

    page = visitor.get().text

    assert "ada@example.com" not in page
    assert "a•••@example.com" in page


def test_the_colors_have_an_address_that_changes_with_them(visitor: Visitor) -> None:
    page = visitor.get().text
    address = page.split('rel="stylesheet" href="')[2].split('"')[0]

    answer = visitor.browser.get(address, headers=visitor._passport())
    old = visitor.get("/brand-000000000000.css")

    assert answer.content_type.startswith("text/css")
    assert "--accent" in answer.text
    assert "immutable" in answer.headers["Cache-Control"]
    assert old.status_code == 404


@pytest.mark.feature("B07")
def test_the_vendor_s_logo_stands_beside_the_name_once_there_is_one(visitor: Visitor) -> None:
    assert "logo.png" not in visitor.get().text

    said = vars(registered(visitor.shop.vendor, visitor.shop.slug)) | {"revision": 2, "profile": {"logo": "ab" * 32}}
    hear(visitor.shop.database, VendorUpdated(**said), vendor=visitor.shop.vendor, mode="live")

    assert f'<img src="{visitor.home}/sign-in/logo.png?v=abababababab" alt=""' in visitor.get().text


def test_it_is_the_portal_of_the_address_or_none(visitor: Visitor) -> None:
    answer = visitor.browser.get("/p/other-portal", headers=visitor._passport())

    assert answer.status_code == 303
    assert answer.headers["Location"].startswith("/p/other-portal/sign-in?next=")


def test_an_address_alone_claims_nothing_was_done(visitor: Visitor) -> None:
    subscription = visitor.shop.subscription(customer={"id": visitor.customers[0]})

    page = visitor.get(f"?done=canceled&of={subscription['id']}").text

    assert "is canceled" not in page


@pytest.mark.parametrize("gate", ["any_order", "active_subscription"])
def test_it_takes_at_most_eight_statements_for_one_subscription_and_for_ten(visitor: Visitor, gate: str) -> None:
    shop, customer = visitor.shop, {"id": visitor.customers[0]}
    (portal,) = shop.get("/v1/portal_configurations?is_default=true")["data"]
    shop.patch(f"/v1/portal_configurations/{portal['id']}", {"scope": {"access_gate": gate}})
    cards.card(shop, customer["id"])
    _buy(shop, customer)

    with statements(shop.database) as little:
        page = visitor.get().text
    assert page.count("data-subscription=") == 1
    for _ in range(9):
        _buy(shop, customer)
    with statements(shop.database) as much:
        page = visitor.get().text

    assert page.count("data-subscription=") == 10
    assert len(little) == len(much) <= 8, "\n".join(much)


def _buy(shop: Shop, customer: dict[str, str]) -> None:
    """A subscription charged to the card, with three invoices, and something without one."""
    number = next(_NUMBER)
    given = {"collection": "automatic", "quantity": 1, "customer": customer["id"], "plan": shop.plan()["id"]}
    subscription = shop.post("/v1/subscriptions", given, headers={"Idempotency-Key": f"overview-{number}"})
    for part in range(3):
        payment = shop.payment(customer, subscription=subscription["id"])
        invoiced(shop, customer["id"], number=f"INV-{number}-{part}", payment=payment["id"])
    shop.payment(customer)
