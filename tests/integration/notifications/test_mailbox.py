"""/mailbox: how somebody who tries Bursar reads a sign-in mail."""

import pytest
from flask.testing import FlaskClient

from tests.integration.notifications.builders import invoice
from tests.integration.notifications.office import Office

SECRETS = ("482913", "a-very-secret-token")


@pytest.fixture
def full(logging_office: Office) -> Office:
    logging_office.hear(invoice())
    logging_office.later(seconds=1)
    logging_office.ask_for_sign_in_mail()
    logging_office.deliver()
    return logging_office


def test_it_lists_mails_newest_first_and_leads_to_each(mailbox_client: FlaskClient, full: Office) -> None:
    page = mailbox_client.get("/mailbox").text

    assert page.index("Sign in to Larkfield") < page.index("We received your payment of €58.00")
    assert "Mira.Okafor@example.com" in page
    for row in full.rows():
        assert f'href="/mailbox/{row.id}"' in page


def test_it_is_pleasant_when_empty(mailbox_client: FlaskClient) -> None:
    assert "No mail yet" in mailbox_client.get("/mailbox").text


def test_the_list_renews_itself_with_its_own_part_alone(mailbox_client: FlaskClient, full: Office) -> None:
    part = mailbox_client.get("/mailbox", headers={"HX-Request": "true"}).text

    assert "<html" not in part
    assert "Sign in to Larkfield" in part
    assert 'hx-trigger="every 2s"' in part


def test_a_mail_shows_its_text_with_a_link_to_click(mailbox_client: FlaskClient, full: Office) -> None:
    message = full.rows()[1].id

    page = mailbox_client.get(f"/mailbox/{message}")

    link = "http://localhost:8080/p/larkfield/sign-in#t=a-very-secret-token"
    assert f'<a href="{link}">{link}</a>' in page.text
    assert "482913" in page.text
    assert f'src="/mailbox/{message}/html"' in page.text
    assert "frame-src 'self'" in page.headers["Content-Security-Policy"]


def test_the_html_of_a_mail_runs_nothing_and_loads_from_nowhere_else(mailbox_client: FlaskClient, full: Office) -> None:
    answer = mailbox_client.get(f"/mailbox/{full.rows()[1].id}/html")

    assert all(secret in answer.text for secret in SECRETS)
    policy = answer.headers["Content-Security-Policy"]
    assert policy.startswith("default-src 'none'; style-src 'unsafe-inline'; img-src 'self';")
    assert "sandbox" in policy
    assert "allow-scripts" not in policy


@pytest.mark.parametrize("path", ["/mailbox", "/mailbox/{id}", "/mailbox/{id}/html"])
def test_there_is_no_mailbox_where_mail_is_sent(client: FlaskClient, full: Office, path: str) -> None:
    answer = client.get(path.format(id=full.rows()[1].id))

    assert answer.status_code == 404
    assert not any(secret in answer.text for secret in SECRETS)


@pytest.mark.parametrize("path", ["/mailbox/msg_none", "/mailbox/msg_none/html"])
def test_a_mail_that_is_not_there_is_not_found(mailbox_client: FlaskClient, path: str) -> None:
    assert mailbox_client.get(path).status_code == 404


def test_what_was_written_in_a_mail_is_text(mailbox_client: FlaskClient, logging_office: Office) -> None:
    logging_office.hear(invoice(description="<script>alert(1)</script>"))
    logging_office.deliver()

    page = mailbox_client.get(f"/mailbox/{logging_office.row().id}").text

    assert "<script>alert" not in page
    assert "&lt;script&gt;alert(1)" in page
