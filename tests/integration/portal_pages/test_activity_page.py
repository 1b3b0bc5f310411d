"""What happened on my account: own lines, in sentences, newest first."""

import re

import pytest

from services.portal.actions import subscriptions
from services.portal.actions.operations import action_log
from shared import clock
from tests.integration.portal.shop import Shop
from tests.integration.portal_pages.conftest import Visitor

_LINE = re.compile(r'<tr data-entry="[^"]+">(.*?)</tr>', re.DOTALL)


def lines(visitor: Visitor, path: str = "/activity", **headers: str) -> list[str]:
    """The text of each line, newest first."""
    page = visitor.get(path, **headers)
    assert page.status_code == 200
    return [" ".join(re.sub(r"<[^>]+>", " ", found).split()) for found in _LINE.findall(page.text)]


def wrote(shop: Shop, customer: str, action: str, number: int = 1) -> None:
    with shop.inside() as session:
        for _ in range(number):
            action_log.write(
                session,
                action=action,
                of="tkt_1",
                before=None,
                after={"note": "secret"},
                customer=customer,
                now=clock.now(),
            )


@pytest.mark.feature("M08", "J09")
def test_a_customer_reads_what_happened_and_who_did_it(shop: Shop, visitor: Visitor) -> None:
    ada = visitor.customers[0]
    subscription = shop.subscription(customer={"id": ada}, plan=shop.plan(name="Team"))
    shop.post(f"/v1/subscriptions/{subscription['id']}/cancel", {})
    with shop.as_customer(ada) as session:
        subscriptions.undo_cancel(session, subscription_id=subscription["id"], by=shop.who(), now=clock.now())
    wrote(shop, ada, "subscription.renewed")

    found = lines(visitor)

    assert [re.sub(r" \S+ \d+, \d{4}$| \d\S* \S+ \d{4}$", "", each) for each in found][:5] == [
        "A subscription was renewed. Bursar, automatically",
        "The cancellation of a subscription was undone. Team You",
        "A subscription was canceled. Team Larkfield",
        "A subscription was started. Team Larkfield",
        "Your customer account was created. Larkfield",
    ]
    assert "Die Kündigung eines Abonnements wurde zurückgenommen." in lines(visitor, **{"Accept-Language": "de"})[1]


@pytest.mark.feature("M08")
def test_nobody_reads_about_another_or_what_staff_note(shop: Shop, visitor: Visitor) -> None:
    eve = shop.customer("eve@example.com")
    shop.subscription(customer=eve, plan=shop.plan(name="Zither club"))
    wrote(shop, visitor.customers[0], "ticket.noted")
    before = lines(visitor)
    wrote(shop, visitor.customers[0], "something.new")

    after = lines(visitor)

    assert len(before) == 1
    assert len(after) == 2
    assert after[0].startswith("Something was changed on your account. Bursar, automatically")
    page = visitor.get("/activity").text
    assert "Zither" not in page
    assert "secret" not in page


@pytest.mark.feature("M08")
def test_a_long_log_is_read_page_by_page_and_foreign_cursors_lead_nowhere(shop: Shop, visitor: Visitor) -> None:
    wrote(shop, visitor.customers[0], "payment.declined", 30)
    eve = shop.customer("eve@example.com")
    foreign = shop.get(f"/v1/action_log?customer={eve['id']}")["data"][0]["id"]

    first = lines(visitor)
    (older,) = re.findall(r'href="[^"]*/activity(\?after=log_[^"]+)"', visitor.get("/activity").text)
    second = lines(visitor, f"/activity{older}")

    assert (len(first), len(second)) == (25, 6)
    assert second[-1].startswith("Your customer account was created.")
    assert visitor.get(f"/activity?after={foreign}").status_code == 404
