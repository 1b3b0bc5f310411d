"""A mailbox that is not there is not written to again, visibly, until staff say otherwise; against a real server."""

from dataclasses import replace

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from services.notifications.models import Suppression
from services.notifications.rules.messages import Kind
from shared import clock
from shared.database import scope
from tests.integration.notifications.builders import canceled, customer, invoice, portal
from tests.integration.notifications.office import MailServer, Office
from tests.integration.notifications.test_console_messages import of_kind
from tests.integration.notifications.test_erased import gone
from tests.support.console_staff import ConsoleStaff
from tests.support.passports import PassportOffice

MIRA = "Mira.Okafor@example.com"
HOME = "/console/messages/suppressions"
GONE = "550 5.1.1 no such user"


@pytest.fixture
def staff(client: FlaskClient, passports: PassportOffice) -> ConsoleStaff:
    return ConsoleStaff(browser=client, office=passports, home=HOME, role="support")


def suppressed(office: Office) -> list[tuple[str, str, str, str | None]]:
    with scope.platform(), office.database.begin(read_only=True) as session:
        rows = session.scalars(select(Suppression).order_by(Suppression.id))
        return [(row.mode, row.address, row.reason, row.message) for row in rows]


def bounced(office: Office, mail_server: MailServer) -> str:
    """A receipt came back. Its message id."""
    mail_server.replies[MIRA] = [GONE]
    office.hear(invoice())
    office.deliver()
    return office.row().id


@pytest.mark.feature("K07")
def test_a_mailbox_that_is_not_there_is_written_to_once(office: Office, mail_server: MailServer) -> None:
    first = bounced(office, mail_server)
    assert suppressed(office) == [("test", MIRA, "bounce", first)]

    office.hear(customer(email="MIRA.okafor@EXAMPLE.com", revision=2))
    office.hear(canceled())
    office.deliver()

    assert mail_server.rcpts == [MIRA]
    withheld = office.rows()[-1]
    assert (withheld.kind, withheld.state, withheld.due_at) == ("cancellation", "suppressed", None)
    assert withheld.last_error == "not sent: the address is suppressed (bounce)"
    assert [each["answer"] for each in withheld.deliveries] == ["suppressed"]
    assert withheld.text is None
    office.later(days=3)
    assert office.deliver() == 0


@pytest.mark.parametrize("reply", ["550 5.7.1 policy", "552 5.2.2 full", "550 relaying denied", "451 4.1.1 not now"])
def test_an_answer_that_is_about_something_else_suppresses_nothing(
    office: Office, mail_server: MailServer, reply: str
) -> None:
    mail_server.replies[MIRA] = [reply]
    office.hear(invoice())
    office.deliver()

    assert suppressed(office) == []


def test_a_code_to_sign_in_is_tried_all_the_same(office: Office, mail_server: MailServer) -> None:
    bounced(office, mail_server)

    office.ask_for_sign_in_mail()
    office.deliver()

    assert [mail["Subject"] for mail in mail_server.mails()] == ["Sign in to Larkfield"]


def test_another_mailbox_mode_and_vendor_are_written_to(office: Office, mail_server: MailServer) -> None:
    bounced(office, mail_server)
    office.hear(portal(configuration="pcfg_live"), mode="live")
    office.hear(customer(customer="cus_live"), mode="live")
    office.hear(customer(customer="cus_other", email="other@example.com"))

    office.hear(invoice(customer="cus_live"), mode="live")
    office.hear(invoice(customer="cus_other", invoice="inv_2"))
    office.deliver()

    assert mail_server.rcpts == [MIRA, MIRA, "other@example.com"]


def test_nothing_of_an_erased_customer_is_suppressed(office: Office, mail_server: MailServer) -> None:
    bounced(office, mail_server)
    mail_server.replies[MIRA] = [GONE]

    office.hear(gone())
    office.deliver()

    assert suppressed(office) == []
    assert mail_server.rcpts == [MIRA, MIRA]


def test_where_an_erased_customer_was_before_is_forgotten_too(office: Office, mail_server: MailServer) -> None:
    bounced(office, mail_server)
    office.hear(customer(email="mira@new.example", revision=2))

    office.hear(gone())

    assert suppressed(office) == []


@pytest.mark.feature("K07")
def test_staff_see_why_and_write_to_it_again(staff: ConsoleStaff, office: Office, mail_server: MailServer) -> None:
    first = bounced(office, mail_server)
    page = f"/console/messages/{first}"

    listed = staff.get(HOME).text
    assert MIRA in listed
    assert "Nobody is there" in listed
    assert f'href="{page}"' in listed
    shown = staff.get(page).text
    assert "Nobody is at this address" in shown
    assert GONE in shown
    reader = replace(staff, role="read_only")
    assert "Write to it again" not in reader.get(page).text + reader.get(HOME).text
    assert reader.post(f"{page}/write_again").status_code == 403

    again = staff.post(f"{page}/write_again")

    assert again.status_code == 303
    assert "Mails go to this address again." in staff.get(again.headers["Location"]).text
    assert suppressed(office) == []
    assert staff.post(f"{page}/write_again").status_code == 404
    assert staff.post(f"{page}/resend").status_code == 303
    office.now = clock.now()
    office.deliver()
    assert [row.state for row in office.rows()] == ["failed", "sent"]


