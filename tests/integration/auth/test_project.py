"""What auth keeps of others' events: the newest revision, in whatever order it came."""

from dataclasses import replace
from itertools import permutations

import pytest

from services.auth.actions.vendors import Registered
from services.auth.models import Identity, Portal
from services.auth.queries import portals
from tests.integration.auth.house import House, a_customer, a_move, a_portal, a_portal_v2, a_portal_v3


@pytest.mark.parametrize("order", list(permutations(range(3))))
def test_the_newest_revision_of_a_customer_stays(house: House, vendor: Registered, order: tuple[int, ...]) -> None:
    """EV-10: any order, with doubles."""
    events = [a_customer("one@x.com"), a_move("two@x.com", "one@x.com"), a_move("Three@x.com", "two@x.com", revision=3)]

    for number in (*order, *order):
        house.hear(events[number], vendor=vendor.vendor.id)

    (identity,) = house.rows(Identity)
    assert (identity.email, identity.email_key, identity.revision) == ("Three@x.com", "three@x.com", 3)


def test_an_address_that_is_no_mailbox_signs_nobody_in(house: House, vendor: Registered) -> None:
    house.hear(a_customer("a@v.com,b@evil.com"), vendor=vendor.vendor.id)

    assert house.rows(Identity)[0].email_key is None


def test_news_of_another_vendor_or_mode_never_changes_a_row(house: House, vendor: Registered) -> None:
    """TI-13."""
    house.hear(a_customer("mira@x.com"), vendor=vendor.vendor.id)
    house.hear(a_customer("thief@x.com", revision=9), vendor="ven_other")
    house.hear(a_customer("thief@x.com", revision=9), vendor=vendor.vendor.id, mode="test")

    (identity,) = house.rows(Identity)
    assert (identity.email, identity.vendor) == ("mira@x.com", vendor.vendor.id)


def test_the_newest_revision_of_a_portal_stays(house: House, vendor: Registered) -> None:
    house.hear(a_portal("acme", revision=3, display_name="New"), vendor=vendor.vendor.id)
    house.hear(replace(a_portal("acme"), revision=2, display_name="Old"), vendor=vendor.vendor.id)

    portal = next(row for row in house.rows(Portal) if row.slug == "acme")
    assert (portal.display_name, portal.revision) == ("New", 3)


@pytest.mark.parametrize("order", list(permutations(range(4))))
def test_both_versions_of_a_portal_lead_to_what_the_second_says(
    house: House, vendor: Registered, order: tuple[int, ...]
) -> None:
    """Each revision is told twice; the first version knows nothing of `cross_device`."""
    events = [
        a_portal("acme", revision=2),
        a_portal_v2("acme", revision=2, cross_device="confirm"),
        a_portal("acme", revision=3, display_name="New"),
        a_portal_v2("acme", revision=3, display_name="New", cross_device="code"),
    ]

    for number in order:
        house.hear(events[number], vendor=vendor.vendor.id)

    portal = next(row for row in house.rows(Portal) if row.slug == "acme")
    assert (portal.display_name, portal.revision, portal.cross_device) == ("New", 3, "code")


def test_news_told_in_the_first_version_leave_what_links_do_elsewhere(house: House, vendor: Registered) -> None:
    house.hear(a_portal_v2("acme", revision=2, cross_device="code"), vendor=vendor.vendor.id)
    house.hear(a_portal("acme", revision=3), vendor=vendor.vendor.id)

    portal = next(row for row in house.rows(Portal) if row.slug == "acme")
    assert (portal.revision, portal.cross_device) == (3, "code")


def test_the_third_version_tells_all_of_it(house: House, vendor: Registered) -> None:
    direct = {"direct_actions": ["order_number"], "login_page": False, "email_change": True}
    told = a_portal_v3(
        "acme",
        revision=2,
        methods=("email", "order_number"),
        sign_in=direct,
        kind="widget",
        is_default=True,
        domain={"host": "shop.example", "path": "/billing"},
        default_return_url="https://shop.example/",
    )
    house.hear(told, vendor=vendor.vendor.id)
    house.hear(a_portal("acme", revision=3, display_name="New"), vendor=vendor.vendor.id)

    with house.database.begin(read_only=True) as session:
        found = portals.by_slug(session, "acme")

    assert found is not None
    assert (found.display_name, found.kind, found.is_default) == ("New", "widget", True)
    assert (found.host, found.path, found.return_url) == ("shop.example", "/billing", "https://shop.example/")
    assert found.sign_in.direct_actions == ("order_number",)
    assert (found.sign_in.login_page, found.sign_in.email_change, found.sign_in.require_hash) == (False, True, True)
    assert found.sign_in.methods == ("email", "portal_session")  # the first version's list counts as well


def test_a_host_that_is_proven_no_more_is_forgotten(house: House, vendor: Registered) -> None:
    at = {"host": "shop.example", "path": ""}
    house.hear(a_portal_v3("acme", revision=2, domain=at), vendor=vendor.vendor.id)
    house.hear(a_portal_v3("acme", revision=3, domain=None), vendor=vendor.vendor.id)

    portal = next(row for row in house.rows(Portal) if row.slug == "acme")
    assert (portal.host, portal.path) == (None, None)
