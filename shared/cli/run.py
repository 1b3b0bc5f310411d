"""`bursar run`: the whole system on this machine, on the embedded defaults, until Ctrl-C."""

import errno
import fcntl
import http.client
import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

import click

import shared
from shared.cli import embedded, gateway
from shared.cli.embedded import SERVICES, Home
from shared.cli.parts import STOP_WITHIN, Parts
from shared.settings import load

READY_WITHIN: Final = 120  # seconds; ten are usual, a busy machine takes longer
_BURSAR: Final = (sys.executable, "-m", "shared.cli")


@click.command(name="run")
@click.option("--verbose", is_flag=True, help="Show every log line of every part.")
def group(verbose: bool) -> None:
    """Run everything on this machine; Ctrl-C stops it."""
    signal.signal(signal.SIGTERM, _leave)
    try:
        with _only_here(embedded.home()) as place:
            _run(place, verbose=verbose)
    except KeyboardInterrupt:
        click.echo("Stopped.")
    except gateway.NoGateway as trouble:
        raise click.ClickException(str(trouble)) from None


def _leave(*_: object) -> None:
    raise SystemExit(0)


def _run(place: Home, *, verbose: bool) -> None:
    port = _free_port()
    nginx = gateway.find_nginx()
    ports = {service: _any_port() for service in SERVICES} | {"gateway": port}
    embedded.prepare(ports)
    environment = _environment(verbose=verbose)
    config = _gateway_config(place, environment, ports)
    gateway.check(nginx, config)
    _migrate(place, environment)

    trouble: list[str] = []
    parts = Parts(attend=lambda all_parts: _attend(all_parts, place, ports, environment, trouble))
    for service in SERVICES:
        parts.add(f"{service}.web", _web(service, ports[service]), environment)
        parts.add(f"{service}.worker", (sys.executable, "-m", f"services.{service}.worker"), environment)
    parts.add("gateway", gateway.command(nginx, config), environment)
    embedded.write_private(place.ports_file, json.dumps({**ports, "pid": os.getpid()}))
    try:
        parts.run()
    finally:
        place.ports_file.unlink(missing_ok=True)
    if parts.ended is not None:
        code = parts.exit_code_of(parts.ended)
        trouble.append(f"{parts.ended} stopped by itself (exit code {code}), so everything was stopped.")
    if trouble:
        raise click.ClickException(trouble[0])
    click.echo("Stopped.")


def _migrate(place: Home, environment: dict[str, str]) -> None:
    """Bring the tables up to date, unless the very same migrations were applied to these databases before."""
    databases = [environment[f"{service.upper()}_DATABASE_URL"] for service in SERVICES]
    scripts = sorted(path.name for path in Path(shared.__file__).parents[1].glob("services/*/migrations/versions/*.py"))
    applied = json.dumps({"databases": databases, "scripts": scripts})
    noted = place.path / "run" / "migrated.json"
    files_are_there = all((place.path / f"{service}.db").exists() for service in SERVICES)
    if files_are_there and noted.exists() and noted.read_text() == applied:
        return
    _bursar("migrate", environment=environment, what="The tables could not be brought up to date")
    noted.write_text(applied)


def _environment(*, verbose: bool) -> dict[str, str]:
    environment = dict(os.environ)  # noqa: TID251 - handed to the parts
    environment.setdefault("LOG_LEVEL", "info" if verbose else "warning")
    return environment


def _gateway_config(place: Home, environment: Mapping[str, str], ports: dict[str, int]) -> Path:
    settings = load(gateway.GatewaySettings, service="gateway", environ={"GATEWAY_WORKERS": "2", **environment})
    return gateway.write(
        place.gateway,
        settings,
        listen=f"127.0.0.1:{ports['gateway']}",
        public_url=environment["PUBLIC_URL"],
        ports={service: ports[service] for service in SERVICES},
        access_log=place.gateway / "access.log",
    )


