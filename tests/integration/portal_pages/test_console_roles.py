"""Who may do what in portal's part of the console: every route in a table, each role at each of them, two vendors."""

from dataclasses import replace

import pytest

from shared.web.app import App, views
from shared.web.console import ROLES
from tests.integration.portal.shop import Shop
from tests.integration.portal_pages.console import Staff
from tests.integration.portal_pages.test_console_portals import at, stored

EXPECTED = {
    "GET /console/overview": "read_only",
    "GET /console/portals": "read_only",
    "GET /console/portals/new": "admin",
    "POST /console/portals/new": "admin",
    "GET /console/portals/<configuration_id>": "read_only",
    "GET /console/portals/<configuration_id>/<any(scope, design, features, 'sign-in'):step>": "read_only",
    "POST /console/portals/<configuration_id>/<any(scope, design, features, 'sign-in'):step>": "admin",
    "GET /console/portals/<configuration_id>/install": "read_only",
    "POST /console/portals/<configuration_id>/publish": "admin",
    "POST /console/portals/<configuration_id>/discard": "admin",
    "POST /console/portals/<configuration_id>/switch": "admin",
    "GET /console/portals/<configuration_id>/versions": "read_only",
    "POST /console/portals/<configuration_id>/versions/<version_id>/rollback": "admin",
    "GET /console/portals/<configuration_id>/texts": "read_only",
    "POST /console/portals/<configuration_id>/texts": "admin",
    "GET /console/portals/<configuration_id>/texts/list.csv": "read_only",
    "GET /console/portals/<configuration_id>/file": "read_only",
    "GET /console/portals/<configuration_id>/import": "admin",
    "POST /console/portals/<configuration_id>/import": "admin",
    "GET /console/portals/<configuration_id>/preview": "read_only",
    "GET /console/portals/<configuration_id>/preview/look.css": "read_only",
    "GET /console/portals/<configuration_id>/preview/own.css": "read_only",
    "GET /console/portals/<configuration_id>/preview/<path:_page>": "read_only",
    "GET /console/catalog": "read_only",
    "GET /console/catalog/campaigns": "read_only",
    "POST /console/catalog/campaigns": "admin",
    "GET /console/catalog/campaigns/list.csv": "read_only",
    "GET /console/catalog/campaigns/new": "admin",
    "POST /console/catalog/campaigns/new": "admin",
    "GET /console/catalog/campaigns/<campaign_id>": "read_only",
    "POST /console/catalog/campaigns/<campaign_id>": "admin",
    "POST /console/catalog/campaigns/<campaign_id>/archive": "admin",
    "GET /console/catalog/meters": "read_only",
    "POST /console/catalog/meters": "admin",
    "GET /console/catalog/meters/list.csv": "read_only",
    "GET /console/catalog/meters/new": "admin",
    "POST /console/catalog/meters/new": "admin",
    "GET /console/catalog/meters/<meter_id>": "read_only",
    "POST /console/catalog/meters/<meter_id>": "admin",
    "POST /console/catalog/meters/<meter_id>/archive": "admin",
    "GET /console/catalog/products": "read_only",
    "POST /console/catalog/products": "admin",
    "GET /console/catalog/products/list.csv": "read_only",
    "GET /console/catalog/products/new": "admin",
    "POST /console/catalog/products/new": "admin",
    "GET /console/catalog/products/<product_id>": "read_only",
    "POST /console/catalog/products/<product_id>": "admin",
    "POST /console/catalog/products/<product_id>/archive": "admin",
    "GET /console/catalog/plans": "read_only",
    "POST /console/catalog/plans": "admin",
    "GET /console/catalog/plans/list.csv": "read_only",
    "GET /console/catalog/plans/new": "admin",
    "POST /console/catalog/plans/new": "admin",
    "GET /console/catalog/plans/<plan_id>": "read_only",
    "POST /console/catalog/plans/<plan_id>": "admin",
    "POST /console/catalog/plans/<plan_id>/archive": "admin",
    "GET /console/catalog/plans/<plan_id>/price": "admin",
    "POST /console/catalog/plans/<plan_id>/price": "admin",
    "GET /console/catalog/plan-groups": "read_only",
    "POST /console/catalog/plan-groups": "admin",
    "GET /console/catalog/plan-groups/list.csv": "read_only",
    "GET /console/catalog/plan-groups/new": "admin",
    "POST /console/catalog/plan-groups/new": "admin",
    "GET /console/catalog/plan-groups/<group_id>": "read_only",
    "POST /console/catalog/plan-groups/<group_id>": "admin",
    "POST /console/catalog/plan-groups/<group_id>/archive": "admin",
    "GET /console/catalog/addons": "read_only",
    "POST /console/catalog/addons": "admin",
    "GET /console/catalog/addons/list.csv": "read_only",
    "GET /console/catalog/addons/new": "admin",
    "POST /console/catalog/addons/new": "admin",
    "GET /console/catalog/addons/<addon_id>": "read_only",
    "POST /console/catalog/addons/<addon_id>": "admin",
    "POST /console/catalog/addons/<addon_id>/archive": "admin",
    "GET /console/catalog/coupons": "read_only",
    "POST /console/catalog/coupons": "admin",
    "GET /console/catalog/coupons/list.csv": "read_only",
    "GET /console/catalog/coupons/new": "admin",
    "POST /console/catalog/coupons/new": "admin",
    "GET /console/catalog/coupons/<coupon_id>": "read_only",
    "POST /console/catalog/coupons/<coupon_id>": "admin",
    "POST /console/catalog/coupons/<coupon_id>/archive": "admin",
    "GET /console/search": "read_only",
    "GET /console/customers": "read_only",
    "GET /console/customers/list.csv": "read_only",
    "GET /console/customers/<customer_id>": "read_only",
    "GET /console/customers/<customer_id>/timeline": "read_only",
    "GET /console/customers/<customer_id>/privacy": "admin",
    "POST /console/customers/<customer_id>/privacy/exports": "admin",
    "POST /console/customers/<customer_id>/privacy/exports/<export_id>": "admin",
    "POST /console/customers/<customer_id>/privacy/erase": "admin",
    "GET /console/customers/<customer_id>/subscriptions/<subscription_id>/<doing>": "support",
    "POST /console/customers/<customer_id>/subscriptions/<subscription_id>/<doing>": "support",
    "GET /console/customers/<customer_id>/payments/<payment_id>/refund": "support",
    "POST /console/customers/<customer_id>/payments/<payment_id>/refund": "support",
    "GET /console/customers/<customer_id>/credit": "support",
    "POST /console/customers/<customer_id>/credit": "support",
    "POST /console/customers/<customer_id>/credit/<credit_id>/withdrawal": "support",
    "GET /console/imports": "read_only",
    "GET /console/imports/list.csv": "read_only",
    "GET /console/imports/template/<kind>.csv": "read_only",
    "GET /console/imports/new": "admin",
    "POST /console/imports/new": "admin",
    "GET /console/imports/<import_id>": "read_only",
    "POST /console/imports/<import_id>/confirm": "admin",
    "POST /console/imports/<import_id>/discard": "admin",
    "GET /console/tickets": "read_only",
    "GET /console/tickets/list.csv": "read_only",
    "POST /console/tickets": "support",
    "GET /console/tickets/<ticket_id>": "read_only",
    "POST /console/tickets/<ticket_id>": "support",
    "GET /console/tickets/replies": "read_only",
    "GET /console/tickets/replies/new": "admin",
    "POST /console/tickets/replies/new": "admin",
    "GET /console/tickets/replies/<reply_id>": "read_only",
    "POST /console/tickets/replies/<reply_id>": "admin",
    "GET /console/tickets/helpdesks": "read_only",
    "GET /console/tickets/helpdesks/new": "admin",
    "POST /console/tickets/helpdesks/new": "admin",
    "GET /console/tickets/helpdesks/<helpdesk_id>": "read_only",
    "POST /console/tickets/helpdesks/<helpdesk_id>": "admin",
    "GET /console/billing": "read_only",
    "POST /console/billing": "admin",
    "GET /console/billing/source": "admin",
    "POST /console/billing/source": "admin",
    "GET /console/developers/embed": "support",
    "GET /console/clock": "support",
    "POST /console/clock": "admin",
    "GET /console/domains": "read_only",
    "POST /console/domains/<configuration_id>": "admin",
    "GET /console/record": "read_only",
    "GET /console/record/csv": "read_only",
    "POST /console/record/check": "support",
}
"""What each asks for. A route of the console that is missing here fails the test."""


