"""The system as docker-compose.yml ships it, under a project name and ports of its own. Always torn down."""

import json
import os
import re
import secrets
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import pytest
import requests

from tests.support.everything import has_docker
from tests.support.gateway import GENEROUS
from tests.support.machine import free_port
from tests.support.polling import until

ROOT: Final = Path(__file__).parents[2]
_OF_THIS_SYSTEM: Final = ("PATH", "HOME", "DOCKER_HOST", "DOCKER_CONTEXT", "DOCKER_CONFIG")


@dataclass
class Composed:
    """A running project. Asked like a `Stack`, so that what works on one works on the other."""

    project: str
    port: int
    mail_port: int
    env_file: Path = field(repr=False)

    @property
    def base_url(self) -> str:
        return f"http://localhost:{self.port}"

    @property
    def admin_token(self) -> str:
        found = re.search(r"^ADMIN_TOKEN=(.+)$", self.env_file.read_text(), re.MULTILINE)
        assert found
        return found[1]

    def compose(self, *arguments: str, check: bool = True) -> subprocess.CompletedProcess[str]:
        """`docker compose …` on this project."""
        environment = {name: os.environ[name] for name in _OF_THIS_SYSTEM if name in os.environ}
        options = ("--project-name", self.project, "--env-file", str(self.env_file), "--profile", "dev")
        done = subprocess.run(
            ["docker", "compose", *options, *arguments],
            cwd=ROOT,
            env=environment,
            capture_output=True,
            text=True,
            check=False,
            timeout=900,
        )
        if check and done.returncode != 0:
            pytest.fail(f"docker compose {' '.join(arguments)}: {done.stdout[-2000:]}{done.stderr[-4000:]}")
        return done

    def bursar(self, service: str, *arguments: str) -> str:
        """What a `bursar` command prints in a service's container."""
        return self.compose("exec", "-T", service, "bursar", *arguments).stdout

    def containers(self, service: str) -> list[str]:
        """The ids of a service's running containers."""
        return self.compose("ps", "--quiet", service).stdout.split()

    def request(self, method: str, path: str, *, key: str | None = None, **options: Any) -> requests.Response:
        """One request through the gateway; `key` is an API key or the admin token."""
        headers = {**options.pop("headers", {}), **({"Authorization": f"Bearer {key}"} if key else {})}
        return requests.request(
            method, self.base_url + path, headers=headers, timeout=60, allow_redirects=False, **options
        )

    def mail_to(self, address: str) -> dict[str, Any]:
        """The newest mail that MailDev got for this address."""
        found: list[dict[str, Any]] = []

        def arrived() -> bool:
            mails = requests.get(f"http://127.0.0.1:{self.mail_port}/email", timeout=10).json()
            found[:] = [mail for mail in mails if address in {to["address"] for to in mail["to"]}]
            return bool(found)

        until(arrived, seconds=30, every=0.2, what=f"a mail to {address}")
        return max(found, key=lambda mail: str(mail["date"]))

    def asked(self, path: str) -> list[dict[str, Any]]:
        """The gateway's log lines about `path`, oldest first."""
        lines = self.compose("logs", "--no-log-prefix", "--no-color", "gateway").stdout.splitlines()
        entries = [json.loads(line[line.index("{") :]) for line in lines if "{" in line]
        return [entry for entry in entries if entry["path"] == path]

    def upstreams(self, path: str) -> list[str]:
        """Which replicas answered the gateway for `path`, in order."""
        return [entry["upstream"].split(", ")[-1] for entry in self.asked(path)]


@contextmanager
def a_project(folder: Path) -> Iterator[Composed]:
    """`make up` in effect: its .env, then everything built, started and healthy."""
    if not has_docker():
        pytest.fail("no Docker engine answers here; `make test` leaves these tests out then, and says so")
    running = Composed(f"bursar-test-{secrets.token_hex(4)}", free_port(), free_port(), _env_file(folder))
    with running.env_file.open("a") as file:
        file.write(f"\nBURSAR_PORT={running.port}\nPUBLIC_URL={running.base_url}\nMAILDEV_PORT={running.mail_port}\n")
        file.writelines(f"GATEWAY_{name.upper()}={value}\n" for name, value in GENEROUS.items())
    try:
        started = running.compose("up", "--build", "--detach", "--wait", check=False)
        if started.returncode != 0:
            pytest.fail(f"not healthy: {started.stderr[-1500:]}{running.compose('logs', '--tail', '15').stdout}")
        yield running
    finally:
        running.compose("kill", check=False)
        running.compose("down", "--volumes", "--remove-orphans", check=False)


def _env_file(folder: Path) -> Path:
    """What `make up` writes on its first run."""
    for name in ("Makefile", ".env.example"):
        shutil.copy(ROOT / name, folder)
    subprocess.run(["make", "--silent", ".env"], cwd=folder, check=True, capture_output=True)
    return folder / ".env"


@pytest.fixture(scope="session")
def composed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Composed]:
    """The shipped stack with three portals and two invoices, shared by the tests of a session."""
    with a_project(tmp_path_factory.mktemp("compose")) as running:
        yield running
