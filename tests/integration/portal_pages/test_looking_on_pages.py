"""M10, SE-15: staff who look on see what the customer sees, under a banner, and change nothing whatever is allowed."""

import re

import pytest

from services.portal.models import Entry
from shared.events import SessionStarted
from shared.web.app import App, views
from tests.integration.portal.shop import Shop, ago
from tests.integration.portal_pages.conftest import Visitor
from tests.integration.portal_pages.test_activity_page import lines

REASON = "Asks why the invoice says 19 %"
BANNER = "You see this page as the customer does"


@pytest.fixture
def looking(visitor: Visitor) -> Visitor:
    """The same pages, with a passport of somebody of the vendor's staff."""
    visitor.assurance = "viewer"
    visitor.more = {"kind": "staff", "id": "usr_1", "way_in": "staff_view"}
    return visitor


def started(visitor: Visitor, **change: object) -> SessionStarted:
    given = {
        "session": "ps_1",
        "portal": visitor.shop.portal,
        "customers": [visitor.customers[0]],
        "way_in": "staff_view",
        "assurance": "viewer",
        "delegate": None,
        "staff": "usr_1",
        "reason": REASON,
    }
    return SessionStarted(**{**given, **change})  # type: ignore[arg-type]


def writing(app: App) -> list[str]:
    """Every address of the portal that takes a form, with ids that are none."""
    found = [name.split(" ")[1] for name, mark in views(app).items() if mark and mark.audience == "customer"]
    posts = {path for path in found if f"POST {path}" in views(app)}
    return sorted(re.sub(r"<[^>]+>", "x_1", path.removeprefix("/p/<slug>")) for path in posts if "<slug>" in path)


@pytest.mark.feature("M10")
def test_every_form_is_refused_also_where_weak_ways_in_may_act(app: App, shop: Shop, looking: Visitor) -> None:
    portal = shop.get("/v1/portal_configurations?is_default=true")["data"][0]
    direct = {"methods": ["email", "permanent_link"], "direct_actions": ["permanent_link"]}
    shop.patch(f"/v1/portal_configurations/{portal['id']}", {"sign_in": direct})
    token = looking.hidden("")["csrf_token"]
    paths = writing(app)
    assert len(paths) > 10

    for path in paths:
        answer = looking.post(path, {"csrf_token": token})
        assert answer.status_code == 403, path
        assert "nothing can be changed here" in answer.text, path


ALL = {
    "subscription_pause": {"enabled": True},
    "subscription_update": {"enabled": True, "default_allowed_updates": ["price", "promotion_code", "quantity"]},
    "refund_request": {"enabled": True},
}
NONE = {name: {"enabled": False} for name in (*ALL, "subscription_cancel", "payment_method_update", "invoice_history")}


def seen(visitor: Visitor, path: str) -> tuple[int, list[str]]:
    """The status and the lines of the page's own matter, without what is another with every view: tokens, and the order
    of the reasons for leaving."""
    page = visitor.get(path)
    main = page.text.partition("<main")[2].partition("</main>")[0]
    return page.status_code, sorted(re.sub(r'(?<=value=")[^"]{40,}(?=")|req_[0-9a-z]+', "", main).splitlines())


@pytest.mark.feature("M10", "M07")
@pytest.mark.parametrize("features", [{}, ALL, NONE], ids=["default", "everything on", "everything off"])
def test_staff_see_exactly_what_the_customer_sees(
    shop: Shop, visitor: Visitor, features: dict[str, dict[str, bool]]
) -> None:
    """Actions that are offered look offered, and those that are not look as they do to the customer."""
    subscription = shop.subscription(customer={"id": visitor.customers[0]}, started_at=ago(days=3))["id"]
    payment = shop.payment({"id": visitor.customers[0]})["id"]
    portal = shop.get("/v1/portal_configurations?is_default=true")["data"][0]
    shop.patch(f"/v1/portal_configurations/{portal['id']}", {"features": features})
    pages = ["", "/invoices", "/payment-methods", "/products", "/activity", "/tickets"]
    of = ("cancellation", "pause", "change", "quantity", "coupon")
    actions = [*(f"/subscriptions/{subscription}/{name}" for name in of), f"/payments/{payment}/refund"]

    visitor.assurance = "viewer"
    own = {path: seen(visitor, path) for path in pages}
    visitor.assurance = "verified"
    own |= {path: seen(visitor, path) for path in actions}
    visitor.assurance, visitor.more = "viewer", {"kind": "staff", "id": "usr_1", "way_in": "staff_view"}

    for path, as_customer in own.items():
        assert seen(visitor, path) == as_customer, path
    assert "You are looking only" not in str(own)
    if features is not NONE:
        assert (own[actions[0]][0], actions[0] in "".join(own[""][1])) == (200, True)
    else:
        assert own[actions[0]][0] == 403


@pytest.mark.feature("M10")
def test_what_writes_although_it_is_only_opened_is_refused_too(shop: Shop, looking: Visitor) -> None:
    """Coming back from where a card is entered keeps it: not in the name of a customer."""
    for path in ("/payment-methods/return?setup=x", "/windows/payments/pay_1"):
        answer = looking.get(path)
        assert (answer.status_code, "nothing can be changed here" in answer.text) == (403, True), path


@pytest.mark.feature("M10")
def test_every_page_says_so(shop: Shop, looking: Visitor) -> None:
    for path in ("", "/invoices", "/activity", "/payment-methods", "/nowhere"):
        page = looking.get(path)
        assert BANNER in page.text, path
        assert f'action="/p/{shop.portal}/sign-out"' in page.text
    assert "Sie sehen diese Seite wie der Kunde" in looking.get("", **{"Accept-Language": "de"}).text


def test_the_customer_sees_no_banner(visitor: Visitor) -> None:
    assert BANNER not in visitor.get("").text


@pytest.mark.feature("M10", "M08")
def test_the_customer_reads_that_staff_looked_and_why(shop: Shop, visitor: Visitor) -> None:
    shop.hear(started(visitor))
    shop.hear(started(visitor, staff=None, reason=None, way_in="email_code"))

    assert lines(visitor)[0].startswith(f"Somebody of the shop’s staff looked at your pages. {REASON}")
    with shop.inside() as session:
        (row,) = session.query(Entry).filter(Entry.action == "customer.viewed")
        assert (row.customer, row.after) == (
            visitor.customers[0],
            {"staff": "usr_1", "reason": REASON, "session": "ps_1"},
        )
