"""The embedded defaults: with no DATABASE_URL, everything lies under `var/` and needs no server.

`var/` is in the checkout, or where BURSAR_HOME says. What is prepared here are environment variables, for
this process and its children, so that a service is set up one way only (`shared.settings`). A variable
that is already set stays as it is: AUTH_DATABASE_URL or BUS_URL can point one part to a server.
"""

import base64
import fcntl
import json
import os
import secrets
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import shared
from shared.settings import BadSettings

SERVICES: Final = ("auth", "portal", "invoices", "notifications")
DEFAULT_PORT: Final = 8080
NOBODY_LISTENS: Final = 9  # the discard port: while the stack is down, a sibling is unreachable, not unset

_SECRETS: Final[Mapping[str, Callable[[], str]]] = {
    "AUTH_SECRET_KEY": lambda: secrets.token_hex(32),
    "PORTAL_SECRET_KEY": lambda: secrets.token_hex(32),
    "PASSPORT_KEYS": lambda: secrets.token_hex(32),
    "SEALING_KEY": lambda: base64.urlsafe_b64encode(secrets.token_bytes(32)).decode(),
    "LINK_KEY": lambda: base64.urlsafe_b64encode(secrets.token_bytes(32)).decode(),
    "ADMIN_TOKEN": lambda: secrets.token_hex(32),
}


@dataclass(frozen=True)
class Home:
    """The folder that holds everything an embedded installation keeps."""

    path: Path

    @property
    def secrets_file(self) -> Path:
        return self.path / "secrets.env"

    @property
    def ports_file(self) -> Path:
        return self.path / "run" / "ports.json"

    @property
    def demo_file(self) -> Path:
        """What `bursar demo` printed; that it is there says the demo is."""
        return self.path / "demo.txt"

    @property
    def gateway(self) -> Path:
        return self.path / "nginx"

    def make(self) -> None:
        """Make the folder, closed to others: databases and mails lie in it."""
        self.path.mkdir(mode=0o700, parents=True, exist_ok=True)

    def database_url(self, name: str) -> str:
        return f"sqlite:///{self.path / name}.db"


def home() -> Home:
    """BURSAR_HOME, else `var` in the checkout."""
    given = os.environ.get("BURSAR_HOME")  # noqa: TID251 - decides where settings are
    return Home(Path(given).absolute() if given else Path(shared.__file__).absolute().parents[1] / "var")


def wanted_port() -> int:
    """BURSAR_PORT, where the gateway is to listen. Raises BadSettings if it is no port."""
    given = os.environ.get("BURSAR_PORT") or str(DEFAULT_PORT)  # noqa: TID251 - decides where settings are
    if not (given.isascii() and given.isdigit() and 0 < int(given) < 65536):
        raise BadSettings(f"BURSAR_PORT is {given!r}: a port is a number from 1 to 65535")
    return int(given)


def is_embedded() -> bool:
    """True while no DATABASE_URL says where the databases are."""
    return not os.environ.get("DATABASE_URL")  # noqa: TID251 - decides where settings are


def prepare(ports: Mapping[str, int] | None = None) -> None:
    """Set the embedded defaults for this process and its children, unless DATABASE_URL is set.

    `ports`: of each service and of `gateway`; without, those of the stack that runs from this home.
    """
    if is_embedded():
        place = home()
        place.make()
        for name, value in _defaults(place, ports or running_ports(place)).items():
            os.environ.setdefault(name, value)  # noqa: TID251 - the one writer


def _defaults(place: Home, ports: Mapping[str, int]) -> dict[str, str]:
    public_port = ports.get("gateway") or wanted_port()
    values = {f"{service.upper()}_DATABASE_URL": place.database_url(service) for service in SERVICES}
    values |= {
        f"{service.upper()}_URL": f"http://127.0.0.1:{ports.get(service, NOBODY_LISTENS)}" for service in SERVICES
    }
    return {
        **values,
        "BUS_URL": place.database_url("bus"),
        "MAIL_URL": "log:",
        "MAIL_FROM": "Bursar <billing@bursar.example>",
        "MAILBOX": "true",
        "WEBHOOK_LOCALHOST": "true",
        "PUBLIC_URL": f"http://localhost:{public_port}",
        **kept_secrets(place),
    }


def running_ports(place: Home) -> dict[str, int]:
    """The ports of the stack that runs from this home; none if it does not run."""
    try:
        ports: dict[str, int] = json.loads(place.ports_file.read_text())
    except FileNotFoundError:
        return {}
    return ports if _is_alive(ports.get("pid", 0)) else {}


def _is_alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return pid > 0


def kept_secrets(place: Home) -> dict[str, str]:
    """The secrets of this home, made on first use and when a new version needs one more. Mode 0600."""
    kept = _read_env(place.secrets_file)
    if _SECRETS.keys() <= kept.keys():
        return kept
    with _only_one(place):
        kept = _read_env(place.secrets_file)
        kept = {name: kept.get(name) or make() for name, make in _SECRETS.items()} | kept
        write_private(place.secrets_file, "".join(f"{name}={value}\n" for name, value in kept.items()))
    return kept


def write_private(path: Path, content: str) -> None:
    """Write the whole file or nothing, readable by its owner only from the first byte on."""
    path.parent.mkdir(parents=True, exist_ok=True)
    partial = path.with_name(f".{path.name}.{os.getpid()}")
    with open(os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
        file.write(content)
    partial.replace(path)


def _read_env(path: Path) -> dict[str, str]:
    if not path.exists():
        return {}
    return dict(line.split("=", 1) for line in path.read_text().splitlines() if "=" in line)


@contextmanager
def _only_one(place: Home) -> Iterator[None]:
    with (place.path / "secrets.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield
