"""PostgreSQL and RabbitMQ run from the programs on this machine: private data, free ports, gone afterwards.

Neither runs as root, so root lends the files to the user that the package made.
"""

import os
import secrets
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path


class CannotStart(Exception):
    """Why this way to have a server is closed here."""


@dataclass(frozen=True)
class Running:
    """A server's process group and folder. `also` is a command to run once it has ended."""

    pid: int
    folder: str
    also: tuple[str, ...] = ()

    def end(self) -> None:
        _end_group(self.pid)
        if self.also:
            subprocess.run(self.also, capture_output=True, timeout=20, check=False)
        shutil.rmtree(self.folder, ignore_errors=True)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def start_postgres() -> tuple[str, Running]:
    """A URL of its `postgres` database, and what ends it. Raises CannotStart."""
    programs = _find("initdb", *sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)).parent
    folder, user = _private_folder("postgres")
    port = free_port()
    _checked([programs / "initdb", "-D", folder / "data", "-U", "postgres", "-A", "trust", "-E", "UTF8", "-N"], user)
    options = {"port": port, "listen_addresses": "127.0.0.1", "unix_socket_directories": folder, "max_connections": 300}
    options |= {"autovacuum_naptime": "10s"}  # as in docker-compose.yml
    arguments = [part for name, value in options.items() for part in ("-c", f"{name}={value}")]
    command = [programs / "postgres", "-D", folder / "data", "-c", "fsync=off", *arguments]
    running = _start(command, folder, user, environment={})
    _wait_for_port(port, running, seconds=30)
    asked = [programs / "pg_isready", "--quiet", "--host=127.0.0.1", f"--port={port}"]
    while subprocess.run(asked, check=False).returncode == 1:  # it listens before it lets anybody in
        time.sleep(0.1)
    return f"postgresql://postgres@127.0.0.1:{port}/postgres", running


def start_rabbitmq() -> tuple[str, str, Running]:
    """Its AMQP URL, the URL of its management API, and what ends it. Raises CannotStart."""
    program = _find("rabbitmq-server", Path("/usr/lib/rabbitmq/bin"))
    folder, user = _private_folder("rabbitmq")
    amqp, management, distribution, names = (free_port() for _ in range(4))
    (folder / "rabbitmq.conf").write_text(
        f"listeners.tcp.1 = 127.0.0.1:{amqp}\nmanagement.tcp.ip = 127.0.0.1\nmanagement.tcp.port = {management}\n"
        "log.console = false\nvm_memory_high_watermark.relative = 0.5\ndisk_free_limit.absolute = 50MB\n"
    )
    (folder / "enabled_plugins").write_text("[rabbitmq_management].\n")
    environment = {
        "HOME": str(folder),
        "RABBITMQ_NODENAME": f"bursar-{secrets.token_hex(4)}@localhost",
        "RABBITMQ_CONFIG_FILE": str(folder / "rabbitmq.conf"),
        "RABBITMQ_ENABLED_PLUGINS_FILE": str(folder / "enabled_plugins"),
        "RABBITMQ_MNESIA_BASE": str(folder / "data"),
        "RABBITMQ_LOG_BASE": str(folder / "log"),
        "RABBITMQ_DIST_PORT": str(distribution),
        "RABBITMQ_CONF_ENV_FILE": str(folder / "none.conf"),
        "ERL_EPMD_PORT": str(names),  # a name server of its own: another node's is left alone
        "ERL_EPMD_ADDRESS": "127.0.0.1",
    }
    _lend(folder, user)
    epmd = shutil.which("epmd")
    also = (epmd, "-port", str(names), "-kill") if epmd else ()
    running = _start([program], folder, user, environment=environment, also=also)
    _wait_for_port(amqp, running, seconds=90)
    _wait_for_port(management, running, seconds=30)
    return f"amqp://guest:guest@127.0.0.1:{amqp}/%2F", f"http://guest:guest@127.0.0.1:{management}", running


def install(package: str) -> None:
    """With apt, as root on Debian. Raises CannotStart."""
    apt = shutil.which("apt-get")
    if apt is None or os.geteuid() != 0:
        raise CannotStart(f"{package} is not installed, and only root on Debian could install it")
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    for command in ([apt, "update"], [apt, "install", "--yes", "--no-install-recommends", package]):
        done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
        if done.returncode != 0:
            raise CannotStart(f"{' '.join(command)}: {done.stderr.strip()[-300:]}")


def _find(program: str, *folders: Path) -> Path:
    for folder in folders:
        if (folder / program).exists():
            return folder / program
    found = shutil.which(program)
    if found is None:
        raise CannotStart(f"{program} is not on this machine")
    return Path(found).resolve()


def _private_folder(user: str) -> tuple[Path, str | None]:
    folder = Path(tempfile.mkdtemp(prefix=f"bursar-{user}-"))
    if os.geteuid() != 0:
        return folder, None
    _lend(folder, user)
    return folder, user


def _lend(folder: Path, user: str | None) -> None:
    if user is not None:
        for path in (folder, *folder.rglob("*")):
            shutil.chown(path, user, user)


def _checked(command: list[object], user: str | None) -> None:
    words = [str(word) for word in command]
    done = subprocess.run(words, capture_output=True, text=True, check=False, cwd="/", **_as(user))
    if done.returncode != 0:
        raise CannotStart(f"{words[0]}: {done.stderr.strip()[-300:]}")


def _start(
    command: list[object], folder: Path, user: str | None, *, environment: dict[str, str], also: tuple[str, ...] = ()
) -> Running:
    with (folder / "output.txt").open("wb") as output:
        process = subprocess.Popen(
            [str(word) for word in command],
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            cwd="/",
            env={**os.environ, **environment},
            start_new_session=True,
            **_as(user),
        )
    process.returncode = 0  # it outlives this object: whoever ends it is another process, perhaps
    return Running(process.pid, str(folder), also)


def _as(user: str | None) -> dict[str, object]:
    return {} if user is None else {"user": user, "group": user, "extra_groups": []}


def _wait_for_port(port: int, running: Running, *, seconds: float) -> None:
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        with socket.socket() as probe:
            probe.settimeout(1)
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.1)
    output = (Path(running.folder) / "output.txt").read_text(errors="replace")[-500:]
    running.end()
    raise CannotStart(f"nothing listens on {port} after {seconds} s: {output}")


def _end_group(pid: int) -> None:
    """SIGINT is PostgreSQL's fast stop; what has not ended after some seconds is killed."""
    for number, seconds in ((signal.SIGINT, 3.0), (signal.SIGTERM, 5.0), (signal.SIGKILL, 5.0)):
        try:
            os.killpg(pid, number)
        except ProcessLookupError:
            return
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline and _is_alive(pid):
            time.sleep(0.05)


def _is_alive(pid: int) -> bool:
    with suppress(ChildProcessError):
        os.waitpid(pid, os.WNOHANG)  # when it is our child, let it go
    try:
        os.killpg(pid, 0)
    except (ProcessLookupError, PermissionError):
        return False
    return True
