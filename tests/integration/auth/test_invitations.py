"""A12: a new customer gets one mail with the way in, where the vendor wants it."""

from datetime import datetime, timedelta
from typing import Any

import pytest

from services.auth import jobs
from services.auth.actions import vendors
from services.auth.actions.invitations import BATCH
from shared.events import SubscriptionStarted
from tests.integration.auth.house import NOON, House, a_customer, a_portal_v3


def started(customer: str = "cus_1", *, subscription: str = "sub_1", imported: bool = False) -> SubscriptionStarted:
    terms: dict[str, Any] = {
        "plan": "plan_1",
        "plan_name": "Team",
        "product": "prod_1",
        "status": "active",
        "quantity": 1,
        "unit_amount": 1900,
        "currency": "USD",
        "interval": "month",
        "interval_count": 1,
        "current_period_start": NOON.isoformat(),
        "current_period_end": (NOON + timedelta(days=31)).isoformat(),
    }
    return SubscriptionStarted(subscription=subscription, customer=customer, imported=imported, revision=1, **terms)


def run(house: House, *, now: datetime = NOON) -> int:
    jobs.invite_customers(house.database.begin, now=now, adapters=house.adapters)
    return house.post_mails(now=now)


@pytest.mark.feature("A12")
@pytest.mark.parametrize("methods", [("email",), ("email", "permanent_link")])
def test_the_first_subscription_sends_one_mail(
    house: House, vendor: vendors.Registered, mira: str, methods: tuple[str, ...]
) -> None:
    house.hear(a_portal_v3(methods=methods, sign_in={"invitation_email": True}), vendor=vendor.vendor.id)
    for number in range(3):
        house.hear(started(subscription=f"sub_{number}"), vendor=vendor.vendor.id)
        run(house)

    (mail,) = house.mailroom.mails
    assert (mail["kind"], mail["to"]) == ("customer_invitation", mira)
    path = "/sign-in/permanent#t=" if "permanent_link" in methods else ""
    assert mail["link"].startswith(f"http://localhost:8080/p/acme{path}")


@pytest.mark.feature("A12")
def test_nobody_is_invited_unless_the_vendor_wants_it_nor_who_was_imported(
    house: House, vendor: vendors.Registered, mira: str
) -> None:
    house.hear(started(), vendor=vendor.vendor.id)
    run(house)
    published = a_portal_v3(sign_in={"invitation_email": True})
    house.hear(published, vendor=vendor.vendor.id, at=NOON + timedelta(minutes=1))
    house.hear(a_customer("zoe@tessaly.example", customer="cus_2"), vendor=vendor.vendor.id)
    house.hear(started("cus_2", imported=True), vendor=vendor.vendor.id)
    house.hear(started(subscription="sub_2"), vendor=vendor.vendor.id)
    run(house)

    assert house.mailroom.mails == []


def test_who_began_once_the_portal_invited_is_invited_although_it_was_heard_of_later(
    house: House, vendor: vendors.Registered, mira: str
) -> None:
    """Order is not promised: what is settled without the portal is looked at again, of later customers alone."""
    house.hear(a_portal_v3(revision=2), vendor=vendor.vendor.id, at=NOON - timedelta(minutes=9))
    house.hear(a_customer("zoe@tessaly.example", customer="cus_2"), vendor=vendor.vendor.id)
    house.hear(started("cus_2", subscription="sub_2"), vendor=vendor.vendor.id, at=NOON - timedelta(minutes=6))
    house.hear(started(), vendor=vendor.vendor.id)
    run(house)

    invites = a_portal_v3(revision=3, sign_in={"invitation_email": True})
    for _ in range(2):
        house.hear(invites, vendor=vendor.vendor.id, at=NOON - timedelta(minutes=3))
        run(house)

    assert [mail["to"] for mail in house.mailroom.mails] == [mira]


def test_who_is_not_known_yet_is_waited_for(house: House, vendor: vendors.Registered) -> None:
    house.hear(a_portal_v3(sign_in={"invitation_email": True}), vendor=vendor.vendor.id)
    house.hear(started("cus_late"), vendor=vendor.vendor.id)
    before = run(house)
    house.hear(a_customer("late@tessaly.example", customer="cus_late"), vendor=vendor.vendor.id)

    assert (before, run(house, now=NOON + timedelta(seconds=2))) == (0, 1)


def test_customers_of_different_vendors_and_modes_are_invited_in_one_run(
    house: House, vendor: vendors.Registered, mira: str
) -> None:
    """Each is written in its own scope; one who waits, or wants no mail, keeps nobody of another vendor waiting."""
    house.hear(started("cus_never"), vendor="ven_elsewhere")
    house.hear(a_portal_v3(sign_in={"invitation_email": True}), vendor=vendor.vendor.id)
    house.hear(started(), vendor=vendor.vendor.id)
    tried = a_portal_v3("acme-tried", configuration="pcfg_tried", sign_in={"invitation_email": True})
    house.hear(tried, vendor=vendor.vendor.id, mode="test")
    house.hear(a_customer("zoe@tessaly.example", customer="cus_2"), vendor=vendor.vendor.id, mode="test")
    house.hear(started("cus_2", subscription="sub_2"), vendor=vendor.vendor.id, mode="test")

    run(house)

    assert sorted(mail["to"] for mail in house.mailroom.mails) == sorted([mira, "zoe@tessaly.example"])


def test_those_who_never_become_known_keep_nobody_waiting(house: House, vendor: vendors.Registered, mira: str) -> None:
    house.hear(a_portal_v3(sign_in={"invitation_email": True}), vendor=vendor.vendor.id)
    for number in range(BATCH + 1):
        house.hear(started(f"cus_never_{number}", subscription=f"sub_never_{number}"), vendor=vendor.vendor.id)
    run(house)
    house.hear(started(subscription="sub_hers"), vendor=vendor.vendor.id)

    runs = [run(house, now=NOON + timedelta(milliseconds=number)) for number in range(1, 3)]

    assert sum(runs) == 1
    assert [mail["to"] for mail in house.mailroom.mails] == [mira]
    for day in range(1, 80):  # however often it was tried
        run(house, now=NOON + timedelta(hours=day))
