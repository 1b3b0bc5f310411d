"""Portal links to several customers at once: asked first, sent once, and who is left out is named with the reason."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import update

from services.auth.actions.vendors import Registered
from services.auth.models import Mail, SubscriberLink
from shared.database import scope
from shared.events import CustomerErased
from tests.integration.auth.house import House, a_customer, a_portal_v3
from tests.integration.auth.staffing import Console, hire, sign_in
from tests.integration.auth.test_access_log import told

LINKS = "/console/access/customers/links"
BACK = "/console/customers"


@pytest.fixture
def helper(house: House, vendor: Registered) -> Console:
    of = vendor.vendor.id
    house.hear(a_portal_v3(methods=("email", "permanent_link")), vendor=of)
    for number, email in enumerate(("mira@x.example", "ben@x.example", "eve@x.example"), start=1):
        house.hear(a_customer(email, customer=f"cus_{number}"), vendor=of)
    console = sign_in(house, hire(house, of, "support"))
    house.mailroom.mails.clear()
    return console


def send(helper: Console, *customers: str, query: str = "", **more: Any) -> Any:
    return helper.post(LINKS + query, do="send", chosen=list(customers), **more)


def sent(house: House) -> list[tuple[str, str]]:
    house.post_mails(now=datetime.now(UTC))
    return sorted((mail["to"], mail["link"]) for mail in house.mailroom.mails if mail["kind"] == "subscriber_link")


@pytest.mark.feature("J03", "A11")
def test_the_links_are_mailed_after_a_yes_and_a_second_click_mails_nothing(house: House, helper: Console) -> None:
    asked = send(helper, "cus_1", "cus_2", query="?q=x.example")
    assert asked.status_code == 200
    assert "Send 2 portal links?" in asked.text
    assert "Mira (mira@x.example)" in asked.text
    assert f'action="{LINKS}?q=x.example"' in asked.text
    assert house.rows(SubscriberLink) == []

    done = send(helper, "cus_1", "cus_2", query="?q=x.example", confirmed="yes")
    again = send(helper, "cus_1", "cus_2", "cus_3", confirmed="yes")

    assert done.headers["Location"] == f"{BACK}?q=x.example&done=send&count=2"
    assert "1 portal link is on its way" in again.text
    assert again.text.count("within the last ten minutes") == 2
    assert "Mira (eve@x.example)" in again.text.split('id="done"')[1]
    assert [to for to, _link in sent(house)] == ["ben@x.example", "eve@x.example", "mira@x.example"]
    assert len({link for _to, link in sent(house)}) == len(house.rows(SubscriberLink)) == 3


def test_after_ten_minutes_the_same_link_goes_out_again(house: House, helper: Console) -> None:
    send(helper, "cus_1", confirmed="yes")
    with scope.platform(), house.database.begin() as session:
        session.execute(update(Mail).values(created_at=datetime.now(UTC) - timedelta(minutes=11)))

    assert send(helper, "cus_1", confirmed="yes").status_code == 303

    mails = sent(house)
    assert len(mails) == 2
    assert len(set(mails)) == 1


@pytest.mark.feature("J03")
def test_who_is_left_out_is_named_and_the_others_are_mailed(house: House, vendor: Registered, helper: Console) -> None:
    house.mailroom.suppressed = {"ben@x.example"}
    house.hear(
        CustomerErased(customer="cus_3", erased_at="2026-11-23T08:00:00+00:00", kept_until="2036-12-31", revision=9),
        vendor=vendor.vendor.id,
    )

    answer = send(helper, "cus_1", "cus_2", "cus_3", "cus_none", confirmed="yes")

    assert "1 portal link is on its way" in answer.text
    assert "3 stay as they are" in answer.text
    assert "Their address is not written to." in answer.text
    assert answer.text.count("There is no such customer") + answer.text.count("No e-mail address") == 2
    assert [to for to, _link in sent(house)] == ["mira@x.example"]


def test_where_no_portal_takes_links_none_is_made(house: House, vendor: Registered, helper: Console) -> None:
    house.hear(a_portal_v3(methods=("email",), revision=3), vendor=vendor.vendor.id)

    answer = send(helper, "cus_1", confirmed="yes")

    assert "No portal link sent" in answer.text
    assert "No portal of yours lists permanent links" in answer.text
    assert house.rows(SubscriberLink) == []


def test_another_vendors_customers_are_nobody_here(house: House, helper: Console) -> None:
    house.hear(a_customer("zoe@x.example", customer="cus_zoe"), vendor="ven_other")

    answer = send(helper, "cus_zoe", confirmed="yes")

    assert "There is no such customer" in answer.text
    assert "zoe@x.example" not in answer.text
    assert house.rows(SubscriberLink) == []


def test_nothing_too_many_and_what_no_button_says(house: House, helper: Console) -> None:
    assert send(helper).headers["Location"] == f"{BACK}?done=none"
    assert helper.post(LINKS, do="burn", chosen=["cus_1"]).status_code == 404
    refused = send(helper, *(f"cus_{number}" for number in range(51)))
    assert refused.status_code == 422
    assert "50" in refused.text
    assert house.rows(SubscriberLink) == []


@pytest.mark.feature("M08")
def test_each_mail_is_told_to_the_action_log_and_notifications_may_be_away(house: House, helper: Console) -> None:
    house.mailroom.is_away = True

    assert send(helper, "cus_1", "cus_2", confirmed="yes").status_code == 303

    said = [each["data"] for each in told(house) if each["data"]["action"] == "subscriber_link.mailed"]
    assert sorted(each["object"] for each in said) == ["cus_1", "cus_2"]
    house.mailroom.is_away = False
    assert len(sent(house)) == 2