def _web(service: str, port: int) -> tuple[str, ...]:
    return (
        *(sys.executable, "-m", "gunicorn", "--config", "python:shared.gunicorn_conf"),
        *("--bind", f"127.0.0.1:{port}", "--graceful-timeout", str(STOP_WITHIN - 5), f"services.{service}.wsgi:app"),
    )


def _attend(
    parts: Parts, place: Home, ports: Mapping[str, int], environment: dict[str, str], trouble: list[str]
) -> None:
    """Wait until everything answers, make the demo if it is not there, then say where everything is."""
    try:
        missing = _wait_until_ready(parts, ports)
        if missing is not None and not parts.stopping.is_set():
            raise click.ClickException(f"Not ready after {READY_WITHIN} seconds: {missing}.")
        if not parts.stopping.is_set():
            if not place.demo_file.exists():
                embedded.write_private(
                    place.demo_file,
                    _bursar("demo", "--small", environment=environment, what="The demo could not be made"),
                )
            click.echo(_summary(place, environment["PUBLIC_URL"]))
    except click.ClickException as failure:
        if not parts.stopping.is_set():
            trouble.append(failure.message)
            parts.stop()


def _wait_until_ready(parts: Parts, ports: Mapping[str, int]) -> str | None:
    """None once /readyz is green; else what was still missing when time was up or the parts were stopped."""
    missing = "the gateway does not answer"
    deadline = time.monotonic() + READY_WITHIN
    while time.monotonic() < deadline and not parts.stopping.wait(0.1):
        silent = [service for service in SERVICES if not _listens(ports[service])]
        if silent:  # asking the gateway now would only keep the others from starting
            missing = f"{', '.join(silent)} did not start"
            continue
        try:
            status, missing = _ask(ports["gateway"], "/readyz")
        except OSError:
            continue
        if status == http.HTTPStatus.OK:
            return None
    return missing


def _listens(port: int) -> bool:
    with socket.socket() as probe:
        probe.settimeout(1)
        return probe.connect_ex(("127.0.0.1", port)) == 0


def _ask(port: int, path: str) -> tuple[int, str]:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    try:
        connection.request("GET", path)
        response = connection.getresponse()
        return response.status, response.read().decode(errors="replace").strip()
    finally:
        connection.close()


def _summary(place: Home, public_url: str) -> str:
    return f"""
Bursar runs on {public_url}

  mailbox      {public_url}/mailbox
  API docs     {public_url}/docs
  admin token  ADMIN_TOKEN in {place.secrets_file}

{place.demo_file.read_text().strip()}

Ctrl-C stops everything; the data stays in {place.path}
"""


def _bursar(*command: str, environment: dict[str, str], what: str) -> str:
    """Run another `bursar` command beside this one, which stays small. Returns what it printed."""
    done = subprocess.run([*_BURSAR, *command], env=environment, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise click.ClickException(f"{what}:\n{done.stdout}{done.stderr}")
    return done.stdout


def _free_port() -> int:
    """The port the gateway is to listen on, if it is free."""
    port = embedded.wanted_port()
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError as taken:
            reason = "is already in use" if taken.errno == errno.EADDRINUSE else f"can't be used ({taken.strerror})"
            other = port + 1 if port < 65535 else 8081
            raise click.ClickException(f"Port {port} {reason}; choose another: BURSAR_PORT={other}.") from None
    return port


def _any_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: Any = probe.getsockname()[1]
    return int(port)


@contextmanager
def _only_here(place: Home) -> Iterator[Home]:
    """One stack a home: a second one would share its files."""
    if not embedded.is_embedded():
        raise click.ClickException(
            "DATABASE_URL is set, but `bursar run` keeps a database for each service: "
            "unset it, or name each one (AUTH_DATABASE_URL, …)."
        )
    place.make()
    (place.path / "run").mkdir(exist_ok=True)
    with (place.path / "run" / "lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            port = embedded.running_ports(place).get("gateway")
            where = f", on port {port}" if port else ""
            raise click.ClickException(f"Bursar already runs from {place.path}{where}.") from None
        yield place
