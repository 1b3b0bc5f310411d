"""`bursar messages` and `bursar webhooks`, as the operator uses them."""

from pathlib import Path

import pytest
from click.testing import CliRunner

from services.notifications.cli import group
from tests.integration.notifications.builders import invoice
from tests.integration.notifications.hooks import Hooks
from tests.integration.notifications.office import KEY, LINK_KEY, Office


@pytest.fixture
def environment(monkeypatch: pytest.MonkeyPatch, database_url: str, tmp_path: Path) -> None:
    for name, value in {
        "NOTIFICATIONS_DATABASE_URL": database_url,
        "BUS_URL": f"sqlite:///{tmp_path}/bus.db",
        "PUBLIC_URL": "http://localhost:8080",
        "AUTH_URL": "http://127.0.0.1:1",
        "MAIL_URL": "log:",
        "SEALING_KEY": KEY,
        "LINK_KEY": LINK_KEY,
        "INVOICES_URL": "http://127.0.0.1:1",
    }.items():
        monkeypatch.setenv(name, value)


@pytest.mark.usefixtures("environment")
def test_the_operator_sees_what_went_where_without_the_address(office: Office) -> None:
    office.hear(invoice())
    office.deliver()

    shown = CliRunner().invoke(group, ["messages", "list"])

    assert shown.exit_code == 0, shown.output
    assert "receipt" in shown.output
    assert "sent" in shown.output
    assert "M•••@example.com" in shown.output


@pytest.mark.usefixtures("environment", "office")
def test_migrating_what_is_up_to_date_changes_nothing() -> None:
    assert "up to date" in CliRunner().invoke(group, ["migrate"]).output
    assert CliRunner().invoke(group, ["demo"]).exit_code == 0


@pytest.mark.feature("M13")
@pytest.mark.usefixtures("environment")
def test_the_operator_sends_an_endpoint_what_it_missed(hooks: Hooks) -> None:
    hooks.office.hear(invoice())
    made = hooks.made()
    runner = CliRunner()

    none = runner.invoke(group, ["webhooks", "resend", made["id"], "--type", "invoice.issued", "--to", "2020-01-01"])
    some = runner.invoke(group, ["webhooks", "resend", made["id"], "--type", "invoice.issued"])
    lost = runner.invoke(group, ["webhooks", "resend", "we_nobody"])
    hooks.office.later(seconds=5)
    hooks.deliver()

    assert none.output == f"events on their way to {made['id']}: 0\n"
    assert some.output == f"events on their way to {made['id']}: 1\n"
    assert (lost.exit_code, lost.output) == (1, "Error: we_nobody: not_found\n")
    assert [each.said["type"] for each in hooks.receiver.arrived] == ["invoice.issued"]
