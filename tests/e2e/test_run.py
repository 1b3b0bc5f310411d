"""`bursar run`: one command, everything runs; Ctrl-C, nothing runs; and what it says when it can't."""

import os
import shutil
import signal
import socket
import stat
import subprocess
from pathlib import Path
from typing import Any

import pytest

from shared.cli.embedded import SERVICES, Home
from tests.support.machine import free_port
from tests.support.polling import until
from tests.support.stack import BURSAR, Stack, a_stack, environment_of

ROOT = Path(__file__).parents[2]


def refused(home: Path, port: int | str, **extra: str) -> subprocess.CompletedProcess[str]:
    """What `bursar run` says when it does not start."""
    environment = {**environment_of(home, 0, extra), "BURSAR_PORT": str(port)}
    return subprocess.run([*BURSAR, "run"], env=environment, capture_output=True, text=True, check=False, timeout=60)


def a_vendor(stack: Stack, name: str) -> None:
    stack.bursar("vendor", "create", "--name", name, "--email", f"owner@{name}.example", "--slug", name)


def vendors_of(stack: Stack) -> set[str]:
    answer = stack.request("GET", "/v1/vendors?limit=100", key=stack.admin_token)
    assert answer.status_code == 200, answer.text
    return {vendor["slug"] for vendor in answer.json()["data"]}


def processes_of(stack: Stack) -> dict[int, str]:
    """Every process that names this stack's home in its environment: id to command line."""
    mark = f"BURSAR_HOME={stack.home.path}".encode()
    found = {}
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            if mark in (folder / "environ").read_bytes().split(b"\0"):
                found[int(folder.name)] = (folder / "cmdline").read_bytes().replace(b"\0", b" ").decode()
        except (OSError, ProcessLookupError):
            continue
    return found


@pytest.mark.feature("L01")
def test_it_says_where_everything_is_and_how_to_sign_in(stack: Stack) -> None:
    said = stack.output

    for part in (
        f"Bursar runs on {stack.base_url}",
        "/mailbox",
        "/docs",
        "/console/",
        "/p/",
        "sk_test_",
        "@",
        "Ctrl-C",
    ):
        assert part in said


def test_everything_is_up_behind_the_gateway(stack: Stack) -> None:
    ready = stack.request("GET", "/readyz")

    assert ready.status_code == 200
    assert ready.json()["services"] == dict.fromkeys(SERVICES, "up")
    assert stack.request("GET", "/healthz").json() == {"status": "up"}
    assert stack.request("GET", "/docs").status_code == 200
    assert stack.request("GET", "/v1/openapi.json").json()["openapi"].startswith("3.1")


def test_health_details_and_metrics_stay_inside(stack: Stack) -> None:
    inside = stack.ports["auth"]

    assert b"database" in _get(inside, "/readyz")
    assert b"# HELP" in _get(inside, "/metrics")
    assert stack.request("GET", "/metrics").status_code == 404
    assert "database" not in stack.request("GET", "/readyz").text


def _get(port: int, path: str) -> bytes:
    with socket.create_connection(("127.0.0.1", port), timeout=10) as connection:
        connection.sendall(f"GET {path} HTTP/1.0\r\nHost: localhost\r\n\r\n".encode())
        answer = b""
        while chunk := connection.recv(65536):
            answer += chunk
        return answer


def test_the_secrets_of_a_home_are_its_owners_alone(stack: Stack) -> None:
    for path in (stack.home.secrets_file, stack.home.demo_file):
        assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_the_doctor_finds_nothing_wrong(stack: Stack) -> None:
    said = stack.bursar("doctor").stdout

    assert "FAULT" not in said
    assert f"runs on port {stack.port}" in said


def test_a_second_copy_is_another_world_and_its_data_survive_a_restart(stack: Stack, tmp_path: Path) -> None:
    """Its own home and port; Ctrl-C ends it with 0 and leaves no process; the next run has the data."""
    a_vendor(stack, "first-copy")
    with a_stack(tmp_path) as other:
        a_vendor(other, "second-copy")
        assert "first-copy" not in vendors_of(other)
        assert "second-copy" not in vendors_of(stack)
        assert other.secrets != stack.secrets

        code = other.stop(signal.SIGINT)

    assert code == 0, other.output
    until(lambda: not processes_of(other), seconds=10)
    assert stack.request("GET", "/readyz").status_code == 200

    with a_stack(tmp_path) as again:
        assert "second-copy" in vendors_of(again)
        assert "sk_test_" in again.output

        worker = next(pid for pid, line in processes_of(again).items() if "services.invoices.worker" in line)
        os.kill(worker, signal.SIGKILL)
        code = again.process.wait(timeout=60)

        until(lambda: not processes_of(again), seconds=10)
    assert code == 1
    assert "Error: invoices.worker stopped by itself" in again.output


def test_a_port_that_is_taken_is_said_in_one_sentence(tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]

        said = refused(tmp_path, port)

    assert said.returncode == 1
    assert said.stderr.splitlines() == [
        f"Error: Port {port} is already in use; choose another: BURSAR_PORT={port + 1}."
    ]


@pytest.mark.parametrize("port", ["http", "0", "70000", "-1", "8080.5", "٨٠٨٠"])
def test_what_is_no_port_is_said_in_one_sentence(tmp_path: Path, port: str) -> None:
    said = refused(tmp_path, port)

    assert said.returncode != 0
    assert "BURSAR_PORT is" in said.stderr
    assert "Traceback" not in said.stderr


def test_one_home_runs_once(stack: Stack) -> None:
    said = refused(stack.home.path, free_port())

    assert said.returncode == 1
    assert said.stderr == f"Error: Bursar already runs from {stack.home.path}, on port {stack.port}.\n"


def test_a_database_url_of_the_shell_is_not_taken_for_four(tmp_path: Path) -> None:
    said = refused(tmp_path, free_port(), DATABASE_URL="postgresql://somewhere/else")

    assert said.returncode == 1
    assert "DATABASE_URL is set" in said.stderr
    assert not Home(tmp_path).database_url("auth").startswith("postgresql")


@pytest.mark.parametrize("pythons", [{}, {"python3": "exit 1"}], ids=["none", "too old"])
def test_make_says_when_there_is_no_python_that_is_new_enough(tmp_path: Path, pythons: dict[str, Any]) -> None:
    shutil.copy(ROOT / "Makefile", tmp_path)
    programs = tmp_path / "bin"
    programs.mkdir()
    for name in ("sh", "rm"):
        (programs / name).symlink_to(str(shutil.which(name)))
    for name, script in pythons.items():
        (programs / name).write_text(f"#!/bin/sh\n{script}\n")
        (programs / name).chmod(0o755)

    said = subprocess.run(
        [str(shutil.which("make")), ".venv/bin/python"],
        cwd=tmp_path,
        env={"PATH": str(programs)},
        capture_output=True,
        text=True,
        check=False,
    )

    assert said.returncode != 0
    assert "Bursar needs Python 3.11 or newer, and none is on PATH." in said.stderr
