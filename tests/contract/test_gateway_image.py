"""The gateway's image, without Docker: what its start-up makes of the files, and whether nginx takes it."""

import re
import subprocess
from pathlib import Path

import pytest

from shared.cli import gateway
from shared.cli.embedded import SERVICES

DOCKERFILE = (gateway.SOURCES / "Dockerfile").read_text()
RESOLVES_AGAIN = (1, 27)  # the upstream list asks for it


def public_host(public_url: str) -> str:
    """What the script that the image's start-up reads sets."""
    script = f'. "{gateway.SOURCES / "public_host.envsh"}"; printf %s "$GATEWAY_PUBLIC_HOST"'
    environment = {"GATEWAY_PUBLIC_URL": public_url}
    return subprocess.run(["sh", "-c", script], env=environment, capture_output=True, text=True, check=True).stdout


def test_the_start_up_reads_the_script_of_the_public_host() -> None:
    """Before the image's own start-up fills the templates, whatever that reads by itself."""
    assert "COPY gateway/public_host.envsh /public_host.envsh" in DOCKERFILE
    assert '". /public_host.envsh; exec /docker-entrypoint.sh' in DOCKERFILE


@pytest.mark.parametrize(
    "public_url",
    ["http://localhost:8080", "https://billing.example", "https://billing.example:8443/", "http://127.0.0.1:8080"],
)
def test_the_image_finds_the_public_host_as_bursar_run_does(public_url: str, tmp_path: Path) -> None:
    config = gateway.write(
        tmp_path,
        gateway.GatewaySettings(),
        listen="127.0.0.1:18080",
        public_url=public_url,
        ports=dict.fromkeys(SERVICES, 18081),
        access_log=tmp_path / "access.log",
    )

    assert f"server_name {public_host(public_url)} ;" in config.read_text()


def test_nginx_accepts_what_the_image_makes_of_the_files(tmp_path: Path) -> None:
    """Every `${GATEWAY_…}` that has a value is filled in, as envsubst does with the image's filter."""
    nginx = gateway.packaged_nginx()
    assert nginx is not None
    assert gateway.version_of(nginx) >= RESOLVES_AGAIN
    values = dict(re.findall(r"(GATEWAY_[A-Z_]+)=(\S*)", DOCKERFILE))
    values |= {"GATEWAY_PUBLIC_HOST": public_host(values["GATEWAY_PUBLIC_URL"]), "GATEWAY_TEMP": str(tmp_path)}
    values |= {"GATEWAY_ACCESS_LOG": str(tmp_path / "access.log"), "GATEWAY_LISTEN": "127.0.0.1:18080"}
    for source in gateway.SOURCES.glob("*.conf"):
        if source.name != "upstreams.local.conf":
            text = re.sub(r"\$\{(GATEWAY_[A-Z_]+)\}", lambda place: values[place[1]], source.read_text())
            (tmp_path / source.name.replace(".compose", "")).write_text(text)

    gateway.check(nginx, tmp_path / "nginx.conf")
