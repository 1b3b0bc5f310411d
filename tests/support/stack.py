"""The system as `bursar run` starts it, for tests that go through the gateway. One a session, gone afterwards.

Limits are raised, since tests ask more often than people do; what limits do is tested on a gateway of its own.
"""

import json
import os
import signal
import sqlite3
import subprocess
import sys
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any, Final

import pytest
import requests

from shared.cli.embedded import Home
from tests.support.gateway import GENEROUS
from tests.support.machine import free_port
from tests.support.name_server import NameServer, a_name_server
from tests.support.polling import until

READY_WITHIN: Final = 150.0  # seconds, on a machine that does other things too
BURSAR: Final = (sys.executable, "-m", "shared.cli")
_OF_THIS_SYSTEM: Final = ("PATH", "HOME", "LANG", "LC_ALL", "TMPDIR", "PYTHONPATH", "VIRTUAL_ENV")


@dataclass
class Stack:
    """A running system. `bursar("vendor", "create", …)` talks to it."""

    home: Home
    port: int
    environment: dict[str, str] = field(repr=False)
    process: subprocess.Popen[str] = field(repr=False)
    lines: list[str] = field(repr=False)

    @property
    def base_url(self) -> str:
        """The gateway, as PUBLIC_URL says it."""
        return f"http://localhost:{self.port}"

    @cached_property
    def secrets(self) -> dict[str, str]:
        return dict(line.split("=", 1) for line in self.home.secrets_file.read_text().splitlines())

    @property
    def admin_token(self) -> str:
        """The installation's token, for /v1/vendors."""
        return self.secrets["ADMIN_TOKEN"]

    def let_an_hour_pass(self) -> None:
        """For what auth counts by client and hour: all tests of a session come from one address, as no people do."""
        with sqlite3.connect(self.home.database_url("auth").removeprefix("sqlite:///"), timeout=30) as auth:
            auth.execute("UPDATE sign_in_requests SET client = 'earlier'")
            auth.execute("DELETE FROM attempts")
        auth.close()

    @property
    def output(self) -> str:
        """What `bursar run` printed so far."""
        return "".join(self.lines)

    @property
    def ports(self) -> dict[str, int]:
        """Each service's own port, and `gateway`."""
        ports: dict[str, int] = json.loads(self.home.ports_file.read_text())
        return ports

    def bursar(self, *arguments: str, check: bool = True) -> subprocess.CompletedProcess[str]:
        """Run a `bursar` command on this system. With `check`, fails the test if the command does."""
        done = subprocess.run(
            [*BURSAR, *arguments], env=self.environment, capture_output=True, text=True, check=False, timeout=300
        )
        if check and done.returncode != 0:
            pytest.fail(f"bursar {' '.join(arguments)}: exit code {done.returncode}\n{done.stdout}{done.stderr}")
        return done

    def request(self, method: str, path: str, *, key: str | None = None, **options: Any) -> requests.Response:
        """One request through the gateway; `key` is an API key or the admin token."""
        headers = {**options.pop("headers", {}), **({"Authorization": f"Bearer {key}"} if key else {})}
        return requests.request(
            method, self.base_url + path, headers=headers, timeout=30, allow_redirects=False, **options
        )

    def stop(self, number: int = signal.SIGTERM) -> int:
        """Stop it as Ctrl-C or an orchestrator would; its exit code."""
        if self.process.poll() is None:
            self.process.send_signal(number)
        return self.process.wait(timeout=60)


def environment_of(home: Path, port: int, extra: Mapping[str, str] | None = None) -> dict[str, str]:
    """What `bursar` is told: nothing of this shell's settings, limits that tests don't meet."""
    inherited = {name: os.environ[name] for name in _OF_THIS_SYSTEM if name in os.environ}
    limits = {f"GATEWAY_{name.upper()}": str(value) for name, value in GENEROUS.items()}
    return {**inherited, **limits, "BURSAR_HOME": str(home), "BURSAR_PORT": str(port), **(extra or {})}


@contextmanager
def a_stack(home: Path, *, port: int | None = None, extra: Mapping[str, str] | None = None) -> Iterator[Stack]:
    """Start `bursar run` with its data under `home`; ready when the block begins, stopped when it ends."""
    chosen = port or free_port()
    environment = environment_of(home, chosen, extra)
    process = subprocess.Popen(
        [*BURSAR, "run"], env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    )
    stack = Stack(Home(home), chosen, environment, process, [])
    reader = threading.Thread(target=_read, args=(process, stack.lines), daemon=True)
    reader.start()
    try:
        until(
            lambda: "Ctrl-C stops everything" in stack.output or process.poll() is not None,
            seconds=READY_WITHIN,
            every=0.05,
            what="`bursar run` is ready",
        )
        if process.poll() is not None:
            reader.join(5)
            pytest.fail(f"`bursar run` ended with exit code {process.returncode}:\n{stack.output}", pytrace=False)
        yield stack
    finally:
        stack.stop()
        reader.join(5)
        assert process.stdout is not None
        process.stdout.close()


def _read(process: "subprocess.Popen[str]", lines: list[str]) -> None:
    assert process.stdout is not None
    for line in process.stdout:
        lines.append(line)  # noqa: PERF402 - each line is wanted as it comes


@pytest.fixture(scope="session")
def names() -> Iterator[NameServer]:
    """The name server that the running system asks."""
    with a_name_server() as server:
        yield server


@pytest.fixture(scope="session")
def stack(tmp_path_factory: pytest.TempPathFactory, names: NameServer) -> Iterator[Stack]:
    """The running system, shared by the tests of a session: each makes vendors and customers of its own."""
    with a_stack(tmp_path_factory.mktemp("bursar"), extra={"DNS_SERVERS": names.address}) as running:
        yield running
