"""A customer's own people on portal's pages and API: each role does what its row says and nothing else; by name."""

import re
from typing import Any

import pytest

from services.auth.rules.passport import Subject
from services.portal.models import Entry
from shared import clock, ids
from shared.events import DelegateInvited, DelegateRevoked
from shared.web.app import App, views
from tests.integration.portal.shop import PASSPORTS, Shop, ago
from tests.integration.portal_pages.conftest import Visitor
from tests.integration.portal_pages.test_activity_page import lines, wrote

READS_ONLY = ("viewer", "accountant")


@pytest.fixture
def bought(visitor: Visitor) -> dict[str, str]:
    """What a path may name, all of it the visitor's."""
    customer = {"id": visitor.customers[0]}
    subscription = visitor.shop.subscription(customer=customer, started_at=ago(days=3))
    payment = visitor.shop.payment(customer)
    ticket = visitor.shop.post(
        "/v1/tickets", {"customer": customer["id"], "subject": "Hello", "message": "Where is my CD?"}
    )
    return {
        "subscription_id": subscription["id"],
        "payment_id": payment["id"],
        "ticket_id": ticket["id"],
        "payment_method_id": ids.new("pm"),
    }


def acting(visitor: Visitor, role: str) -> None:
    visitor.more = {"role": role, "delegate": "dlg_1"}


def forms(app: App) -> list[str]:
    """Every address under a portal that takes a form of a customer's."""
    prefix = "POST /p/<slug>"
    return sorted(name.removeprefix(prefix) for name in views(app) if name.startswith(prefix))


def written(shop: Shop) -> int:
    with shop.inside() as session:
        return session.query(Entry).count()


@pytest.mark.feature("A20", "M06")
@pytest.mark.parametrize("role", [*READS_ONLY, "king", ""])
def test_no_form_of_any_page_is_taken_from_who_may_not(
    visitor: Visitor, app: App, bought: dict[str, str], role: str
) -> None:
    """Every route, so that a new one is asked about as well; nothing is open that the accountant could pay."""
    csrf = visitor.hidden(f"/subscriptions/{bought['subscription_id']}/cancellation")
    acting(visitor, role)
    had_effect = []
    for is_canceled in (False, True):
        if is_canceled:
            visitor.shop.post(f"/v1/subscriptions/{bought['subscription_id']}/cancel", {})
        for path in forms(app):
            before = written(visitor.shop)
            named = re.sub(r"<(\w+)>", lambda found: bought.get(found[1], "x"), path)
            form = {**csrf, "message": "Hello", "subject": "Hello", "code": "X", "plan": "x", "quantity": "2"}
            answer = visitor.post(named, form)
            if answer.status_code >= 500 or written(visitor.shop) != before:
                had_effect.append(path)

    assert had_effect == []


@pytest.mark.feature("M06")
@pytest.mark.parametrize("role", READS_ONLY)
def test_they_see_documents_and_history(visitor: Visitor, bought: dict[str, str], role: str) -> None:
    acting(visitor, role)

    for path in ("", "/invoices", "/activity"):
        assert visitor.get(path).status_code == 200, path


@pytest.mark.feature("M06")
@pytest.mark.parametrize("role", READS_ONLY)
def test_the_api_denies_a_customers_passport_with_such_a_role(
    visitor: Visitor, bought: dict[str, str], role: str
) -> None:
    shop = visitor.shop
    subject = Subject(
        kind="customer",
        id=visitor.customers[0],
        vendor=shop.vendor,
        mode=shop.mode,
        customers=visitor.customers,
        assurance="verified",
        proven_at=clock.now(),
        session="ps_1",
        portal=shop.portal,
        delegate="dlg_1",
        role=role,
    )
    headers = {"X-Passport": PASSPORTS.issue(subject, now=clock.now()), "Idempotency-Key": ids.new("key")}
    before = written(shop)

    for path in ("cancel", "pause", "resume", "resubscribe"):
        url = f"/v1/subscriptions/{bought['subscription_id']}/{path}"
        assert shop.app.test_client().post(url, json={}, headers=headers).status_code == 403
    assert written(shop) == before


@pytest.mark.feature("M06", "M08")
def test_the_record_shows_who_did_it_by_name(shop: Shop, visitor: Visitor) -> None:
    ada, noor = visitor.customers[0], ids.new("dlg")
    invited: dict[str, Any] = {"delegate": noor, "customer": ada, "role": "billing_manager", "portal_url": "https://x"}
    shop.hear(DelegateInvited(**invited, email="noor@books.example", display_name="Noor of Books"))
    visitor.more = {"role": "billing_manager", "delegate": noor}
    subscription = shop.subscription(customer={"id": ada}, started_at=ago(days=3))
    path = f"/subscriptions/{subscription['id']}"
    form = visitor.hidden(f"{path}/cancellation")
    assert visitor.post(f"{path}/cancellation", form).status_code == 303
    shop.hear(DelegateRevoked(delegate=noor, customer=ada))
    wrote(shop, ada, "subscription.renewed")
    visitor.more = {}

    found = lines(visitor)

    assert any("A subscription was canceled" in each and "Noor of Books" in each for each in found)
    assert any("access to your account was taken back. Noor of Books" in each for each in found)
    assert any("Somebody was let into your account. Noor of Books" in each for each in found)
    (entry,) = [each for each in shop.get("/v1/action_log")["data"] if each["action"] == "subscription.canceled"]
    assert (entry["actor_kind"], entry["actor_id"], entry["actor_name"]) == ("delegate", noor, "Noor of Books")
    acting(visitor, "viewer")
    assert any("The customer" in each or "Noor" in each for each in lines(visitor))
