"""What becomes a mail, to whom, and what does not."""

import pytest

from services.notifications.actions import projections
from services.notifications.models import Recipient, Sender
from shared import events
from shared.bus.protocol import Later
from shared.database import Database, scope
from tests.integration.notifications.builders import (
    CUSTOMER,
    VENDOR,
    canceled,
    customer,
    ended,
    invoice,
    portal,
    uncanceled,
    vendor,
)
from tests.integration.notifications.office import MailServer, Office


def kinds(office: Office) -> list[str]:
    return [row.kind for row in office.rows()]


def test_every_fact_a_customer_is_told_is_a_message_first(office: Office) -> None:
    office.hear(invoice())
    office.hear(canceled())
    office.hear(uncanceled())
    office.hear(ended())

    assert kinds(office) == ["receipt", "cancellation", "uncancellation", "ended"]
    assert {row.state for row in office.rows()} == {"queued"}
    assert {(row.customer, row.address, row.mode) for row in office.rows()} == {
        (CUSTOMER, "Mira.Okafor@example.com", "test")
    }


def test_one_event_is_told_once(office: Office) -> None:
    office.hear(invoice(), event_id="evt_1")
    office.hear(invoice(), event_id="evt_1")

    assert kinds(office) == ["receipt"]


@pytest.mark.parametrize("change", [{"historical": True}, {"status": "open"}])
def test_payments_from_before_bursar_and_open_invoices_bring_no_receipt(
    office: Office, change: dict[str, object]
) -> None:
    office.hear(invoice(**change))

    assert kinds(office) == []


def test_an_immediate_cancellation_is_told_as_the_end_and_only_once(office: Office) -> None:
    office.hear(canceled(timing="immediately"))
    office.hear(ended())

    assert kinds(office) == ["ended"]


def test_an_older_fact_never_follows_a_newer_one(office: Office) -> None:
    office.hear(uncanceled(revision=4))
    office.hear(canceled(revision=3))

    assert kinds(office) == ["uncancellation"]


@pytest.mark.parametrize("known", [(), (vendor,), (vendor, portal), (vendor, customer), (portal, customer)])
def test_it_waits_until_vendor_portal_and_customer_have_arrived(
    database: Database, office: Office, known: object
) -> None:
    from sqlalchemy import delete

    from services.notifications.models import Base

    with scope.platform(), database.begin() as session:
        for table in Base.metadata.sorted_tables:
            session.execute(delete(table))
    for make in known:  # type: ignore[attr-defined]
        office.hear(make())

    with pytest.raises(Later):
        office.hear(canceled())
    assert kinds(office) == []


def test_a_mail_links_to_the_oldest_active_portal_of_its_mode(office: Office, mail_server: MailServer) -> None:
    office.hear(portal(configuration="pcfg_2", slug="newer"))
    office.hear(portal(configuration="pcfg_0", slug="off", active=False))
    office.hear(portal(configuration="pcfg_0l", slug="live"), mode="live")
    office.hear(canceled())

    office.deliver()

    text = next(mail_server.mails()[0].iter_parts()).get_content()
    assert "http://localhost:8080/p/larkfield-test#sub_1" in text


def test_projections_keep_the_largest_revision(office: Office) -> None:
    office.hear(customer(email="new@example.com", revision=3))
    office.hear(customer(email="old@example.com", revision=2))
    office.hear(vendor(display_name="Larkfield Music", revision=2), mode="live")
    office.hear(vendor(display_name="Old", revision=1), mode="live")

    with scope.platform(), office.database.begin(read_only=True) as session:
        recipient, sender = session.get(Recipient, CUSTOMER), session.get(Sender, VENDOR)
    assert recipient is not None
    assert sender is not None
    assert (recipient.email, sender.display_name) == ("new@example.com", "Larkfield Music")


def test_a_changed_address_is_where_the_next_mail_goes(office: Office) -> None:
    moved = events.CustomerEmailChanged(
        customer=CUSTOMER,
        email="mira@new.example",
        previous_email="Mira.Okafor@example.com",
        display_name=None,
        reference=None,
        locale="de",
        revision=2,
    )
    office.hear(moved)
    office.hear(invoice())

    told = [(row.kind, row.address, row.locale) for row in office.rows()]
    assert told == [
        ("email_changed", "Mira.Okafor@example.com", "de"),
        ("receipt", "mira@new.example", "de"),
    ]


def test_the_language_is_the_customers_else_the_facts_else_the_vendors(office: Office) -> None:
    office.hear(invoice(locale="de"))
    office.hear(canceled())

    assert [row.locale for row in office.rows()] == ["de", "en"]


def test_a_mode_knows_nothing_of_the_other(office: Office) -> None:
    office.hear(portal(configuration="pcfg_l"), mode="live")

    with pytest.raises(Later):
        office.hear(invoice(), mode="live")


def test_projecting_needs_a_scope(office: Office) -> None:
    with pytest.raises(scope.Unscoped), office.database.begin() as session:
        projections.project_portal(session, configuration="pcfg_9", slug="x", active=True, revision=1)
