"""What a way in and a configuration mean on the pages: who may act, where the way back leads, how it looks."""

from dataclasses import replace
from typing import Any

import pytest

from shared.events import DirectActionTaken, PortalConfigurationPublishedV3, SubscriptionCanceled
from tests.integration.portal.shop import Shop, ago
from tests.integration.portal_pages.conftest import Visitor

URL = "/v1/portal_configurations"
BACK = "https://app.larkfield.example/settings?tab=billing"


@pytest.fixture
def subscription(visitor: Visitor) -> str:
    made = visitor.shop.subscription(customer={"id": visitor.customers[0]}, started_at=ago(days=3))
    return str(made["id"])


def configure(shop: Shop, **values: Any) -> dict[str, Any]:
    (portal,) = shop.get(f"{URL}?is_default=true")["data"]
    changed: dict[str, Any] = shop.patch(f"{URL}/{portal['id']}", values)
    return changed


def canceling(subscription: str) -> str:
    return f"/subscriptions/{subscription}/cancellation"


@pytest.mark.feature("B22")
def test_the_way_back_is_the_visits_else_the_portals(visitor: Visitor, brought: dict[str, Any]) -> None:
    configure(visitor.shop, default_return_url="https://larkfield.example/home")
    brought["return_url"] = BACK
    assert f'href="{BACK.replace("&", "&amp;")}">Back to app.larkfield.example' in visitor.get().text

    visitor.more = {}
    assert 'href="https://larkfield.example/home">Back to larkfield.example' in visitor.get().text

    configure(visitor.shop, default_return_url=None)
    assert "Back to" not in visitor.get().text


@pytest.mark.feature("B10")
def test_actions_are_a_row_or_a_menu_of_the_same(visitor: Visitor, subscription: str) -> None:
    configure(visitor.shop, features={"subscription_pause": {"enabled": True}})
    row = visitor.get().text
    configure(visitor.shop, appearance={"actions_layout": "dropdown"})
    menu = visitor.get().text

    assert "<details" not in row.partition(subscription)[2].partition("</article>")[0]
    inside = menu.partition('<div class="menu-list menu-actions">')[2].partition("</div>")[0]
    for action in ("pause", "cancellation"):
        assert f"/subscriptions/{subscription}/{action}" in row
        assert f"/subscriptions/{subscription}/{action}" in inside
    assert inside.index("pause") < inside.index("cancellation")
    assert "<summary" in menu.partition('<div class="menu-list menu-actions">')[0].rpartition("<details")[2]
    assert "menu-actions" in visitor.get("?actions=buttons").text
    visitor.more = {"framed": True}  # the page around a frame may ask for the other one
    assert "menu-actions" not in visitor.get("?actions=buttons").text
    assert "menu-actions" in visitor.get("?actions=carousel").text


@pytest.mark.feature("B12")
def test_a_helpdesks_billing_section_is_called_my_orders(visitor: Visitor, subscription: str) -> None:
    shop = visitor.shop
    shop.post(URL, {"name": "Help", "slug": f"{shop.slug}-help-test", "kind": "helpdesk"})
    configure(shop, features={"subscription_cancel": {"enabled": False}})
    visitor.shop = replace(shop, slug=f"{shop.slug}-help")

    page = visitor.get().text
    assert "<h1>My Orders</h1>" in page
    assert canceling(subscription) in page  # its own settings, not those of the vendor's other portal
    assert "/tickets" in page


@pytest.mark.feature("A23")
@pytest.mark.parametrize("way_in", ["hmac_v1", "order_number", "permanent_link"])
def test_a_weak_way_in_acts_only_while_the_portal_lets_it_and_is_told(
    visitor: Visitor, subscription: str, way_in: str
) -> None:
    """SE-16."""
    visitor.assurance, visitor.more = "viewer", {"way_in": way_in}
    assert "reason=step_up" in visitor.get(canceling(subscription)).headers["Location"]

    configure(visitor.shop, sign_in={"direct_actions": [way_in]})
    form = visitor.hidden(canceling(subscription))
    configure(visitor.shop, sign_in={"direct_actions": []})
    assert "reason=step_up" in visitor.post(canceling(subscription), form).headers["Location"]
    assert visitor.shop.said(DirectActionTaken) == []

    configure(visitor.shop, sign_in={"direct_actions": [way_in]})
    assert visitor.post(canceling(subscription), form).status_code == 303
    (told,) = visitor.shop.said(DirectActionTaken)
    assert (told.customer, told.action, told.object) == (visitor.customers[0], "cancel", subscription)
    assert (told.way_in, told.portal) == (way_in, visitor.shop.portal)
    assert len(visitor.shop.said(SubscriptionCanceled)) == 1


