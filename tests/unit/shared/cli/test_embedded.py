"""The embedded defaults: secrets drawn once, nothing overridden, nobody else's stack taken for ours."""

import json
import os
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from shared.cli import embedded
from shared.cli.embedded import SERVICES, Home
from shared.settings import BadSettings

SECRETS = {"AUTH_SECRET_KEY", "PORTAL_SECRET_KEY", "PASSPORT_KEYS", "SEALING_KEY", "LINK_KEY", "ADMIN_TOKEN"}


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Home:
    """An empty home; what `prepare` sets is gone after the test."""
    for name in list(os.environ):
        if name.endswith("_URL") or name in SECRETS | {"BURSAR_PORT", "MAIL_FROM", "MAILBOX"}:
            monkeypatch.delenv(name)
    monkeypatch.setattr(os, "environ", dict(os.environ) | {"BURSAR_HOME": str(tmp_path)})
    return Home(tmp_path)


def test_secrets_are_drawn_once_and_are_their_owners_alone(place: Home) -> None:
    first = embedded.kept_secrets(place)
    second = embedded.kept_secrets(place)

    assert first == second
    assert first.keys() == SECRETS
    assert len(set(first.values())) == len(SECRETS)
    assert stat.S_IMODE(place.secrets_file.stat().st_mode) == 0o600


def test_a_new_home_is_closed_to_others(tmp_path: Path) -> None:
    Home(tmp_path / "new" / "var").make()

    assert stat.S_IMODE((tmp_path / "new" / "var").stat().st_mode) == 0o700


def test_a_secret_that_a_new_version_needs_is_added_to_the_old_ones(place: Home) -> None:
    place.secrets_file.write_text("ADMIN_TOKEN=kept\nOF_THE_OPERATOR=kept too\n")

    secrets = embedded.kept_secrets(place)

    assert secrets["ADMIN_TOKEN"] == "kept"
    assert secrets["OF_THE_OPERATOR"] == "kept too"
    assert secrets.keys() == SECRETS | {"OF_THE_OPERATOR"}


def test_commands_that_start_together_agree_on_the_secrets(tmp_path: Path) -> None:
    program = (
        "import sys; from pathlib import Path; from shared.cli.embedded import Home, kept_secrets\n"
        "print(sorted(kept_secrets(Home(Path(sys.argv[1]))).items()))"
    )

    running = [
        subprocess.Popen([sys.executable, "-c", program, str(tmp_path)], stdout=subprocess.PIPE, text=True)
        for _ in range(4)
    ]
    said = {process.communicate(timeout=60)[0] for process in running}

    assert len(said) == 1
    assert "ADMIN_TOKEN" in said.pop()


def test_every_service_gets_a_database_of_its_own_and_nothing_set_is_overridden(place: Home) -> None:
    os.environ["AUTH_DATABASE_URL"] = "postgresql://elsewhere/auth"

    embedded.prepare({"gateway": 9090, "portal": 5001})

    assert os.environ["AUTH_DATABASE_URL"] == "postgresql://elsewhere/auth"
    assert os.environ["PORTAL_DATABASE_URL"] == f"sqlite:///{place.path}/portal.db"
    assert len({os.environ[f"{service.upper()}_DATABASE_URL"] for service in SERVICES}) == 4
    assert os.environ["PUBLIC_URL"] == "http://localhost:9090"
    assert os.environ["PORTAL_URL"] == "http://127.0.0.1:5001"
    assert os.environ["AUTH_URL"] == f"http://127.0.0.1:{embedded.NOBODY_LISTENS}"


def test_where_a_database_is_named_nothing_is_prepared(place: Home) -> None:
    os.environ["DATABASE_URL"] = "postgresql://host/portal"

    embedded.prepare()

    assert "BUS_URL" not in os.environ
    assert not place.secrets_file.exists()


def test_the_ports_of_a_stack_that_is_gone_are_forgotten(place: Home) -> None:
    gone = subprocess.Popen([sys.executable, "-c", ""])
    gone.wait()

    embedded.write_private(place.ports_file, json.dumps({"gateway": 8080, "pid": gone.pid}))
    assert embedded.running_ports(place) == {}

    embedded.write_private(place.ports_file, json.dumps({"gateway": 8080, "pid": os.getpid()}))
    assert embedded.running_ports(place)["gateway"] == 8080


@pytest.mark.parametrize("given", ["0", "65536", "http", "-1", "80.5", "٨٠"])
def test_what_is_no_port_is_refused(place: Home, given: str) -> None:
    os.environ["BURSAR_PORT"] = given

    with pytest.raises(BadSettings, match="BURSAR_PORT"):
        embedded.wanted_port()
