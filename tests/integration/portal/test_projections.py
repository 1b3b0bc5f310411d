"""What others say: vendors get their portals, invoices appear in the history, the books are compared."""

from typing import Any

import pytest
from sqlalchemy import delete, select

from services.portal.actions.operations import completing
from services.portal.models import PortalConfiguration, PortalVersion
from services.portal.queries import ledger, vendors
from services.portal.queries.vendors import VendorNotHere
from shared import clock
from shared.bus.protocol import Drop
from shared.database import Database, scope
from shared.events import PortalConfigurationPublishedV3, VendorUpdated
from shared.web.app import App
from tests.integration.portal.shop import Shop, count, hear, open_shop, registered
from tests.integration.portal.test_tenancy import issued


def updated(shop: Shop, **more: Any) -> VendorUpdated:
    return VendorUpdated(**{**vars(registered(shop.vendor, shop.slug)), "revision": 2, **more})


def test_a_new_vendor_gets_a_live_and_a_test_portal(shop: Shop) -> None:
    for mode, slug in ((shop.live(), shop.slug), (shop, f"{shop.slug}-test")):
        (portal,) = mode.get("/v1/portal_configurations?is_default=true")["data"]
        said = next(each for each in mode.said(PortalConfigurationPublishedV3) if each.is_default)
        assert (portal["slug"], portal["kind"], portal["active"]) == (slug, "hosted", True)
        assert (portal["display_name"], portal["appearance"]["brand_color"]) == ("Larkfield", "#0b7a5b")
        assert portal["links"]["support"] == "https://larkfield.example/help"
        assert portal["features"]["subscription_cancel"]["mode"] == "at_period_end"
        assert (said.configuration, said.slug, said.kind) == (portal["id"], slug, "hosted")
        assert (said.sign_in["methods"], said.domain) == (["email", "portal_session"], None)


@pytest.mark.feature("B24")
def test_a_new_vendor_has_its_section_of_the_global_portal(shop: Shop) -> None:
    for mode, slug in ((shop.live(), f"{shop.slug}-global"), (shop, f"{shop.slug}-global-test")):
        (section,) = mode.get("/v1/portal_configurations?kind=global")["data"]
        assert (section["slug"], section["active"], section["is_default"]) == (slug, True, False)
        assert section["scope"]["access_gate"] == "paid_transaction"
        assert [each["kind"] for each in mode.get("/v1/portal_configurations")["data"]] == ["global", "hosted"]
        assert {each.kind for each in mode.said(PortalConfigurationPublishedV3)} == {"hosted", "global"}


def test_a_vendor_of_an_older_release_gets_what_it_has_not(shop: Shop) -> None:
    with scope.platform(), shop.database.begin() as session:
        of_global = select(PortalConfiguration.id).where(
            PortalConfiguration.vendor == shop.vendor, PortalConfiguration.kind == "global"
        )
        session.execute(delete(PortalVersion).where(PortalVersion.configuration.in_(of_global)))
        session.execute(delete(PortalConfiguration).where(PortalConfiguration.id.in_(of_global)))
    for mode in (shop, shop.live()):
        assert mode.get("/v1/portal_configurations?kind=global")["data"] == []

    for _twice in range(2):
        completing.complete(shop.database.begin, now=clock.now())

    for mode in (shop, shop.live()):
        assert len(mode.get("/v1/portal_configurations?kind=global")["data"]) == 1
        assert len(mode.get("/v1/portal_configurations")["data"]) == 2


def test_what_a_link_does_in_another_browser_is_the_vendors_to_say(shop: Shop) -> None:
    """ML-25."""
    (portal,) = shop.get("/v1/portal_configurations?is_default=true")["data"]
    assert portal["sign_in"]["cross_device"] == "confirm"

    changed = shop.patch(f"/v1/portal_configurations/{portal['id']}", {"sign_in": {"cross_device": "code"}})

    assert changed["sign_in"] == {**portal["sign_in"], "cross_device": "code"}
    said = shop.said(PortalConfigurationPublishedV3)[-1]
    assert (said.revision, said.sign_in["cross_device"]) == (changed["revision"], "code")
    wrong = {"cross_device": "anything"}, {"methods": ["password"]}
    for sign_in in wrong:
        answer = shop.ask("PATCH", f"/v1/portal_configurations/{portal['id']}", json={"sign_in": sign_in})
        assert answer.status_code == 400


def test_hearing_it_again_or_late_changes_nothing(shop: Shop) -> None:
    hear(shop.database, updated(shop, display_name="Lark & Field"), vendor=shop.vendor, mode="live")
    hear(shop.database, registered(shop.vendor, shop.slug), vendor=shop.vendor, mode="live")

    (portal,) = shop.get("/v1/portal_configurations?is_default=true")["data"]

    assert (portal["display_name"], portal["revision"]) == ("Lark & Field", 2)
    assert len(shop.said(PortalConfigurationPublishedV3)) == 4  # two portals, made and renamed
    assert len(shop.get("/v1/portal_configurations")["data"]) == 2


def test_a_portal_follows_its_vendor_where_it_was_left_alone(shop: Shop) -> None:
    (portal,) = shop.get("/v1/portal_configurations?is_default=true")["data"]
    shop.patch(f"/v1/portal_configurations/{portal['id']}", {"display_name": "The Lark"})

    profile = {"brand_color": "#102030", "support_url": None, "logo": "ab" * 32, "logo_dark": "cd" * 32}
    hear(shop.database, updated(shop, display_name="New", profile=profile), vendor=shop.vendor, mode="live")

    changed = shop.get(f"/v1/portal_configurations/{portal['id']}")
    assert (changed["display_name"], changed["appearance"]["brand_color"]) == ("The Lark", "#102030")
    assert changed["appearance"]["logo"] == "ab" * 32
    assert changed["appearance"]["logo_dark"] == "cd" * 32
    assert changed["links"]["support"] is None