def test_who_proved_it_is_told_of_nothing_more(visitor: Visitor, subscription: str) -> None:
    configure(visitor.shop, sign_in={"direct_actions": ["order_number"]})
    visitor.more = {"way_in": "order_number"}  # came in weakly, typed a code since

    visitor.post(canceling(subscription), visitor.hidden(canceling(subscription)))

    assert len(visitor.shop.said(SubscriptionCanceled)) == 1
    assert visitor.shop.said(DirectActionTaken) == []


@pytest.mark.parametrize(
    ("role", "may"), [("owner", True), ("billing_manager", True), ("accountant", False), ("viewer", False)]
)
def test_a_customers_people_do_what_their_role_covers(
    visitor: Visitor, subscription: str, role: str, may: bool
) -> None:
    own = visitor.hidden(canceling(subscription))
    visitor.more = {"role": role, "delegate": "dlg_1"}

    page, answer = visitor.get(), visitor.post(canceling(subscription), own)

    assert page.status_code == 200
    assert (canceling(subscription) in page.text) is may
    assert ("Your role does not include this" in page.text) is not may
    assert answer.status_code == (303 if may else 403)
    assert len(visitor.shop.said(SubscriptionCanceled)) == may


def test_staff_who_look_on_see_the_pages_and_change_nothing(visitor: Visitor, subscription: str) -> None:
    """SE-15."""
    own = visitor.hidden(canceling(subscription))
    configure(visitor.shop, sign_in={"direct_actions": ["hmac_v1"]})
    visitor.assurance = "viewer"
    visitor.more = {"kind": "staff", "id": "usr_1", "way_in": "staff_view"}

    assert subscription in visitor.get().text
    assert visitor.get(canceling(subscription)).status_code == 200, "it is what the customer sees"
    refused = visitor.post(canceling(subscription), own)

    assert refused.status_code == 403
    assert visitor.shop.said(SubscriptionCanceled) == []


@pytest.mark.parametrize("home", ["", "/billing"])
def test_on_a_host_of_the_vendors_own_links_begin_there(visitor: Visitor, subscription: str, home: str) -> None:
    page = visitor.get("", **{"X-Portal-Home": home}).text

    assert f'href="{home}{canceling(subscription)}"' in page
    assert f'class="brand" href="{home or "/"}"' in page
    assert f'action="{home}/sign-out"' in page
    assert "/p/" not in page
    answer = visitor.get(f"/subscriptions/{subscription}/resumption", **{"X-Portal-Home": home})
    assert "/p/" not in answer.headers.get("Location", "")


@pytest.mark.feature("B24")
def test_a_widget_is_a_portal_like_the_others(shop: Shop) -> None:
    embed = {
        "allowed_origins": ["https://larkfield.example"],
        "events": True,
        "debug": True,
        "help_url": "https://help.larkfield.example/",
    }
    made = shop.post(URL, {"name": "Widget", "kind": "widget", "embed": embed})

    assert (made["kind"], made["embed"], made["scope"]["access_gate"]) == ("widget", embed, "paid_transaction")
    said = shop.said(PortalConfigurationPublishedV3)[-1]
    assert (said.kind, said.embed, said.is_default) == ("widget", embed, False)
    assert said.sign_in["email_change"] is False
    assert said.sign_in["login_page"] is True


@pytest.mark.parametrize("role", ["accountant", "viewer"])
def test_who_only_reads_writes_no_tickets_either(visitor: Visitor, role: str) -> None:
    configure(visitor.shop, features={"tickets": {"enabled": True}})
    words = {"subject": "Hello", "message": "Is anybody there?"}
    opened = visitor.post("/tickets/new", {**visitor.hidden("/tickets/new"), **words}).headers["Location"]
    thread = opened.removeprefix(visitor.home)
    own = visitor.hidden(thread)
    visitor.more = {"role": role, "delegate": "dlg_1"}

    assert visitor.get(thread).status_code == 200
    assert visitor.post(f"{thread}/messages", {**own, "message": "Me too"}).status_code == 403
    assert visitor.post(f"{thread}/closing", own).status_code == 403
    assert visitor.post("/tickets/new", {**own, **words}).status_code == 403
