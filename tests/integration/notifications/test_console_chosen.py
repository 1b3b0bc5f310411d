"""Several mails sent again, and several addresses written to again, by one form of their lists in the console."""

from dataclasses import replace

import pytest
from flask.testing import FlaskClient

from services.notifications.rules.messages import Kind
from tests.integration.notifications.builders import canceled, customer, invoice
from tests.integration.notifications.office import Office
from tests.support.console_staff import ConsoleStaff
from tests.support.passports import PassportOffice

MAILS, ADDRESSES = "/console/messages", "/console/messages/suppressions"
YES = {"confirmed": "yes"}


@pytest.fixture
def staff(client: FlaskClient, passports: PassportOffice) -> ConsoleStaff:
    return ConsoleStaff(browser=client, office=passports, home=MAILS, role="support")


@pytest.fixture
def sent(office: Office) -> dict[Kind, str]:
    """A receipt, a cancellation and a mail to sign in, handed over. Their ids."""
    office.hear(invoice())
    office.hear(canceled())
    office.ask_for_sign_in_mail()
    office.deliver()
    return {Kind(row.kind): row.id for row in office.rows()}


@pytest.mark.feature("K07")
def test_those_that_may_be_are_sent_again_and_the_others_are_named(
    staff: ConsoleStaff, office: Office, sent: dict[Kind, str]
) -> None:
    office.hear(customer(email="mira@new.example", revision=2))
    before = len(office.rows())
    assert staff.get(MAILS).text.count('name="chosen"') == before
    form = {"do": "resend", "chosen": list(sent.values())}

    question = staff.post(MAILS, form)
    assert "Send 3 mails again?" in question.text
    assert len(office.rows()) == before
    answer = staff.post(MAILS, form | YES)

    assert answer.status_code == 200
    assert "2 mails are on their way again" in answer.text
    assert "1 stays as it is" in answer.text
    assert answer.text.count("<li><strong>") == 1
    assert "Such a mail is sent only once." in answer.text
    again = [row for row in office.rows() if row.repeats]
    assert {row.repeats for row in again} == {sent[Kind.RECEIPT], sent[Kind.CANCELLATION]}
    assert {row.address for row in again} == {"mira@new.example"}

    late = staff.post(MAILS, form | YES).text
    assert "No mail sent again" in late
    assert late.count("is still on its way") == 2
    assert len(office.rows()) == before + 2


@pytest.mark.feature("K07")
def test_mails_that_all_may_go_are_counted_on_the_list(
    staff: ConsoleStaff, office: Office, sent: dict[Kind, str]
) -> None:
    chosen = [sent[Kind.RECEIPT], sent[Kind.CANCELLATION]]

    answer = staff.post(f"{MAILS}?state=sent", {"do": "resend", "chosen": chosen} | YES)

    assert answer.headers["Location"] == f"{MAILS}?state=sent&done=resend&count=2"
    assert "2 mails are on their way again" in staff.get(answer.headers["Location"]).text
    assert "Nothing was chosen" in staff.get(staff.post(MAILS, {"do": "resend"}).headers["Location"]).text


@pytest.mark.feature("K07")
def test_addresses_are_written_to_again_together(staff: ConsoleStaff, office: Office) -> None:
    for address in ("eve@example.com", "mira@example.com", "noor@example.com"):
        staff.post(ADDRESSES, {"address": address})
    page = staff.get(ADDRESSES).text
    ids = [part.split('"')[0] for part in page.split('name="chosen" value="')[1:]]
    form = {"do": "lift", "chosen": ids[:2]}

    question = staff.post(ADDRESSES, form).text
    assert "Write to 2 addresses again?" in question
    assert "noor@example.com" in question
    assert "eve@example.com" not in question
    answer = staff.post(ADDRESSES, form | YES)

    left = staff.get(answer.headers["Location"]).text
    assert "Mails go to 2 addresses again" in left
    assert "eve@example.com" in left
    assert left.count('name="chosen"') == 1


@pytest.mark.feature("K07")
def test_one_of_another_vendor_or_mode_refuses_all_and_changes_nothing(
    staff: ConsoleStaff, office: Office, sent: dict[Kind, str]
) -> None:
    staff.post(ADDRESSES, {"address": "eve@example.com"})
    address = staff.get(ADDRESSES).text.split('name="chosen" value="')[1].split('"')[0]
    before = len(office.rows())

    for stranger in (replace(staff, vendor="ven_other", role="owner"), replace(staff, mode="live", role="owner")):
        stranger.post(ADDRESSES, {"address": "own@example.com"})
        own = stranger.get(ADDRESSES).text.split('name="chosen" value="')[1].split('"')[0]
        for form in ({}, YES):
            lifting = {"do": "lift", "chosen": [own, address]} | form
            assert stranger.post(ADDRESSES, lifting).status_code == 404
            assert stranger.post(MAILS, {"do": "resend", "chosen": [sent[Kind.RECEIPT]]} | form).status_code == 404
        assert "own@example.com" in stranger.get(ADDRESSES).text
    mixed = {"do": "resend", "chosen": [sent[Kind.RECEIPT], "msg_none"]} | YES
    assert staff.post(MAILS, mixed).status_code == 404

    assert len(office.rows()) == before
    assert "eve@example.com" in staff.get(ADDRESSES).text


@pytest.mark.feature("J12", "K07")
def test_who_may_not_act_sees_no_boxes(staff: ConsoleStaff, office: Office, sent: dict[Kind, str]) -> None:
    staff.post(ADDRESSES, {"address": "eve@example.com"})
    reader = replace(staff, role="read_only")

    for page in (MAILS, ADDRESSES):
        assert 'name="chosen"' not in reader.get(page).text
        assert reader.post(page, {"do": "lift", "chosen": ["sup_1"]} | YES).status_code == 403