def test_staff_stop_an_address_and_then_nothing_goes(
    staff: ConsoleStaff, office: Office, mail_server: MailServer
) -> None:
    assert staff.post(HOME, {"address": "not an address"}).status_code == 422
    assert replace(staff, role="read_only").post(HOME, {"address": MIRA}).status_code == 403
    added = staff.post(HOME, {"address": f" {MIRA.upper()} ", "note": "The wrong Mira"})
    assert added.status_code == 303
    page = staff.get(added.headers["Location"]).text
    assert "No mail goes to this address any more." in page
    assert "The wrong Mira" in page

    office.hear(invoice())
    office.ask_for_sign_in_mail()
    office.deliver()

    assert mail_server.rcpts == []
    assert [row.state for row in office.rows()] == ["suppressed", "suppressed"]
    assert all(row.sealed is None for row in office.rows())
    shown = staff.get(f"/console/messages/{of_kind(office, Kind.SIGN_IN)}").text
    assert "Not tried" in shown
    assert "Mails to this address were stopped by hand" in shown


@pytest.mark.parametrize(
    ("query", "shown"),
    [("", 2), ("q=okafor", 1), ("q=%25", 0), ("reason=manual", 1), ("reason=complaint", 0), ("reason=none_such", 2)],
)
def test_addresses_are_found(
    staff: ConsoleStaff, office: Office, mail_server: MailServer, query: str, shown: int
) -> None:
    bounced(office, mail_server)
    staff.post(HOME, {"address": "stranger@example.com"})

    assert staff.get(f"{HOME}?{query}").text.count("/lift") == shown
    assert staff.get(f"{HOME}/csv?{query}").text.count("\r\n") == shown + 1


def test_another_vendor_and_mode_see_none(staff: ConsoleStaff, office: Office, mail_server: MailServer) -> None:
    first = bounced(office, mail_server)
    for stranger in (replace(staff, vendor="ven_other", role="owner"), replace(staff, mode="live", role="owner")):
        assert MIRA not in stranger.get(HOME).text + stranger.get(f"{HOME}/csv").text
        assert stranger.post(f"/console/messages/{first}/write_again").status_code == 404
    assert len(suppressed(office)) == 1


def test_the_api_does_what_the_console_does(client: FlaskClient, passports: PassportOffice, office: Office) -> None:
    path, reads, writes = (
        "/v1/suppressions",
        passports.key("suppressions:read"),
        passports.key("suppressions:read", "suppressions:write"),
    )
    assert client.post(path, json={"address": MIRA}, headers=reads).status_code == 403
    wrong = client.post(path, json={"address": "a@b.example, c@d.example"}, headers=writes)
    assert (wrong.status_code, wrong.json and wrong.json["errors"][0]["code"]) == (422, "bad_address")
    made = client.post(path, json={"address": MIRA, "reason": "complaint", "detail": "abuse report"}, headers=writes)
    assert made.status_code == 201
    assert made.json is not None
    assert made.json | {"id": "", "created_at": ""} == {
        "id": "",
        "address": MIRA,
        "reason": "complaint",
        "message": None,
        "detail": "abuse report",
        "created_at": "",
    }
    weaker = client.post(path, json={"address": MIRA.lower(), "reason": "bounce"}, headers=writes)
    stronger = client.post(path, json={"address": MIRA}, headers=writes)
    assert [each.json and (each.json["id"], each.json["reason"]) for each in (weaker, stronger)] == [
        (made.json["id"], "complaint"),
        (made.json["id"], "manual"),
    ]
    listed = client.get(f"{path}?address=okafor&reason=manual", headers=reads).json
    assert listed is not None
    assert [each["id"] for each in listed["data"]] == [made.json["id"]]
    one = f"{path}/{made.json['id']}"
    assert client.get(one, headers=passports.key("suppressions:read", mode="live")).status_code == 404
    assert client.delete(one, headers=passports.key("suppressions:write", vendor="ven_other")).status_code == 404
    assert client.get(one, headers=reads).status_code == 200
    assert client.delete(one, headers=reads).status_code == 403
    assert client.delete(one, headers=writes).status_code == 204
    assert client.get(one, headers=reads).status_code == 404
    assert suppressed(office) == []


def test_auth_is_told_whom_a_kind_of_mail_would_not_reach(client: FlaskClient, passports: PassportOffice) -> None:
    for address in ("Eve@x.example", "noor@x.example"):
        add = passports.key("suppressions:write")
        assert client.post("/v1/suppressions", json={"address": address}, headers=add).status_code == 201
    asked = {
        "vendor": passports.vendor,
        "mode": "test",
        "kind": "subscriber_link",
        "addresses": ["eve@x.example", "mira@x.example", "noor@x.example", "none"],
    }

    def told(**changes: str) -> list[str]:
        answer = client.post("/internal/withheld", json=asked | changes, headers=passports.sibling())
        assert answer.status_code == 200
        return list(answer.json["withheld"])

    assert told() == ["eve@x.example", "noor@x.example"]
    assert told(vendor="ven_other") == told(mode="live") == []
    refused = client.post("/internal/withheld", json=asked | {"kind": "spam"}, headers=passports.sibling())
    assert refused.status_code in (400, 422)
    assert client.post("/internal/withheld", json=asked, headers=passports.key("messages:read")).status_code == 404
