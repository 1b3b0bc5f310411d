"""Which nginx `bursar run` takes, and what it says when there is none."""

from pathlib import Path

import pytest

from shared.cli import gateway
from shared.cli.gateway import NoGateway


def an_nginx(folder: Path, version: str) -> Path:
    """A program that says it is this version."""
    program = folder / "nginx"
    program.write_text(f"#!/bin/sh\necho 'nginx version: nginx/{version}' >&2\n")
    program.chmod(0o755)
    return program


@pytest.fixture
def system(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A machine whose only programs are in this folder."""
    only = tmp_path / "nginx"
    monkeypatch.setattr(gateway.shutil, "which", lambda name: str(only) if name == "nginx" and only.exists() else None)
    return tmp_path


@pytest.mark.parametrize("version", ["1.18.0", "1.22.1", "1.31.3", "2.0.0"])
def test_the_systems_nginx_is_taken_if_it_is_new_enough(system: Path, version: str) -> None:
    program = an_nginx(system, version)

    assert gateway.find_nginx() == program


def test_too_old_an_nginx_gives_way_to_the_packaged_one(system: Path) -> None:
    an_nginx(system, "1.14.2")

    assert gateway.find_nginx() == gateway.packaged_nginx()


def test_no_nginx_at_all_is_said_with_the_remedy(system: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(gateway, "packaged_nginx", lambda: None)

    with pytest.raises(NoGateway, match=r"install nginx"):
        gateway.find_nginx()