@pytest.mark.feature("J12")
@pytest.mark.parametrize("role", ROLES)
def test_each_role_reaches_what_the_table_says_and_nothing_else(staff: Staff, portal: str, role: str) -> None:
    somebody = replace(staff, role=role)
    routes = [name for name in views(staff.shop.app) if " /console" in name]
    assert set(routes) == set(EXPECTED)
    before = stored(staff, portal)
    for name in routes:
        method, path = name.split(" ", 1)
        filled = path.replace("<any(scope, design, features, 'sign-in'):step>", "scope")
        for place, value in (("<configuration_id>", portal), ("<version_id>", "pver_1"), ("<path:_page>", "x")):
            filled = filled.replace(place, value)
        status = somebody.ask(method, filled).status_code
        may = ROLES.index(role) <= ROLES.index(EXPECTED[name])
        assert (status == 403) is not may, f"{role}: {name}: {status}"
        assert status < 500, f"{role}: {name}: {status}"
    if role in ("support", "read_only"):
        assert stored(staff, portal) == before
        page = somebody.get(at(portal, "/design")).text
        assert "disabled" in page
        assert "Next step: Features" in page


def test_nobody_else_gets_in(staff: Staff, portal: str, other: Shop, app: App) -> None:
    stranger = Staff(shop=other, browser=app.test_client(), role="owner")
    for path in ("", "/scope", "/install", "/versions", "/preview"):
        found = stranger.get(at(portal, path))
        assert found.status_code in (303, 404), path
        if found.status_code == 303:
            assert stranger.get(found.headers["Location"]).status_code == 404
    assert stranger.post(at(portal, "/publish")).status_code == 404
    assert stranger.post(at(portal, "/scope"), {"name": "Mine"}).status_code == 404
    nobody = app.test_client().get(at(portal, "/scope"))
    assert nobody.status_code == 303
    assert nobody.headers["Location"].startswith("/console/sign-in?next=/console/portals/")