def test_an_update_that_overtakes_the_registration_makes_the_portals(app: App, database: Database) -> None:
    known = open_shop(app, database)
    late = Shop(app, database, "ven_" + "0" * 20 + known.slug[-6:], f"late-{known.slug}")

    hear(database, updated(late), vendor=late.vendor, mode="live")
    hear(database, registered(late.vendor, late.slug), vendor=late.vendor, mode="live")

    assert len(late.get("/v1/portal_configurations?is_default=true")["data"]) == 1


def test_a_taken_address_gets_a_number(shop: Shop, app: App, database: Database) -> None:
    second = Shop(app, database, "ven_twin_" + shop.slug, shop.slug)
    hear(database, registered(second.vendor, shop.slug), vendor=second.vendor, mode="live")

    (portal,) = second.get("/v1/portal_configurations?is_default=true")["data"]

    assert portal["slug"] == f"{shop.slug}-test-2"


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"links": {"privacy": "javascript:alert(1)"}}, "links.privacy"),
        ({"links": {"return": "http://evil.example"}}, "links.return"),
        ({"appearance": {"brand_color": "red"}}, "appearance.brand_color"),
        ({"languages": {"default_locale": "english please"}}, "languages.default_locale"),
        ({"display_name": "  "}, "display_name"),
        (
            {"features": {"subscription_cancel": {"cancellation_reason": {"options": []}}}},
            "features.subscription_cancel.cancellation_reason.options",
        ),
    ],
)
def test_an_unfair_configuration_is_refused_by_field(shop: Shop, values: dict[str, Any], field: str) -> None:
    (portal,) = shop.get("/v1/portal_configurations?is_default=true")["data"]

    answer = shop.ask("PATCH", f"/v1/portal_configurations/{portal['id']}", json=values)

    assert (answer.status_code, [each["field"] for each in answer.json["errors"]]) == (422, [field])
    assert shop.get(f"/v1/portal_configurations/{portal['id']}") == portal


def test_a_change_of_one_value_leaves_the_others(shop: Shop) -> None:
    (portal,) = shop.get("/v1/portal_configurations?is_default=true")["data"]
    path = f"/v1/portal_configurations/{portal['id']}"

    shop.patch(path, {"links": {"return": "https://larkfield.example"}})
    changed = shop.patch(path, {"features": {"subscription_cancel": {"cancellation_reason": {"options": ["unused"]}}}})

    assert changed["links"] == {**portal["links"], "return": "https://larkfield.example"}
    assert changed["features"]["subscription_cancel"]["mode"] == "at_period_end"
    assert changed["features"]["subscription_cancel"]["cancellation_reason"] == {
        "enabled": True,
        "options": ["unused"],
        "feedback_options": [],
    }
    assert shop.said(PortalConfigurationPublishedV3)[-1].links["return"] == "https://larkfield.example"


@pytest.mark.feature("E02")
def test_an_invoice_appears_once_however_often_it_is_told(shop: Shop) -> None:
    said = issued(shop.payment(shop.customer()))
    before = count(shop.database, "invoices")

    shop.hear(said)
    shop.hear(said)

    assert count(shop.database, "invoices") == before + 1


def test_an_invoice_of_a_stranger_is_dropped(shop: Shop, other: Shop) -> None:
    theirs = issued(other.payment(other.customer()))

    with pytest.raises(Drop):
        shop.hear(theirs)


@pytest.mark.feature("L11")
@pytest.mark.parametrize("what", ["missing", "another amount", "doubled", "another currency"])
def test_the_books_name_the_customer_whose_payment_is_not_invoiced_rightly(shop: Shop, what: str) -> None:
    good, bad = shop.payment(shop.customer(), amount=100), shop.payment(shop.customer("b@example.com"), amount=250)
    shop.hear(issued(good))
    wrong = {
        "missing": [],
        "another amount": [issued(bad, total=249, net=249)],
        "doubled": [issued(bad), issued(bad)],
        "another currency": [issued(bad, currency="USD")],
    }
    for each in wrong[what]:
        shop.hear(each)

    books = _books(shop)

    (mismatch,) = books.mismatches
    assert not books.is_balanced
    assert (mismatch.customer, mismatch.payment, mismatch.invoices) == (bad["customer"], bad["id"], len(wrong[what]))


@pytest.mark.feature("L11")
def test_the_books_balance_when_each_payment_has_its_invoice(shop: Shop) -> None:
    for amount in (100, 250, 0):
        shop.hear(issued(shop.payment(shop.customer(f"c{amount}@example.com"), amount=amount)))

    books = _books(shop)

    (balance,) = books.balances
    assert books.is_balanced
    assert (str(balance.paid), str(balance.invoiced), balance.payments, balance.invoices) == (
        "3.50 EUR",
        "3.50 EUR",
        3,
        3,
    )


def test_a_vendor_is_found_by_id_and_by_slug(shop: Shop) -> None:
    with shop.database.begin() as session:
        assert vendors.by_word(session, word=shop.vendor) == vendors.by_word(session, word=shop.slug)
        with pytest.raises(VendorNotHere):
            vendors.by_word(session, word="nobody")


def _books(shop: Shop) -> ledger.Ledger:
    with shop.database.begin() as session, scope.platform():
        return ledger.verify(session, vendor=shop.vendor)
